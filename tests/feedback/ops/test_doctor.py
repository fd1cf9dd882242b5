"""The doctor: a sound installation is well, and each fault is found and named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import ChannelName, Inbound
from feedback import clock
from feedback.desk import intake, person_requests
from feedback.models.event import Event
from feedback.models.installation import Installation, Slot
from feedback.models.staff import Role
from feedback.ops import doctor


def findings(settings):
    return {one.what: one for one in doctor.examine(settings)}


@pytest.fixture
def scheduled(parts):
    """The scheduler has just asked for work."""
    with parts.database.transaction() as session:
        session.add(Slot(kind="triage", at=clock.now()))


@pytest.mark.usefixtures("scheduled")
def test_a_sound_installation_is_well(settings, database_url):
    found = findings(settings)
    unwell = {what: one.words for what, one in found.items() if not one.well}
    if database_url.startswith("postgresql"):  # tests give up durability for speed, and the doctor sees it
        assert "fsync is off" in unwell.pop("durability")
    assert "gaps in seven days" in unwell.pop("rota")  # nobody has been put on duty
    assert "FEEDBACK_FORGOTTEN_FILE" in unwell.pop("forgotten")  # nor is there a disk for backups
    assert unwell == {}


def test_where_what_was_forgotten_is_written_down_apart_the_doctor_is_content(settings, tmp_path_factory):
    kept = replace(settings, forgotten_file=tmp_path_factory.mktemp("backups") / "forgotten")
    assert findings(kept)["forgotten"].well


def test_what_people_asked_and_nobody_settled_in_time_is_told(desk, settings):
    lead, ticket = desk.staff(Role.COORDINATOR), desk.ticket("no water")
    desk.act(lead, ticket, person_requests.ask_on, right="see", proof="known")
    assert findings(settings)["data requests"].well
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        assert "1 overdue" in findings(settings)["data requests"].words


def test_events_that_nobody_chains_are_told_after_five_seconds(parts, settings):
    assert findings(settings)["events"].well
    with parts.database.transaction() as session:
        session.add(Event(at=clock.now() - timedelta(seconds=9), actor="part:test", action="note"))
    found = findings(settings)["events"]
    assert not found.well
    assert "one has waited" in found.words


def test_a_text_that_nobody_has_read_is_told_after_a_quarter_of_an_hour(parts, settings):
    late = clock.now() - timedelta(minutes=16)
    with parts.database.transaction() as session:
        intake.receive(session, [Inbound("twilio-sms", "SM1", ChannelName.SMS, late, text="no water")])
    assert "1 older than 15 minutes" in findings(settings)["unread texts"].words


def test_a_text_of_just_now_may_wait(parts, settings):
    with parts.database.transaction() as session:
        intake.receive(session, [Inbound("twilio-sms", "SM1", ChannelName.SMS, clock.now(), text="no water")])
    assert findings(settings)["unread texts"].well


def test_work_that_is_asked_for_rarely_is_not_late_after_minutes(parts, settings):
    with parts.database.transaction() as session:
        session.add(Slot(kind="retention", at=clock.now() - timedelta(minutes=59)))
    assert findings(settings)["scheduler"].well


def test_a_scheduler_that_has_stopped_is_named_with_the_work_it_does_not_ask_for(parts, settings):
    with parts.database.transaction() as session:
        session.add(Slot(kind="sweep", at=clock.now() - timedelta(minutes=4)))
    assert findings(settings)["scheduler"].words == "has not asked lately for sweep"


def test_tables_of_another_version_are_told_with_the_command(parts, settings):
    with parts.database.engine.begin() as connection:
        revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'old'"))
    found = findings(settings)["tables"]
    with parts.database.engine.begin() as connection:  # the server is shared by tests
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    assert not found.well
    assert found.words.endswith("python -m feedback migrate")


def test_a_demo_that_is_run_as_if_it_were_live_is_told(parts, settings):
    with parts.database.transaction() as session:
        session.add(Installation(name="demo", word="1"))
    assert not findings(settings)["installation"].well


def test_a_key_file_that_others_can_read_is_told(settings):
    settings.key_file.chmod(0o444)
    found = findings(settings)
    settings.key_file.chmod(0o400)
    assert "can be read by others" in found["key file"].words
    assert not found["settings"].well


def test_a_valkey_that_forgets_is_told(settings, valkey, valkey_url):
    valkey.config_set("appendonly", "no")
    found = findings(replace(settings, redis_url=valkey_url))
    valkey.config_set("appendonly", "yes")
    assert "it forgets" in found["valkey"].words
    assert found["workers"].words == "nobody works on send, triage, upkeep"


def test_a_valkey_that_is_away_is_told_and_the_other_looks_go_on(settings, tmp_path):
    found = findings(replace(settings, redis_url=f"unix://{tmp_path}/nobody"))
    assert found["valkey"].words == "can't be looked at (ConnectionError)"
    assert found["disk"].well
