"""``/deal``, the form behind it and the button that opens it."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from bot.deps import Deps
from bot.slack import answers, clicks, commands, refs
from bot.slack.asking import Asked
from bot.slack.commands import Root, Verb
from bot.views import approval as approval_view
from bot.views import deal as view
from bot.views.blocks import Rendered
from domain import money, oneline, options, property_types
from domain.errors import DomainError, NotFoundError
from domain.model import ApprovalKind, Role
from domain.oneline import MAX_ROOMS
from domain.property_types import PropertyType
from flows import brief_deal, draw_sheets
from storage import approvals, deals, leads

FORM = "deal.new"

PICK_LIMIT = 10

_REF = re.compile(r"\A#?(?:[LD][-\s]?)?[0-9]", re.IGNORECASE)


def register(app: App, deps: Deps) -> None:
    """Attach the command, the form and the button."""
    commands.attach(app, deps, ROOT)
    clicks.attach_form(app, deps, FORM, _submit)
    clicks.attach(app, deps, "lead.deal", _form)


def _pick(deps: Deps, _asked: Asked, _words: str) -> Rendered:
    return view.pick(draw_sheets.find_leads(deps.db, limit=PICK_LIMIT))


def _form(deps: Deps, asked: Asked, value: str) -> Mapping[str, Any]:
    asked.member()
    lead_id = clicks.number(value, "That lead")
    with deps.db.read() as tx:
        return view.modal(leads.get(tx, lead_id), deals.of_lead(tx, lead_id))


def _brief_line(deps: Deps, asked: Asked, words: str) -> Rendered | None:
    request = _request(asked, words)
    if _says_no_number(request):
        return _form_for(deps, asked, request)
    return _brief(deps, request)


def _form_for(deps: Deps, asked: Asked, request: brief_deal.DealRequest) -> Rendered | None:
    """Open the form where only a lead or deal was named."""
    with deps.db.read() as tx:
        deal = None if request.deal_id is None else deals.get(tx, request.deal_id)
        lead = leads.get(tx, deal.lead_id if deal else request.lead_id or 0)
        form = view.modal(lead, deal or deals.of_lead(tx, lead.lead_id))
    button = answers.again("Open the form", "lead.deal", lead.lead_id)
    return answers.open_form(asked, form, button, f"One line does the same: /deal {oneline.DEAL_EXAMPLE}")


def _what_if(deps: Deps, asked: Asked, words: str) -> Rendered:
    if not words:
        raise DomainError("reference", f"Offer for which lead or deal? /deal offer {oneline.DEAL_EXAMPLE}")
    return view.what_if(brief_deal.what_if(deps.db, deps.team, _request(asked, words)))


def _show(deps: Deps, _asked: Asked, words: str) -> Rendered:
    if not words:
        raise DomainError("reference", "Show which deal? Write it like /deal show D-12 or /deal show L-12.")
    lead_id, deal_id = refs.lead_or_deal(words)
    with deps.db.read() as tx:
        deal = deals.get(tx, deal_id) if deal_id is not None else deals.of_lead(tx, leads.get(tx, lead_id or 0).lead_id)
        newest = None if deal is None else approvals.newest_about(tx, ApprovalKind.OFFER, deal.deal_id)
        if newest is None:
            raise NotFoundError(f"A deal of L-{lead_id}")
        return approval_view.card(draw_sheets.approval_sheet(tx, newest.approval_id, deps.clock()))


def _submit(deps: Deps, asked: Asked, fields: Mapping[str, str]) -> Mapping[str, Any]:
    request = brief_deal.DealRequest(
        key=asked.key,
        actor=asked.member(),
        lead_id=clicks.number(clicks.metadata(asked), "That lead"),
        arv_cents=_cents(fields, "arv", "ARV", money.ARV_MIN_CENTS),
        repairs_cents=_cents(fields, "repairs", "Repairs", 0),
        asking_cents=_cents(fields, "asking", "Asking", money.CENTS_PER_DOLLAR),
        property_type=_kind(fields),
        beds=_rooms(fields, "beds"),
        baths=_rooms(fields, "baths"),
    )
    return answers.as_modal("Offer computed", _brief(deps, request))


def _brief(deps: Deps, request: brief_deal.DealRequest) -> Rendered:
    made = brief_deal.brief(deps.db, deps.team, request, deps.clock())
    return view.briefed(made.deal, made.lead, made.offer, made.approval, len(made.matches))


def _request(asked: Asked, words: str) -> brief_deal.DealRequest:
    line = oneline.parse_deal(words)
    if line.fee_cents is not None:
        raise DomainError(
            "fee_is_policy", "The fee comes from the team's rules for offers. Leave fee= out.", field="fee"
        )
    return brief_deal.DealRequest(
        key=asked.key,
        actor=asked.member(),
        lead_id=line.lead_id,
        deal_id=line.deal_id,
        arv_cents=line.arv_cents,
        repairs_cents=line.repairs_cents,
        asking_cents=line.asking_cents,
        property_type=line.property_type,
        beds=line.beds,
        baths=line.baths,
    )


def _says_no_number(request: brief_deal.DealRequest) -> bool:
    given = (request.arv_cents, request.repairs_cents, request.asking_cents, request.property_type)
    return all(each is None for each in (*given, request.beds, request.baths))


def _cents(fields: Mapping[str, str], name: str, label: str, minimum_cents: int) -> int | None:
    if name not in fields:
        return None
    maximum = money.AMOUNT_MAX_CENTS
    return money.parse_cents(fields[name], field=label, minimum_cents=minimum_cents, maximum_cents=maximum)


def _kind(fields: Mapping[str, str]) -> PropertyType | None:
    if "type" not in fields:
        return None
    kind = property_types.parse(fields["type"])
    if kind is None:
        raise options.unknown(fields["type"], list(PropertyType), field="type")
    return kind


def _rooms(fields: Mapping[str, str], name: str) -> int | None:
    digits = fields.get(name, "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_ROOMS)) and int(digits) <= MAX_ROOMS):
        raise DomainError("rooms_unreadable", f"{name.capitalize()} must be a whole number 0–{MAX_ROOMS}", field=name)
    return int(digits)


ROOT = Root(
    name="deal",
    verbs={"show": Verb(_show, Role.VIEWER), "offer": Verb(_what_if)},
    bare=Verb(_pick),
    line=Verb(_brief_line, changes=True),
    begins_line=lambda text: _REF.match(text) is not None,
    channels=lambda deps: frozenset({deps.team.deals_channel, deps.team.leads_channel}),
    home=lambda deps: deps.team.deals_channel,
)
