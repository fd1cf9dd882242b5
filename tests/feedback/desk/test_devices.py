"""A shared device: enrolled once, taken over by PIN within the day, never by who holds a compartment, ended at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock
from feedback.desk import accounts, devices, sessions
from feedback.desk.devices import Refused
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.device import Device, DeviceSession, Pin
from feedback.models.event import Event
from feedback.models.staff import Role, Staff, StaffSession
from feedback.models.ticket import Ticket
from tests.factories import PASSWORD, Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PIN = "482109"


@pytest.fixture
def lead(desk: Desk) -> Staff:
    return desk.staff(Role.COORDINATOR)


@pytest.fixture
def tablet(desk: Desk, lead: Staff) -> Device:
    with desk.at() as session:
        return devices.enrol(session, lead, "Tablet 3")[0]


@pytest.fixture
def rahima(desk: Desk, tablet: Device) -> Staff:
    return _with_pin(desk, tablet, name="Rahima Khatun")


def _with_pin(desk: Desk, tablet: Device, pin: str = PIN, **more: object) -> Staff:
    staff = desk.staff(Role.VOLUNTEER, **more)
    with desk.at() as session:
        mine = desk.mine(session, staff)
        assert devices.set_pin(session, mine, tablet, password=PASSWORD, pin=pin, label="")
    return staff


def _change(desk: Desk, tablet: Device, staff: Staff, pin: str = PIN, **more: str) -> tuple[Staff, str] | Refused:
    with desk.at() as session:
        return devices.change_user(session, tablet, staff.reference, pin, **more)


def _someone(desk: Desk, token: str) -> Staff | None:
    with desk.at() as session:
        return sessions.find(session, token)


def test_a_pin_takes_over_a_device_on_which_the_password_was_typed_today(desk, tablet, rahima):
    changed = _change(desk, tablet, rahima)
    assert not isinstance(changed, Refused)
    assert _someone(desk, changed[1]).id == rahima.id
    with desk.at() as session:
        assert sessions.ring(session, changed[1], rahima) is None  # a PIN opens nothing that is sealed


def test_a_session_by_pin_ends_with_the_day_on_which_the_password_was_typed(desk, tablet, rahima):
    proved = desk.rows(Pin)[0].proved_at
    with time_machine.travel(clock.now() + timedelta(hours=11), tick=False):
        _change(desk, tablet, rahima)
    assert [one.ends_at for one in desk.rows(StaffSession)] == [proved + devices.DAY]


def test_the_next_day_the_password_is_asked_for_once_and_the_device_is_the_second_factor(desk, tablet, rahima):
    with time_machine.travel(clock.now() + devices.DAY, tick=False):
        assert _change(desk, tablet, rahima) is Refused.PASSWORD
        assert _change(desk, tablet, rahima, password="a wrong one at all") is Refused.WRONG
        assert not isinstance(_change(desk, tablet, rahima, password=PASSWORD), Refused)
        assert not isinstance(_change(desk, tablet, rahima), Refused)


def test_after_a_change_of_password_the_new_one_is_asked_for(desk, tablet, rahima):
    with desk.at() as session:
        accounts.change_password(session, desk.mine(session, rahima), PASSWORD, "four other long words")
    assert _change(desk, tablet, rahima) is Refused.PASSWORD


def test_five_wrong_pins_fall_back_to_the_whole_way_in_until_a_pin_is_set_anew(desk, tablet, rahima):
    tries = [_change(desk, tablet, rahima, "000001") for _ in range(devices.MOST_WRONG)]
    assert tries == [*[Refused.WRONG] * 4, Refused.LOCKED]
    assert _change(desk, tablet, rahima) is Refused.LOCKED
    assert _change(desk, tablet, rahima, password=PASSWORD) is Refused.LOCKED
    with desk.at() as session:
        assert devices.people(session, tablet) == []
        devices.set_pin(session, desk.mine(session, rahima), tablet, password=PASSWORD, pin="770213", label="")
    assert not isinstance(_change(desk, tablet, rahima, "770213"), Refused)


def test_wrong_pins_are_counted_before_a_right_one_and_forgiven_by_it(desk, tablet, rahima):
    for _ in range(2):
        _change(desk, tablet, rahima, "000001")
        assert desk.rows(Pin)[0].wrong == 1
        _change(desk, tablet, rahima)
        assert desk.rows(Pin)[0].wrong == 0


@pytest.mark.parametrize(("name", "value"), [("role", Role.AGENT), ("clearances", ["gbv"]), ("active", False)])
def test_nobody_but_a_volunteer_without_a_clearance_comes_in_by_pin(desk, tablet, rahima, name, value):
    with desk.at() as session:
        setattr(desk.mine(session, rahima), name, value)
    assert _change(desk, tablet, rahima) is Refused.LOCKED
    with desk.at() as session:
        assert devices.people(session, tablet) == []
        assert devices.proves(session, tablet, rahima.reference, PIN) is None
        with pytest.raises(NotAllowed):
            devices.set_pin(session, desk.mine(session, rahima), tablet, password=PASSWORD, pin=PIN, label="")


def test_a_pin_works_on_its_own_device_only(desk, lead, tablet, rahima):
    with desk.at() as session:
        other, _ = devices.enrol(session, lead, "Tablet 4")
    assert _change(desk, other, rahima) is Refused.LOCKED
    with desk.at() as session:
        assert devices.proves(session, other, rahima.reference, PIN) is None


def test_ending_a_device_ends_its_sessions_and_pins_with_the_same_commit(desk, lead, tablet, rahima):
    _, token = _change(desk, tablet, rahima)
    elsewhere = desk.staff(Role.VOLUNTEER)
    with desk.at() as session:
        kept = sessions.start(session, elsewhere)
    with desk.at() as session:
        devices.end(session, lead, tablet.reference)
    assert _someone(desk, token) is None
    assert _someone(desk, kept) is not None
    assert desk.rows(Pin) == [] == desk.rows(DeviceSession)
    with desk.at() as session, pytest.raises(NotFound):
        devices.end(session, lead, tablet.reference)


def test_an_ended_device_and_one_of_long_ago_are_none(desk, lead):
    with desk.at() as session:
        device, token = devices.enrol(session, lead, "Tablet 5")
        assert devices.find(session, token) is device
        assert devices.find(session, "") is devices.find(session, "another") is None
    with desk.at() as session, time_machine.travel(clock.now() + devices.KEPT, tick=False):
        assert devices.find(session, token) is None
    with desk.at() as session:
        devices.end(session, lead, device.reference)
        assert devices.find(session, token) is None


def test_a_pin_that_is_easy_to_guess_is_not_taken(desk, tablet, rahima):
    with desk.at() as session:
        for pin in ("12345", "1234567", "12345a", "১২৩৪৫৬", "123456", "987654", "111111", "121212"):
            with pytest.raises(Invalid):
                devices.set_pin(session, desk.mine(session, rahima), tablet, password=PASSWORD, pin=pin, label="")


def test_a_pin_is_set_only_with_the_password_and_wrong_ones_count(desk, tablet, rahima):
    from feedback.errors import WrongState

    for _ in range(sessions.TRIES_IN_TEN_MINUTES):
        with desk.at() as session:
            mine = desk.mine(session, rahima)
            assert not devices.set_pin(session, mine, tablet, password="not mine", pin="770213", label="")
    with desk.at() as session, pytest.raises(WrongState):
        devices.set_pin(session, desk.mine(session, rahima), tablet, password=PASSWORD, pin="770213", label="")


def test_only_a_lead_enrols_and_ends(desk, tablet):
    volunteer = desk.staff(Role.VOLUNTEER)
    with desk.at() as session:
        for forbidden in (
            lambda: devices.enrol(session, volunteer, "Mine"),
            lambda: devices.end(session, volunteer, tablet.reference),
            lambda: devices.enrolled(session, volunteer),
        ):
            with pytest.raises(NotAllowed):
                forbidden()


def test_what_is_kept_of_a_pin_opens_under_the_key_file_only(desk, tablet, rahima):
    from feedback.seal import password as passwords

    (row,) = desk.rows(Pin)
    assert passwords.verifier(PIN, row.salt) not in row.verifier
    with desk.at() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Pin).where(Pin.label == "Rahima")) == 1


def _sent(desk: Desk, tablet: Device, sender: Staff, **more: str) -> None:
    from feedback.desk import sync
    from tests.feedback.desk import forms

    sealed = forms.sealed(desk.parts, forms.filled(**more))
    opened = sync.open_form(desk.parts.vault, sealed)
    with desk.at() as session:
        (named,) = sync.name_authors(session, tablet, [opened])
        sync.receive(session, sender, forms.TABLET, named)


def test_a_form_filled_in_offline_counts_as_entered_by_whose_pin_it_brings(desk, tablet, rahima):
    sender = desk.staff(Role.VOLUNTEER)
    _sent(desk, tablet, sender, by=rahima.reference, pin=PIN)
    _sent(desk, tablet, sender, by=rahima.reference, pin="000001")
    _sent(desk, tablet, sender)
    assert [row.entered_by for row in desk.rows(Ticket)] == [rahima.id, sender.id, sender.id]
    synced = desk.rows(Event, Event.action == "sync")
    assert [one.detail for one in synced] == ["by pin", "pin not shown", ""]
    assert {one.actor for one in synced} == {f"staff:{sender.id}"}


def test_many_pins_in_one_sending_are_no_way_to_guess(desk, tablet, rahima):
    from feedback.desk import sync
    from tests.feedback.desk import forms

    guesses = [*(f"00000{n}" for n in range(sync.MOST_PINS)), PIN]
    sealed = [forms.sealed(desk.parts, forms.filled(by=rahima.reference, pin=guess)) for guess in guesses]
    opened = [sync.open_form(desk.parts.vault, one) for one in sealed]
    with desk.at() as session:
        assert [one.author for one in sync.name_authors(session, tablet, opened)] == [None] * len(guesses)


@pytest.mark.parametrize("more", [{}, {"way": "no such way"}])
def test_the_pin_in_a_form_is_kept_nowhere(desk, tablet, rahima, more):
    from feedback.desk import sync
    from tests.feedback.desk import forms

    opened = sync.open_form(desk.parts.vault, forms.sealed(desk.parts, forms.filled(pin=PIN, by="x", **more)))
    assert PIN.encode() not in opened.raw
    assert b'"by": "x"' in opened.raw  # and nothing else is lost
