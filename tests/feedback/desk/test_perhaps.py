"""What comes from a number that a sealed ticket asked reaches its owner alone, as perhaps another person's (R2-R5, I7, I19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import ChannelName
from feedback import clock
from feedback.desk import (
    asked,
    compartments,
    excluding,
    forgetting,
    handling,
    intake,
    outbound,
    perhaps,
    reading,
    redacting,
    replies,
    screening,
)
from feedback.desk.conflicts import INDEPENDENT
from feedback.errors import Locked, NotAllowed, NotFound, WrongState
from feedback.models.asked import Asked, Perhaps, Question
from feedback.models.event import Event
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Status, Ticket
from tests.factories import Desk, inbound
from tests.feedback.desk.plans import act, agreed, holders, unlocked

NUMBER, OTHER = "+8801711000061", "+8801711000062"
SAID = "yes Sunday is good, alone"


@pytest.fixture
def focal(desk: Desk) -> Staff:
    return holders(desk)[0]


@pytest.fixture
def ticket(desk: Desk, focal: Staff) -> Ticket:
    """A sealed ticket on which the person was asked something by text."""
    return _asking(desk, focal)


def _asking(desk: Desk, focal: Staff, **more: str) -> Ticket:
    given = {"tier": "T3-G", "sector": "gbv", "address": NUMBER, "language": "en", **more}
    made = desk.ticket("he follows me", **given)
    agreed(desk, focal, made)
    act(desk, focal, made, outbound.say, "Can you come on Sunday at ten?", purpose=Purpose.QUESTION)
    return made


def answer(desk: Desk, text: str = SAID, **more: object) -> Ticket:
    (id_,) = desk.hear(inbound(text, **{"address": NUMBER, **more}))
    return desk.rows(Ticket, Ticket.id == id_)[0]


def shown(desk: Desk, staff: Staff, ticket: Ticket) -> list[perhaps.Answer]:
    return act(desk, staff, ticket, perhaps.shown)


def settle(desk: Desk, staff: Staff, ticket: Ticket, said: str) -> bool:
    (one,) = shown(desk, staff, ticket)
    return act(desk, staff, ticket, perhaps.settle, one.name, said)


def test_it_is_shown_on_the_ticket_that_asked_and_is_a_ticket_of_its_own(desk, focal, ticket):
    came = answer(desk)
    assert [(one.text, one.channel) for one in shown(desk, focal, ticket)] == [(SAID, "sms")]
    assert (came.may_answer, came.joined_to, came.compartment) == (None, None, "screening")
    assert [one.kind for one in act(desk, focal, ticket, reading.view).thread] == ["message", "reply"]


def test_a_first_contact_asks_too_and_whoever_calls_back_is_told_of(desk, focal):
    made = desk.ticket("he follows me", tier="T3-G", sector="gbv", address=NUMBER, language="en")
    act(desk, focal, made, outbound.first_contact)
    answer(desk, "", channel=ChannelName.HOTLINE, adapter="twilio-voice")
    assert [(one.text, one.channel) for one in shown(desk, focal, made)] == [("", "hotline")]


def test_each_ticket_that_asked_this_number_has_it(desk, focal, ticket):
    other = holders(desk, "psea", agency="bulbul")[0]
    second = _asking(desk, other, tier="T3-S", sector="conduct")
    answer(desk)
    assert [[one.text for one in shown(desk, *each)] for each in ((focal, ticket), (other, second))] == [[SAID]] * 2


def test_an_answer_asks_nothing(desk, focal):
    made = desk.ticket("he follows me", tier="T3-G", sector="gbv", address=NUMBER, language="en")
    agreed(desk, focal, made)
    act(desk, focal, made, outbound.say, "Come on Sunday at ten.")
    assert desk.rows(Asked) == []


@pytest.mark.parametrize(
    "message",
    [{"address": OTHER}, {"address": None}, {"text": "STOP"}],
    ids=["another number", "no number", "they want no texts"],
)
def test_what_is_no_answer_leaves_no_copy(desk, focal, ticket, message):
    answer(desk, **message)
    assert desk.rows(Perhaps) == []


def test_what_staff_write_down_is_no_answer(desk, focal, ticket):
    with desk.at() as session:
        intake.receive(session, [inbound(SAID, address=NUMBER)], entered_by=focal.id)
    assert desk.rows(Perhaps) == []


@pytest.mark.parametrize(("hours", "many"), [(47, 1), (49, 0)])
def test_it_may_be_one_for_two_days(desk, focal, ticket, hours, many):
    with time_machine.travel(clock.now() + timedelta(hours=hours), tick=True):
        answer(desk)
    assert len(shown(desk, focal, ticket)) == many


def test_after_three_days_there_is_no_copy_even_where_nobody_swept(desk, focal, ticket):
    with time_machine.travel(clock.now() + timedelta(hours=73), tick=True):
        answer(desk)
    assert desk.rows(Perhaps) == []


def test_a_question_that_was_taken_back_has_no_answer(desk, focal, ticket):
    (reply,) = desk.rows(Reply)
    act(desk, focal, ticket, replies.recall, reply)
    answer(desk)
    assert shown(desk, focal, ticket) == []


def test_what_is_kept_of_the_number_names_no_ticket_and_no_hour(desk, focal, ticket):
    (row,) = desk.rows(Asked)
    (question,) = desk.rows(Question)
    assert (row.until.hour, row.until.minute, row.until.second, row.until.microsecond) == (0, 0, 0, 0)
    assert str(row.id).encode() not in question.secret
    assert row.id not in (question.id, ticket.id)
    assert row.public not in question.secret


def test_the_desk_itself_opens_none_of_it_and_a_holder_of_another_wall_does_not_find_it(desk, focal, ticket):
    other = holders(desk, "psea", agency="bulbul")[0]
    answer(desk)
    with pytest.raises(Locked):
        desk.act(focal, ticket, perhaps.shown)
    with pytest.raises(NotFound):
        shown(desk, other, ticket)
    (row,) = desk.rows(Perhaps)
    assert SAID.encode() not in row.sealed


def test_before_the_compartment_has_a_key_nothing_is_remembered(desk):
    focal = desk.holder("gbv")
    made = desk.ticket("he follows me", tier="T3-G", sector="gbv", address=NUMBER, language="en")
    agreed(desk, focal, made)
    act(desk, focal, made, outbound.say, "Can you come?", purpose=Purpose.QUESTION)
    assert (desk.rows(Asked), desk.rows(Question)) == ([], [])


@pytest.mark.parametrize(("said", "theirs"), [("code_word", True), ("known", True), ("other", False)])
def test_somebody_cleared_says_whose_it_is(desk, focal, ticket, said, theirs):
    answer(desk)
    assert settle(desk, focal, ticket, said) is theirs
    thread = act(desk, focal, ticket, reading.view).thread
    assert [one.words for one in thread if one.kind == "answered"] == ([SAID] if theirs else [])
    assert (shown(desk, focal, ticket), desk.rows(Perhaps)) == ([], [])
    assert [row.detail for row in desk.rows(Event, Event.action == "perhaps")] == [said]


def test_it_is_settled_once_and_by_name_and_not_by_everyone(desk, focal, ticket):
    answer(desk)
    (one,) = shown(desk, focal, ticket)
    for name, said in (("none", "known"), (one.name, "perhaps")):
        with pytest.raises(WrongState):
            act(desk, focal, ticket, perhaps.settle, name, said)
    agent = desk.holder("gbv", role=Role.AGENT)
    with pytest.raises(NotAllowed):
        act(desk, agent, ticket, perhaps.settle, one.name, "known")
    assert settle(desk, focal, ticket, "known")
    with pytest.raises(WrongState):
        act(desk, focal, ticket, perhaps.settle, one.name, "known")


def test_it_follows_the_ticket_to_another_wall(desk, focal, ticket):
    other = holders(desk, "child_protection")[0]
    with desk.at() as session:
        session.execute(sa.update(Reply).values(state=ReplyState.SENT))  # what had not gone out would be held
    answer(desk)
    act(desk, focal, ticket, screening.raise_, "T3-C")
    assert [one.text for one in shown(desk, other, ticket)] == [SAID]
    with pytest.raises(NotFound):
        shown(desk, focal, ticket)


def test_what_turns_out_to_be_behind_another_wall_is_no_answer(desk, focal, ticket):
    holders(desk, "psea", agency="bulbul")
    came = answer(desk, "the guard wants money for food")
    assert len(shown(desk, focal, ticket)) == 1
    desk.act(desk.screener(), came, screening.raise_, "T3-S")
    assert shown(desk, focal, ticket) == []


def test_what_is_about_the_same_matter_stays_one(desk, focal, ticket):
    came = answer(desk)
    desk.act(desk.screener(), came, screening.raise_, "T3-G")
    assert [one.text for one in shown(desk, focal, ticket)] == [SAID]


@pytest.mark.parametrize("behind", [False, True])
def test_whoever_it_accuses_is_not_told_of_it(desk, behind):
    desk.holder(INDEPENDENT)
    accused, _, other = (desk.holder("psea", agency=agency) for agency in ("myna", "myna", "bulbul"))
    with desk.at() as session:
        compartments.create(session, "psea", [accused, other], actor="part:test")
    made = _asking(desk, accused, tier="T3-S", sector="conduct")
    came = answer(desk, "it was the one from myna")
    if behind:
        desk.act(desk.screener(), came, screening.raise_, "T3-S")
        act(desk, other, came, excluding.name, agency="myna")
    else:
        with desk.at() as session:
            session.get_one(Ticket, came.id).subject = "myna"
    assert shown(desk, accused, made) == []
    assert [one.text for one in shown(desk, other, made)] == ["it was the one from myna"]


def _forget_it(desk: Desk, focal: Staff, ticket: Ticket, came: Ticket) -> None:
    with desk.at() as session:
        forgetting.forget(session, session.get_one(Ticket, came.id), actor="part:test")


def _take_it_out(desk: Desk, focal: Staff, ticket: Ticket, came: Ticket) -> None:
    desk.read_by_machine()
    lead = desk.staff(Role.COORDINATOR, clearances=["screening"])
    part = next(one.part for one in desk.act(lead, came, reading.view).thread)
    desk.act(lead, came, redacting.take_out, part, "asked")


def _its_time_is_over(desk: Desk, focal: Staff, ticket: Ticket, came: Ticket) -> None:
    with time_machine.travel(clock.now() + timedelta(days=32)), desk.at() as session:
        asked.expire(session)
    assert desk.rows(Asked) == []


@pytest.mark.parametrize("end", [_forget_it, _take_it_out, _its_time_is_over])
def test_the_copy_goes_with_what_it_is_a_copy_of(
    desk: Desk, focal: Staff, ticket: Ticket, end: Callable[[Desk, Staff, Ticket, Ticket], None]
) -> None:
    came, another = answer(desk), answer(desk, "and thank you")
    end(desk, focal, ticket, came)
    left = [] if end is _its_time_is_over else ["and thank you"]
    assert [one.text for one in shown(desk, focal, ticket)] == left
    assert len(desk.rows(Perhaps)) == len(left)
    assert another.id != came.id


def test_with_the_ticket_that_asked_goes_what_opens_the_copies(desk, focal, ticket):
    answer(desk)
    with desk.at() as session:
        forgetting.forget(session, session.get_one(Ticket, ticket.id), actor="part:test")
    assert desk.rows(Question) == []


def test_what_is_not_over_yet_stays(desk, focal, ticket):
    answer(desk)
    with time_machine.travel(clock.now() + timedelta(hours=47)), desk.at() as session:
        asked.expire(session)
    assert (len(desk.rows(Asked)), len(desk.rows(Perhaps))) == (1, 1)


def test_a_batch_costs_one_look_however_many_come(desk, focal, ticket):
    with _statements(desk) as several:
        desk.hear(*(inbound(f"no water {number}") for number in range(8)))
    assert len([text for text in several if "FROM asked" in text]) == 1


def waiting(desk: Desk, staff: Staff) -> set[str]:
    with unlocked(desk, desk.mine_again(staff)) as session:
        return perhaps.waiting(session, staff)


def test_its_owner_is_told_that_something_waits_and_nobody_else(desk):
    focal, colleague = holders(desk)
    other = holders(desk, "psea", agency="bulbul")[0]
    mine, silent = _asking(desk, focal), _asking(desk, focal, address=OTHER)
    assert waiting(desk, focal) == set()
    answer(desk)
    assert (waiting(desk, focal), waiting(desk, colleague)) == ({mine.reference}, {mine.reference}), "nobody's yet"
    act(desk, focal, mine, handling.assign, to=focal)
    assert [waiting(desk, one) for one in (focal, colleague, other)] == [{mine.reference}, set(), set()]
    with desk.at(staff=True) as session:
        assert perhaps.waiting(session, focal) == set(), "a locked session can not tell"
    settle(desk, focal, mine, "other")
    answer(desk, address=OTHER)
    assert waiting(desk, focal) == {silent.reference}
    with desk.at() as session:
        session.get_one(Ticket, silent.id).status = Status.CLOSED
    assert waiting(desk, focal) == set()


def test_nobody_is_told_of_what_turns_out_to_be_behind_another_wall(desk, focal, ticket):
    holders(desk, "psea", agency="bulbul")
    came = answer(desk)
    assert waiting(desk, focal) == {ticket.reference}
    desk.act(desk.screener(), came, screening.raise_, "T3-S")
    assert waiting(desk, focal) == set()


@contextmanager
def _statements(desk: Desk) -> Iterator[list[str]]:
    """The statements that go to the engine meanwhile."""
    engine, texts = desk.parts.database.engine, []

    def note(_connection: object, _cursor: object, text: str, *_: object) -> None:
        texts.append(text)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield texts
    sa.event.remove(engine, "before_cursor_execute", note)
