"""Settings name their own mistakes: cases 100 and 102 of bad configuration, and their neighbours."""

from pathlib import Path

import pytest

from heimdall.settings import KNOWN, Settings, SettingsError, load

GOOD = {
    "HEIMDALL_PUBLIC_URL": "https://heimdall.example.com",
    "HEIMDALL_BUSINESS_NAME": "Northern Doors",
    "HEIMDALL_MAILING_ADDRESS": "100 Queen St W, Toronto ON M5H 2N2",
    "HEIMDALL_LEADS_CHANNEL": "C0LEADS",
    "HEIMDALL_DEALS_CHANNEL": "C0DEALS",
    "HEIMDALL_BRIEFING_CHANNEL": "C0HEIMDALL",
    "HEIMDALL_AGENTS": "U0RILEY, U0SAM U0KIM",
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "secret",
    "SLACK_TEAM_ID": "T0HEIMDALL",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_FROM_NUMBER": "+13435550100",
}


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Return an environment with exactly the good settings, and no .env file in reach."""
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def _problems() -> str:
    with pytest.raises(SettingsError) as refused:
        load()
    return "\n".join(refused.value.problems)


@pytest.mark.usefixtures("environ")
def test_good_settings_are_read() -> None:
    """Lists are split, what is left out has its default, secrets do not show."""
    settings = load()

    assert settings.agents == {"U0RILEY", "U0SAM", "U0KIM"}
    assert settings.database_url == "sqlite:///heimdall.sqlite3"
    assert "xoxb-1" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TWILIO_ACOUNT_SID", "AC1", "Did you mean TWILIO_ACCOUNT_SID?"),
        ("HEIMDALL_LEAD_CHANNEL", "C1", "Did you mean HEIMDALL_LEADS_CHANNEL?"),
        ("SLACK_FAVOURITE_COLOUR", "teal", "is not a setting"),
        ("SLACK_BOT_TOKEN", "xoxp-1", "this is a user token"),
        ("SLACK_BOT_TOKEN", "xapp-1", "SLACK_APP_TOKEN"),
        ("HEIMDALL_PUBLIC_URL", "http://heimdall.example.com", "must begin with https://"),
        ("HEIMDALL_BRIEFING_AT", "02:30", "some days lack that hour"),
        ("HEIMDALL_BRIEFING_AT", "25:00", "HEIMDALL_BRIEFING_AT"),
        ("HEIMDALL_BRIEFING_ZONE", "Toronto", "America/Toronto"),
        ("HEIMDALL_LEADS_CHANNEL", "#leads", "HEIMDALL_LEADS_CHANNEL"),
        ("HEIMDALL_ENV", "prod", "production"),
        ("TWILIO_FROM_NUMBER", "416-555-0199", "TWILIO_FROM_NUMBER"),
        ("HEIMDALL_MAILING_ADDRESS", "", "HEIMDALL_MAILING_ADDRESS is missing"),
    ],
)
def test_a_mistake_is_named_with_its_mend(environ: pytest.MonkeyPatch, name: str, value: str, words: str) -> None:
    """Every problem is one line that begins with the variable's name."""
    environ.setenv(name, value)

    assert words in _problems()
    assert name in _problems()


def test_every_problem_is_said_at_once(environ: pytest.MonkeyPatch) -> None:
    """Nobody mends a configuration one error at a time."""
    environ.setenv("SLACK_BOT_TOKEN", "xoxp-1")
    environ.setenv("HEIMDALL_PORTS", "1")
    environ.delenv("TWILIO_AUTH_TOKEN")

    problems = _problems()

    assert all(name in problems for name in ("SLACK_BOT_TOKEN", "HEIMDALL_PORTS", "TWILIO_AUTH_TOKEN"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_API_URL", "http://127.0.0.1:1/api/"),
        ("TWILIO_API_URL", "http://127.0.0.1:1"),
        ("HEIMDALL_CLOCK_FILE", "clock.json"),
        ("HEIMDALL_PUBLIC_URL", "http://127.0.0.1:3000"),
    ],
)
def test_production_refuses_the_practice_world(environ: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A clock somebody can move must never stand before real phones."""
    environ.setenv("HEIMDALL_ENV", "production")
    environ.setenv(name, value)

    assert "sandbox settings in production" in _problems()


def test_a_file_fills_what_the_environment_leaves_out(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment wins; a misspelt name in the file is found too."""
    (tmp_path / ".env").write_text("HEIMDALL_PORT=4000\nHEIMDALL_BUSINESS_NAME=Other\n", encoding="utf-8")
    settings: Settings = load()
    (tmp_path / ".env").write_text("HEIMDALL_PROT=4000\n", encoding="utf-8")
    environ.delenv("HEIMDALL_PORT", raising=False)

    assert (settings.port, settings.business_name) == (4000, "Northern Doors")
    assert "Did you mean HEIMDALL_PORT?" in _problems()
