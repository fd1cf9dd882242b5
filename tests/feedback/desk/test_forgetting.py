"""Forgetting: what has had its time goes, what is open or held stays, and a wrong clock does no harm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import ChannelName, Media
from classifier.suggestion import UNREAD
from feedback import clock
from feedback.desk import calling, envelopes, forgetting, handling, lessons, recordings, replies, search, visibility
from feedback.desk.envelopes import Letter
from feedback.errors import NotFound
from feedback.models.base import new_id
from feedback.models.call import BackOutcome, CallBack, LineCall
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.lately import Thanks
from feedback.models.lesson import Lesson
from feedback.models.message import Message, Recording, RecordingChunk, RecordingState
from feedback.models.plan import HeldEnvelope
from feedback.models.reply import Note, Reply
from feedback.models.review import Access, Matter, Review
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, RaisedBy, Status, Term, Ticket, TicketKey
from tests.factories import Desk, inbound
from tests.trials import trials


def closed(desk: Desk, *, tier: str = "T0", sector: str = "wash", days_ago: int = 0, held: bool = False) -> Ticket:
    """A ticket that was closed so many days ago."""
    ticket = desk.ticket("canary words", tier=tier, sector=sector)
    agent = desk.staff(Role.FOCAL_POINT, clearances=[ticket.compartment] if ticket.compartment else [])
    desk.act(agent, ticket, handling.note, "canary note")
    desk.act(agent, ticket, handling.close, Outcome.INFORMED)
    with desk.at() as session:
        row = session.scalars(sa.select(Ticket).where(Ticket.id == ticket.id)).one()
        row.closed_at, row.held = clock.now() - timedelta(days=days_ago), held
    return ticket


def run(desk: Desk) -> int:
    with desk.at() as session:
        return forgetting.run(session)


@pytest.mark.parametrize(
    ("tier", "sector", "days", "stripped", "forgotten"),
    [
        ("T0", "wash", 179, False, False),
        ("T0", "wash", 181, True, False),
        ("T2-C", "conduct", 364, False, False),
        ("T2-C", "conduct", 366, True, True),
        ("T3-G", "gbv", 29, False, False),
        ("T3-G", "gbv", 31, True, True),
        ("T3-S", "conduct", 2000, False, False),
    ],
)
def test_each_tier_has_its_time(desk: Desk, tier: str, sector: str, days: int, stripped: bool, forgotten: bool) -> None:
    ticket = closed(desk, tier=tier, sector=sector, days_ago=days)
    run(desk)
    row = desk.again(ticket)
    assert (row.stripped_at is not None, row.forgotten_at is not None) == (stripped, forgotten)


@pytest.mark.parametrize("outcome", [Outcome.OPTED_OUT, Outcome.SPAM])
def test_what_ended_before_it_had_a_tier_has_the_time_of_an_ordinary_matter(desk: Desk, outcome: Outcome) -> None:
    """A STOP, or spam that a screener closed: nobody says how grave it is, and the number in it must not stay for ever."""
    (ticket_id,) = desk.hear(inbound("STOP" if outcome is Outcome.OPTED_OUT else "buy now"))
    if outcome is Outcome.SPAM:
        (waits,) = desk.rows(Ticket, Ticket.id == ticket_id)
        desk.act(desk.screener(), waits, handling.close, outcome)
    with time_machine.travel(clock.now() + timedelta(days=181), tick=False):
        desk.ticket("newest")
        run(desk)
    (row,) = desk.rows(Ticket, Ticket.id == ticket_id)
    assert (row.outcome, row.stripped_at is not None) == (outcome, True)
    assert desk.rows(Contact, Contact.ticket_id == ticket_id) == []


def test_a_forgotten_ticket_keeps_its_codes_and_nothing_else(desk: Desk) -> None:
    ticket = closed(desk, tier="T3-G", sector="gbv", days_ago=31)
    run(desk)
    row = desk.again(ticket)
    assert (row.sector, row.tier, row.outcome) == ("gbv", "T3-G", Outcome.INFORMED)
    assert (row.code, row.title, row.facts, row.suggestion) == (None, None, None, None)
    for table in (Contact, Note, TicketKey, Term):
        assert desk.rows(table) == []
    (message,) = desk.rows(Message)
    assert (message.words, message.raw) == (None, None)


def test_a_stripped_ticket_keeps_its_words_but_not_who_said_them(desk: Desk) -> None:
    closed(desk, days_ago=181)
    run(desk)
    (message,) = desk.rows(Message)
    assert (message.words is not None, message.raw, desk.rows(Contact)) == (True, None, [])


def test_a_forgotten_ticket_is_not_found_any_more(desk: Desk) -> None:
    ticket = closed(desk, tier="T2-C", sector="conduct", days_ago=366)
    focal = desk.staff(Role.FOCAL_POINT, clearances=["conduct"])
    run(desk)
    with desk.at(staff=True) as session:
        assert search.find(session, focal, "canary") == []
        with pytest.raises(NotFound):
            visibility.find_ticket(session, focal, ticket.reference)


def test_what_is_held_or_open_stays(desk: Desk) -> None:
    held = closed(desk, tier="T3-G", sector="gbv", days_ago=400, held=True)
    open_ = desk.ticket("canary", tier="T3-G", sector="gbv")
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        desk.ticket("newest")
        run(desk)
    assert desk.again(held).forgotten_at is None
    assert desk.again(open_).forgotten_at is None


def test_a_clock_that_stands_before_what_it_has_seen_forgets_nothing(desk: Desk) -> None:
    ticket = closed(desk, tier="T3-G", sector="gbv", days_ago=31)
    with time_machine.travel(clock.now() - timedelta(hours=2), tick=False):
        assert run(desk) == 0
    assert desk.again(ticket).forgotten_at is None


def test_a_clock_that_runs_away_forgets_no_more_than_a_bounded_number(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "FEWEST", 2)
    for _ in range(4):
        closed(desk, tier="T3-G", sector="gbv", days_ago=31)
    assert run(desk) == 2


def test_forgetting_is_an_event_without_words(desk: Desk) -> None:
    ticket = closed(desk, tier="T3-G", sector="gbv", days_ago=31)
    run(desk)
    actions = [event.action for event in desk.rows(Event, Event.ticket_id == ticket.id)]
    assert actions[-2:] == ["strip", "forget"]


def test_what_was_joined_to_a_ticket_is_forgotten_with_it_and_never_before(desk: Desk) -> None:
    """Its messages stand in the other ticket; its own row still holds the number and a key that opened them."""
    target = closed(desk, tier="T3-G", sector="gbv", days_ago=20)
    joined = closed(desk, days_ago=400)
    with desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.id == joined.id).values(joined_to=target.id))
    run(desk)
    assert desk.again(joined).stripped_at is None  # the ticket that its words are in is not due
    with time_machine.travel(clock.now() + timedelta(days=11), tick=False):
        desk.ticket("newest")
        run(desk)
    assert None not in (desk.again(target).forgotten_at, desk.again(joined).forgotten_at)
    assert desk.rows(TicketKey, TicketKey.ticket_id.in_([target.id, joined.id])) == []
    assert desk.rows(Contact, Contact.ticket_id == joined.id) == []


def test_no_copy_that_was_derived_stays(desk: Desk) -> None:
    """Sound, terms, thanks, a number of a call, a letter that waits, what two people's work gave as reason: each with the
    key that opened it."""
    media = Media("RE" + "6" * 32, "https://api.example/sound", "audio/wav", 3)
    ticket = desk.ticket("canary", recording=media, channel=ChannelName.HOTLINE, adapter="twilio-voice")
    agent = desk.staff()
    by = agent.id
    desk.act(agent, ticket, replies.answer, "canary answer")
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
        recordings.store(session, wanted, list(recordings.sealed_chunks(wanted, iter([b"canary" * 900]))))
        call = LineCall(id=new_id(), adapter="twilio-voice", began_at=clock.now(), changed_at=clock.now())
        call.ticket_id = ticket.id
        calling.keep_number(session, call, "+8801755500000")
        session.add(call)
        key, row = desk.parts.vault.new_key(waits := new_id())
        session.execute(sa.insert(TicketKey), [row])
        session.add(Thanks(id=waits, ticket_id=ticket.id, adapter="twilio-sms", address=key, due_at=clock.now()))
        row = session.scalars(sa.select(Ticket).where(Ticket.id == ticket.id)).one()
        (reply_id,) = session.scalars(sa.select(Reply.id))
        envelopes.hold(
            session, row, reply_id, Letter("+8801755500000", "canary", "en", "", "", "phrases"), edition=None
        )
        at = clock.now()
        review = Review(id=new_id(), ticket_id=ticket.id, matter=Matter.LOWERED, wall="gbv", by=by, at=at, due_at=at)
        asked = Access(id=new_id(), ticket_id=ticket.id, staff_id=by, wall="gbv", asked_at=at, reason=b"canary")
        review.reason = b"canary"
        onto_a_wall = Note(id=new_id(), ticket_id=ticket.id, at=at, words=b"canary", own_key=True)
        session.add_all([review, asked, onto_a_wall])
        for thing in (review, asked, onto_a_wall):
            session.execute(sa.insert(TicketKey), [desk.parts.vault.new_key(thing.id)[1]])
    forget(desk, ticket)
    for table in (TicketKey, RecordingChunk, Term, Contact, Thanks, HeldEnvelope, Note):
        assert desk.rows(table) == [], table
    (recording,), (reply,), (line,) = desk.rows(Recording), desk.rows(Reply), desk.rows(LineCall)
    assert (recording.state, recording.source, recording.seconds) == (RecordingState.TAKEN_OUT, None, None)
    assert (reply.words, line.address) == (b"", None)
    assert [row.reason for row in (*desk.rows(Review), *desk.rows(Access))] == [b"", b""]


def test_a_number_that_asked_to_be_called_back_is_not_known_for_ever(desk: Desk) -> None:
    ended = clock.now() - forgetting.CALL_BACKS
    for at in (ended - timedelta(hours=1), ended + timedelta(hours=1)):
        with desk.at() as session:
            wish = CallBack(adapter="twilio-voice", address_index=at.isoformat().encode()[:16], asked_at=at)
            wish.not_before, wish.ended_at, wish.outcome = at, at, BackOutcome.TALKED
            session.add(wish)
    desk.ticket()
    run(desk)
    assert len(desk.rows(CallBack)) == 1


def test_coded_facts_have_their_time_too(desk: Desk) -> None:
    """Of a survivor's ticket they go after 24 months; that there was one, its tier and its end stay (R7)."""
    ticket = closed(desk, tier="T3-G", sector="gbv", days_ago=731)
    for _ in range(2):
        run(desk)
    row = desk.again(ticket)
    assert (row.tier, row.outcome, row.sector, row.language, row.faded_at is not None) == (
        "T3-G", Outcome.INFORMED, None, None, True,
    )  # fmt: skip


