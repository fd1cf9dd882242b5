"""The offline app on a slow line: bytes on the wire, and how long until a volunteer can begin. Run from the root:

    .venv/bin/python -m bench.tablet [RUNS]

Needs Chromium. Each line is measured beside the fast one in the same run; what matters is the ratio and the second start.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from feedback import app, wiring
from feedback.desk import sessions
from feedback.models.staff import Role
from feedback.ops import ports
from feedback.ops.migrate import migrate
from feedback.seal.keyfile import DeskKeys
from feedback.web.page import COOKIE
from tests import factories

LINES = {  # name: (bits a second, milliseconds there and back)
    "fast": (0, 0),
    "3G, good": (1_600_000, 150),
    "3G, poor": (400_000, 400),
    "2G, edge": (150_000, 600),
}


def main(runs: int) -> None:
    """Print one line per connection."""
    with desk() as (house, url), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        staff = house.staff(Role.VOLUNTEER, places=["camp-9"])
        print(
            f"{'line':<10}{'app kB':>8}{'letters kB':>12}{'first start':>13}{'again':>9}{'no network':>12}   (median of {runs}, seconds)"
        )
        for name, (bits, wait) in LINES.items():
            measured = [_start(browser, house, staff, url, bits, wait) for _ in range(runs)]
            app_, letters, *times = (statistics.median(column) for column in zip(*measured, strict=True))
            print(f"{name:<10}{app_ / 1000:>8.0f}{letters / 1000:>12.0f}" + "{:>13.2f}{:>9.2f}{:>12.2f}".format(*times))
        browser.close()


def _start(
    browser: Browser, house: factories.Desk, staff: object, url: str, bits: int, wait: int
) -> tuple[float, float, float, float, float]:
    """Bytes of the app, and of letters, which a browser fetches where its machine has none; then the three times."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        with house.at() as session:
            token = sessions.start(session, staff)  # type: ignore[arg-type]
        secure = url.replace("http:", "https:")
        context.add_cookies([{"name": COOKIE, "value": token, "url": secure, "secure": True, "sameSite": "Strict"}])
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        kinds: dict[str, str] = {}
        received = {"app": 0.0, "letters": 0.0}

        def finished(one: dict[str, object]) -> None:
            of = "letters" if kinds.get(str(one["requestId"])) == "Font" else "app"
            received[of] += float(str(one["encodedDataLength"]))

        line.on("Network.responseReceived", lambda one: kinds.__setitem__(one["requestId"], one["type"]))
        line.on("Network.loadingFinished", finished)
        throughput = bits / 8 if bits else -1
        line.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": wait, "downloadThroughput": throughput, "uploadThroughput": throughput},
        )
        times = []
        for start in ("first", "again", "offline"):
            if start == "again":
                page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            context.set_offline(start == "offline")
            began = time.perf_counter()
            page.goto(f"{url}/tablet/", wait_until="commit")
            page.wait_for_selector("[data-value=matter]", timeout=120_000)
            times.append(time.perf_counter() - began)
            if start == "first":
                page.wait_for_load_state("networkidle")  # letters come after the volunteer can begin
                app_, letters = received["app"], received["letters"]
        return app_, letters, times[0], times[1], times[2]


@contextmanager
def desk() -> Iterator[tuple[factories.Desk, str]]:
    """A fresh desk on SQLite with its web server in a thread of this process, and its address."""
    folder = Path(tempfile.mkdtemp())
    (folder / "token").write_text("none\n", encoding="ascii")
    DeskKeys.create(folder / "keys")
    port = ports.free(0)
    url = f"http://localhost:{port}"
    settings = factories.settings(f"sqlite:///{folder / 'desk.db'}", folder / "keys", folder / "token", public_url=url)
    parts = wiring.live(settings)
    migrate(parts.database)
    server = uvicorn.Server(uvicorn.Config(app.create(parts), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield factories.Desk(parts), url
    server.should_exit = True
    thread.join()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
