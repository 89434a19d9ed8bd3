"""``/lead``, the form behind it and the buttons on a lead's card."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

from slack_bolt import App

from bot.deps import Deps
from bot.slack import answers, clicks, commands, consent, refs
from bot.slack.asking import Asked
from bot.slack.commands import Root, Verb
from bot.views import lead as view
from bot.views import notice
from bot.views.blocks import Rendered
from domain import clocks, oneline, options, past_days, reasons
from domain.errors import DomainError
from domain.model import Actor, ConsentBasis, Language, Lead, LeadSource, Role
from domain.verdicts import Allow
from flows import draw_sheets, lead_actions, open_lead
from storage.unit import Database

FORM = "lead.new"

FOUND_LIMIT = 10
"""Leads listed at once; whoever looks for more than these adds a word."""


class Move(Protocol):
    """One of the flows that move a lead's ladder."""

    def __call__(self, db: Database, lead_id: int, actor: Actor, now: datetime, *, key: str | None = None) -> Lead:
        """Move one lead; the request called ``key`` does so once."""


Choice = TypeVar("Choice", ConsentBasis, Language, LeadSource)

_NUMBER = re.compile(r"\A(?:[+(]*\d|<tel:)")


def register(app: App, deps: Deps) -> None:
    """Attach the command, the form and the buttons."""
    commands.attach(app, deps, ROOT)
    clicks.attach_form(app, deps, FORM, _submit)
    clicks.attach(app, deps, "lead.form", _form_by_button)
    clicks.attach(app, deps, "lead.show", _show_in_window)
    clicks.attach(app, deps, "lead.claim", _claim)
    clicks.attach(app, deps, "lead.pause", _quietly(lead_actions.pause))
    clicks.attach(app, deps, "lead.resume", _quietly(lead_actions.resume))
    clicks.attach(app, deps, "lead.stop", _quietly(lead_actions.stop))
    for action_id in ("lead.reveal", "call.reveal"):
        clicks.attach(app, deps, action_id, _reveal)


def _form(_deps: Deps, asked: Asked, _words: str) -> Rendered | None:
    button = answers.again("Open the form", "lead.form", "new")
    return answers.open_form(asked, view.modal(None, None), button, f"One line does the same: {EXAMPLE}")


def _form_by_button(_deps: Deps, asked: Asked, _value: str) -> Mapping[str, Any]:
    asked.member()
    return view.modal(None, None)


EXAMPLE = f"/lead {oneline.LEAD_EXAMPLE}"


def _open_line(deps: Deps, asked: Asked, words: str) -> Rendered:
    line = oneline.parse_lead(words)
    actor = asked.member()
    now = deps.clock()
    return _open(
        deps,
        open_lead.LeadRequest(
            key=asked.key,
            name=line.name or "",
            phone=line.phone_text,
            address=line.address,
            actor=actor,
            email=line.email,
            source=line.source or LeadSource.SLACK,
            basis=line.consent or ConsentBasis.REPLY,
            proof=line.proof or f"Stated by {actor.slack_id} in Slack (one line)",
            language=line.language,
            notes=line.notes,
            shown=line.shown,
            since=past_days.parse_past(line.since, now, field="since") if line.since else None,
        ),
        line.hints,
    )


def _submit(deps: Deps, asked: Asked, fields: Mapping[str, str]) -> Mapping[str, Any]:
    actor = asked.member()
    request = open_lead.LeadRequest(
        key=asked.key,
        name=fields.get("name", ""),
        phone=fields.get("phone", ""),
        address=fields.get("address", ""),
        actor=actor,
        email=oneline.parse_email(fields["email"]) if "email" in fields else None,
        source=_choice(LeadSource, fields, "source", LeadSource.SLACK),
        basis=_choice(ConsentBasis, fields, "basis", ConsentBasis.REPLY),
        proof=fields.get("proof", "") or f"Stated by {actor.slack_id} in Slack (form)",
        language=_language(fields),
        notes=fields.get("notes", ""),
        since=past_days.parse_past(fields["since"], deps.clock(), field="since") if "since" in fields else None,
    )
    return answers.as_modal("Lead opened", _open(deps, request))


def _open(deps: Deps, request: open_lead.LeadRequest, hints: tuple[str, ...] = ()) -> Rendered:
    opened = open_lead.open_lead(deps.db, deps.team, request, deps.clock())
    return view.opened(opened.lead, _first_text(opened), hints)


def _first_text(opened: open_lead.OpenedLead) -> str:
    """Say in a few words when the first text leaves; the receipt has the rest."""
    match opened.verdict:
        case Allow(valid_until=until):
            closes = clocks.local(until, min(opened.lead.zones))
            return f"leaves now; texts may go there until {closes:%H:%M}"
        case verdict:
            return reasons.sentence(verdict, opened.facts)


