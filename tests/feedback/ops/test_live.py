"""An installation is switched live only when nothing stands in the way, and says what does (decision 18)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock, responses, wiring
from feedback.desk import compartments, conflicts, keeping
from feedback.desk.conflicts import INDEPENDENT
from feedback.models.base import new_id
from feedback.models.compartment import Holding, RecoveryCopy, RecoveryKeeper
from feedback.models.installation import Installation
from feedback.models.rota import Call, Duty
from feedback.models.staff import Staff
from feedback.ops import keys, live
from feedback.ops.events import EXPORTED
from feedback.seal.keyfile import DeskKeys
from tests.factories import Desk


@pytest.fixture
def parts(settings, tmp_path: Path):
    """A desk whose response is approved, complete and of a real place."""
    response = responses.load("coxs_bazar")
    approved = dict.fromkeys(response.languages, "A native speaker")
    agencies = {code: replace(one, made_up=False) for code, one in response.agencies.items()}
    response = replace(
        response,
        phrases=replace(
            response.phrases,
            approvals=approved,
            fills={**response.phrases.fills, "number": "16000"},
            all={
                key: responses.Labels({**dict.fromkeys(response.languages, labels["en"]), **labels})
                for key, labels in response.phrases.all.items()
            },
        ),
        prompts=replace(
            response.prompts,
            approvals=approved,
            recorded={
                key: responses.Labels(dict.fromkeys(response.languages, "a.wav")) for key in response.prompts.texts
            },
        ),
        routing=replace(response.routing, agencies=agencies),
    )
    parts = wiring.live(settings)
    parts.database.shared["response"] = response
    yield replace(parts, response=response)
    parts.close()


@pytest.fixture
def ready(desk: Desk, parts: wiring.Parts, tmp_path_factory: pytest.TempPathFactory) -> wiring.Parts:
    """Everything is as it should be."""
    backups = tmp_path_factory.mktemp("backups")
    people: dict[str, list[Staff]] = {}
    for name in parts.response.compartments:
        people[name] = [desk.holder(name, agency=agency) for agency in ("kingfisher", "heron")]
    desk.holder(INDEPENDENT)
    keys.begin(parts)
    now = clock.now()
    with desk.at() as session:
        for name, holders in people.items():
            for rung, outside in ((1, False), (2, True)):
                duty_id = new_id()
                session.add(
                    Duty(
                        id=duty_id,
                        compartment=name,
                        rung=rung,
                        outside=outside,
                        staff_id=None if outside else holders[0].id,
                        since=now - timedelta(days=1),
                        until=now + timedelta(days=20),
                        phone=parts.vault.seal_secret(duty_id, b"+8801700000000"),
                    )
                )
            for letter in "abc":
                keeping.keep(session, name, letter, f"Office {letter}", actor="part:test")
        session.flush()
        (some,) = session.scalars(sa.select(Duty.id).limit(1))
        session.add(Call(wall="gbv", rung=1, duty_id=some, at=now, confirmed_at=now))
        session.add(Installation(name=live.DRILLED, word=now.isoformat()))
        session.add(Installation(name=EXPORTED, word=now.isoformat()))
    live.approve_code(parts, "Director, Dhaka")
    return replace(parts, settings=replace(parts.settings, forgotten_file=backups / "forgotten"))


def test_when_nothing_stands_in_the_way_it_is_switched_live(desk: Desk, ready: wiring.Parts) -> None:
    assert live.switch(ready) == []
    assert [one.word for one in desk.rows(Installation, Installation.name == live.LIVE)] != []


def test_an_empty_installation_of_the_shipped_response_is_refused_for_every_reason(settings) -> None:
    parts = wiring.live(settings)
    assert {one.what for one in live.switch(parts)} == {
        "holders",
        "independent",
        "rota",
        "words",
        "response",
        "page",
        "restore",
        "forgotten",
        "code",
        "heads",
    }
    parts.close()


def _is_a_demo(session, parts) -> None:
    session.add(Installation(name="demo", word="1"))


def _lost_a_holder(session, parts) -> None:
    session.execute(
        sa.delete(Holding).where(
            Holding.compartment == "gbv", Holding.staff_id == compartments.holders(session, "gbv")[0].id
        )
    )


def _lost_its_kit(session, parts) -> None:
    session.execute(sa.delete(RecoveryCopy).where(RecoveryCopy.compartment == "gbv"))


def _nobody_keeps_a_part(session, parts) -> None:
    session.execute(sa.delete(RecoveryKeeper).where(RecoveryKeeper.compartment == "gbv", RecoveryKeeper.letter == "b"))


def _one_agency_holds_psea(session, parts) -> None:
    session.execute(sa.update(Staff).where(Staff.agency.is_not(None)).values(agency="heron"))


def _nobody_is_independent(session, parts) -> None:
    for one in conflicts.independents(session):
        one.clearances = []


def _the_independent_one_works_here(session, parts) -> None:
    for one in conflicts.independents(session):
        one.agencies = ["heron"]


def _nobody_on_call(session, parts) -> None:
    session.execute(sa.update(Duty).where(Duty.compartment == "psea").values(until=clock.now()))


def _no_page_answered(session, parts) -> None:
    session.execute(sa.update(Call).values(confirmed_at=None))


def _no_restore(session, parts) -> None:
    session.execute(sa.delete(Installation).where(Installation.name == live.DRILLED))


def _nobody_approved_the_code(session, parts) -> None:
    session.execute(sa.delete(Installation).where(Installation.name == live.CODE))


def _an_older_code_was_approved(session, parts) -> None:
    session.merge(Installation(name=live.CODE, word="0 2026-01-01 Director, Dhaka"))


def _no_heads_elsewhere(session, parts) -> None:
    session.execute(sa.delete(Installation).where(Installation.name == EXPORTED))


def _heads_of_last_month(session, parts) -> None:
    long_ago = clock.now() - live.HEADS_LAST - timedelta(minutes=1)
    session.merge(Installation(name=EXPORTED, word=long_ago.isoformat()))


@pytest.mark.parametrize(
    ("what", "happen"),
    [
        ("demo", _is_a_demo),
        ("holders", _lost_a_holder),
        ("holders", _lost_its_kit),
        ("holders", _nobody_keeps_a_part),
        ("holders", _one_agency_holds_psea),
        ("independent", _nobody_is_independent),
        ("independent", _the_independent_one_works_here),
        ("rota", _nobody_on_call),
        ("page", _no_page_answered),
        ("restore", _no_restore),
        ("code", _nobody_approved_the_code),
        ("code", _an_older_code_was_approved),
        ("heads", _no_heads_elsewhere),
        ("heads", _heads_of_last_month),
    ],
)
def test_each_thing_that_is_missing_is_named(
    desk: Desk, ready: wiring.Parts, what: str, happen: Callable[..., None]
) -> None:
    with desk.at() as session:
        happen(session, ready)
    assert {one.what for one in live.switch(ready)} == {what}
    assert desk.rows(Installation, Installation.name == live.LIVE) == []


def test_who_approved_the_code_of_conduct_is_written_down_with_its_version_and_the_day(
    desk: Desk, ready: wiring.Parts
) -> None:
    (kept,) = desk.rows(Installation, Installation.name == live.CODE)
    assert kept.word == f"{ready.response.code_of_conduct.version} {clock.now():%Y-%m-%d} Director, Dhaka"


@pytest.mark.parametrize("part", ["phrases", "prompts"])
def test_words_that_nobody_has_approved_are_named(ready: wiring.Parts, part: str) -> None:
    spoken = replace(getattr(ready.response, part), approvals={})
    parts = replace(ready, response=replace(ready.response, **{part: spoken}))
    assert {one.what for one in live.refusals(parts)} == {"words"}


@pytest.mark.parametrize("where", [None, "/nowhere/at/all/forgotten"])
def test_a_record_of_what_was_forgotten_that_is_kept_nowhere_is_named(ready: wiring.Parts, where: str | None) -> None:
    settings = replace(ready.settings, forgotten_file=Path(where) if where else None)
    assert {one.what for one in live.refusals(replace(ready, settings=settings))} == {"forgotten"}


@pytest.mark.parametrize("where", ["forgotten", "copies/forgotten"])
def test_one_that_lies_in_the_folder_of_an_sqlite_database_is_named_too(
    ready: wiring.Parts, tmp_path: Path, where: str
) -> None:
    (tmp_path / "copies").mkdir()
    parts = replace(ready, settings=replace(ready.settings, forgotten_file=tmp_path / where))
    found = {one.what for one in live.refusals(parts)}
    assert found == ({"forgotten"} if parts.database.sqlite else set())


def test_settings_of_a_demo_are_refused_before_the_database_knows(ready: wiring.Parts) -> None:
    parts = replace(ready, settings=replace(ready.settings, demo=True))
    assert {one.what for one in live.refusals(parts)} == {"demo"}


def test_a_phrase_that_is_missing_in_a_language_is_named(ready: wiring.Parts) -> None:
    phrases = ready.response.phrases
    (key, *_) = phrases.all
    partly = {**phrases.all, key: responses.Labels({"en": phrases.all[key]["en"]})}
    parts = replace(ready, response=replace(ready.response, phrases=replace(phrases, all=partly)))
    (found,) = live.refusals(parts)
    assert (found.what, "missing" in found.words) == ("words", True)


def _made_up(response: responses.Response) -> responses.Response:
    (first, *_) = response.agencies
    agencies = {**response.agencies, first: replace(response.agencies[first], made_up=True)}
    return replace(response, routing=replace(response.routing, agencies=agencies))


def _without_a_number(response: responses.Response) -> responses.Response:
    return replace(response, phrases=replace(response.phrases, fills={**response.phrases.fills, "number": "00000"}))


@pytest.mark.parametrize(("change", "word"), [(_made_up, "made up"), (_without_a_number, "number")])
def test_a_response_that_is_of_no_real_place_is_named(
    ready: wiring.Parts, change: Callable[[responses.Response], responses.Response], word: str
) -> None:
    (found,) = live.refusals(replace(ready, response=change(ready.response)))
    assert (found.what, word in found.words) == ("response", True)


def test_a_drill_of_last_month_is_too_old(ready: wiring.Parts) -> None:
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        assert "restore" in {one.what for one in live.refusals(ready)}


class TestDrill:
    """A restored copy is looked at with this desk's key file."""

    @pytest.fixture
    def database_url(self, sqlite_template: Path, tmp_path: Path) -> str:
        shutil.copy(sqlite_template, tmp_path / "desk.db")
        return f"sqlite:///{tmp_path / 'desk.db'}"

    def test_a_whole_copy_is_remembered(self, desk: Desk, parts: wiring.Parts, tmp_path: Path) -> None:
        desk.ticket("words")
        copy = tmp_path / "copy.db"
        with sqlite3.connect(parts.settings.database_url.removeprefix("sqlite:///")) as database:
            database.execute("VACUUM INTO ?", (str(copy),))
        database.close()
        assert live.drill(parts, f"sqlite:///{copy}") == 1
        assert len(desk.rows(Installation, Installation.name == live.DRILLED)) == 1

    def test_a_copy_of_another_desk_is_refused(self, desk: Desk, parts: wiring.Parts, tmp_path: Path) -> None:
        desk.ticket("words")
        other = tmp_path / "other.keys"
        DeskKeys.create(other)
        stranger = replace(parts, settings=replace(parts.settings, key_file=other))
        with pytest.raises(live.NotRestored):
            live.drill(stranger, parts.settings.database_url)

    def test_a_copy_of_an_older_shape_is_refused(self, desk: Desk, parts: wiring.Parts, tmp_path: Path) -> None:
        copy = tmp_path / "copy.db"
        with sqlite3.connect(parts.settings.database_url.removeprefix("sqlite:///")) as database:
            database.execute("VACUUM INTO ?", (str(copy),))
        database.close()
        with sqlite3.connect(copy) as older:
            older.execute("UPDATE alembic_version SET version_num = 'of last year'")
        older.close()
        with pytest.raises(live.NotRestored, match="of last year"):
            live.drill(parts, f"sqlite:///{copy}")
        assert desk.rows(Installation, Installation.name == live.DRILLED) == []

    def test_a_file_that_is_no_database_is_refused(self, parts: wiring.Parts, tmp_path: Path) -> None:
        (tmp_path / "broken.db").write_bytes(b"not a database" * 100)
        with pytest.raises(live.NotRestored):
            live.drill(parts, f"sqlite:///{tmp_path / 'broken.db'}")
