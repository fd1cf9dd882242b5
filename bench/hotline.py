"""Calls a second that the hotline's hooks carry through, at 1, 8 and 32 callers, against the real hooks of a real server.

`python -m bench.hotline [--seconds 5]`: a fresh installation on SQLite and its own web process; each call is four signed
requests over loopback: it begins, a language is chosen, a person is asked for, it ends. Compare figures within one run only.
"""

from __future__ import annotations

import argparse
import asyncio
import time

from bench import intake
from channels.sandbox import wire
from channels.sandbox.call import Call
from channels.sandbox.config import SandboxConfig
from channels.sandbox.hooks import Hooks
from channels.sandbox.store import new_sid

CALLERS = (1, 8, 32)


def main() -> None:
    """Read how long, and measure."""
    asked = argparse.ArgumentParser(prog="python -m bench.hotline", description=__doc__)
    asked.add_argument("--seconds", type=float, default=5.0)
    measure(asked.parse_args().seconds)


def measure(seconds: float) -> None:
    """So many seconds with each number of callers, on one fresh installation."""
    with intake.installation("") as (config, _):
        for callers in CALLERS:
            calls, waits, failed = asyncio.run(_measure(config, callers, seconds))
            ordered = sorted(waits)
            middle, slow = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
            print(
                f"{callers:>3} callers: {calls / seconds:7.1f} calls a second, each answer "
                f"p50 {middle * 1000:6.1f} ms, p95 {slow * 1000:6.1f} ms, failed {failed}"
            )


async def _measure(config: SandboxConfig, callers: int, seconds: float) -> tuple[int, list[float], int]:
    hooks, until = Hooks(config), time.perf_counter() + seconds
    waits: list[float] = []
    done = failed = 0

    async def one(number: int) -> None:
        nonlocal done, failed
        while time.perf_counter() < until:
            call = Call(new_sid("CA"), f"+88017{number:08}", status="in-progress")
            for path, more in STEPS:
                fields = wire.call(config, call) | more
                answered = await hooks.post(f"{config.signed_base}/hooks/twilio-voice/{path}", fields)
                waits.append(answered.seconds)
                failed += not answered.taken
            done += 1

    await asyncio.gather(*(one(number) for number in range(callers)))
    await hooks.close()
    return done, waits, failed


STEPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("inbound", {}),
    ("language?step=language", {"Digits": "2"}),
    ("person?step=person&language=bn", {"Digits": "1"}),
    ("status", {"CallStatus": "completed"}),
)

if __name__ == "__main__":
    main()
