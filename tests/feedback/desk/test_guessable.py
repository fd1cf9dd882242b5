"""What anybody would try is no password; several words of one's own are."""

from __future__ import annotations

import pytest

from feedback.desk import accounts
from feedback.desk.guessable import guessable
from feedback.desk.sessions import DEMO_PASSWORD
from feedback.errors import Invalid
from feedback.models.staff import Role
from tests.factories import PASSWORD, Desk

TRIED = [
    "password1234", "Password2026!", "P@ssw0rd1234", "passwordpassword", "welcome12345", "Welcome@2026", "letmein12345",
    "qwertyuiop12", "1qaz2wsx3edc", "asdfghjkl123", "123456789012", "987654321098", "abcdefghijkl", "adminadmin123",
    "Bangladesh2026", "coxsbazar2026", "cox's bazar 1", "rohingya12345", "helpdesk2026", "unhcr-unicef-1", "iloveyou1234",
    "Mohammad@1234", "january 2026!", "admin.password", "qwerty-qwerty", "zxcvbnm,./123", "summer2026!!!", "joybangla1971",
]  # fmt: skip
OWN = [
    "correct horse battery", PASSWORD, DEMO_PASSWORD, "three goats by the tank", "ছাগল তিনটা পুকুর পাড়ে", "lamp-river-seven-onion",
    "7 rickshaws went north", "monsoon kites over tin roofs",
]  # fmt: skip


@pytest.mark.parametrize("password", TRIED)
def test_what_anybody_would_try_is_known(password: str) -> None:
    assert guessable(password)


@pytest.mark.parametrize("password", OWN)
def test_words_of_one_s_own_pass(password: str) -> None:
    assert not guessable(password)


def test_the_first_password_that_we_make_passes() -> None:
    assert not any(guessable(accounts.first_password()) for _ in range(300))


def test_one_s_own_name_is_what_anybody_would_try() -> None:
    assert guessable("nurjahan-begum-77", ["nurjahan.b", "Nurjahan Begum"])
    assert not guessable("nurjahan-begum-77")


def test_nobody_is_added_and_no_password_changed_to_one(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.do(accounts.add, login="nurjahan", name="Nurjahan Begum", role=Role.AGENT, password="Nurjahan.Begum.1")
    assert set(refused.value.fields) == {"password"}
    agent = desk.staff()
    with pytest.raises(Invalid) as refused, desk.at() as session:
        accounts.change_password(session, desk.mine(session, agent), PASSWORD, "Welcome@2026")
    assert set(refused.value.fields) == {"new"}
