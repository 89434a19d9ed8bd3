"""What every slash command has in common: help, typing errors, length, quotes, and where it may be used."""

from __future__ import annotations

import pytest

from bot.views import help as help_view
from tests.bot import doors as kit
from tests.bot.doors import Doors
from tests.bot.slack_reading import literal, said

ROOTS = tuple(help_view.COMMANDS)


@pytest.mark.parametrize("root", ROOTS)
def test_every_root_answers_help(doors: Doors, root: str) -> None:
    """In any case of letters, with examples."""
    for word in ("help", "HELP", " help "):
        assert f"/{root}" in said(doors.command(f"/{root} {word}"))


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("text", ["🏠", "🏠🔥 ", "\u200b", "\u200b\u200d\ufeff", ":house: :fire:", "…", "-"])
def test_e60_text_that_says_nothing_gets_help(doors: Doors, root: str, text: str) -> None:
    """Only emoji or invisible characters: not an error, a hand."""
    assert said(doors.command(f"/{root} {text}")) == help_view.root(root).text


def test_e56_bare_heimdall_is_help(doors: Doors) -> None:
    """Nothing behind the command."""
    assert said(doors.command("/heimdall")) == help_view.root("heimdall").text
    assert said(doors.command("/heimdall   ")) == help_view.root("heimdall").text


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/heimdall noww", "now"),
        ("/heimdall STATSU", "status"),
        ("/heimdall hlep", "help"),
        ("/lead fnd Jane", "find"),
        ("/lead resum L-1", "resume"),
        ("/deal shwo D-1", "show"),
        ("/buyer lst", "list"),
    ],
)
def test_e57_a_slip_is_answered_with_the_word_that_was_meant(doors: Doors, line: str, meant: str) -> None:
    """Unknown 'noww'. Did you mean 'now'?"""
    typed = line.split()[1]

    assert f"Unknown '{typed}'. Did you mean '{meant}'?" in said(doors.command(line))


@pytest.mark.parametrize("line", ["/heimdall xyzzy", "/buyer xyzzy"])
def test_a_word_like_nothing_gets_the_list(doors: Doors, line: str) -> None:
    """When no verb is near, all are named."""
    assert "Possible: " in said(doors.command(line))


@pytest.mark.parametrize(
    "line",
    [
        '/lead 416-555-0199 12 King St, Hamilton ON — Jane notes="after six',
        '/lead find "King St',
        '/deal L-1 arv="500k',
        '/buyer add Sam phone="416',
        "/lead find “King St",
    ],
)
def test_e58_an_open_quote_is_named(doors: Doors, line: str) -> None:
    """Straight or curly."""
    assert "Missing closing quote after" in said(doors.command(line))
    assert doors.lead_count() == 0


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("length", [501, 4_000, 50_000])
def test_e61_long_text_is_refused(doors: Doors, root: str, length: int) -> None:
    """A paste by mistake."""
    assert said(doors.command(f"/{root} " + "x" * length)) == "Too long (max 500)"


@pytest.mark.parametrize(
    "echoed",
    ["<!channel>", "<@U0AVERY>", "*x*", "`x`", "<https://evil|bank.ca>", "&lt;!here&gt;"],
    ids=lambda text: text[:8],
)
def test_e63_e65_a_word_that_is_quoted_back_is_literal(doors: Doors, echoed: str) -> None:
    """Nothing that was typed is ever read as a mention, a link or formatting."""
    body = doors.command(f"/heimdall {echoed}").json()

    assert f"'{echoed}'" in literal(body)
    assert body["mrkdwn"] is False
    assert "<" not in body["text"]


def test_e62_deal_is_for_deals(doors: Doors) -> None:
    """Elsewhere it points to its channel; in the deals and leads channels and in private it works."""
    refused = doors.command("/deal", channel=kit.ELSEWHERE).json()

    assert f"Use this in <#{kit.DEALS}>" in str(refused["blocks"])
    for channel in (kit.DEALS, kit.LEADS, kit.DIRECT):
        assert "Put numbers on which lead?" in said(doors.command("/deal", channel=channel))


def test_help_is_given_everywhere(doors: Doors) -> None:
    """Also where the command itself is not at home."""
    assert said(doors.command("/deal help", channel=kit.ELSEWHERE)) == help_view.root("deal").text


@pytest.mark.parametrize("line", ["/unknown", "/unknown help"])
def test_a_command_nobody_listens_to_says_so(doors: Doors, line: str) -> None:
    """The app's settings may name one that this version does not know."""
    assert "/heimdall help" in said(doors.command(line))


@pytest.mark.parametrize("root", ROOTS)
def test_every_answer_passes_the_views_own_checks(doors: Doors, root: str) -> None:
    """What a person sees keeps Slack's limits and reads the same without blocks."""
    from bot.views.blocks import Rendered, lint  # noqa: PLC0415

    for text in ("help", "xyzzy", "", "find Jane", "show L-9", "add", "status"):
        answer = doors.command(f"/{root} {text}")
        if answer.text:
            body = answer.json()
            assert lint(Rendered(body["text"], body["blocks"])) == []
