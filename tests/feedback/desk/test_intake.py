"""Intake: each message is kept once, in a ticket of its own, behind the wall of screening (decisions 5b, 5c)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from channels.contract import ChannelName, Media
from feedback import clock
from feedback.desk import codes, intake, replies, sealing
from feedback.models.contact import Contact, Silent
from feedback.models.event import Event
from feedback.models.message import Message, Recording
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Status, Term, Ticket
from feedback.seal import box
from tests.factories import Desk, inbound, phone


def test_a_message_opens_a_ticket_in_screening(desk: Desk) -> None:
    (ticket_id,) = desk.hear(inbound("no water in camp 9"))
    (ticket,) = desk.rows(Ticket)
    assert (ticket.id, ticket.status, ticket.compartment, ticket.place) == (
        ticket_id, Status.NEW, "screening", "camp-9",
    )  # fmt: skip
    assert (ticket.sector, ticket.tier, ticket.screened_at) == (None, None, None)


def test_a_message_that_comes_twice_is_kept_once(desk: Desk) -> None:
    first = inbound("no water")
    with desk.at() as session:
        (one, two) = intake.receive(session, [first, first])
    with desk.at() as session:
        (three,) = intake.receive(session, [first])
    assert (one.new, two.new, three.new) == (True, False, False)
    assert one.ticket_id == two.ticket_id == three.ticket_id
    assert [len(desk.rows(table)) for table in (Ticket, Message, Contact, Event)] == [1, 1, 1, 1]


def test_only_the_first_of_a_repeat_is_acknowledged(desk: Desk) -> None:
    first = inbound("no water")
    with desk.at() as session:
        assert [one.acknowledge for one in intake.receive(session, [first, first])] == [True, False]


def test_the_same_reference_of_another_provider_is_another_message(desk: Desk) -> None:
    ref = "SM" + "0" * 32
    desk.hear(inbound("one", provider_ref=ref), inbound("two", provider_ref=ref, adapter="relay"))
    assert len(desk.rows(Message)) == 2


def test_the_same_words_twice_are_two_messages(desk: Desk) -> None:
    sender = phone()
    assert len(set(desk.hear(inbound("no water", address=sender), inbound("no water", address=sender)))) == 2


def test_a_second_writer_of_the_same_message_fails_and_leaves_nothing(desk: Desk) -> None:
    """Two processes that looked before either wrote: the unique pair decides, not the look (style rule 18)."""
    first = inbound("no water")
    desk.hear(first)
    rows = desk.rows(Message)
    with pytest.raises(sa.exc.IntegrityError), desk.at() as session:
        session.execute(sa.insert(Message), {**_columns(rows[0]), "id": 1})
    assert len(desk.rows(Message)) == 1


def test_words_and_body_are_kept_sealed_and_open_to_the_same_bytes(desk: Desk) -> None:
    desk.hear(inbound("পানি নাই\u200d\x00", raw=b"\x00\xffBody=%E0"))
    (message,) = desk.rows(Message)
    with desk.at() as session:
        key = sealing.key(session, message.ticket_id)
        assert sealing.unseal(key, Message, "words", message.id, message.words) == "পানি নাই\u200d\x00"
        assert box.unseal(key, message.raw or b"", table="message", row=message.id, column="raw") == b"\x00\xffBody=%E0"


def test_each_ticket_has_a_contact_of_its_own_so_that_none_spans_a_wall(desk: Desk) -> None:
    sender = phone()
    first, second = desk.hear(inbound("one", address=sender), inbound("two", address=sender))
    contacts = desk.rows(Contact)
    assert {contact.ticket_id for contact in contacts} == {first, second}
    assert {contact.address_index for contact in contacts} == {desk.parts.vault.address_index("screening", sender)}
    assert contacts[0].address != contacts[1].address


def test_who_gave_no_number_has_no_contact(desk: Desk) -> None:
    desk.hear(inbound("a slip of paper", address=None))
    assert desk.rows(Contact) == []


def test_a_batch_of_nothing_asks_the_database_nothing(desk: Desk) -> None:
    """The writer's batch may hold receipts or news of calls alone."""
    with desk.at() as session, desk.statements() as asked:
        assert intake.receive(session, []) == []
    assert asked == []


