"""Holds the sandbox's phone from a program: `rehearse`, `replay` and tests text, call and read with it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx2

from channels.sandbox.faults import Fault

PATIENCE = 60.0  # seconds to wait for the sandbox, which itself waits for the desk and tries again


class PhoneRefused(Exception):  # noqa: N818
    """The sandbox would not do it; the text says why."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How the desk took a text: its last HTTP status (0: no answer), seconds until then, and how often it was sent."""

    sid: str
    status: int
    seconds: float
    attempts: int

    @property
    def accepted(self) -> bool:
        """Whether the desk said that it has the text."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Arrived:
    """A text on the phone."""

    sid: str
    body: str
    at: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class Line:
    """A call as it stands. `waiting` is "keys", "sound" or ""; `steps` are (kind, text, language)."""

    call: str
    status: str
    waiting: str
    steps: tuple[tuple[str, str, str], ...]

    @property
    def said(self) -> list[str]:
        """What the line has said so far."""
        return [text for kind, text, _ in self.steps if kind == "say"]


class SandboxPhone:
    """A hand on the phone. One call at a time; close it, or use it in a `with`."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx2.Client(base_url=base_url.rstrip("/"), timeout=PATIENCE, trust_env=False)
        self._call = ""

    def __enter__(self) -> SandboxPhone:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def text(self, number: str, body: str, *, copies: int = 1) -> Sent:
        """Send a text to the desk; with `copies`, the same one that many times at once. Raises `PhoneRefused`."""
        return Sent(**self._post("text", {"number": number, "body": body, "copies": copies}))

    def picture(self, number: str, content: bytes, body: str = "") -> Sent:
        """Send a PNG, JPEG or GIF, with or without words beside it. Raises `PhoneRefused`."""
        headers = {"content-type": "image/*", "x-number": number, "x-body": quote(body)}
        return Sent(**_read(self._client.post("/phone/picture", content=content, headers=headers)))

    def texts(self, pairs: Iterable[tuple[str, str]], *, at_once: int = 8) -> list[Sent]:
        """Send up to 1,000 (number, body) pairs, `at_once` (at most 64) together; answers come in the same order."""
        texts = [{"number": number, "body": body} for number, body in pairs]
        return [Sent(**sent) for sent in self._post("texts", {"texts": texts, "at_once": at_once})]

    def inbox(self, number: str) -> list[Arrived]:
        """The texts that arrived at a phone, oldest first."""
        rows = self._post("inbox", {"number": number})
        return [Arrived(row["sid"], row["body"], row["at"]) for row in rows]

    def wait_for_text(self, number: str, *, after: int = 0, seconds: float = 10.0) -> Arrived:
        """The first text beyond the `after` that arrived before. Raises `TimeoutError`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if len(rows := self.inbox(number)) > after:
                return rows[after]
            time.sleep(0.05)
        raise TimeoutError("No text arrived.")

    def call(self, number: str, *, to: str = "") -> Line:
        """Call our number, or another of ours, and go on until the line waits. Raises `PhoneRefused`."""
        line = self._line("call", {"number": number, "to": to})
        self._call = line.call
        return line

    def answer(self, number: str) -> Line:
        """Pick up a phone that rings; this is the call in hand then. Raises `PhoneRefused` when it does not ring."""
        line = self._line("answer", {"number": number})
        self._call = line.call
        return line

    def refuse(self, number: str) -> Line:
        """Let a phone ring until it stops. Raises `PhoneRefused` when it does not ring."""
        return self._line("refuse", {"number": number})

    def rings(self, number: str) -> bool:
        """Whether this phone rings now."""
        (phone,) = self._post("state", {"numbers": [number], "seen": -1})["phones"]
        return bool(phone["call"] and phone["call"]["rings"])

    def take_up(self, line: Line) -> Line:
        """Go on with another call that is not over: what is pressed and said from now on belongs to it."""
        self._call = line.call
        return line

    def press(self, keys: str) -> Line:
        """Press keys in the call. Raises `PhoneRefused` when it has ended."""
        return self._line("press", {"call": self._call, "keys": keys})

    def stay_silent(self) -> Line:
        """Let the time to press or speak run out."""
        return self._line("silence", {"call": self._call})

    def record(self, sound: bytes, *, key: str = "#") -> Line:
        """Leave WAV bytes as the message, ended by a key, by silence ("") or by "hangup"."""
        query = {"call": self._call, "key": key}
        answer = self._client.post("/phone/sound", params=query, content=sound, headers={"content-type": "audio/wav"})
        return _line(_read(answer))

    def hang_up(self) -> Line:
        """Put the phone down."""
        return self._line("hang-up", {"call": self._call})

    def switch_off(self, number: str, *, code: int = 30003) -> None:
        """Texts to this phone end undelivered with `code` (30003 unreachable, 30005 unknown) until it is on again."""
        self._post("switch", {"number": number, "off": True, "code": code})

    def switch_on(self, number: str) -> None:
        """The phone can be reached again."""
        self._post("switch", {"number": number, "off": False})

    def expect(self, faults: Sequence[Fault]) -> None:
        """Let these faults wait at the carrier, and forget those before."""
        self._post("faults", {"faults": [asdict(fault) for fault in faults]})

    def _line(self, path: str, asked: dict[str, Any]) -> Line:
        return _line(self._post(path, asked))

    def _post(self, path: str, asked: dict[str, Any]) -> Any:
        return _read(self._client.post(f"/phone/{path}", json=asked))


def _read(answer: httpx2.Response) -> Any:
    if answer.status_code == 204:
        return None
    if answer.status_code != 200:
        kind = answer.headers.get("content-type", "")
        raise PhoneRefused(answer.json()["problem"] if kind.startswith("application/json") else f"{answer.status_code}")
    return answer.json()


def _line(body: dict[str, Any]) -> Line:
    steps = tuple((step["kind"], step["text"], step["language"]) for step in body["steps"])
    return Line(body["call"], body["status"], body["waiting"], steps)
