"""The one way to an accused agency: written afresh, sealed to a link that its investigation unit opens once (decision 15, I13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from feedback.desk import (
    consents,
    excluding,
    forgetting,
    permissions,
    reading,
    redacting,
    referring,
    sealing,
    visibility,
    walls,
)
from feedback.desk.permissions import Action
from feedback.errors import Invalid, Locked, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.plan import Ask, Said
from feedback.models.referral import Referral
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from feedback.seal import link
from feedback.seal.box import BadSeal
from feedback.seal.vault import DESK
from tests.factories import Desk
from tests.feedback.desk.plans import act, holders

WRITTEN = "A distributor asks for favours against cards; kestrel-41."
NOON = datetime(2026, 11, 24, 6, tzinfo=UTC)
NUMBER = "+8801711000077"


@pytest.fixture
def lead(desk: Desk) -> Staff:
    """A psea lead of an agency that nobody accuses, with a second holder of it."""
    return holders(desk, "psea", agency="myna")[0]


@pytest.fixture
def ticket(desk: Desk, lead: Staff) -> Ticket:
    """An allegation against heron, named by a person."""
    made = desk.ticket(
        "he asks for favours", tier="T3-S", sector="conduct", address=NUMBER, facts={"name": "Noorjahan B."}
    )
    act(desk, lead, made, excluding.name, agency="heron")
    return made


def write(desk: Desk, lead: Staff, ticket: Ticket, words: str = WRITTEN, **more: str) -> str:
    """The lead writes; the word of the link."""
    return act(desk, lead, ticket, referring.address, words, **{"to": "heron", "shows": "nobody"} | more)


def opened(desk: Desk, word: str, source: str = "10.0.0.9") -> str | None:
    with desk.at() as session:
        return referring.open_once(session, word, source=source)


def told(desk: Desk) -> list[tuple[str, str]]:
    """What the history says of it."""
    found = desk.rows(Event, sa.or_(Event.action == Action.REFER, Event.action.startswith("referral")))
    return [(one.action, one.detail) for one in sorted(found, key=lambda one: one.id)]


def test_the_unit_reads_it_once_and_then_nothing_of_it_is_left(desk, lead, ticket):
    word = write(desk, lead, ticket)
    assert opened(desk, word) == WRITTEN
    assert desk.rows(Referral) == []
    assert opened(desk, word) is None
    assert told(desk) == [("refer", "heron nobody"), ("referral opened", "")]


def test_what_is_stored_opens_with_no_key_but_the_link(desk, lead, ticket):
    word = write(desk, lead, ticket)
    (row,) = desk.rows(Referral)
    assert row.word == link.digest(word)
    assert word.encode() not in row.word + row.words
    assert WRITTEN.encode() not in row.words
    assert link.key(word) not in (row.word, link.key(word[:-1] + "-"), link.digest(word))


def test_the_link_alone_opens_no_older_copy_of_the_row_and_the_key_beside_it_goes_with_the_words(desk, lead, ticket):
    word = write(desk, lead, ticket)
    (row,) = desk.rows(Referral)
    with pytest.raises(BadSeal):
        sealing.unseal(link.key(word), Referral, "words", row.id, row.words)
    assert [one.recipient for one in desk.rows(TicketKey, TicketKey.ticket_id == row.id)] == [DESK]
    assert opened(desk, word) == WRITTEN
    assert desk.rows(TicketKey, TicketKey.ticket_id == row.id) == []


def test_after_three_days_it_opens_nothing_and_a_sweep_deletes_it(desk, lead, ticket):
    with time_machine.travel(NOON):
        word, other = write(desk, lead, ticket), referring.FOR
    with time_machine.travel(NOON + other - timedelta(minutes=1)), desk.at() as session:
        assert referring.expire(session) == 0
    with time_machine.travel(NOON + other + timedelta(seconds=1)):
        assert opened(desk, word) is None
        with desk.at() as session:
            assert referring.expire(session) == 1
    assert desk.rows(Referral) == []
    assert told(desk)[-1] == ("referral over", "")


def _taken_back(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    act(desk, lead, ticket, referring.take_back)


def _another_accused(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    act(desk, lead, ticket, excluding.name, agency="drongo")


def _nobody_accused(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    second = desk.rows(Staff, Staff.id != lead.id, Staff.agency == "myna")[0]
    act(desk, second, ticket, excluding.clear)


def _moved(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    holders(desk, "gbv", agency="bulbul")
    act(desk, lead, ticket, lambda session, staff, found: walls.stand_behind(session, found, "gbv"))


def _forgotten(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    with desk.at() as session:
        forgetting.forget(session, session.get_one(Ticket, ticket.id), actor="part:test")


def _stripped(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    with desk.at() as session:
        forgetting.strip(session, session.get_one(Ticket, ticket.id), actor="part:test")


def _part_taken_out(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    part = next(one.part for one in act(desk, lead, ticket, reading.view).thread if one.kind == "message")
    act(desk, lead, ticket, redacting.take_out, part, "other_person")


ENDS = {
    "taken back": _taken_back,
    "another agency is accused": _another_accused,
    "nobody is accused": _nobody_accused,
    "it moved": _moved,
    "forgotten": _forgotten,
    "stripped": _stripped,
    "a part was taken out": _part_taken_out,
}
AT_ONCE = {"taken back", "forgotten", "stripped", "a part was taken out"}


@pytest.mark.parametrize("end", ENDS)
def test_it_ends_before_its_time_and_nothing_stays(desk, lead, ticket, end):
    word = write(desk, lead, ticket)
    (row,) = desk.rows(Referral)
    ENDS[end](desk, lead, ticket)
    assert (desk.rows(Referral) == []) is (end in AT_ONCE)
    assert opened(desk, word) is None
    with desk.at() as session:
        referring.expire(session)
    assert (desk.rows(Referral), desk.rows(TicketKey, TicketKey.ticket_id == row.id)) == ([], [])
    assert told(desk)[-1][0] in ("referral taken back", "referral over")


def test_one_link_is_out_at_a_time_and_another_after_it(desk, lead, ticket):
    with time_machine.travel(NOON):
        first = write(desk, lead, ticket)
        with pytest.raises(WrongState):
            write(desk, lead, ticket)
    with time_machine.travel(NOON + referring.FOR + timedelta(hours=1)):
        second = write(desk, lead, ticket, "Another one.")
        assert (opened(desk, first), opened(desk, second)) == (None, "Another one.")


TO_MEND = [
    ({"words": "  "}, "words"),
    ({"words": "x" * (referring.LONGEST + 1)}, "words"),
    ({"words": "Ring 01711-000 077 for it."}, "words"),
    ({"words": "Ring ০১৭১১০০০০৭৭ for it."}, "words"),
    ({"words": f"Ring {NUMBER} for it."}, "words"),
    ({"to": ""}, "to"),
    ({"to": "drongo"}, "to"),
    ({"shows": ""}, "shows"),
    ({"shows": "agreed"}, "shows"),
]


def test_what_has_to_be_mended_says_where_and_makes_no_link(desk, lead, ticket):
    for differs, field in TO_MEND:
        with pytest.raises(Invalid) as invalid:
            write(desk, lead, ticket, **differs)
        assert set(invalid.value.fields) == {field}, differs
    for told_of in (f"Their code is {ticket.code}.", "She is Noorjahan."):
        with pytest.raises(Invalid):
            write(desk, lead, ticket, told_of)
    assert desk.rows(Referral) == []


def test_who_told_is_passed_on_only_with_consent_to_that_which_still_stands(desk, lead, ticket):
    for said, ask in ((Said.NO, Ask.REFER), (Said.YES, Ask.RECORD)):
        act(desk, lead, ticket, consents.answer, ask, said, language="en")
        with pytest.raises(Invalid):
            write(desk, lead, ticket, f"It was {NUMBER}.", shows="agreed")
    act(desk, lead, ticket, consents.answer, Ask.REFER, Said.YES, language="en")
    write(desk, lead, ticket, f"It was {NUMBER}.", shows="agreed")
    act(desk, lead, ticket, referring.take_back)
    act(desk, lead, ticket, consents.withdraw, Ask.REFER)
    with pytest.raises(Invalid):
        write(desk, lead, ticket, f"It was {NUMBER}.", shows="agreed")


# what kind of ticket, who is accused → refused with
STANDS = {
    "nobody is accused": ("T3-S", "psea", None, True, WrongState),
    "a machine proposes it": ("T3-S", "psea", "heron", False, WrongState),
    "conduct": ("T2-C", "conduct", "heron", True, None),
    "protection": ("T2-P", "protection", "heron", True, WrongState),
    "gbv": ("T3-G", "gbv", "heron", True, WrongState),
    "the open": ("T0", None, "", True, WrongState),
}


@pytest.mark.parametrize("case", STANDS)
def test_of_which_tickets_it_may_be_done(desk, lead, case):
    tier, wall, agency, named, refused = STANDS[case]
    person = lead if wall in (None, "psea") else holders(desk, wall, agency="myna")[0]
    made = desk.ticket("he asks for favours", tier=tier, sector="conduct" if wall else "wash")
    if agency and named:
        act(desk, person, made, excluding.name, agency=agency)
    if not named:
        with desk.at() as session:
            row = session.get_one(Ticket, made.id)
            row.subject, row.subject_by = agency, None
    if refused is None:
        assert write(desk, person, made)
        return
    assert act(desk, person, made, lambda session, staff, found: referring.offered(session, staff, found)) is False
    for verb in (write, lambda *given: act(*given, referring.sheet), lambda *given: act(*given, referring.take_back)):
        with pytest.raises(refused):
            verb(desk, person, made)


def test_the_accused_their_agency_and_whoever_is_not_cleared_find_nothing_to_refer(desk, lead, ticket):
    theirs = [
        desk.holder("psea", role=Role.COORDINATOR, agency="heron"),
        desk.holder("gbv", role=Role.FOCAL_POINT, agency="myna"),
    ]
    for person in theirs:
        with pytest.raises(NotFound):
            write(desk, person, ticket)
    independent = desk.holder("independent", role=Role.FOCAL_POINT)
    with pytest.raises((NotAllowed, NotFound)):
        write(desk, independent, ticket)
    assert desk.rows(Referral) == []


def test_whose_supervisor_is_accused_does_not_write_to_the_agency(desk, lead, ticket):
    above = desk.staff(Role.AGENT, agency="heron")
    act(desk, lead, ticket, excluding.name, agency="heron", person=above)
    with desk.at() as session:
        desk.mine(session, lead).supervisor = above.id
    with pytest.raises(NotAllowed):
        write(desk, desk.mine_again(lead), ticket)


def test_the_roles_that_may_and_no_others():
    may = {role for role in Role if Action.REFER in permissions.ALLOWED[role]}
    assert may == {Role.FOCAL_POINT, Role.DUTY_OFFICER, Role.COORDINATOR}


def test_it_takes_an_unlocked_session(desk, lead, ticket):
    for verb in (referring.sheet, lambda *given: referring.address(*given, WRITTEN, to="heron", shows="nobody")):
        with desk.at(staff=True) as session:
            found = visibility.find_ticket(session, lead, ticket.reference)
            with pytest.raises(Locked):
                verb(session, lead, found)


def test_an_agency_that_no_unit_is_known_of_gets_no_link(desk, lead, ticket):
    with desk.at() as session:
        session.get_one(Ticket, ticket.id).subject = "gone"  # left the response
    with pytest.raises(WrongState):
        write(desk, lead, ticket, to="gone")
    assert act(desk, lead, ticket, referring.sheet).unit == ""


def test_who_tries_too_often_waits_and_nobody_else_does(desk, lead, ticket):
    word = write(desk, lead, ticket)
    for _ in range(referring.TRIES_IN_TEN_MINUTES):
        assert opened(desk, "x" * 43) is None
    with pytest.raises(WrongState):
        opened(desk, word)
    assert opened(desk, word, source="10.0.0.10") == WRITTEN


def test_no_event_of_it_holds_a_word_or_says_what_opens_it(desk, lead, ticket):
    opened(desk, word := write(desk, lead, ticket))
    said = " ".join(f"{one.action} {one.detail} {one.actor}" for one in desk.rows(Event, Event.ticket_id == ticket.id))
    assert [one for one in (word, "kestrel", "distributor") if one in said] == []


def test_an_auditor_of_the_accused_agency_sees_no_line_of_it_and_another_one_does(desk, lead, ticket):
    opened(desk, write(desk, lead, ticket))
    for agency, many in (("heron", 0), ("bulbul", 2)):
        auditor = desk.staff(Role.AUDITOR, agency=agency, clearances=["psea"])
        with desk.at(staff=True) as session:
            lines = session.scalars(visibility.seen(sa.select(Event.action).where(visibility.audited(auditor)))).all()
        assert len([one for one in lines if one.startswith("refer")]) == many
