"""Signed requests from the carrier to the desk's hooks, sent again when the desk does not take them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx2
from twilio.request_validator import RequestValidator

from channels.sandbox.config import SandboxConfig
from channels.sandbox.store import new_sid

CONNECTIONS = 128
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one request: the last status (0 when none came), how long it took in all, and how often it was sent."""

    status: int
    body: str
    seconds: float
    attempts: int

    @property
    def taken(self) -> bool:
        """Whether the desk said that it has it."""
        return 200 <= self.status < 300


class Hooks:
    """The carrier's way to the desk. Signatures cover the desk's public address, connections go to its inner one."""

    def __init__(self, config: SandboxConfig) -> None:
        self._config = config
        self._validator = RequestValidator(config.auth_token)
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(config.hook_timeout, pool=None),
            limits=httpx2.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
            trust_env=False,
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    def is_desk(self, url: str) -> bool:
        """Whether an address belongs to the desk. The sandbox sends nothing anywhere else."""
        return any(url == base or url.startswith((base + "/", base + "?")) for base in self._bases())

    async def post(self, url: str, fields: Mapping[str, str]) -> Answered:
        """Send one signed form to a hook of the desk; the same again after a time-out, a refused connection or a 5xx.

        Every repeat carries the same fields and the same idempotency token, as Twilio's do.
        """
        if not self.is_desk(url):
            return Answered(0, "", 0.0, 0)
        headers = {
            "Content-Type": _FORM,
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self._validator.compute_signature(url, fields),
            "I-Twilio-Idempotency-Token": new_sid("")[:32],
        }
        content = urlencode(fields).encode()
        target, began = self._target(url), time.perf_counter()
        status, body, attempts = 0, "", 0
        for pause in (0.0, *self._config.retry_after):
            await asyncio.sleep(pause)
            attempts += 1
            try:
                answer = await self._client.post(target, content=content, headers=headers)
            except httpx2.TransportError:
                status, body = 0, ""
                continue
            status, body = answer.status_code, answer.text
            if status < 500:
                break
        return Answered(status, body, time.perf_counter() - began, attempts)

    def _bases(self) -> tuple[str, str]:
        return self._config.signed_base, self._config.hook_url.rstrip("/")

    def _target(self, url: str) -> str:
        public, inner = self._bases()
        return inner + url[len(public) :] if url.startswith(public) else url