def test_nothing_can_be_searched_before_it_was_read(desk: Desk) -> None:
    desk.hear(inbound("a man follows my sister"))
    assert desk.rows(Term) == []


@pytest.mark.parametrize("text", ["STOP", " stop. ", "Stop!", "মেসেজ বন্ধ"])
def test_stop_as_the_whole_message_silences_the_number_and_opens_no_work(desk: Desk, text: str) -> None:
    sender = phone()
    with desk.at() as session:
        (received,) = intake.receive(session, [inbound(text, address=sender)])
    (ticket,), (silent,) = desk.rows(Ticket), desk.rows(Silent)
    assert not received.acknowledge
    assert silent.address_index == desk.parts.vault.silent_index(sender)
    assert (ticket.status, ticket.outcome) == (Status.CLOSED, Outcome.OPTED_OUT)


@pytest.mark.parametrize("text", ["stop him", "please make it stop", "the water stopped", "STOP beating us"])
def test_stop_among_other_words_is_a_message_like_any_other(desk: Desk, text: str) -> None:
    with desk.at() as session:
        (received,) = intake.receive(session, [inbound(text)])
    (ticket,) = desk.rows(Ticket)
    assert received.acknowledge
    assert ticket.status is Status.NEW
    assert desk.rows(Silent) == []


def test_stop_closes_nothing_of_that_number(desk: Desk) -> None:
    sender = phone()
    ticket = desk.ticket("no water", address=sender)
    desk.hear(inbound("STOP", address=sender))
    assert desk.again(ticket).status is Status.TRIAGED


def test_who_has_said_stop_still_opens_tickets_but_hears_nothing(desk: Desk) -> None:
    """Story 12, within one batch and across batches."""
    sender = phone()
    with desk.at() as session:
        stop, complaint = intake.receive(
            session, [inbound("STOP", address=sender), inbound("my ration card is blocked", address=sender)]
        )
    with desk.at() as session:
        (later,) = intake.receive(session, [inbound("still blocked", address=sender)])
    assert [one.new for one in (stop, complaint, later)] == [True] * 3
    assert [one.acknowledge for one in (stop, complaint, later)] == [False] * 3
    assert len(desk.rows(Ticket, Ticket.status == Status.NEW)) == 2


def test_stop_said_by_voice_or_written_by_staff_is_not_a_stop_of_a_number(desk: Desk) -> None:
    desk.hear(inbound("stop", channel=ChannelName.IN_PERSON, adapter="in-person"))
    assert desk.rows(Silent) == []


def test_the_light_screen_only_orders_the_work(desk: Desk) -> None:
    calm, danger = desk.hear(inbound("no water in camp 9"), inbound("he raped my sister"))
    tickets = {ticket.id: ticket for ticket in desk.rows(Ticket)}
    assert (tickets[calm].danger_first, tickets[danger].danger_first) == (False, True)
    for column in ("status", "compartment", "tier", "sector", "raised_by"):
        assert getattr(tickets[calm], column) == getattr(tickets[danger], column)
    assert tickets[danger].due_at < tickets[calm].due_at  # type: ignore[operator]


def test_sound_is_fetched_later_and_read_by_people_alone(desk: Desk) -> None:
    media = Media("RE" + "1" * 32, "https://api.example/recording", "audio/x-wav", 12)
    desk.hear(inbound("", recording=media, channel=ChannelName.HOTLINE, adapter="twilio-voice"))
    (recording,), (ticket,) = desk.rows(Recording), desk.rows(Ticket)
    assert recording.seconds == 12
    assert b"api.example" not in (recording.source or b"")
    assert ticket.read_at is not None


def test_every_message_has_its_event_without_words(desk: Desk) -> None:
    desk.hear(inbound("no water"))
    (event,) = desk.rows(Event)
    assert (event.actor, event.action, event.detail, event.wall) == (
        "part:twilio-sms",
        "receive",
        "sms thanked",
        "screening",
    )


