"""The laws a fault may not break, judged from what the practice world's provider logged, not from what we say of us.

L1 nothing is lost · L2 nothing is accepted twice · L3 nothing leaves outside the hours · L4 nothing leaves after a STOP
was committed · L5 every act has one outcome and one answer · L6 the audit verifies.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.domain import clock_oracle
from tests.faults import answers
from tests.faults.deployment import PATIENCE_SECONDS, Deployment

Json = Mapping[str, Any]

AT_REST = frozenset(
    {"held", "needs_person", "dead", "accepted", "sent", "delivered", "undelivered", "failed", "refused", "expired"}
    | {"cancelled"}
)
"""States a message may stay in: it is done, or its row says what it waits for."""

GONE = frozenset({"accepted", "sent", "delivered", "undelivered", "failed"})
"""States that say the provider has it."""


@dataclass(frozen=True)
class Verdict:
    """What was found after one run; every list is empty when the laws held."""

    planned: int
    lost: list[str]
    doubled: list[str]
    out_of_window: list[str]
    after_stop: list[str]
    unanswered: list[str]

    def check(self) -> None:
        """Fail with everything that was found."""
        found = {
            "lost": self.lost,
            "doubled": self.doubled,
            "out of window": self.out_of_window,
            "after STOP": self.after_stop,
            "acts without one outcome and one answer": self.unanswered,
        }
        broken = {law: cases for law, cases in found.items() if cases}
        assert not broken, f"of {self.planned} planned: {broken}"


def at_rest(deployment: Deployment) -> bool:
    """Tell whether nothing is on its way any more, and no held text and no step of a running ladder is due."""
    # One statement, one snapshot: a step that is due becomes a text that waits.
    query = """
        SELECT (SELECT count(*) FROM messages WHERE state IN ('ready', 'dispatching', 'unknown')
                OR (state = 'held' AND available_at <= :now))
             + (SELECT count(*) FROM rungs r JOIN leads l ON l.id = r.lead_id
                WHERE l.ladder = 'running' AND r.state = 'armed' AND r.due_at <= :now)
    """
    waiting = deployment.value(query, now=deployment.stored(deployment.now))
    return bool(waiting == 0 and deployment.world.state["busy"] == 0 and _answered(deployment))


def _answered(deployment: Deployment) -> bool:
    """Tell whether every act has its answer, or none can come any more: Slack shows every card as it is."""
    return not (deployment.value("SELECT count(*) FROM cards WHERE stale") and answers.broken(deployment))


def judge(deployment: Deployment) -> Verdict:
    """Compare the provider's log with the outbox."""
    rows = deployment.rows("SELECT * FROM messages WHERE channel = 'sms'")
    sent = provider_texts(deployment)
    return Verdict(
        planned=len(rows),
        lost=[*_lost(rows, sent), *_lost_replies(deployment), *_lost_leads(deployment)],
        doubled=_doubled(sent),
        out_of_window=_out_of_window(deployment, sent),
        after_stop=_after_stop(deployment),
        unanswered=answers.broken(deployment),
    )


def verified(deployment: Deployment) -> bool:
    """Tell whether the audit's hash chain is whole (L6), by the command a lawyer would run."""
    verifying = deployment.run("audit", "verify")
    verifying.join(PATIENCE_SECONDS)
    assert verifying.exitcode == 0, deployment.log()[-500:]
    return True


def provider_texts(deployment: Deployment) -> list[Json]:
    """Return every text the provider took from our account, oldest first."""
    phones = deployment.world.state["phones"].values()
    return [one for phone in phones for one in phone["messages"] if one["source"] == "api"]


def _lost(rows: Iterable[Json], sent: list[Json]) -> Iterable[str]:
    at_provider = Counter((one["to"], one["body"]) for one in sent)
    for row in rows:
        key = (row["to_address"], row["body"])
        if row["state"] not in AT_REST:
            yield f"M-{row['id']} is still {row['state']} ({row['reason']})"
        if row["state"] in GONE and not at_provider[key]:
            yield f"M-{row['id']} is {row['state']}, and the provider never had it"
    ours = {(row["to_address"], row["body"]) for row in rows}
    yield from (f"{one['sid']} is in no row of ours" for one in sent if (one["to"], one["body"]) not in ours)


