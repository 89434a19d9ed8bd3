"""What people do on the page, handed on to :mod:`sandbox.actions`; the event stream tells the page what came of it.

A visitor's mistake is a :class:`~sandbox.errors.MistakeError`, which the application answers with its sentence.
"""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData

from sandbox import actions
from sandbox.errors import MistakeError
from sandbox.faults import FAULTS
from sandbox.page import clocks, desk, forms
from sandbox.page.pieces import HOME
from sandbox.page.request import Form, Here, Walking, World

router = APIRouter(prefix="/_ui", include_in_schema=False, default_response_class=Response)

_STEP_SECONDS: Final = {"hour": 3600.0, "day": 86_400.0}


@router.post("/say", status_code=204)
async def say(sandbox: World, tab: Here, form: Form) -> None:
    """Type into the open room: a slash command or a message; from the Home it goes to the bot directly."""
    text = forms.text(form, "text")
    room = tab.person.id if tab.room == HOME else tab.room
    if text.startswith("/"):
        await actions.run_command(sandbox, tab.person.id, room, text)
    elif text:
        actions.post_message_as_user(sandbox, tab.person.id, room, text)


@router.post("/click", status_code=204)
async def click(sandbox: World, tab: Here, form: Form) -> None:
    """Use a button, menu or picker of a message, a modal or the Home."""
    choice = forms.choice(form)
    if view_id := forms.text(form, "view_id"):
        await actions.click_in_view(sandbox, tab.person.id, view_id, choice, forms.fields(form))
    else:
        room, ts = forms.text(form, "channel"), forms.text(form, "ts")
        await actions.click(sandbox, tab.person.id, room, ts, choice)


@router.post("/submit", status_code=204)
async def submit(sandbox: World, tab: Here, form: Form) -> None:
    """Press a modal's submit button."""
    await actions.submit_view(sandbox, tab.person.id, forms.text(form, "view_id"), forms.fields(form))


@router.post("/close", status_code=204)
async def close(sandbox: World, tab: Here, form: Form) -> None:
    """Close a modal."""
    await actions.close_view(sandbox, tab.person.id, forms.text(form, "view_id"))


@router.post("/text", status_code=204)
async def answer(sandbox: World, form: Form) -> None:
    """Text our number from a phone, typed or by a quick button."""
    body = forms.text(form, "quick") or forms.text(form, "body")
    if body:
        await actions.text_from_phone(sandbox, forms.text(form, "phone"), body)


@router.post("/clock", status_code=204)
async def move_clock(sandbox: World, walk: Walking, form: Form) -> None:
    """Move the world's time: an hour, a day, a walked week, the next window, or back to real time."""
    step = forms.text(form, "step")
    if step == "week":
        walk.start(sandbox)
        return
    walk.stop()
    if step == "window":
        actions.set_clock(sandbox, at=clocks.next_window(sandbox.clock.now()).isoformat())
    elif step in _STEP_SECONDS:
        actions.set_clock(sandbox, advance_seconds=_STEP_SECONDS[step])
    elif step == "real":
        actions.set_clock(sandbox, real=True)
    else:
        raise MistakeError("time moves by hour, day, week, window or real")


@router.post("/faults", status_code=204)
async def set_faults(sandbox: World, form: Form) -> None:
    """Switch exactly the ticked faults on, with the values beside them."""
    ticked = set(form.getlist("on"))
    sandbox.faults.update(
        {fault.name: _fault_value(form, fault.name) if fault.name in ticked else None for fault in FAULTS}
    )


@router.post("/reset")
async def reset(sandbox: World, walk: Walking) -> Response:
    """Restore the start of the practice world, and of the bot too when whoever started us can do that."""
    walk.stop()
    if sandbox.start_anew is None:
        await sandbox.reset()
        return Response(status_code=204)
    sandbox.start_anew()
    return JSONResponse({"notice": "Everything starts anew; this page comes back by itself."}, 202)


def _fault_value(form: FormData, name: str) -> float | bool:
    """Return the number typed beside a fault, or True for a plain switch."""
    if name not in desk.DEFAULT_FAULT_VALUES:
        return True
    try:
        return float(forms.text(form, f"value:{name}") or desk.DEFAULT_FAULT_VALUES[name])
    except ValueError as error:
        raise MistakeError("a fault's value is a number") from error
