"""``/lead consent``: what is on record for a seller, and one line that adds to it."""

from bot.deps import Deps
from bot.slack import refs
from bot.slack.asking import Asked
from bot.views import consent as view
from bot.views.blocks import Rendered
from domain import consent_line
from domain.errors import DomainError
from flows import draw_sheets, record_consent


def run(deps: Deps, asked: Asked, words: str) -> Rendered:
    """Show a lead's ledger, or record one ground in it and show it then."""
    if not words:
        raise DomainError(
            "no_words", f"Consent of whom? /lead consent L-12 shows it; {consent_line.EXAMPLE} adds to it."
        )
    now = deps.clock()
    line = consent_line.parse(words, now)
    lead_id = refs.of_lead(line.ref)
    if line.basis is not None:
        record_consent.record(
            deps.db,
            deps.team,
            record_consent.ConsentRequest(
                key=asked.key,
                lead_id=lead_id,
                basis=line.basis,
                channels=line.channels,
                proof=line.proof,
                shown=line.shown,
                since=line.since,
                actor=asked.member(),
            ),
            now,
        )
    with deps.db.read() as tx:
        return view.ledger(draw_sheets.lead_sheet(tx, deps.team, lead_id, now))
