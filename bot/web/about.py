"""The identity page behind the link in every text: who writes, from where, how to reach us and how to make it stop."""

from html import escape

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from domain import phones
from domain.model import Sender

# CASL s. 6(2) and SOR/2012-36 s. 2-3: where a text has no room for it, name, mailing address, contact details and the
# way to unsubscribe stand on a page "readily accessible at no cost", reached by a link in the text.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{name}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; }}
h2 {{ font-size: 1.1rem; margin-top: 2rem; }}
</style>
</head>
<body>
<h1>{name}</h1>
<p>{address}<br><a href="tel:{phone}">{pretty}</a></p>
<h2>Why you got a text</h2>
<p>We buy houses and write to people who told us, or published, that they may sell theirs. A program may send the first
texts; a person of our team reads every answer.</p>
<h2>How to make it stop</h2>
<p>Answer any of our texts with <strong>STOP</strong>, or call us. It takes effect at once, for every way we could reach
you, and you need to give no reason.</p>
<section lang="fr">
<h2>Pourquoi ce message</h2>
<p>Nous achetons des maisons et écrivons aux personnes qui nous ont dit, ou ont annoncé, qu’elles pourraient vendre la
leur. Un programme peut envoyer les premiers textos; une personne de notre équipe lit chaque réponse.</p>
<h2>Comment l’arrêter</h2>
<p>Répondez <strong>ARRÊT</strong> à n’importe lequel de nos textos, ou appelez-nous. C’est immédiat, pour tous les
moyens de vous joindre, sans avoir à donner de raison.</p>
</section>
</body>
</html>
"""

_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def router(sender: Sender) -> APIRouter:
    """Return the route of the identity page; it changes only with the settings."""
    routes = APIRouter()
    page = _PAGE.format(
        name=escape(sender.business_name),
        address="<br>".join(escape(line.strip()) for line in sender.mailing_address.split(",")),
        phone=escape(sender.phone_e164),
        pretty=escape(phones.pretty(sender.phone_e164)),
    )

    @routes.get("/about")
    async def about() -> HTMLResponse:
        return HTMLResponse(page, headers=_HEADERS)

    return routes
