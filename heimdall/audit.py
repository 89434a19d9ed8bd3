"""The audit on the command line: is its chain whole, and what happened to a person, a lead, a text or in a period."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any, Literal, TextIO
from zoneinfo import ZoneInfo

from domain import phones
from domain.chain import Head
from domain.errors import DomainError
from flows.tell_history import Event, tell
from heimdall.compose import Parts
from storage import chain, evidence, records
from storage.evidence import Scope
from storage.unit import Tx

Format = Literal["json", "csv"]

FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - full-width signs are formulas to a spreadsheet as well
"""What makes a spreadsheet run a cell instead of showing it (OWASP ASVS 5.0, 1.2.10)."""

_POSTED = re.compile(r"(\d{1,18}):([0-9a-f]{8,64})")
_COLUMNS = tuple(field.name for field in fields(Event))


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks for, as typed.

    Attributes:
        contact: a phone number.
        lead: such as ``L-12``.
        message: such as ``M-12``.
        since: a date or an instant.
        until: a date, which is included, or an instant, which is not.
    """

    contact: str | None = None
    lead: str | None = None
    message: str | None = None
    since: str | None = None
    until: str | None = None


def verify(parts: Parts, posted: Sequence[str] = ()) -> chain.Report:
    """Follow the chain.

    Args:
        posted: ends that somebody read in Slack, such as ``4711:9f3c2a1b7d4e5f60``.

    Raises:
        DomainError: one of them is none.
    """
    written_down = [_posted(each) for each in posted]
    with parts.db.read() as tx:
        return chain.verify(tx, written_down)


def as_json(report: chain.Report) -> dict[str, Any]:
    """Return a report in JSON types."""
    return {
        "intact": report.broken is None,
        "head": None if report.head is None else asdict(report.head),
        "posted_heads_compared": report.posted,
        "broken": None if report.broken is None else asdict(report.broken),
    }


def sentences(report: chain.Report) -> tuple[str, ...]:
    """Say what a report found, and what to do."""
    broken = report.broken
    if broken is None:
        end = report.head or Head()
        return (f"The audit is whole: {end.position:,} lines, {report.posted} posted ends agree. End: {end.short}",)
    return (
        f"The audit is broken: line {broken.position} {broken.problem}.",
        f"  expected: {broken.expected}",
        f"  found:    {broken.found}",
        "Stop the program, keep this database as it is, and compare it with your newest backup.",
    )


def export(parts: Parts, question: Question, form: Format, out: TextIO) -> chain.Report:
    """Write what happened, oldest first, and leave a line that says who asked.

    Returns:
        Whether the chain it rests on is whole.

    Raises:
        DomainError: the question names nobody, nothing or no period; says how to ask.
    """
    with parts.db.read() as tx:
        scope = _scope(tx, question, ZoneInfo(parts.settings.briefing_zone))
        report = chain.verify(tx)
        about = {name: value for name, value in asdict(question).items() if value is not None}
        if form == "csv":
            _write_csv(out, tell(tx, scope))
        else:
            _write_json(out, {"about": about, "made_at": parts.now().isoformat(), **as_json(report)}, tell(tx, scope))
    _leave_line(parts, question)
    return report


def _leave_line(parts: Parts, question: Question) -> None:
    """Note that personal data left the house; the number that was asked for is personal data itself."""
    with parts.db.write() as tx:
        subject = (
            _ref(question.lead, "L") or _ref(question.message, "M") or ("contact" if question.contact else "period")
        )
        period = {"since": question.since, "until": question.until}
        records.note(tx, parts.now(), action="evidence_exported", actor="cli", subject=subject, **period)


def _ref(typed: str | None, letter: str) -> str | None:
    return None if typed is None else f"{letter}-{_number(typed, letter)}"


def _scope(tx: Tx, question: Question, zone: ZoneInfo) -> Scope:
    named = [each for each in (question.contact, question.lead, question.message) if each]
    if len(named) > 1:
        raise DomainError("audit_scope", "Ask for one thing: --contact, --lead or --message.")
    if not named and question.since is None:
        raise DomainError("audit_scope", "Ask for --contact, --lead, --message or a period that begins with --since.")
    scope = Scope()
    if question.contact:
        scope = evidence.of_number(tx, phones.parse(question.contact, allow_us=True))
    elif question.lead:
        scope = evidence.of_lead(tx, _number(question.lead, "L"))
    elif question.message:
        scope = evidence.of_message(tx, _number(question.message, "M"))
    return scope.within(_instant(question.since, zone), _instant(question.until, zone, end=True))


def _number(typed: str, letter: str) -> int:
    found = re.fullmatch(rf"(?:{letter}-)?(\d{{1,18}})", typed.strip().upper())
    if found is None:
        raise DomainError("audit_ref", f"'{typed}' is no number of ours. Example: {letter}-12")
    return int(found[1])


def _instant(typed: str | None, zone: ZoneInfo, *, end: bool = False) -> datetime | None:
    """Read a date on the team's clock, or an instant; as an end, a date means the end of that day."""
    if typed is None:
        return None
    try:
        at = datetime.fromisoformat(typed)
    except ValueError as error:
        raise DomainError("audit_date", f"'{typed}' is no date. Example: 2026-11-01") from error
    if at.tzinfo is not None:
        return at
    day = at.date() + timedelta(days=1) if end and len(typed) <= len("2026-11-01") else None
    return at.replace(tzinfo=zone) if day is None else datetime.combine(day, time(), tzinfo=zone)


def _posted(typed: str) -> tuple[int, str]:
    found = _POSTED.fullmatch(typed.strip().lower())
    if found is None:
        raise DomainError("audit_posted", f"'{typed}' is no end of the chain. Example: 4711:9f3c2a1b7d4e5f60")
    return int(found[1]), found[2]


def _write_json(out: TextIO, head: dict[str, Any], events: Iterable[Event]) -> None:
    """Write one object, an event a line, so that a long history never lies in memory."""
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "events": [')
    before = "\n"
    for event in events:
        told = {name: value for name, value in _values(event) if value not in {None, ""}}
        out.write(before + json.dumps(told, ensure_ascii=False))
        before = ",\n"
    out.write("\n]}\n")


def _write_csv(out: TextIO, events: Iterable[Event]) -> None:
    sheet = csv.writer(out)
    sheet.writerow(_COLUMNS)
    for event in events:
        sheet.writerow([_cell(value) for _name, value in _values(event)])


def _values(event: Event) -> Iterator[tuple[str, Any]]:
    for name in _COLUMNS:
        value = getattr(event, name)
        yield name, value.isoformat() if isinstance(value, datetime) else value


def _cell(value: object) -> str:
    shown = "" if value is None else str(value)
    return f"'{shown}" if shown.lstrip(" ").startswith(FORMULA) else shown
