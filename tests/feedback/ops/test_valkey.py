"""The embedded Valkey: where its socket lies, and what is done with one that a crash left over."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest
import redis

from feedback.ops import valkey
from feedback.ops.folder import Folder
from feedback.ops.supervisor import Supervisor


@pytest.fixture
def home(tmp_path: Path) -> Folder:
    return Folder.at(tmp_path)


@pytest.fixture
def running(home: Folder):
    """Valkey under a supervisor, and a client of it."""
    program = valkey.binary()
    assert program is not None
    supervisor = Supervisor()
    supervisor.start([valkey.part(program, home, log=home.log("valkey"))])
    client = redis.Redis(unix_socket_path=str(valkey.socket_path(home)), decode_responses=True)
    yield client
    client.close()
    supervisor.stop()


def test_it_keeps_what_it_is_told_and_drops_nothing(running):
    config = running.config_get("appendonly", "maxmemory-policy", "port")
    assert config == {"appendonly": "yes", "maxmemory-policy": "noeviction", "port": "0"}


def test_only_its_owner_reaches_it(running, home):
    assert valkey.socket_path(home).stat().st_mode & 0o777 == 0o700
    assert home.valkey.stat().st_mode & 0o077 == 0


def test_what_it_was_told_is_there_after_a_restart(home):
    program = valkey.binary()
    assert program is not None
    for expected in (None, "still here"):
        supervisor = Supervisor()
        supervisor.start([valkey.part(program, home, log=home.log("valkey"))])
        with redis.Redis(unix_socket_path=str(valkey.socket_path(home)), decode_responses=True) as client:
            assert client.get("word") == expected
            client.set("word", "still here")
        supervisor.stop()


def test_a_server_that_a_crash_left_over_is_replaced(home):
    program = valkey.binary()
    assert program is not None
    left = valkey.part(program, home, log=None)
    left_over = subprocess.Popen(left.argv, stdout=subprocess.DEVNULL, start_new_session=True)
    path = valkey.socket_path(home)
    until = time.monotonic() + 60
    while not valkey.answers(path) and time.monotonic() < until:
        time.sleep(0.05)
    assert valkey.answers(path)
    valkey.clear(path)
    assert left_over.wait(timeout=60) == 0
    assert not path.exists()


def test_a_dead_socket_is_removed(home):
    path = valkey.socket_path(home)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert path.exists()
    valkey.clear(path)
    assert not path.exists()


def test_a_folder_with_a_long_path_gets_its_socket_elsewhere_and_for_its_owner_only(tmp_path):
    deep = Folder.at(tmp_path / ("long" * 30))
    path = valkey.socket_path(deep)
    assert len(os.fsencode(path)) <= valkey.LONGEST_SOCKET
    assert path == valkey.socket_path(deep)
    assert path.parent.stat().st_mode & 0o077 == 0
    path.parent.rmdir()


def test_a_socket_folder_that_others_may_enter_is_refused(tmp_path):
    deep = Folder.at(tmp_path / ("deep" * 30))
    path = valkey.socket_path(deep)
    path.parent.chmod(0o777)
    with pytest.raises(valkey.Stuck):
        valkey.socket_path(deep)
    path.parent.rmdir()
