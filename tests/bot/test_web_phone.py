"""The phone provider's door: whose requests it takes, and texts that come in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import psycopg
import pytest
from sqlalchemy import event

from domain.keywords import InboundKind
from domain.model import LadderState, SuppressionReason
from storage import replies, suppressions
from tests.bot import doors as kit
from tests.support import builders, postgres

if TYPE_CHECKING:
    from domain.model import Reply
    from tests.bot.doors import Doors

INBOUND = "/phone/inbound"
NUMBER = "+14165550199"
FORM = "application/x-www-form-urlencoded"
TEXT = {"AccountSid": kit.ACCOUNT_SID, "MessageSid": "SM1", "From": NUMBER, "To": kit.OUR_NUMBER, "Body": "hello"}


@pytest.fixture
def seller(doors: Doors) -> Doors:
    """Open a lead whose seller writes to us."""
    doors.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe consent=express")
    return doors


def stored(doors: Doors, reply_id: int = 1) -> Reply:
    """Return a text that came in."""
    with doors.deps.db.read() as tx:
        found = replies.find(tx, reply_id)
    assert found is not None
    return found


def count(doors: Doors) -> int:
    """Return how many texts came in, as far as a test counts."""
    with doors.deps.db.read() as tx:
        return sum(replies.find(tx, number) is not None for number in range(1, 50))


def suppressed(doors: Doors, address: str = NUMBER) -> set[SuppressionReason]:
    """Return why an address may not be contacted."""
    with doors.deps.db.read() as tx:
        return {order.reason for order in suppressions.of_addresses(tx, [address], None).get(address, ())}


# --- who ---


def test_a_signed_text_is_stored_and_answered_with_nothing(seller: Doors) -> None:
    """The answer is an empty instruction: what we say to people goes through the outbox."""
    answer = seller.text("Is this still about my house?")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")
    assert stored(seller).body == "Is this still about my house?"
    assert seller.lead().ladder is LadderState.PAUSED
    assert seller.wakes


def test_b20_no_signature_is_403(doors: Doors) -> None:
    """Nobody else may say what sellers wrote."""
    answer = doors.http.post(INBOUND, content=urlencode(TEXT), headers={"content-type": FORM})

    assert answer.status_code == 403
    assert "unsigned" in answer.text
    assert count(doors) == 0


@pytest.mark.parametrize("signature", ["", "x", "é" * 28, "A" * 28, "=" * 9_000])
def test_b20_odd_signatures_are_403(doors: Doors, signature: str) -> None:
    """Whatever stands there."""
    headers = [(b"content-type", FORM.encode()), (b"x-twilio-signature", signature.encode())]

    answer = doors.http.post(INBOUND, content=urlencode(TEXT), headers=headers)

    assert answer.status_code == 403


def test_a_forged_signature_leaves_an_audit_line(doors: Doors) -> None:
    """Somebody tried."""
    assert doors.phone(INBOUND, TEXT, token="another-token").status_code == 403
    assert len(doors.audit("phone_forged")) == 1


def test_b21_the_public_address_is_what_is_signed(doors: Doors) -> None:
    """Signed for https and reached over http behind a proxy: genuine. Signed for the inner address: not."""
    assert doors.text("hello").status_code == 200

    inner = f"{doors.http.base_url}phone/inbound"
    assert doors.phone(INBOUND, TEXT | {"MessageSid": "SM2"}, signed_url=inner).status_code == 403


def test_b21_forwarded_headers_change_nothing(doors: Doors) -> None:
    """The address comes from the settings, never from the request."""
    spoofed = {"x-forwarded-proto": "https", "x-forwarded-host": "evil.example", "host": "evil.example"}

    assert doors.phone(INBOUND, TEXT, **spoofed).status_code == 200
    assert doors.phone(INBOUND, TEXT, signed_url="https://evil.example/phone/inbound", **spoofed).status_code == 403


def test_blank_and_repeated_fields_are_part_of_what_is_signed(doors: Doors) -> None:
    """Genuine requests have empty fields; dropping them would turn sellers away."""
    assert doors.text("", FromCity="", FromState="").status_code == 200


def test_a_query_is_part_of_the_address(doors: Doors) -> None:
    """As it was asked for, letter by letter."""
    assert doors.phone(f"{INBOUND}?a=%20b&c=", TEXT).status_code == 200
    assert doors.phone(f"{INBOUND}?a=b", TEXT, signed_url=kit.PUBLIC_URL + INBOUND).status_code == 403


@pytest.mark.parametrize("algorithm", ["MD5", "none", "HMAC_MD5", "HMAC_SHA512"])
def test_b23_other_algorithms_are_403(doors: Doors, algorithm: str) -> None:
    """The sender cannot choose a weaker lock."""
    settings = {"x-twilio-webhooks-signature-settings": f"key=k1,algorithm={algorithm}"}

    assert doors.phone(INBOUND, TEXT, **settings).status_code == 403


@pytest.mark.parametrize("account", ["AC" + "1" * 32, "", "ac" + "0" * 32])
def test_b24_another_account_is_403_and_noted(doors: Doors, account: str) -> None:
    """A right signature for the wrong account."""
    assert doors.phone(INBOUND, TEXT | {"AccountSid": account}).status_code == 403
    assert len(doors.audit("phone_other_account")) == 1
    assert count(doors) == 0


@pytest.mark.parametrize("kind", ["application/json", "text/xml", ""])
def test_only_forms_are_taken(doors: Doors, kind: str) -> None:
    """415 for everything else."""
    assert doors.http.post(INBOUND, content=b"{}", headers={"content-type": kind}).status_code == 415


def test_a_form_of_thousands_of_fields_is_400(doors: Doors) -> None:
    """Before anything is sorted and hashed."""
    assert doors.phone(INBOUND, {f"f{number}": "x" for number in range(5_000)}).status_code == 400


# --- what ---


@pytest.mark.parametrize("sender", ["", "NORTHERN", "12345", "whatsapp:+14165550199", "+4479111"])
def test_b25_senders_without_a_number_are_stored_and_never_answered(doors: Doors, sender: str) -> None:
    """Nobody to answer, but nothing is lost."""
    assert doors.text("STOP", sender=sender).status_code == 200

    assert stored(doors).from_address == sender
    with doors.deps.db.read() as tx:
        assert builders.states(tx) == {}


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\u202eb", "ab"),
        ("a\u200bb", "ab"),
        ("x" * 10_000, "x" * 1_599 + "…"),
        ("line\r\nline", "line\nline"),
    ],
    ids=["nul", "bidi", "zero-width", "long", "lines"],
)
def test_b26_bodies_are_cleaned_and_cut(each_doors: Doors, body: str, kept: str) -> None:
    """Both engines store what a person can read."""
    assert each_doors.text(body).status_code == 200
    assert stored(each_doors).body == kept


def test_b26_a_sender_with_hidden_characters_is_cleaned(each_doors: Doors) -> None:
    """NUL cannot even be stored everywhere."""
    assert each_doors.text("hello", sender="+1416\x005550199").status_code == 200
    assert stored(each_doors).from_address == NUMBER


def test_b29_pictures_are_counted_and_never_fetched(doors: Doors) -> None:
    """A link in a text is somebody else's address, perhaps inside our network: one connection would be seen here."""
    address = doors.slack.url + "picture"
    answer = doors.text("look", NumMedia="2", MediaUrl0=address, MediaContentType0="image/png")

    assert answer.status_code == 200
    assert stored(doors).media_count == 2
    assert doors.slack.calls == []


