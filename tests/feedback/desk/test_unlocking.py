"""What a password costs: each names its own, and a stronger setting is taken up at the next sign-in, staff key and all."""

from __future__ import annotations

import pyotp
import pytest

from feedback import clock
from feedback.desk import accounts, devices, sessions, unlocking
from feedback.models.staff import Role, Staff
from feedback.seal import boxes
from feedback.seal import password as passwords
from feedback.seal.password import FIRST, Cost
from tests.factories import PASSWORD, SEED, Desk
from tests.feedback.desk.sign_ins import CHEAP, cheaply, person

DEARER = Cost(memory=128, turns=2)
LESSER = Cost(memory=8, turns=1)


@pytest.fixture(autouse=True)
def _cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    cheaply(monkeypatch)


def _holder(desk: Desk) -> tuple[Staff, bytes]:
    """Somebody with a key of their own, and something that is sealed to them."""
    staff = person(desk)
    with desk.at() as session:
        mine = desk.mine(session, staff)
        unlocking.own_key(mine, unlocking.derive(mine, PASSWORD))
        assert mine.public_key is not None
        sealed = boxes.seal_to(mine.public_key, b"the key of a wall", what="a holding")
    return desk.mine_again(staff), sealed


def _sign_in(desk: Desk, staff: Staff, *, password: str = PASSWORD, code: str | None = None) -> str | None:
    code = code or pyotp.TOTP(SEED).at(clock.now())
    with desk.at() as session:
        signed = sessions.sign_in(session, staff.login, password, code, source="10.0.0.1")
    return signed[1] if signed else None


def test_a_stronger_setting_is_taken_up_with_the_key_that_hangs_on_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, sealed = _holder(desk)
    monkeypatch.setattr(passwords, "NOW", DEARER)
    token = _sign_in(desk, before)
    assert token is not None
    after = desk.mine_again(before)
    assert (before.cost, after.cost) == (str(CHEAP), str(DEARER))
    assert (after.salt, after.verifier, after.private_key) != (before.salt, before.verifier, before.private_key)
    assert after.salt != before.salt
    assert unlocking.derive(after, PASSWORD).proves(after.verifier)
    private = unlocking.own_key(after, unlocking.derive(after, PASSWORD))
    assert boxes.unseal_with(private, sealed, what="a holding") == b"the key of a wall"
    with desk.at(write=False) as session:
        ring = sessions.ring(session, token, after)
        assert ring is not None
        assert ring.open_own(sealed, what="a holding") == b"the key of a wall"


@pytest.mark.parametrize("fault", [{"password": "wrong horse battery"}, {"code": "000000"}])
def test_nothing_is_derived_anew_for_who_did_not_get_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: dict[str, str]
) -> None:
    staff, _ = _holder(desk)
    monkeypatch.setattr(passwords, "NOW", DEARER)
    assert _sign_in(desk, staff, **fault) is None
    after = desk.mine_again(staff)
    assert (after.cost, after.salt, after.verifier) == (staff.cost, staff.salt, staff.verifier)


def test_a_lesser_setting_weakens_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    staff, _ = _holder(desk)
    monkeypatch.setattr(passwords, "NOW", LESSER)
    assert _sign_in(desk, staff)
    assert desk.mine_again(staff).cost == str(CHEAP)


def test_a_new_password_has_the_cost_of_today_and_opens_the_same_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff, sealed = _holder(desk)
    monkeypatch.setattr(passwords, "NOW", DEARER)
    with desk.at(staff=True) as session:
        accounts.change_password(session, desk.mine(session, staff), PASSWORD, "four goats in the boat")
    after = desk.mine_again(staff)
    private = unlocking.own_key(after, unlocking.derive(after, "four goats in the boat"))
    assert after.cost == str(DEARER)
    assert boxes.unseal_with(private, sealed, what="a holding") == b"the key of a wall"


def test_what_stood_before_costs_were_named_has_the_first_one(desk: Desk) -> None:
    assert desk.staff().cost == str(FIRST) == "argon2id m=32768 t=3 p=1"


def test_a_shared_device_too_proves_a_password_at_the_cost_that_its_row_names(desk: Desk) -> None:
    lead, volunteer = person(desk, role=Role.COORDINATOR), person(desk, role=Role.VOLUNTEER)
    device, _ = desk.do(devices.enrol, lead, "tablet 7")
    for password, proved in (("wrong horse battery", False), (PASSWORD, True)):
        with desk.at(staff=True) as session:
            mine = desk.mine(session, volunteer)
            assert devices.set_pin(session, mine, device, password=password, pin="482193", label="") is proved
            reference = mine.reference
    with desk.at(staff=True) as session:
        come = devices.change_user(session, device, reference, "482193", password=PASSWORD, source="here")
        assert isinstance(come, tuple)
