"""What may be asked of the phone: the shape of each body, how it is read, and how a refusal is worded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels.sandbox import sounds
from channels.sandbox.carrier import WrongMoment
from channels.sandbox.faults import FaultKind
from channels.sandbox.pictures import NotAPicture

AT_ONCE = 64  # texts of one batch that are on their way together, at most

Number = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TextAsked(_Asked):
    """A text to send from a phone; `copies` sends it that many times at once, under one identifier."""

    number: Number
    body: Annotated[str, Field(min_length=1, max_length=1_600)]
    copies: Annotated[int, Field(ge=1, le=10)] = 1


class TextsAsked(_Asked):
    """Many texts, `at_once` of them on their way together."""

    texts: Annotated[list[TextAsked], Field(max_length=1_000)]
    at_once: Annotated[int, Field(ge=1, le=AT_ONCE)] = 8


class NumberAsked(_Asked):
    """One phone."""

    number: Number


class DialAsked(NumberAsked):
    """A phone that calls us, and which number of ours it calls; empty: the first."""

    to: Annotated[str, Field(pattern=r"^(\+[1-9]\d{6,14})?$")] = ""


class StateAsked(_Asked):
    """Some phones, and the version that the asker has already."""

    numbers: Annotated[list[Number], Field(max_length=20)]
    seen: int = -1


class SwitchAsked(_Asked):
    """A phone to switch off, with the error code that texts to it end with, or on again."""

    number: Number
    off: bool
    code: Annotated[int, Field(ge=30000, le=39999)] = 30003


class FaultAsked(_Asked):
    """A fault that waits for its chance."""

    kind: FaultKind
    times: Annotated[int, Field(ge=1)] = 1
    number: Number | None = None
    code: int = 30008
    seconds: Annotated[float, Field(ge=0, le=60)] = 1.0


class FaultsAsked(_Asked):
    """The faults that wait from now on; those before are forgotten."""

    faults: list[FaultAsked]


class CallAsked(_Asked):
    """A call; `keys` to press, `tone` to leave as the message and `key` to end it, where asked for."""

    call: str
    keys: Annotated[str, Field(pattern=r"^[0-9*#]*$", max_length=40)] = ""
    tone: str = ""
    key: Annotated[str, Field(pattern=r"^([0-9*#]|hangup)?$")] = ""


class Missing(Exception):  # noqa: N818
    """There is no such call or sound."""


Asked = TypeVar("Asked", bound=BaseModel)
Handler = Callable[[Request], Awaitable[Response]]


def takes(shape: type[Asked]) -> Callable[[Callable[[Request, Asked], Awaitable[Response]]], Handler]:
    """Read a JSON body of this shape. Only JSON is taken: a foreign page cannot send that without being asked about first."""

    def decorate(handler: Callable[[Request, Asked], Awaitable[Response]]) -> Handler:
        @wraps(handler)
        async def taken(request: Request) -> Response:
            if request.headers.get("content-type", "").split(";")[0] != "application/json":
                return sorry("Send JSON.", 415)
            try:
                asked = shape.model_validate_json(await request.body())
            except ValidationError as problem:
                return sorry(str(problem.errors(include_input=False, include_url=False)[0]["msg"]), 422)
            return await answer(handler(request, asked))

        return taken

    return decorate


async def answer(work: Awaitable[Response]) -> Response:
    """Wait for an answer, and word the refusals of the phone and the line."""
    try:
        return await work
    except WrongMoment as why:
        return sorry(str(why), 409)
    except (sounds.NotASound, NotAPicture) as why:
        return sorry(str(why), 422)
    except Missing:
        return sorry("There is no such call or sound.", 404)


def sorry(why: str, status: int) -> Response:
    """A refusal: a sentence for whoever holds the phone."""
    return JSONResponse({"problem": why}, status)
