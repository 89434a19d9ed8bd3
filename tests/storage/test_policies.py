"""Versions of policies and what is about them, on both engines."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest
from alembic import command
from sqlalchemy import insert, select, text

from domain.law import BUILT_IN_POLICY, TeamPolicy
from domain.model import Channel, MessageState
from domain.policies import EVERYWHERE, PolicyState, Scope
from domain.provinces import Province
from storage import messages, migrate, policies, tables
from storage.unit import Database, Tx
from tests.domain.policy_builders import ONTARIO, TORONTO
from tests.support import builders
from tests.support.builders import NOON

RULES = replace(
    BUILT_IN_POLICY,
    version=1,
    max_per_day=2,
    closed_on=frozenset({date(2026, 12, 24)}),
    closed_on_holidays=frozenset({Channel.CALL}),
    inquiry_is_implied_consent=True,
)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    with closing(Database.open(database_url)) as database:
        yield database


def propose(tx: Tx, scope: Scope = ONTARIO, rules: TeamPolicy = RULES) -> int:
    """Store a proposal."""
    numbered = replace(rules, version=policies.next_version(tx, scope))
    made = policies.propose(
        tx,
        scope,
        numbered,
        reason="why",
        by="U0DANA",
        base_id=0,
        asked_from=None,
        replay={"sends": 3},
        now=NOON,
    )
    assert made is not None
    return made


def activate(tx: Tx, policy_id: int) -> None:
    """Put it in force at noon."""
    policies.activate(tx, policy_id, effective_at=NOON, decided_by="U0AVERY", replaced_id=None)


def test_rules_come_back_as_they_were_written(db: Database) -> None:
    """With the version's number and the scope's key in them."""
    with db.write() as tx:
        policy_id = propose(tx, TORONTO)
        found = policies.find(tx, policy_id)

    assert found is not None
    assert found.rules == replace(RULES, version=1, scope="ON/Toronto")
    assert (found.scope, found.state, found.replay) == (TORONTO, PolicyState.PROPOSED, {"sends": 3})


def test_only_what_is_active_or_whose_time_has_come_is_in_force(db: Database) -> None:
    """A proposal never is; a scheduled version from its moment on, tick or no tick."""
    with db.write() as tx:
        first = propose(tx)
        assert policies.in_force(tx, LATER) == {}
        activate(tx, first)
        second = propose(tx)
        policies.schedule(tx, second, by="U0AVERY", effective_at=LATER)

        before = policies.in_force(tx, LATER - timedelta(seconds=1))
        after = policies.in_force(tx, LATER, ["ON/ALL", "CA/ALL"])
        elsewhere = policies.in_force(tx, LATER, ["BC/ALL"])
        assert [policy.policy_id for policy in policies.due(tx, LATER)] == [second]

    assert before["ON/ALL"].policy_id == first
    assert after["ON/ALL"].policy_id == second
    assert elsewhere == {}


def test_a_scope_has_one_version_on_its_way(db: Database) -> None:
    """The database refuses a second one, whoever asks at the same moment."""
    with db.write() as tx:
        propose(tx)
        rules = replace(RULES, version=2)
        second = policies.propose(
            tx, ONTARIO, rules, reason="x", by="U0AVERY", base_id=0, asked_from=None, replay={}, now=NOON
        )
        propose(tx, TORONTO)

    assert second is None


def test_history_is_newest_first_and_numbers_are_never_used_twice(db: Database) -> None:
    """A rejected version keeps its number."""
    with db.write() as tx:
        first = propose(tx)
        policies.end(tx, [first], PolicyState.REJECTED, by="U0AVERY", now=NOON)
        propose(tx)
        found = policies.history(tx, ONTARIO, 10)

    assert [(policy.rules.version, policy.state.value) for policy in found] == [(2, "proposed"), (1, "rejected")]


@pytest.mark.parametrize(
    ("scope", "looked_at"),
    [(EVERYWHERE, True), (ONTARIO, True), (Scope(Province.ON, "Hamilton"), True), (TORONTO, False)],
)
def test_what_rules_hold_in_a_place_is_looked_at_again(db: Database, scope: Scope, looked_at: bool) -> None:  # noqa: FBT001 - a case
    """Held by the team's hours there; nothing else is touched."""
    tomorrow = NOON + timedelta(days=1)
    with db.write() as tx:
        lead = builders.lead(tx)
        held = replace(builders.new_message(lead, state=MessageState.HELD, available_at=tomorrow), reason="team_window")
        ids = [messages.plan(tx, held, NOON)]
        ids += [messages.plan(tx, replace(held, intent_key="test:2", reason="paused"), NOON)]
        messages.look_again_in(tx, scope, {"team_window"}, NOON)
        at = select(tables.messages.c.id, tables.messages.c.available_at)
        found = {row.id: row.available_at for row in tx.execute(at)}

    assert found == {ids[0]: NOON if looked_at else tomorrow, ids[1]: tomorrow}


def test_approvals_of_offers_survive_the_migration_both_ways(database_url: str, db: Database) -> None:
    """The deal an approval was about stays the thing it is about."""
    del database_url
    with db.write() as tx:
        lead = builders.lead(tx)
        deal = {
            "lead_id": lead.lead_id,
            "revision": 1,
            "arv_cents": 1,
            "repairs_cents": 0,
            "property_type": "detached",
            "created_at": NOON,
            "created_by": "U0RILEY",
            "correlation_id": "c",
        }
        deal_id = tx.execute(insert(tables.deals).values(deal).returning(tables.deals.c.id)).scalar_one()
        request = {
            "revision": 1,
            "state": "pending",
            "amount_cents": 1,
            "preview": "Hello",
            "preview_hash": "h",
            "requested_by": "U0RILEY",
            "requested_at": NOON,
            "expires_at": LATER,
        }
        for key, kind, subject in (("a1", "offer", deal_id), ("a2", "policy", 77)):
            tx.execute(insert(tables.approvals).values(request | {"id": key, "kind": kind, "subject_id": subject}))
        settings = migrate.config()
        settings.attributes["connection"] = tx
        command.downgrade(settings, "0004-1")
        assert tx.execute(text("SELECT id, deal_id FROM approvals")).all() == [("a1", deal_id)]
        command.upgrade(settings, "head")

    with db.read() as tx:
        kept = tx.execute(select(tables.approvals.c.id, tables.approvals.c.kind, tables.approvals.c.subject_id)).all()
    assert kept == [("a1", "offer", deal_id)]
