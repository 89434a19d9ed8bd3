"""The law about answers and outcomes notices what it is there for."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults import answers

CLICK = {"ts": "5.0", "user": "U1", "kind": "click", "what": "lead.claim", "channel": "C1", "message_ts": "1.0"} | {
    "done": True,
    "status": 200,
    "failure": "",
    "shown": None,
    "view": None,
}
CARD = {"ts": "1.0", "thread_ts": None, "edited_ts": None}
COMMAND = CLICK | {"kind": "command", "what": "/lead +14165550199 12 King St", "message_ts": ""}
TOLD = {"shown": {"text": "L-7 opened", "blocks": []}}


def _found(
    *acts: dict[str, Any],
    messages: tuple[dict[str, Any], ...] = (CARD,),
    notes: tuple[dict[str, Any], ...] = (),
    leads: tuple[int, ...] = (),
    lines: int = 0,
) -> list[str]:
    """Judge a world of one channel and books with some leads of one number."""
    channel = {"messages": list(messages), "ephemerals": list(notes)}

    def rows(query: str) -> list[dict[str, Any]]:
        if "FROM audit" in query:
            return [{"actor": "U1", "lines": lines}] if lines else []
        return [{"id": each, "phone_e164": "+14165550199"} for each in leads]

    world = SimpleNamespace(state={"acts": list(acts), "channels": {"C1": channel}})
    return answers.broken(SimpleNamespace(world=world, rows=rows))  # type: ignore[arg-type] # as much of one as is read


@pytest.mark.parametrize(
    ("act", "seen"),
    [
        (CLICK | {"view": {"id": "V1"}}, {}),
        (CLICK | {"shown": {"text": "⚠"}}, {}),
        (CLICK, {"messages": (CARD | {"edited_ts": "6.0"},)}),
        (CLICK, {"messages": (CARD, {"ts": "6.0", "thread_ts": "1.0", "edited_ts": None})}),
        (CLICK, {"notes": ({"user": "U1", "ts": "6.0"},)}),
        (CLICK | {"done": False}, {}),
    ],
    ids=["window", "Slack's words", "card changed", "in the thread", "private note", "still under way"],
)
def test_whatever_the_person_saw_afterwards_is_an_answer(act: dict[str, Any], seen: dict[str, Any]) -> None:
    """Nothing is found."""
    assert _found(act, **seen) == []


@pytest.mark.parametrize(
    "seen",
    [{}, {"messages": (CARD | {"edited_ts": "4.0"},)}, {"notes": ({"user": "U2", "ts": "6.0"},)}],
    ids=["nothing", "changed before", "somebody else's note"],
)
def test_an_act_without_an_answer_is_found(seen: dict[str, Any]) -> None:
    """It is named."""
    assert _found(CLICK, **seen) == ["U1's click 'lead.claim' was left without an answer"]


@pytest.mark.parametrize(
    ("leads", "found"),
    [((7,), []), ((), ["L-7 was told"]), ((7, 8), ["2 leads of +14165550199 for 1 commands"])],
    ids=["one", "none", "two"],
)
def test_a_command_has_one_lead(leads: tuple[int, ...], found: list[str]) -> None:
    """The one it was told of."""
    broken = _found(COMMAND | TOLD, leads=leads)

    assert len(broken) == len(found)
    assert all(each.startswith(said) for each, said in zip(broken, found, strict=True))


@pytest.mark.parametrize(("lines", "count"), [(0, 1), (1, 0), (2, 1)])
def test_a_deciding_click_leaves_one_line(lines: int, count: int) -> None:
    """None and two are both wrong."""
    click = CLICK | {"what": "approval.approve", "view": {"id": "V1"}}

    assert len(_found(click, lines=lines)) == count
