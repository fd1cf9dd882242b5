"""Replay: which lines of a file are sent, and what the figures mean."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from channels.contract import ChannelName, Inbound
from channels.sandbox.client import Sent
from classifier.suggestion import Suggestion, Verdict
from feedback import clock
from feedback.desk import intake, triage
from feedback.ops import replay

CSV = (
    'id,genre,message\n1,direct,no water\n2,news,far away\n3,direct,\n4,direct,"two\nlines"\n5,direct,'
    + "x" * 1601
    + "\n"
)


@pytest.fixture(params=["lines.csv", "lines.csv.gz"])
def file(request, tmp_path):
    path = tmp_path / request.param
    path.write_bytes(gzip.compress(CSV.encode()) if path.suffix == ".gz" else CSV.encode())
    return path


def test_lines_that_fit_are_sent_and_those_no_text_carries_are_not(file):
    assert list(replay.read(file, "message", "genre=direct", None)) == ["no water", "two\nlines"]


def test_a_limit_counts_what_is_sent(file):
    assert list(replay.read(file, "message", None, 2)) == ["no water", "far away"]


def test_a_column_that_is_not_there_is_named_with_those_that_are(file):
    with pytest.raises(replay.CannotReplay, match=r"no column words\. It has: id, genre, message"):
        list(replay.read(file, "words", None, None))


def test_without_a_running_demo_it_says_how_to_start_one(file, tmp_path):
    with pytest.raises(replay.CannotReplay, match="Start one first: make run"):
        replay.run(file, column="message", where=None, rate=None, limit=None, folder=tmp_path / "demo")


def test_the_database_says_what_became_of_each_text(parts):
    at = clock.now() - timedelta(seconds=4)
    refs = ["open", "sensitive", "unsure", "unread"]
    with parts.database.transaction() as session:
        intake.receive(session, [Inbound("twilio-sms", ref, ChannelName.SMS, at, text=ref) for ref in refs[:3]])
    with parts.database.transaction() as session:
        waiting = triage.claim(session, 0, 1)
    said = {
        "open": Suggestion("en", Verdict.OPEN, sector="wash"),
        "sensitive": Suggestion("en", Verdict.SENSITIVE, tier="T3-G", compartment="gbv"),
        "unsure": Suggestion("en"),
    }
    readings = triage.prepare(parts.vault, waiting, [said[one.text] for one in waiting])
    with parts.database.transaction() as session:
        triage.apply_many(session, readings)
    with parts.database.transaction() as session:
        intake.receive(session, [Inbound("twilio-sms", "unread", ChannelName.SMS, at, text="unread")])
    fates = replay._fates(parts.database, [*refs, "never arrived"])
    assert sorted((fate.seconds is not None, fate.sector or "", fate.compartment or "") for fate in fates) == [
        (False, "", "screening"),
        (True, "", "gbv"),
        (True, "", "screening"),
        (True, "wash", ""),
    ]
    assert all(fate.seconds >= 4 for fate in fates if fate.seconds is not None)


def test_an_answered_text_that_is_not_stored_counts_as_lost():
    sent = [Sent("1", 200, 0.1, 1), Sent("2", 200, 0.2, 1), Sent("3", 503, 0.1, 3)]
    report = replay._count(sent, [replay.Fate(1.0, "wash", None)], 1.0)
    assert (report.sent, report.answered, report.stored, report.lost) == (3, 2, 1, 1)
