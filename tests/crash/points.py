"""The places at which a process is killed, by name: each is before or after the n-th call of something of ours (D01, D08)."""

from __future__ import annotations

import importlib
import inspect
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Point:
    """In which process, before or after which of these calls (`module:name`); whichever comes first counts."""

    name: str
    process: str
    calls: Sequence[str]
    after: bool = False


RUN = ("workers.job:run",)
COMMIT = ("sqlalchemy.orm:Session.commit",)
PUSH = ("feedback.queue:Queue._push_now",)
SEND = ("channels.twilio_sms:TwilioSms.send",)
LOOK_UP = ("channels.twilio_sms:TwilioSms.look_up",)

TAKING_IN = (
    Point("desk: committed, nobody told", "web", COMMIT, after=True),
    Point("hook: heard, handed to nobody", "web", ("feedback.web.hooks:_kept",)),
    Point("desk: gathered, nothing written", "web", ("feedback.web.writer:_write_all",)),
    Point("desk: some of the tables written", "web", ("sqlalchemy:insert",)),
    Point("desk: written, not committed", "web", COMMIT),
    Point("queue: committed, not asked for", "web", PUSH),
    Point("queue: asked for, nothing more", "web", PUSH, after=True),
    Point("hook: kept, not answered", "web", ("feedback.web.hooks:_response",)),
)
READING = (
    Point("worker: triaged, not committed", "triage", ("feedback.desk.triage:apply_many",), after=True),
    Point("worker: took the job, did nothing", "triage", RUN),
    Point("worker: claimed, read nothing", "triage", ("workers.triage:suggest_many",)),
)
SWEEPING = (Point("sweep: pieces joined, not committed", "upkeep", ("feedback.desk.pieces:overdue",), after=True),)
SENDING = (
    Point("send: taken by the provider, not written down", "send", SEND, after=True),
    Point("send: claimed, handed to nobody", "send", SEND),
    Point("receipt: written, not committed", "web", ("feedback.desk.delivery:record_receipts",), after=True),
)
DELIVERING = (
    *SENDING,
    Point("send: claim not committed", "send", ("feedback.desk.delivery:claim",), after=True),
    Point("send: asked, the answer unread", "send", ("http.client:HTTPConnection.getresponse",)),
    Point(
        "send: what came of it written, not committed", "send",
        ("feedback.desk.delivery:handed_over", "feedback.desk.delivery:failed"), after=True,
    ),
    Point("sweep: not looked up yet", "upkeep", LOOK_UP),
    Point("sweep: looked up, not written down", "upkeep", LOOK_UP, after=True),
)  # fmt: skip


def set_up(point: Point, nth: int, armed: Path) -> None:
    """In the process that is to die: die at the `nth` time that this point is reached while `armed` is there."""
    left = [nth]

    def reached() -> None:
        if not armed.exists():
            return
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for call in point.calls:
        module, _, path = call.partition(":")
        holder: Any = importlib.import_module(module)
        *classes, name = path.split(".")
        for one in classes:
            holder = getattr(holder, one)
        setattr(holder, name, _around(getattr(holder, name), reached, after=point.after))


def _around(call: Callable[..., Any], reached: Callable[[], None], *, after: bool) -> Callable[..., Any]:
    assert not (after and inspect.iscoroutinefunction(call)), "a coroutine has not run when its call returns"

    @wraps(call)
    def around(*args: Any, **more: Any) -> Any:
        if not after:
            reached()
        try:
            return call(*args, **more)
        finally:
            if after:
                reached()

    return around
