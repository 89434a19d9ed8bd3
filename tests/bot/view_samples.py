"""Small makers of what cards are drawn from, and a gallery of every card, answer and form in every state they have."""

# ruff: noqa: ANN401 - a maker changes any field of what it makes

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.views import (
    approval,
    briefing,
    buyer,
    call,
    consent,
    dead,
    deal,
    help,  # noqa: A004 - the view's own name
    home,
    lead,
    notice,
    policy,
    policy_form,
    reply,
    status,
    words,
)
from bot.views.blocks import Rendered
from domain import hours_text, ladder, liquidity, offers, policy_fields, replay, segments, templates
from domain.law import BUILT_IN_POLICY
from domain.model import (
    Approval,
    ApprovalKind,
    ApprovalState,
    Buyer,
    CallOutcome,
    Channel,
    Consent,
    ConsentBasis,
    Contact,
    ContactKind,
    Deal,
    LadderState,
    Language,
    Lead,
    LeadSource,
    Message,
    MessageState,
    Purpose,
    Reply,
    Rung,
    RungState,
    Sender,
    StopReading,
    Suppression,
    SuppressionReason,
)
from domain.policies import Policy, PolicyState, Scope
from domain.provinces import Province
from domain.sheets import (
    ApprovalSheet,
    BriefingSheet,
    CallSheet,
    DeadMessageSheet,
    DeadRungSheet,
    LeadSheet,
    Pause,
    PolicySheet,
    ReplySheet,
    StatusSheet,
)
from domain.verdicts import Reason

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""Tuesday 12:00 in Toronto."""

NIGHT = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
"""Tuesday 22:30 in Toronto: closed."""

OPENS = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
"""Wednesday 09:00 in Toronto."""

PHONE = "+14165550199"
SENDER = Sender(
    "Northern Doors", "100 Queen St W, Toronto ON  M5H 2N2", "https://northern-doors.example", "+14165550100"
)


def contact(name: str = "Jane Doe", **change: Any) -> Contact:
    """Return a seller who reads English."""
    made = Contact(1, ContactKind.SELLER, name, PHONE, None, Language.EN)
    return replace(made, **change)


def a_lead(name: str = "Jane Doe", **change: Any) -> Lead:
    """Return an unclaimed lead in Hamilton whose ladder runs."""
    made = Lead(
        lead_id=12,
        contact=contact(name),
        source=LeadSource.REFERRAL,
        address="12 King St W, Hamilton ON",
        province=Province.ON,
        market="Hamilton",
        zones=frozenset({"America/Toronto"}),
        conflicts=(),
        evidence=("city: Hamilton",),
        notes="",
        created_at=NOON,
        created_by="U0RILEY",
        owner=None,
        claimed_at=None,
        ladder=LadderState.RUNNING,
        ladder_reason=None,
        correlation_id="lead:1",
    )
    return replace(made, **change)


def rungs(*states: RungState, start: datetime = NOON, **first: Any) -> tuple[Rung, ...]:
    """Return a ladder whose first rungs have the given states and whose others wait; ``first`` changes the first."""
    padded = [*states, *[RungState.WAITING] * (len(ladder.PLAN) - len(states))]
    made = [
        Rung(100 + step.step, 12, step.step, step.channel, step.template, step.due_at, state, 1)
        for step, state in zip(ladder.plan(start), padded, strict=True)
    ]
    return (replace(made[0], **first), *made[1:])


def a_message(state: MessageState = MessageState.DELIVERED, **change: Any) -> Message:
    """Return the first text of the ladder."""
    made = Message(
        message_id=31,
        intent_key="ladder:12:1:1",
        contact_id=1,
        lead_id=12,
        deal_id=None,
        rung_id=101,
        channel=Channel.SMS,
        purpose=Purpose.LADDER,
        to_address=PHONE,
        body="Hi Jane",
        language=Language.EN,
        state=state,
        reason=None,
        opens_at=None,
        available_at=NOON,
        send_before=NOON + timedelta(days=7),
        attempt=1,
        provider_sid="SM1",
        error_code=None,
        created_at=NOON,
        state_at=NOON + timedelta(minutes=2),
        requested_by="system",
        correlation_id="lead:1",
    )
    return replace(made, **change)


def a_consent(basis: ConsentBasis = ConsentBasis.REPLY, **change: Any) -> Consent:
    """Return a ground for all channels."""
    made = Consent(1, basis, frozenset(Channel), "Web form of 24 Nov", NOON, None, 0)
    return replace(made, **change)


def a_reply(body: str = "Yes, but call me after six please", kind: str = "text", **change: Any) -> Reply:
    """Return a text that came in two hours after noon."""
    made = Reply(7, 12, 1, PHONE, body, kind, NOON + timedelta(hours=2), 0)
    return replace(made, **change)


def a_read(reading: StopReading) -> Reply:
    """Return a text that might have been a stop and that somebody has read."""
    return a_reply("take me off", "smells_of_stop", reading=reading, read_by="U0RILEY", read_at=NOON)


def a_ledger(of: Lead) -> LeadSheet:
    """Return a lead with a ground of every kind, more than one card shows."""
    grounds = tuple(
        a_consent(basis, consent_id=number, recorded_by="U0RILEY", recorded_at=NOON, shown="May we text you?", used=1)
        for number, basis in enumerate(ConsentBasis)
    )
    return a_sheet(of, consents=(*grounds, a_consent(proof="Web form", recorded_by="contact", reply_id=7)))


def a_deal(**change: Any) -> Deal:
    """Return a house worth half a million after forty thousand of repairs."""
    made = Deal(3, 12, 1, 50_000_000, 4_000_000, 32_000_000, "detached", 3, 1, NOON, "U0RILEY", "lead:1")
    return replace(made, **change)


def a_sheet(of: Lead | None = None, **change: Any) -> LeadSheet:
    """Return a lead whose first text was delivered and whose call comes next."""
    made = LeadSheet(
        lead=of or a_lead(),
        rungs=rungs(RungState.DONE, RungState.ARMED, settled_at=NOON + timedelta(minutes=2)),
        messages=(a_message(),),
        consents=(a_consent(),),
        suppressions=(),
        last_reply=None,
        deal=None,
        at=NOON + timedelta(minutes=5),
    )
    return replace(made, **change)


def held_sheet(of: Lead | None = None, **change: Any) -> LeadSheet:
    """Return a lead that came in at night: its first text waits for the morning."""
    held = a_message(MessageState.HELD, reason="legal_window", opens_at=OPENS, state_at=NIGHT)
    steps = rungs(RungState.QUEUED, start=OPENS)
    return a_sheet(of, rungs=steps, messages=(held,), at=NIGHT, **change)


def _fields(of: Lead, **more: Any) -> dict[str, str]:
    """Return what our texts are filled with; no lead is opened without an address, so neither is this one."""
    given = templates.seller_fields(SENDER, of, **more)
    return given if segments.fold(given["address"]).strip() else given | {"address": "12 King St W"}


def a_call(of: Lead | None = None, **change: Any) -> CallSheet:
    """Return the first call task, waiting."""
    who = of or a_lead(owner="U0RILEY")
    script = templates.render("first_call", Language.EN, _fields(who, agent="Riley"))
    rung = rungs(RungState.DONE, RungState.POSTED)[1]
    return CallSheet(who, replace(rung, **change), script, NOON + timedelta(minutes=32))


def a_buyer(name: str = "Sam Roy", **change: Any) -> Buyer:
    """Return a buyer of houses in Toronto and Hamilton."""
    made = Buyer(
        buyer_id=4,
        contact=Contact(9, ContactKind.BUYER, name, "+14165550123", None, Language.EN),
        active=True,
        provinces=frozenset({Province.ON}),
        markets=frozenset({"Toronto", "Hamilton"}),
        property_types=frozenset({"detached", "semi"}),
        min_price_cents=20_000_000,
        max_price_cents=60_000_000,
        min_beds=3,
        min_baths=0,
    )
    return replace(made, **change)


MEASURED = liquidity.Liquidity(0.42, 0.31, 0.54, 25.0, thin=False)
THIN = liquidity.Liquidity(0.2, 0.05, 0.4, 3.0, thin=True)
POLICY = offers.OfferPolicy("built-in-1", 0.70)


def an_offer(measured: liquidity.Liquidity | None = MEASURED, asking_cents: int | None = 32_000_000) -> offers.Offer:
    """Return what the deal may cost."""
    return offers.compute(offers.Brief(50_000_000, 4_000_000, asking_cents), POLICY, measured, Province.ON)


def an_approval(state: ApprovalState = ApprovalState.PENDING, of: Lead | None = None, **change: Any) -> Approval:
    """Return a request for the opening offer."""
    opening = an_offer().opening_cents
    fields = _fields(of or a_lead(), amount_cents=opening)
    made = Approval(
        approval_id="ap_Zx8",
        kind=ApprovalKind.OFFER,
        subject_id=3,
        revision=1,
        state=state,
        amount_cents=opening,
        preview=templates.render("offer", Language.EN, fields),
        requested_by="U0RILEY",
        requested_at=NOON,
        expires_at=NOON + timedelta(hours=24),
        decided_by=None if state is ApprovalState.PENDING else "U0AVERY",
        decided_at=None if state is ApprovalState.PENDING else NOON + timedelta(minutes=40),
        decision_note=None,
    )
    return replace(made, **change)


def a_policy(state: PolicyState = PolicyState.PROPOSED, **change: Any) -> Policy:
    """Return a version that asks for more than the floor allows for calls, and less for texts."""
    wide, short = hours_text.parse("daily 08:00-22:00"), hours_text.parse("Mon-Fri 09:00-17:00")
    assert wide is not None
    assert short is not None
    rules = replace(
        BUILT_IN_POLICY,
        version=2,
        scope="ON/Toronto",
        windows={Channel.CALL: wide, Channel.SMS: short},
        channels=frozenset({Channel.CALL, Channel.SMS}),
        closed_on=frozenset({date(2026, 12, 24)}),
        closed_on_holidays=frozenset({Channel.SMS}),
        inquiry_is_implied_consent=True,
    )
    tried = replay.Replay(sends=120, held=37, refused=2, first_texts=4, longest_wait_seconds=52_200, late=2, cut=True)
    made = Policy(
        policy_id=7,
        scope=Scope(Province.ON, "Toronto"),
        state=state,
        rules=rules,
        reason="Two complaints about texts after supper",
        proposed_by="U0DANA",
        proposed_at=NOON,
        base_id=0,
        replaced_id=None,
        asked_from=None,
        effective_at=None if state is PolicyState.PROPOSED else NOON + timedelta(hours=1),
        decided_by=None if state is PolicyState.PROPOSED else "U0AVERY",
        ended_by="U0AVERY" if state in {PolicyState.REJECTED, PolicyState.ROLLED_BACK} else None,
        ended_at=None if state is PolicyState.PROPOSED else NOON + timedelta(hours=2),
        note=None,
        replay=replay.as_json(tried),
    )
    return replace(made, **change)


def a_policy_sheet(
    state: PolicyState = PolicyState.PROPOSED, at: datetime = NOON + timedelta(minutes=5), **change: Any
) -> PolicySheet:
    """Return a version with the request about it."""
    asked = ApprovalState.PENDING if state is PolicyState.PROPOSED else ApprovalState.APPROVED
    request = an_approval(asked, kind=ApprovalKind.POLICY, subject_id=7, revision=0, preview="Toronto, Ontario: off")
    return PolicySheet(a_policy(state, **change), BUILT_IN_POLICY, request, 3, at)


def an_approval_sheet(request: Approval | None = None, of: Lead | None = None, **change: Any) -> ApprovalSheet:
    """Return a request with its evidence and two buyers who fit."""
    offer = an_offer()
    made = ApprovalSheet(
        approval=request or an_approval(of=of),
        lead=of or a_lead(),
        deal=a_deal(),
        current_revision=1,
        offer_cents={
            "opening": offer.opening_cents,
            "target": offer.target_cents,
            "stretch": offer.stretch_cents,
            "ceiling": offer.ceiling_cents,
        },
        evidence=offer.evidence,
        matches=(
            (a_buyer(), 0.9, ("buys in Hamilton, ON", "buys detached", "$307,500 is within $200,000–$600,000")),
            (a_buyer("Ana Li", buyer_id=6), 0.8, ("buys in Hamilton, ON", "3 beds, needs 2")),
        ),
        message=None,
        at=NOON + timedelta(minutes=10),
    )
    return replace(made, **change)


FIGURES: Mapping[str, Any] = {
    "leads": {"total": 12, "by_province": {"ON": 7, "QC": 3, "?": 2}},
    "speed_to_lead": {"median_seconds": 252.0, "tried": 10, "untried": 2},
    "sends": {"delivered": 20, "undelivered": 1, "held": 3},
    "holds": {"legal_window": 2, "place_unknown": 1},
    "match_rate": {"n": 5, "hits": 4, "rate": 0.8},
    "error_rate": {"n": 61, "hits": 1, "rate": 1 / 61},
    "pending_approvals": 1,
    "series": {
        "labels": ["Wed 18", "Thu 19", "Fri 20", "Sat 21", "Sun 22", "Mon 23", "Tue 24"],
        "leads": [3, 5, 4, 1, 0, 9, 12],
        "texts": [6, 9, 8, 2, 0, 15, 20],
    },
    "late": False,
    "zone": "America/Toronto",
}


def a_briefing(requested_by: str = "system", **change: Any) -> BriefingSheet:
    """Return the figures of a day."""
    return BriefingSheet(5, NOON, requested_by, {**FIGURES, **change})


def a_status(**change: Any) -> StatusSheet:
    """Return a calm day."""
    made = StatusSheet(
        messages={MessageState.READY: 1, MessageState.HELD: 3},
        holds={"legal_window": 2, "place_unknown": 1},
        oldest_due_at=NOON + timedelta(hours=3),
        cards_waiting=0,
        approvals_pending=1,
        paused_scopes=frozenset(),
        clock_faults=(),
        at=NOON,
        last_day={MessageState.DELIVERED: 20, MessageState.UNDELIVERED: 1},
    )
    return replace(made, **change)


def troubled(**change: Any) -> StatusSheet:
    """Return a day on which everything waits for somebody."""
    return a_status(
        messages={
            MessageState.UNKNOWN: 2,
            MessageState.NEEDS_PERSON: 1,
            MessageState.DEAD: 3,
            MessageState.HELD: len(words.HOLD_ADVICE),
        },
        holds=dict.fromkeys(words.HOLD_ADVICE, 1),
        oldest_unknown_at=NOON - timedelta(hours=1),
        steps_dead=1,
        cards_dead=2,
        jobs_silent=True,
        jobs_heard_at=NOON - timedelta(minutes=5),
        **change,
    )


def stop_order() -> Suppression:
    """Return a STOP that came in the afternoon."""
    return Suppression(SuppressionReason.STOP, NOON + timedelta(hours=2), None)


LEAD_CARDS: Mapping[str, Callable[[Lead], LeadSheet]] = {
    "fresh": a_sheet,
    "held overnight": held_sheet,
    "claimed": lambda of: a_sheet(replace(of, owner="U0RILEY"), deal=a_deal()),
    "replied": lambda of: a_sheet(
        replace(of, owner="U0RILEY", ladder=LadderState.PAUSED, ladder_reason="seller_replied", notes="Call after six"),
        rungs=rungs(RungState.DONE, RungState.DONE, settled_at=NOON),
        last_reply=a_reply(),
        at=NOON + timedelta(hours=3),
    ),
    "consent ends soon": lambda of: a_sheet(of, consent_ends_at=NOON + timedelta(days=12)),
    "steps without consent": lambda of: a_sheet(of, uncovered={3: Reason.CONSENT_USED, 5: Reason.CONSENT_ENDED}),
    "may be a stop": lambda of: a_sheet(
        replace(of, ladder=LadderState.PAUSED, ladder_reason="asks_to_stop"),
        rungs=rungs(RungState.DONE),
        last_reply=a_reply("take me off your list", "smells_of_stop"),
        stop_unread=True,
    ),
    "stopped": lambda of: a_sheet(
        replace(of, owner="U0RILEY", ladder=LadderState.STOPPED, ladder_reason="stop"),
        rungs=rungs(RungState.DONE, *[RungState.CANCELLED] * 5),
        last_reply=a_reply("STOP", "stop"),
        suppressions=(stop_order(),),
        at=NOON + timedelta(hours=4),
    ),
    "no province": lambda of: held_sheet(
        replace(of, province=None, zones=frozenset(), market="ALL", conflicts=("Postal code says QC, text says ON",)),
        consents=(),
    ),
    "two clocks": lambda of: a_sheet(
        replace(
            of,
            address="5 Canyon St, Creston BC",
            province=Province.BC,
            market="ALL",
            zones=frozenset({"America/Vancouver", "America/Edmonton"}),
            contact=replace(of.contact, language=Language.FR),
        ),
        consents=(a_consent(ConsentBasis.EXPRESS),),
    ),
    "in doubt": lambda of: a_sheet(
        of, rungs=rungs(RungState.QUEUED), messages=(a_message(MessageState.NEEDS_PERSON, reason="timeout"),)
    ),
    "stuck with a step": lambda of: a_sheet(of, rungs=rungs(RungState.DEAD, last_error="KeyError")),
    "stuck with a text": lambda of: a_sheet(
        of, rungs=rungs(RungState.QUEUED), messages=(a_message(MessageState.DEAD, last_error="KeyError"),)
    ),
    "skipped": lambda of: a_sheet(
        of,
        rungs=rungs(RungState.SKIPPED, RungState.POSTED, RungState.ARMED, note="no_consent"),
        messages=(a_message(MessageState.REFUSED, reason="no_consent"),),
        consents=(),
    ),
    "refused by the provider": lambda of: a_sheet(
        of,
        rungs=rungs(RungState.SKIPPED, RungState.ARMED, note="provider_21614"),
        messages=(a_message(MessageState.REFUSED, reason="provider_refused", error_code=21614),),
    ),
    "finished": lambda of: a_sheet(
        replace(of, owner="U0RILEY", ladder=LadderState.FINISHED), rungs=rungs(*[RungState.DONE] * 6), deal=a_deal()
    ),
}
"""State to the sheet that shows it, for any lead."""


def approvals_of(of: Lead) -> dict[str, ApprovalSheet]:
    """Return a request in each state it can be in."""
    delivered = a_message(MessageState.HELD, message_id=40, rung_id=None, reason="legal_window", opens_at=OPENS)
    return {
        "pending": an_approval_sheet(of=of),
        "nobody fits": an_approval_sheet(of=of, matches=(), evidence=an_offer(THIN, None).evidence),
        "approved": an_approval_sheet(an_approval(ApprovalState.APPROVED, of), of, message=delivered, at=NIGHT),
        "rejected": an_approval_sheet(an_approval(ApprovalState.REJECTED, of), of),
        "countered": an_approval_sheet(an_approval(ApprovalState.COUNTERED, of, decision_note="$310,000"), of),
        "withdrawn": an_approval_sheet(an_approval(ApprovalState.VOID, of, decided_by=None, decided_at=None), of),
        "expired": an_approval_sheet(of=of, at=NOON + timedelta(hours=25)),
        "changed": an_approval_sheet(of=of, current_revision=2),
    }


def a_dead_text(of: Lead, body: str = "Hi Jane", state: MessageState = MessageState.DEAD) -> DeadMessageSheet:
    """Return a text that was given up, and what has become of it."""
    return DeadMessageSheet(a_message(state, body=body, last_error="ValueError"), of, NOON)


def a_dead_step(of: Lead, state: RungState = RungState.DEAD) -> DeadRungSheet:
    """Return a step that was given up each time with its process, and what has become of it."""
    return DeadRungSheet(rungs(state)[0], of, NOON)


def messages_of(of: Lead, body: str = "Yes, but call me after six please") -> dict[str, Rendered]:
    """Return every message there is, about one lead."""
    reached = {"outcome": CallOutcome.REACHED, "outcome_by": "U0RILEY", "state": RungState.DONE, "settled_at": NOON}
    return {
        **{f"lead {name}": lead.card(make(of)) for name, make in LEAD_CARDS.items()},
        **{f"approval {name}": approval.card(sheet) for name, sheet in approvals_of(of).items()},
        "call waiting": call.card(a_call(of)),
        "call reached": call.card(a_call(of, **reached)),
        "call called off": call.card(a_call(of, state=RungState.CANCELLED, note="stop")),
        **{f"dead text {state}": dead.message(a_dead_text(of, body, state)) for state in MessageState},
        "dead text of no lead": dead.message(DeadMessageSheet(a_message(MessageState.DEAD), None, NOON)),
        **{f"dead step {state}": dead.rung(a_dead_step(of, state)) for state in RungState},
        "reply": reply.card(
            ReplySheet(a_reply(body, from_address=of.contact.phone_e164), of, NOON + timedelta(hours=2))
        ),
        "reply that may be a stop": reply.card(
            ReplySheet(a_reply(body, "smells_of_stop", from_address=of.contact.phone_e164), of, NOON)
        ),
        "reply read as a stop": reply.card(ReplySheet(a_read(StopReading.STOP), of, NOON)),
        "reply read as no stop": reply.card(ReplySheet(a_read(StopReading.NOT_STOP), of, NOON)),
        "consent ledger": consent.ledger(a_ledger(of)),
        "consent ledger empty": consent.ledger(a_sheet(of, consents=())),
        "reply stop": reply.card(ReplySheet(a_reply("STOP", "stop"), of, NOON + timedelta(hours=2))),
        "reply from a stranger": reply.card(
            ReplySheet(
                a_reply(body, lead_id=None, media_count=2, from_address=of.contact.phone_e164),
                None,
                NOON + timedelta(hours=2),
            )
        ),
        "briefing": briefing.card(a_briefing()),
        "briefing without a chart": briefing.without_chart(briefing.card(a_briefing("U0DANA", late=True))),
        **{f"policy {state}": policy.card(a_policy_sheet(state)) for state in PolicyState},
        "policy expired": policy.card(a_policy_sheet(at=NOON + timedelta(days=2))),
        "policy for later": policy.card(a_policy_sheet(asked_from=NOON + timedelta(days=3))),
        "policy proposed": policy.proposed(a_policy()),
        "policy shown": policy.shown(a_policy().scope, a_policy().rules, None, NOON),
        "policy shown with another on its way": policy.shown(a_policy().scope, BUILT_IN_POLICY, a_policy(), NOON),
        "policy list": policy.listing([a_policy(PolicyState.ACTIVE)]),
        "policy list empty": policy.listing([]),
        "policy history": policy.history(a_policy().scope, [a_policy(state) for state in PolicyState]),
        "policy history empty": policy.history(a_policy().scope, []),
        "notice": notice.card("Already claimed by <@U0RILEY>."),
        "alert": notice.alert("The phone provider refuses our account (20003)", NOON),
        "lead opened": lead.opened(
            of, "May leave until 21:30 today, UTC−5 (Toronto). Answer to their inquiry", ("A hint",)
        ),
        "lead list": lead.listing([of, a_lead("Marc Gagnon")], "Your leads"),
        "lead pick list": lead.listing([of, a_lead("Marc Gagnon", lead_id=13)], "Pause which lead?", "lead.pause"),
        "lead list empty": lead.listing([], "Your leads"),
        "deal pick list": deal.pick([of]),
        "deal briefed": deal.briefed(a_deal(), of, an_offer(THIN), an_approval(), 2),
        "deal what if": deal.what_if(an_offer()),
        "buyer added": buyer.added(a_buyer(of.contact.name)),
        "buyer list": buyer.listing([a_buyer(of.contact.name), a_buyer("Ana Li", active=False, buyer_id=6)]),
        "buyer list empty": buyer.listing([]),
        "status": status.card(a_status()),
        "status paused": status.card(
            a_status(
                paused_scopes=frozenset({"province:ON", "channel:call"}),
                cards_waiting=2,
                pauses=(Pause("province:ON", "paused in Slack", "U0AVERY", NOON),),
            )
        ),
        "status of a bad day": status.card(troubled()),
        "database away": notice.storage_away("database or disk is full"),
        "database back": notice.storage_back(252),
        "status with wrong clocks": status.card(a_status(clock_faults=("The clock of America/Winnipeg is wrong",))),
        **{f"help {name}": help.root(name) for name in help.COMMANDS},
    }


def views_of(of: Lead) -> dict[str, dict[str, Any]]:
    """Return every modal and Home there is, about one lead."""
    prefill = {"name": of.contact.name, "phone": "416-555-0199", "address": of.address, "notes": of.notes}
    return {
        "form lead": lead.modal(None),
        "form lead prefilled": lead.modal(prefill, {"phone": "One digit short"}, metadata="C0LEADS"),
        "form deal": deal.modal(of, None),
        "form deal again": deal.modal(of, a_deal(), {"arv": "ARV must be $10,000–$50,000,000"}),
        "form counter": approval.counter_modal(an_approval(of=of), 32_000_000),
        "number": lead.reveal(of),
        "refusal": notice.modal("That did not work", "Already decided by <@U0AVERY>: approved"),
        "form policy": policy_form.modal(a_policy().scope, policy_fields.written(a_policy().rules, NOON.date())),
        "home with a policy": home.view(
            a_status(), [of], [an_approval(kind=ApprovalKind.POLICY, preview="Toronto, Ontario, version 2\nTexts: off")]
        ),
        "home": home.view(a_status(), [of], [an_approval(of=of)], {Province.ON: BUILT_IN_POLICY}),
        "home empty": home.view(a_status(holds={}, messages={})),
    }
