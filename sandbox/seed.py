"""The start of the practice world: who works there, in which channels, and which phones exist."""

from __future__ import annotations

from sandbox.model import Channel, Person, Phone, UserGroup

BOT = "U0HEIMDALL"
STAFF = ("U0RILEY", "U0AVERY", "U0DANA")


def people() -> list[Person]:
    """Return the members of the workspace: a rep, an approver, an admin who also approves, a guest, and the bot."""
    return [
        Person("U0RILEY", "riley", "Riley Chen", "rep", "riley@northern-doors.example"),
        Person("U0AVERY", "avery", "Avery Tremblay", "approver", "avery@northern-doors.example"),
        Person("U0DANA", "dana", "Dana Singh", "admin, approver", "dana@northern-doors.example", is_admin=True),
        Person("U0GUS", "gus", "Gus Novak", "guest", "gus@elsewhere.example", is_restricted=True),
        Person(BOT, "heimdall", "Heimdall", "bot", is_bot=True),
    ]


def groups() -> list[UserGroup]:
    """Return the user groups the bot may read roles from."""
    return [
        UserGroup("S0REPS", "reps", "Reps", ["U0RILEY"]),
        UserGroup("S0APPROVERS", "approvers", "Approvers", ["U0AVERY", "U0DANA"]),
        UserGroup("S0ADMINS", "admins", "Admins", ["U0DANA"]),
    ]


def channels() -> list[Channel]:
    """Return three channels with everybody in them, and the bot's direct conversation with each person."""
    everybody = [*STAFF, "U0GUS", BOT]
    rooms = [
        Channel(id=f"C0{name.upper()}", name=name, members=list(everybody)) for name in ("leads", "deals", "heimdall")
    ]
    conversations = [
        Channel(id=f"D0{user.removeprefix('U0')}", name="", members=[user, BOT], im_user=user)
        for user in (*STAFF, "U0GUS")
    ]
    return rooms + conversations


def phones() -> list[Phone]:
    """Return three sellers in three provinces."""
    return [
        Phone("+14165550199", "Jane Doe", "Hamilton", "ON"),
        Phone("+15145550142", "Marc Gagnon", "Montréal", "QC"),
        Phone("+14035550123", "Priya Nair", "Calgary", "AB"),
    ]