def _lost_replies(deployment: Deployment) -> list[str]:
    """Return texts from people that a phone logged as sent and our books do not have."""
    known = {row["key"] for row in deployment.rows("SELECT key FROM inbox WHERE key LIKE 'sms:%'")}
    phones = deployment.world.state["phones"].values()
    written = [one for phone in phones for one in phone["messages"] if one["direction"] == "inbound"]
    return [f"the reply {one['sid']} is not in the books" for one in written if f"sms:{one['sid']}" not in known]


def _lost_leads(deployment: Deployment) -> Iterable[str]:
    """Return leads that Slack was told of and nobody knows, and running ladders that wait for nothing."""
    known = {f"L-{row['id']}" for row in deployment.rows("SELECT id FROM leads")}
    yield from (f"{ref} is in no row of ours" for ref in deployment.opened if ref not in known)
    query = """
        SELECT id FROM leads WHERE ladder = 'running'
        AND NOT EXISTS (SELECT 1 FROM rungs WHERE lead_id = leads.id AND state IN ('armed', 'queued'))
    """
    yield from (f"L-{row['id']} runs and has no next step" for row in deployment.rows(query))


def _doubled(sent: Iterable[Json]) -> list[str]:
    """Return texts of one wording that one phone was sent more than once; no two intents share a wording."""
    counted = Counter((one["to"], one["body"]) for one in sent)
    return [f"{to} {times} times: {body[:40]}" for (to, body), times in counted.items() if times > 1]


def _out_of_window(deployment: Deployment, sent: Iterable[Json]) -> list[str]:
    zones = {
        row["phone_e164"]: row["zones"]
        for row in deployment.rows("SELECT c.phone_e164, l.zones FROM leads l JOIN contacts c ON c.id = l.contact_id")
    }
    return [
        f"{one['sid']} to {one['to']} at {at.isoformat()}, closed in {zone}"
        for one in sent
        for zone in _json(zones.get(one["to"], "[]"))
        for at in _could_leave(one)
        if not clock_oracle.is_open(zone, clock_oracle.minute_of(at), clock_oracle.call_hours)
    ]


def _could_leave(one: Json) -> tuple[datetime, datetime]:
    """Return the first and the last minute in which the provider may have sent a text of ours on."""
    created_at = datetime.fromisoformat(one["created_at"])
    return created_at, created_at + timedelta(seconds=one["validity_seconds"] - 60)


def _after_stop(deployment: Deployment) -> list[str]:
    """Return texts allowed to leave behind the STOP: lines of the audit are numbered as they were committed."""
    stops = _stops(deployment)
    query = """
        SELECT m.id, m.to_address, max(r.id) AS line FROM messages m JOIN receipts r ON r.message_id = m.id
        WHERE r.moment = 'handover' AND r.verdict = 'allow' AND m.purpose <> 'opt_out_confirmation'
        GROUP BY m.id, m.to_address
    """
    return [
        f"M-{row['id']} to {row['to_address']}: allowed in line {row['line']}, STOP in line {stops[row['to_address']]}"
        for row in deployment.rows(query)
        if row["line"] > stops.get(row["to_address"], row["line"])
    ]


def _stops(deployment: Deployment) -> dict[str, int]:
    """Return the line of the audit in which each number's first STOP was committed."""
    asked_by = {row["id"]: row["from_address"] for row in deployment.rows("SELECT id, from_address FROM replies")}
    found: dict[str, int] = {}
    for row in deployment.rows("SELECT id, detail FROM audit WHERE action = 'opted_out' ORDER BY id"):
        found.setdefault(asked_by[_json(row["detail"])["reply_id"]], row["id"])
    return found


def _json(stored: Any) -> Any:  # noqa: ANN401 - a JSON column: text on SQLite, a value on PostgreSQL
    return json.loads(stored) if isinstance(stored, str) else stored
