"""The commands about events: what they say, and what they hand out to be held elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from feedback.cli import app
from feedback.models.event import Event
from feedback.models.installation import Installation
from feedback.ops import events
from feedback.settings import Settings
from tests.factories import Desk
from workers import chain


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FEEDBACK_KEY_FILE", str(settings.key_file))
    monkeypatch.setenv("FEEDBACK_DATABASE_URL", settings.database_url)
    return lambda *words: CliRunner().invoke(app, ["events", *words])


def test_heads_that_were_kept_prove_the_chain_until_it_is_cut(desk: Desk, run, tmp_path: Path):
    kept = tmp_path / "heads"
    for text in ("no water", "no light", "no gas"):
        desk.ticket(text)
        chain.catch_up(desk.parts)
        said = run("heads")
        kept.write_text((kept.read_text() if kept.exists() else "") + said.stdout)
    assert run("verify", "--heads", str(kept)).exit_code == 0
    last = json.loads(kept.read_text().splitlines()[-1])["place"]
    with desk.at() as session:
        session.execute(sa.delete(Event).where(Event.place == last))
    assert run("verify").exit_code == 0
    found = run("verify", "--heads", str(kept))
    assert found.exit_code == 1
    assert f"BROKEN at event {last}" in found.stdout


def test_a_head_says_place_digest_and_time_and_nothing_else(desk: Desk, run):
    assert run("heads").exit_code == 1
    assert desk.rows(Installation, Installation.name == events.EXPORTED) == []
    desk.ticket()
    chain.catch_up(desk.parts)
    said = json.loads(run("heads").stdout)
    assert set(said) == {"place", "digest", "at"}
    assert len(desk.rows(Installation, Installation.name == events.EXPORTED)) == 1
    assert len(bytes.fromhex(said["digest"])) == 32


@pytest.mark.parametrize("line", ["", "no head", '{"place": 1}', '{"place": 1, "digest": "zz", "at": "now"}', "[]"])
def test_a_file_that_holds_no_heads_is_refused(line: str, tmp_path: Path):
    kept = tmp_path / "heads"
    kept.write_text(line)
    with pytest.raises(events.BadHeads):
        events.read(kept)
