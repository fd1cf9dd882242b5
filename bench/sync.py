"""Forms a second that the door for tablets takes in, with one tablet and with four that send at once. Run from the root:

    .venv/bin/python -m bench.sync [FORMS]

Each tablet sends its forms ten by ten, sealed, over loopback to a real server on SQLite. Compare figures within one run.
"""

from __future__ import annotations

import base64
import statistics
import sys
import threading
import time

import httpx2

from bench import tablet
from feedback.desk import sessions
from feedback.models.staff import Role, Staff
from feedback.web.page import COOKIE
from tests.factories import Desk
from tests.feedback.desk import forms

AT_ONCE = 10
TABLETS = (1, 4)


def main(each: int) -> None:
    """Print one line for each number of tablets."""
    with tablet.desk() as (desk, url):
        staff = desk.staff(Role.VOLUNTEER, places=["camp-9"])
        for many in TABLETS:
            waits: list[float] = []
            threads = [threading.Thread(target=_send, args=(desk, staff, url, each, waits)) for _ in range(many)]
            began = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.perf_counter() - began
            print(
                f"{many} tablets: {many * each / seconds:6.1f} forms a second, a request of {AT_ONCE} takes "
                f"{statistics.median(waits) * 1000:.0f} ms (slowest {max(waits) * 1000:.0f})"
            )


def _send(desk: Desk, staff: Staff, url: str, each: int, waits: list[float]) -> None:
    with desk.at() as session:
        token = sessions.start(session, staff)
    sealed = [forms.sealed(desk.parts, forms.filled()) for _ in range(each)]
    wire = [
        {"key": one.key, "key_name": one.key_name, "sealed": base64.b64encode(one.sealed).decode()} for one in sealed
    ]
    headers = {"origin": url, "x-csrf-token": sessions.csrf(token), "cookie": f"{COOKIE}={token}"}
    with httpx2.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
        for start in range(0, each, AT_ONCE):
            batch = wire[start : start + AT_ONCE]
            began = time.perf_counter()
            answer = client.post("/sync", json={"tablet": forms.TABLET, "forms": batch})
            waits.append(time.perf_counter() - began)
            assert [one["state"] for one in answer.json()["forms"]] == ["kept"] * len(batch)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 80)
