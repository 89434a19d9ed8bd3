"""What a request of the page carries: the practice world, the tab it comes from, the walk through time, a form.

Everything here is a coroutine, because one event loop owns the world and FastAPI runs plain functions in threads.
"""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.datastructures import FormData

from sandbox import runtime
from sandbox.page import pieces
from sandbox.page.pieces import Tab
from sandbox.page.walk import Walk
from sandbox.runtime import Sandbox


async def _sandbox(request: Request) -> Sandbox:
    return runtime.of(request)


async def _tab(
    request: Request, person: Annotated[str, Query(alias="as")] = "", room: Annotated[str, Query(alias="in")] = ""
) -> Tab:
    return pieces.open_tab(runtime.of(request).world, person, room)


async def _walk(request: Request) -> Walk:
    """Return the one walk through time of this process, standing still at first."""
    state = request.app.state
    if not hasattr(state, "walk"):
        state.walk = Walk()
    walk: Walk = state.walk
    return walk


async def _form(request: Request) -> FormData:
    return await request.form()


World = Annotated[Sandbox, Depends(_sandbox)]
Here = Annotated[Tab, Depends(_tab)]
Walking = Annotated[Walk, Depends(_walk)]
Form = Annotated[FormData, Depends(_form)]