@pytest.mark.parametrize("media", ["", "-1", "x", "9" * 5_000, "1.5"])
def test_odd_counts_of_pictures_are_none(doors: Doors, media: str) -> None:
    """The text is what matters."""
    assert doors.text("look", NumMedia=media).status_code == 200
    assert stored(doors).media_count == 0


@pytest.mark.parametrize("body", ["stop.", "ARRÊT", "arret", "TD", "OPTOUT", " Stop ", "STOP"])
def test_b30_stop_words_stop_at_once(seller: Doors, body: str) -> None:
    """The number is suppressed and the ladder ended, before anybody reads it."""
    seller.text(body)

    assert SuppressionReason.STOP in suppressed(seller)
    assert seller.lead().ladder is LadderState.STOPPED


def test_b30_a_text_that_smells_of_stop_pauses_and_asks(seller: Doors) -> None:
    """No guess either way."""
    seller.text("Stop please")

    assert stored(seller).kind == InboundKind.SMELLS_OF_STOP
    assert suppressed(seller) == set()
    assert seller.lead().ladder is LadderState.PAUSED


def test_the_providers_own_stop_counts(seller: Doors) -> None:
    """It may know words we do not."""
    seller.text("basta", OptOutType="STOP")

    assert SuppressionReason.STOP in suppressed(seller)


def test_the_same_text_twice_is_one(seller: Doors) -> None:
    """The provider repeats a request it got no answer to; the old signature never expires."""
    for _ in range(3):
        assert seller.text("hello", sid="SM7").status_code == 200

    assert count(seller) == 1


@pytest.mark.parametrize("sid", ["", "SM 1", "SM1\x00", "S" * 65, "SM1'; DROP TABLE replies"])
def test_a_text_without_a_proper_name_is_400(doors: Doors, sid: str) -> None:
    """Without it, copies could not be told from new ones."""
    assert doors.text("hello", sid=sid).status_code == 400
    assert count(doors) == 0


# --- a database that drops a connection ---


def test_a_stop_outlives_one_dropped_connection(
    stage: kit.Stage, slack_api: kit.SlackApi, postgres_url: str, postgres_cluster: postgres.Cluster
) -> None:
    """The provider repeats no webhook that was answered: what the database dropped is done once more, by its key."""
    with kit.doors(stage, slack_api, postgres_url) as doors:
        doors.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe consent=express")
        killed: list[int] = []

        @event.listens_for(doors.deps.db.engine, "after_cursor_execute")
        def kill_once(_connection: object, cursor: psycopg.Cursor, statement: str, *_: object) -> None:
            if statement.startswith("INSERT INTO replies") and not killed:
                killed.append(cursor.connection.info.backend_pid)
                with psycopg.connect(
                    host=str(postgres_cluster.folder), user=postgres.OWNER, dbname="postgres", autocommit=True
                ) as admin:
                    admin.execute("SELECT pg_terminate_backend(%s, 10000)", (killed[0],))

        answer = doors.text("STOP")

        assert answer.status_code == 200
        assert len(killed) == 1
        assert count(doors) == 1
        assert suppressed(doors) == {SuppressionReason.STOP}
