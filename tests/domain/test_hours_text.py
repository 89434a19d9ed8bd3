"""Opening hours as people type them, in both languages, and back."""

from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import hours_text
from domain.errors import DomainError
from domain.windows import Span, Week, week
from tests.domain.policy_builders import weeks

WEEKDAYS = week(weekdays=[Span(time(9), time(20))], saturday=[Span(time(10), time(18))], sunday=[])
SPLIT = week(weekdays=[Span(time(9), time(12)), Span(time(13), time(17))], saturday=[], sunday=[])
WEEKEND = week(weekdays=[], saturday=[Span(time(10), time(16))], sunday=[Span(time(10), time(16))])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Mon-Fri 09:00-20:00, Sat 10:00-18:00", WEEKDAYS),
        ("monday to friday 9am to 8pm; saturday 10 am - 6 pm", WEEKDAYS),
        ("lun-ven 9h-20h, sam 10h à 18h00", WEEKDAYS),
        ("du lundi au vendredi 9h00 à 20h00\nsamedi 10h-18h", WEEKDAYS),
        ("Mon–Fri 09:00–20:00, Sat 10:00–18:00", WEEKDAYS),
        ("Mon, Tue, Wed, Thu, Fri 9-20, Sat 10-18.", WEEKDAYS),
        ("Mon-Fri 09:00-12:00 13:00-17:00", SPLIT),
        ("Mon-Fri 9-12, 13-17", SPLIT),
        ("mon-fri 9-11, mon-fri 11-12, mon-fri 13-16, mon-fri 15:00-17:00", SPLIT),
        ("Sat and Sun 10-16", WEEKEND),
        ("samedi et dimanche 10h-16h", WEEKEND),
        ("daily 9-17", Week(((Span(time(9), time(17)),),) * 7)),
        ("tous les jours 9h-17h", Week(((Span(time(9), time(17)),),) * 7)),
        ("Sat-Mon 9-17", Week(tuple((Span(time(9), time(17)),) if day in {0, 5, 6} else () for day in range(7)))),
    ],
)
def test_hours_are_read_as_they_are_meant(text: str, meant: Week) -> None:
    """Ranges, lists, split days, both clocks, both languages; hours that touch become one."""
    assert hours_text.parse(text) == meant


@pytest.mark.parametrize("text", ["off", "OFF", " none ", "aucun", "fermé", "never"])
def test_off_means_that_the_channel_is_not_used(text: str) -> None:
    """In both languages, however it is written."""
    assert hours_text.parse(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Mon-Fri 25:00-26:00", "No such time: '25:00'"),
        ("Mon-Fri 09:00-24:00", "No such time: '24:00'"),
        ("Mon-Fri 09:60-20:00", "No such time: '09:60'"),
        ("Mon-Fri 13pm-20:00", "No such time: '13pm'"),
        ("Mon-Fri 20:00-02:00", "Hours end on the day they begin"),
        ("Mon-Fri 09:00-09:00", "Hours end on the day they begin"),
        ("Funday 09:00-20:00", "'Funday' is no day"),
        ("T 09:00-20:00", "'T' is no day"),
        ("09:00-20:00", "Which days?"),
        ("Mon-Fri", "Which hours?"),
        ("Mon 9-17, Tue", "Which hours?"),
        ("", "Which hours?"),
        ("whenever", "is no day"),
        ("x" * 301, "Too long"),
    ],
)
def test_what_no_clock_shows_is_refused_with_a_sentence(text: str, says: str) -> None:
    """Case D47 and its kin; the field is named."""
    with pytest.raises(DomainError, match=says) as refused:
        hours_text.parse(text, field="sms")

    assert refused.value.field == "sms"


@given(weeks)
def test_what_is_shown_is_read_back(meant: Week) -> None:
    """A form filled with what applies proposes what applies."""
    assert hours_text.parse(hours_text.show(meant)) == meant


@given(st.text(max_size=60))
def test_any_text_is_hours_or_a_refusal(text: str) -> None:
    """Nothing else escapes."""
    with suppress(DomainError):
        found = hours_text.parse(text)
        assert found is None or any(found.days)
