"""How a typed line splits into words, options and quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import options
from domain.errors import DomainError


@pytest.mark.parametrize(
    ("line", "head", "given_options"),
    [
        ("a b", "a b", {}),
        ("a Source=web", "a", {"source": "web"}),
        ("a notes=call after six source=web", "a", {"notes": "call after six", "source": "web"}),
        ('a notes="x y=z" b=1', "a", {"notes": "x y=z", "b": "1"}),
        ("a notes=“curly quotes”", "a", {"notes": "curly quotes"}),
        ("a notes=« guillemets »", "a", {"notes": "guillemets"}),
        ("x=1", "", {"x": "1"}),
        ('12 "King" St', "12 King St", {}),
        ("a x=", "a", {"x": ""}),
    ],
)
def test_options_end_where_the_next_key_begins(line: str, head: str, given_options: dict[str, str]) -> None:
    """Quotes keep what looks like a key inside a value."""
    assert options.split(line) == (head, given_options)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('a notes="call after', 'Missing closing quote after "call after'),
        ('a x="1" notes="call', 'Missing closing quote after "call'),
        ("word " * 800, "Too long (max 500)"),
        ("a x=1 X=2", "'x' is given twice: keep one"),
        ('a x="1" more', "Put all of 'x' inside one pair of quotes"),
    ],
)
def test_a_broken_line_is_refused_with_what_to_mend(line: str, sentence: str) -> None:
    """The person sees where it broke."""
    with pytest.raises(DomainError) as refused:
        options.split(line)

    assert refused.value.sentence == sentence


def test_a_typing_error_is_answered_with_the_likely_word() -> None:
    """One letter too many is no reason to read the manual."""
    assert options.suggest("noww", ["now", "status", "help"]) == "now"
    assert options.unknown("noww", ["now", "status"]).sentence == "Unknown 'noww'. Did you mean 'now'?"


def test_a_word_near_nothing_is_answered_with_all_choices() -> None:
    """Without a likely word the person sees what there is."""
    assert options.suggest("zebra", ["now", "status"]) is None
    assert options.unknown("zebra\u202e", ["status", "now"]).sentence == "Unknown 'zebra'. Possible: now, status."


@given(st.text(max_size=600))
def test_any_line_splits_or_is_refused(line: str) -> None:
    """Nothing typed raises anything else."""
    try:
        head, given_options = options.split(line)
    except DomainError as refused:
        head, given_options = refused.sentence, {}

    assert '"' not in head or head.startswith("Missing closing quote")
    assert all(key == key.lower() for key in given_options)