def _choice(kind: type[Choice], fields: Mapping[str, str], name: str, usual: Choice) -> Choice:
    value = fields.get(name, usual.value)
    if value not in set(kind):
        raise options.unknown(value, [each.value for each in kind], field=name)
    return kind(value)


def _language(fields: Mapping[str, str]) -> Language | None:
    """Return the language that was chosen, or None for the automatic one."""
    stated = fields.get("language", view.AUTOMATIC) != view.AUTOMATIC
    return _choice(Language, fields, "language", Language.EN) if stated else None


def _find(deps: Deps, _asked: Asked, words: str) -> Rendered:
    if not words:
        raise DomainError("no_words", "Find whom? Add part of a name, address or number: /lead find Jane")
    found = draw_sheets.find_leads(deps.db, words=words, limit=FOUND_LIMIT)
    return view.listing(found, f"Leads with '{options.echo(words)}'")


def _mine(deps: Deps, asked: Asked, _words: str) -> Rendered:
    return view.listing(draw_sheets.find_leads(deps.db, owner=asked.slack_id, limit=FOUND_LIMIT), "Your leads")


def _show(deps: Deps, _asked: Asked, words: str) -> Rendered:
    if not words:
        return view.listing(draw_sheets.find_leads(deps.db), "Show which lead?", "lead.show")
    return _card(deps, refs.of_lead(words))


def _card(deps: Deps, lead_id: int) -> Rendered:
    with deps.db.read() as tx:
        return view.card(draw_sheets.lead_sheet(tx, deps.team, lead_id, deps.clock()))


def _place(deps: Deps, asked: Asked, words: str) -> Rendered:
    ref, _, address = words.partition(" ")
    if not address.strip():
        raise DomainError("no_address", "Place which lead where? /lead place L-12 12 King St W, Hamilton ON")
    lead = lead_actions.place(deps.db, refs.of_lead(ref), address.strip(), asked.member(), deps.clock(), key=asked.key)
    where = view.place_of(lead)
    return notice.card(f"{lead.ref} now stands in {where}. What was held for it is looked at again at once.")


def _mover(move: Move, action_id: str, done: str) -> Verb:
    """Return a verb that moves one lead, or offers a list to choose from."""

    def run(deps: Deps, asked: Asked, words: str) -> Rendered:
        if not words:
            verb = action_id.partition(".")[2].capitalize()
            return view.listing(draw_sheets.find_leads(deps.db), f"{verb} which lead?", action_id)
        lead = move(deps.db, refs.of_lead(words), asked.member(), deps.clock(), key=asked.key)
        return notice.card(done.format(ref=lead.ref))

    return Verb(run, changes=True)


ROOT = Root(
    name="lead",
    verbs={
        "find": Verb(_find, Role.VIEWER),
        "show": Verb(_show, Role.VIEWER),
        "mine": Verb(_mine),
        "place": Verb(_place, changes=True),
        "consent": Verb(consent.run, changes=True),
        "pause": _mover(
            lead_actions.pause,
            "lead.pause",
            "Paused {ref}. Nothing of its ladder leaves until you say /lead resume {ref}.",
        ),
        "resume": _mover(
            lead_actions.resume,
            "lead.resume",
            "{ref} climbs on. What was due meanwhile acts within the next lawful minutes.",
        ),
        "stop": _mover(
            lead_actions.stop, "lead.stop", "Stopped {ref} for good. No further text or call of its ladder will happen."
        ),
    },
    bare=Verb(_form),
    line=Verb(_open_line, changes=True),
    begins_line=lambda text: _NUMBER.match(text) is not None,
)


def _quietly(move: Move) -> clicks.OnClick:
    """Return a button that moves one lead; its card shows the rest."""

    def run(deps: Deps, asked: Asked, value: str) -> None:
        move(deps.db, clicks.number(value, "That lead"), asked.member(), deps.clock(), key=asked.key)

    return run


def _claim(deps: Deps, asked: Asked, value: str) -> None:
    lead_actions.claim(deps.db, clicks.number(value, "That lead"), asked.member(), deps.clock())


def _reveal(deps: Deps, asked: Asked, value: str) -> Mapping[str, Any]:
    lead_id = clicks.number(value, "That lead")
    return view.reveal(lead_actions.reveal(deps.db, lead_id, asked.member(), deps.clock()))


def _show_in_window(deps: Deps, asked: Asked, value: str) -> Mapping[str, Any]:
    asked.member(Role.VIEWER)
    lead_id = clicks.number(value, "That lead")
    return answers.as_modal(f"Lead L-{lead_id}", _card(deps, lead_id))
