"""What holds for every text: nothing raises, and a window is only ever opened where a province is certain."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.geo import ALL_MARKETS, locate, market_provinces, near, tables
from domain.geo.zones import PROVINCE_ZONES
from domain.provinces import Province, parse

_NAMES = sorted(tables.place_lines())
_WORDS = st.sampled_from(
    [
        *(
            "on",
            "ON",
            "in",
            "near",
            "St",
            "Saint",
            "Ontario",
            "Québec",
            "BC",
            "n.b.",
            "WA",
            "USA",
            "Main St",
            "12",
            "rue",
        ),
        *("V6B 1A1", "m5v", "416-555-0199", "à", "area", "Hope", "Halifax", "St. John's", "Vancouver", "98660", "CA"),
        *(",", "-", "—", "?"),
    ],
)
_PIECES = st.lists(_WORDS | st.sampled_from(_NAMES), max_size=8).map(" ".join)
_TEXTS = st.text(max_size=80) | _PIECES
_PHONES = st.none() | st.text(max_size=20) | st.integers(2_000_000_000, 9_999_999_999).map(str)


@given(text=_TEXTS, phone=_PHONES)
@example(text="\x00", phone=None)
@example(text="ǅ" * 3000, phone="+")
@example(text="Ⅷ ﬁ ½ ١٢٣", phone="\uff11\uff12\uff13")
@settings(max_examples=200)
def test_any_text_gets_a_verdict_that_hangs_together(text: str, phone: str | None) -> None:
    """Zones exactly with a province and all of that province; a conflict never with one; a market with its name."""
    place = locate(text, phone=phone)

    assert bool(place.zones) == (place.province is not None)
    assert place.province is None or place.zones <= PROVINCE_ZONES[place.province]
    assert not (place.conflicts and place.province)
    assert place.market in {ALL_MARKETS, *market_provinces()}
    assert place.province is None or place.market == ALL_MARKETS or place.province in market_provinces()[place.market]
    assert place.province is None or place.evidence


@given(text=_TEXTS)
@settings(max_examples=100)
def test_the_verdict_does_not_change_between_calls(text: str) -> None:
    """Nothing is remembered from one text to the next."""
    assert locate(text) == locate(text)


@given(name=st.sampled_from(_NAMES), province=st.sampled_from(Province))
@settings(max_examples=100)
def test_a_named_province_is_never_overruled(name: str, province: Province) -> None:
    """A place and a province give that province or a question, never another province."""
    assert locate(f"{name}, {province.english}").province in {province, None}


@given(name=st.sampled_from(_NAMES))
@settings(max_examples=100)
def test_a_bare_name_gives_a_province_that_has_the_place(name: str) -> None:
    """Or none, when several provinces share the name, or when the name is a word."""
    if parse(name) is None:
        assert locate(name).province in {None, *(row.province for row in tables.places(name))}


@given(fsa=st.sampled_from(sorted(tables.fsas())), lower=st.booleans(), rest=st.sampled_from(["1A1", " 2B2", "-3c3"]))
@settings(max_examples=100)
def test_a_postal_code_gives_its_own_province_in_any_form(fsa: str, rest: str, *, lower: bool) -> None:
    """Case, space and hyphen do not matter."""
    code = fsa + rest
    row = tables.fsas()[fsa]

    place = locate(code.lower() if lower else code)

    assert place.province == (row.provinces[0] if len(row.provinces) == 1 else None)
    assert place.zones == (row.zones if place.province else frozenset())


@given(word=st.text("abcde", max_size=7), other=st.text("abcde", max_size=7))
@settings(max_examples=200)
def test_the_index_finds_exactly_what_is_within_one_error(word: str, other: str) -> None:
    """It agrees with comparing the two words letter by letter."""
    found = near.Index([(word, "key")]).near(other)

    assert bool(found) == _is_near(word, other)
    assert near.within_one_edit(word, other) == near.within_one_edit(other, word) == _is_near(word, other)


def _is_near(word: str, other: str) -> bool:
    """Tell by trying every single error whether one word becomes the other."""
    letters = "abcde"
    splits = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    near_words = {word}
    near_words |= {left + right[1:] for left, right in splits if right}
    near_words |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    near_words |= {left + letter + right[1:] for left, right in splits if right for letter in letters}
    near_words |= {left + letter + right for left, right in splits for letter in letters}
    return other in near_words
