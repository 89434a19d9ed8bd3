"""The command line. Exit status: 0 done, 1 a check failed, 2 the settings or the request are wrong."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from domain import past_days
from domain.errors import DomainError
from flows import do_not_call
from heimdall import audit as audits
from heimdall import demo as demo_world
from heimdall import dncl as lists
from heimdall import doctor as doctors
from heimdall import logs, serve
from heimdall import manifest as manifests
from heimdall import receipt as receipts
from heimdall.compose import Parts
from heimdall.settings import Settings, SettingsError, load
from storage import migrate as migrations
from storage.migrate import Schema
from storage.unit import StorageUnavailableError

app = typer.Typer(
    help="Heimdall: texts, calls, offers and approvals for Canadian wholesaling teams, in Slack and inside the law.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
audit = typer.Typer(help="The record of everything that was allowed, held, refused and decided.", no_args_is_help=True)
app.add_typer(audit, name="audit")
out = Console()
err = Console(stderr=True)

dncl = typer.Typer(help="The team's copy of the National Do Not Call List.", no_args_is_help=True)
app.add_typer(dncl, name="dncl")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


@app.command()
def demo(port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.")] = 0) -> None:
    """Try everything in a practice world; needs no account."""
    logs.configure("warning")
    with _refusals():
        demo_world.run(out, port=port)


@app.command()
def run() -> None:
    """Run the web door and the ticks in one process."""
    with _refusals():
        parts = _parts()
        if migrations.schema(parts.db) is Schema.BEHIND:
            migrations.upgrade(parts.settings.database_url)
        ended = serve.web(_usable(parts), with_jobs=True)
    if not ended:
        serve.leave()


@app.command()
def web() -> None:
    """Run the web door alone; run the ticks elsewhere with ``jobs``."""
    with _refusals():
        serve.web(_usable(_parts()), with_jobs=False)


@app.command()
def jobs() -> None:
    """Run the ticks alone: ladder, sends, cards, briefings."""
    with _refusals():
        ended = serve.jobs(_usable(_parts()))
    if not ended:
        serve.leave()


@app.command()
def migrate() -> None:
    """Bring the database to the schema this version expects; safe to repeat."""
    with _refusals():
        migrations.upgrade(_settings().database_url)
    out.print("The database is up to date.")


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Check settings, clocks, database, Slack and the phone provider; say how to mend what is wrong."""
    logs.configure("error")
    findings = doctors.examine()
    if as_json:
        out.print_json(data=[finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            out.print(finding.line(), highlight=False)
    raise typer.Exit(doctors.exit_status(findings))


@app.command()
def manifest() -> None:
    """Print the Slack app manifest for this deployment's public address."""
    with _refusals():
        out.print_json(data=manifests.build(_settings().public_url))


@app.command()
def receipt(
    message: Annotated[str, typer.Argument(help="Number of the message, such as M-12.")], *, as_json: AsJson = False
) -> None:
    """Show why a message was sent, held or refused, and on which facts."""
    with _refusals():
        found = receipts.of(_parts(), message)
    if as_json:
        out.print_json(data=found)
    else:
        _print_receipts(found)


@audit.command("verify")
def audit_verify(
    *,
    posted: Annotated[
        list[str] | None, typer.Option(help="An end you read in a briefing, such as 4711:9f3c2a1b7d4e5f60.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Follow the audit's hash chain; exit status 1 when a line was changed, removed or inserted."""
    with _refusals():
        report = audits.verify(_parts(), posted or ())
    if as_json:
        out.print_json(data=audits.as_json(report))
    else:
        out.print(*audits.sentences(report), sep="\n", highlight=False, soft_wrap=True)
    raise typer.Exit(report.broken is not None)


@audit.command("export")
def audit_export(
    *,
    contact: Annotated[str | None, typer.Option(help="A number, such as +14165550199.")] = None,
    lead: Annotated[str | None, typer.Option(help="A lead, such as L-12.")] = None,
    message: Annotated[str | None, typer.Option(help="A text, such as M-12.")] = None,
    since: Annotated[str | None, typer.Option(help="First day, such as 2026-11-01.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day.")] = None,
    form: Annotated[audits.Format, typer.Option("--format", help="json or csv.")] = "json",
) -> None:
    """Print who was contacted, when, by whom, on what consent, what was checked and said; for whoever may ask."""
    with _refusals():
        question = audits.Question(contact, lead, message, since, until)
        report = audits.export(_parts(), question, form, sys.stdout)
    if report.broken is not None:
        for line in audits.sentences(report):
            err.print(line, style="red", highlight=False, markup=False)
        raise typer.Exit(1)


@dncl.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="One number a line.")],
    area: Annotated[str, typer.Option(help="Area code the list is for, such as 416.")],
    version_date: Annotated[str, typer.Option(help="Date of the list, such as 2026-11-10.")],
    *,
    skip_bad_lines: Annotated[bool, typer.Option(help="Leave out lines that are no number of the area.")] = False,
) -> None:
    """Replace the copy of one area code; numbers are kept as keyed hashes only."""
    with _refusals():
        parts = _migrated(_parts())
        version_on = past_days.parse(version_date, field="version-date")
        try:
            imported = lists.take_in(parts, file, area, version_on, skip_bad=skip_bad_lines)
        except do_not_call.BadLinesError as error:
            again = "Mend the file, or leave these lines out with --skip-bad-lines."
            _refuse(*(f"line {bad.line}: {bad.why}" for bad in error.bad), error.sentence, again)
    for bad in imported.bad:
        err.print(f"line {bad.line}: {bad.why}, left out", highlight=False, markup=False)
    left_out = f", {imported.bad_count:,} lines left out" if imported.bad_count else ""
    out.print(f"{area}: {imported.numbers:,} numbers of {version_on}{left_out}.", highlight=False)


@dncl.command("status")
def list_status() -> None:
    """Show which area codes have a copy, how old each is, and which have none."""
    with _refusals():
        parts = _migrated(_parts())
        for line in lists.lines(lists.state(parts), parts.now()):
            out.print(line, highlight=False)


def main() -> None:
    """Run the command line."""
    _have_standard_streams()
    app()


def _have_standard_streams() -> None:
    """Put the null device where a stream was closed: the next socket would take its number, and get what is printed."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def _print_receipts(found: dict[str, Any]) -> None:
    out.print(f"[bold]{found['message']}[/]  {found['channel']} · {found['purpose']} · now {found['state']}")
    for each in found["receipts"]:
        reason = f" ({each['reason']})" if each["reason"] else ""
        out.print(f"\n{each['at']}  {each['moment']}: [bold]{each['verdict']}[/]{reason}", highlight=False)
        out.print(f"  asked by {each['actor']}, line {each['line']:,} of the audit ({each['hash']})", highlight=False)
        for name, value in each["facts"].items():
            out.print(f"  {name}: {json.dumps(value, ensure_ascii=False)}", highlight=False)


def _settings() -> Settings:
    settings = load()
    logs.configure(settings.log_level)
    return settings


def _parts() -> Parts:
    return Parts(_settings())


def _usable(parts: Parts) -> Parts:
    """Start nothing on a database that cannot be written: no send could begin, and no answer be kept."""
    migrations.check_writable(_migrated(parts).db)
    return parts


def _migrated(parts: Parts) -> Parts:
    match migrations.schema(parts.db):
        case Schema.ABSENT:
            _refuse(
                "The database is empty. If it should hold leads, its volume or HEIMDALL_DATABASE_URL is the wrong one.",
                "Before a first start, run: python -m heimdall migrate",
            )
        case Schema.BEHIND:
            _refuse("The database lacks migrations. Run: python -m heimdall migrate")
        case Schema.AHEAD:
            _refuse("The database was made by a newer version. Start that version, or restore a backup from before it.")
        case Schema.CURRENT:
            _refuse_wrong_key(parts)
    return parts


def _refuse_wrong_key(parts: Parts) -> None:
    """Start nothing that could not find the people who asked to be left alone and whose number was erased."""
    problem = lists.state(parts).key_problem
    if problem is not None:
        _refuse(f"{problem}. Set the key used before.")


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what a person can mend into plain lines and exit status 2."""
    try:
        yield
    except SettingsError as error:
        _refuse(*error.problems)
    except DomainError as error:
        _refuse(error.sentence)
    except StorageUnavailableError as error:
        _refuse(f"The database cannot be used: {error}")


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        err.print(line, style="red", highlight=False, markup=False)
    raise typer.Exit(2)
