# One image for every process: `migrate` before the first start, then `run` (all in one, the default), or `web` and `jobs`
# as in the Procfile.
FROM python:3.13-slim AS libraries
COPY requirements/run.txt /tmp/run.txt
RUN python -m venv /opt/heimdall \
    && /opt/heimdall/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /tmp/run.txt

FROM python:3.13-slim
# PYTHONTZPATH: the time zones of the pinned tzdata wheel hold, never those of the image.
ENV PATH=/opt/heimdall/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONTZPATH="" \
    HEIMDALL_ENV=production \
    HEIMDALL_DATABASE_URL=sqlite:////data/heimdall.sqlite3 \
    HEIMDALL_HOST=0.0.0.0 \
    HEIMDALL_PORT=3000
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin heimdall \
    && install -d -o heimdall -g heimdall /data
COPY --from=libraries /opt/heimdall /opt/heimdall
WORKDIR /srv/heimdall
COPY . .
USER heimdall
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['HEIMDALL_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "heimdall"]
CMD ["run"]