def test_facts_outlive_words_until_then(desk: Desk) -> None:
    ticket = closed(desk, tier="T3-G", sector="gbv", days_ago=729)
    for _ in range(2):
        run(desk)
    assert (desk.again(ticket).sector, desk.again(ticket).faded_at) == ("gbv", None)


def test_what_the_machine_said_of_a_ticket_goes_with_its_coded_facts(desk: Desk) -> None:
    """The lesson repeats the codes, of joined tickets too; those of a ticket whose facts still stand are kept."""
    old, joined, kept = (closed(desk, tier="T3-G", sector="gbv", days_ago=days) for days in (731, 731, 729))
    with desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.id == joined.id).values(joined_to=old.id))
        lessons.keep(session, [lessons.said(one, UNREAD, decided=False) for one in (old, joined, kept)])
    for _ in range(2):
        run(desk)
    assert [lesson.ticket_id for lesson in desk.rows(Lesson)] == [kept.id]


@pytest.mark.plan("D40")
def test_the_table_of_retention_and_holds_is_kept_to_the_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    """D40: each tier, before and after each of its times, open, held and closed: exactly what is due goes, nothing else."""
    monkeypatch.setattr(forgetting, "FEWEST", 10_000)
    seed, cells = desk.ticket("canary", tier="T0"), []
    days = (1, 29, 31, 179, 181, 364, 366, 729, 731, 2000)
    every = [
        (tier, age, held, open_) for tier in WORDS for age in days for held in (False, True) for open_ in (False, True)
    ]
    chosen = every[:: max(1, len(every) // trials(default=60, release=len(every)))]
    with desk.at() as session:
        for tier, age, held, open_ in chosen:
            ticket = _closed_row(seed, tier, clock.now() - timedelta(days=age), held=held, open_=open_)
            session.add(ticket)
            cells.append((ticket.id, tier, age, held or open_))
    record_property("trials", len(cells))
    assert len(cells) >= 60
    for _ in range(3):
        run(desk)
    rows = {row.id: row for row in desk.rows(Ticket)}
    for id_, tier, age, kept in cells:
        want = [
            not kept and limit is not None and age > limit for limit in (IDENTITY[tier], WORDS[tier], FACTS.get(tier))
        ]
        done = [at is not None for at in (rows[id_].stripped_at, rows[id_].forgotten_at, rows[id_].faded_at)]
        assert done == want, (tier, age, kept)


WORDS = {"T0": None, "T1": None, "T2-C": 365, "T2-P": 365, "T3-G": 30, "T3-S": None, "T3-C": None, "T3-L": 730}
IDENTITY = WORDS | {"T0": 180, "T1": 180}
FACTS = {"T3-G": 730}
"""The table of the domain a second time: days after closing, None for what an investigation or a protocol decides."""


def _closed_row(like: Ticket, tier: str, at: datetime, *, held: bool, open_: bool) -> Ticket:
    status, ended = (Status.ASSIGNED, None) if open_ else (Status.CLOSED, Outcome.INFORMED)
    ticket = Ticket(id=new_id(), tier=tier, compartment=None, channel=like.channel, created_at=at, held=held)
    ticket.response_version, ticket.raised_by, ticket.read_at = like.response_version, RaisedBy.PERSON, at
    ticket.status, ticket.outcome, ticket.closed_at, ticket.sector = status, ended, at, "wash"
    return ticket


def forget(desk: Desk, ticket: Ticket) -> None:
    with desk.at() as session:
        row = session.scalars(sa.select(Ticket).where(Ticket.id == ticket.id)).one()
        forgetting.forget(session, row, actor="part:test")