def test_the_codes_of_a_batch_are_live_and_all_different(desk: Desk) -> None:
    desk.hear(*[inbound() for _ in range(50)])
    tickets = desk.rows(Ticket)
    assert len({ticket.code for ticket in tickets}) == 50
    assert all(codes.read(ticket.code or "") for ticket in tickets)
    assert all(ticket.code_until - ticket.created_at == codes.LIVE for ticket in tickets)  # type: ignore[operator]


class TestMayAnswer:
    """Which open ticket a message may answer; triage decides whether it joins."""

    def test_a_number_that_was_asked_something(self, desk: Desk) -> None:
        asked = self._asked(desk, sender := phone())
        assert self._noted(desk, address=sender) == asked.id

    def test_not_another_number(self, desk: Desk) -> None:
        self._asked(desk, phone())
        assert self._noted(desk, address=phone()) is None

    def test_not_a_number_that_only_got_an_answer(self, desk: Desk) -> None:
        ticket = desk.ticket("no water", address=(sender := phone()))
        desk.act(desk.staff(), ticket, replies.answer, "The tap is mended.")
        assert self._noted(desk, address=sender) is None

    def test_not_after_two_days(self, desk: Desk) -> None:
        self._asked(desk, sender := phone())
        assert self._noted(desk, address=sender, received_at=clock.now() + timedelta(hours=49)) is None

    def test_not_after_two_days_also_in_a_batch_with_one_that_came_in_time(self, desk: Desk) -> None:
        self._asked(desk, sender := phone())
        late, now = clock.now() + timedelta(hours=49), clock.now()
        ids = desk.hear(
            inbound("late", address=sender, received_at=late), inbound("early", address=sender, received_at=now)
        )
        noted = {ticket.id: ticket.may_answer for ticket in desk.rows(Ticket, Ticket.id.in_(ids))}
        assert [noted[id_] is None for id_ in ids] == [True, False]

    def test_not_a_question_that_was_taken_back(self, desk: Desk) -> None:
        self._asked(desk, sender := phone())
        with desk.at() as session:
            session.execute(sa.update(Reply).values(state=ReplyState.RECALLED))
        assert self._noted(desk, address=sender) is None

    def test_never_a_sensitive_ticket(self, desk: Desk) -> None:
        asked = self._asked(desk, sender := phone())
        with desk.at() as session:
            session.execute(sa.update(Ticket).where(Ticket.id == asked.id).values(compartment="gbv"))
        assert self._noted(desk, address=sender) is None

    def test_a_code_in_the_text_from_any_number(self, desk: Desk) -> None:
        ticket = desk.ticket("no water")
        code = ticket.code or ""
        assert self._noted(desk, text=f"my number is {code[:4]}-{code[4:]}, still no water") == ticket.id

    def test_not_the_code_of_a_sensitive_ticket(self, desk: Desk) -> None:
        ticket = desk.ticket("he hit me", tier="T3-G", sector="gbv")
        assert self._noted(desk, text=f"{ticket.code} please call") is None

    def test_not_a_code_that_has_run_out(self, desk: Desk) -> None:
        ticket = desk.ticket("no water")
        with desk.at() as session:
            session.execute(sa.update(Ticket).values(code_until=clock.now() - timedelta(days=1)))
        assert self._noted(desk, text=f"{ticket.code} still no water") is None

    def test_each_of_a_batch_finds_its_own(self, desk: Desk) -> None:
        senders = [phone() for _ in range(3)]
        asked = [self._asked(desk, sender).id for sender in senders]
        ids = desk.hear(*[inbound("yes", address=sender) for sender in reversed(senders)])
        noted = {ticket.id: ticket.may_answer for ticket in desk.rows(Ticket, Ticket.id.in_(ids))}
        assert [noted[id_] for id_ in ids] == asked[::-1]

    def _asked(self, desk: Desk, sender: str) -> Ticket:
        ticket = desk.ticket("no water", address=sender)
        desk.act(desk.staff(Role.AGENT), ticket, replies.answer, "Which block?", purpose=Purpose.QUESTION)
        return ticket

    def _noted(self, desk: Desk, text: str = "block C", **more: object) -> int | None:
        (id_,) = desk.hear(inbound(text, **more))
        (ticket,) = desk.rows(Ticket, Ticket.id == id_)
        return ticket.may_answer


def _columns(row: Message) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in Message.__table__.columns}
