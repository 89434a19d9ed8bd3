"""What the provider's error codes mean."""

import pytest

from domain import delivery_errors
from domain.delivery_errors import ErrorClass
from domain.model import MessageState, SuppressionReason

REQUIRED = [
    *(20003, 20429, 21211, 21408, 21606, 21608, 21610, 21611, 21612, 21614, 21617),
    *(30001, 30003, 30004, 30005, 30006, 30007, 30008, 30036, 35114, 35115, 35116, 35117),
]


@pytest.mark.parametrize("code", REQUIRED)
def test_every_code_we_meet_has_a_sentence_and_a_source(code: int) -> None:
    """Nobody reads a bare number."""
    rule = delivery_errors.ERRORS[code]

    assert rule.sentence.endswith(".")
    assert rule.source == f"https://www.twilio.com/docs/api/errors/{code}"


def test_too_many_requests_were_never_processed() -> None:
    """They are tried again."""
    rule = delivery_errors.rule_for(20429)

    assert (rule.kind, rule.ends_in) == (ErrorClass.NOT_SENT, MessageState.READY)


def test_bad_credentials_keep_the_messages() -> None:
    """The account is broken, not the text."""
    rule = delivery_errors.rule_for(20003)

    assert (rule.kind, rule.ends_in) == (ErrorClass.CONFIG, MessageState.READY)


def test_an_opt_out_at_the_carrier_becomes_our_own() -> None:
    """What the provider blocks, we block on every channel."""
    assert delivery_errors.rule_for(21610).suppress is SuppressionReason.STOP


def test_a_text_that_outlived_its_validity_is_expired() -> None:
    """It was dropped on purpose, before the window closed."""
    assert delivery_errors.rule_for(30036).ends_in is MessageState.EXPIRED


def test_a_landline_can_still_be_called() -> None:
    """A number that takes no texts is not suppressed on every channel."""
    assert delivery_errors.rule_for(30006).suppress is None


@pytest.mark.parametrize(
    ("http_status", "kind"),
    [
        (400, ErrorClass.REFUSED),
        (404, ErrorClass.REFUSED),
        (401, ErrorClass.CONFIG),
        (403, ErrorClass.CONFIG),
        (429, ErrorClass.NOT_SENT),
        (500, ErrorClass.UNKNOWN),
        (503, ErrorClass.UNKNOWN),
        (None, ErrorClass.UNKNOWN),
    ],
)
def test_an_unknown_code_is_read_by_its_http_status(http_status: int | None, kind: ErrorClass) -> None:
    """Only an answer that proves it lets us send again."""
    assert delivery_errors.rule_for(99999, http_status=http_status).kind is kind


def test_nothing_that_may_have_left_is_marked_ready() -> None:
    """Only classes that prove nothing was sent lead back to ready."""
    ready = {rule.kind for rule in delivery_errors.ERRORS.values() if rule.ends_in is MessageState.READY}

    assert ready == {ErrorClass.NOT_SENT, ErrorClass.CONFIG}
