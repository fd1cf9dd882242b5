"""The door for tablets: signed in, from our own page, each form answered for, and nothing lost when something is odd."""

from __future__ import annotations

import base64
import threading

import pytest
from starlette.testclient import TestClient

from feedback import app
from feedback.models.message import Quarantine
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.factories import PUBLIC_URL, Desk
from tests.feedback.desk import forms


@pytest.fixture
def volunteer(desk: Desk, client: TestClient) -> TestClient:
    return desk.enter(client, desk.staff(Role.VOLUNTEER, places=["camp-9"]))


def _body(desk: Desk, *filled) -> dict:
    sealed = [forms.sealed(desk.parts, one) for one in filled]
    return {"tablet": forms.TABLET, "forms": [_wire(one.key, one.key_name, one.sealed) for one in sealed]}


def _wire(key: str, key_name: str, sealed: bytes) -> dict:
    return {"key": key, "key_name": key_name, "sealed": base64.b64encode(sealed).decode()}


def test_a_tablet_learns_the_key_and_where_help_is_open(volunteer: TestClient) -> None:
    found = volunteer.get("/sync").json()
    assert len(base64.b64decode(found["key"]["public"])) == 65
    assert found["places"] == ["camp-9"]
    (clinic, *_) = found["services"]
    assert (clinic["at_night"], clinic["women"], "camp-9" in clinic["places"], "camp-24" in clinic["places"]) == (
        True, True, True, False,
    )  # fmt: skip
    assert {one["tier"] for one in found["contacts"]} == {"T3-G", "T3-C", "T3-S", "T3-L"}
    assert "codes" not in found  # a GET sets nothing aside


def test_each_form_is_answered_for_and_the_codes_come_along(desk: Desk, volunteer: TestClient) -> None:
    first, second = forms.filled(), forms.filled()
    volunteer.post("/sync", json=_body(desk, first))
    answer = volunteer.post("/sync", json=_body(desk, first, second)).json()
    assert answer["forms"] == [{"key": first["key"], "state": "repeat"}, {"key": second["key"], "state": "kept"}]
    assert len(answer["codes"]) == 60
    assert len(desk.rows(Ticket)) == 2


def test_nothing_of_a_form_comes_back(desk: Desk, volunteer: TestClient) -> None:
    answer = volunteer.post("/sync", json=_body(desk, forms.filled(text="heron seven"))).text
    (ticket,) = desk.rows(Ticket)
    for secret in ("heron", "wash", "camp-9", ticket.reference, ticket.code):
        assert secret not in answer


def test_what_is_no_base64_is_kept_for_a_person(desk: Desk, volunteer: TestClient) -> None:
    form = {"key": "K" * 24, "key_name": "0" * 16, "sealed": "not base64 at all!"}
    answer = volunteer.post("/sync", json={"tablet": forms.TABLET, "forms": [form]}).json()
    assert answer["forms"] == [{"key": "K" * 24, "state": "unreadable"}]
    assert len(desk.rows(Quarantine)) == 1


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"forms": []}', b'{"tablet": "a tablet of the tests", "forms": [{}]}', b'{"tablet": "x"}']
)
def test_a_body_that_no_tablet_sends_is_refused(volunteer: TestClient, body: bytes) -> None:
    assert volunteer.post("/sync", content=body).status_code == 400


def test_too_much_at_once_is_refused_before_it_is_read(desk: Desk, volunteer: TestClient) -> None:
    assert volunteer.post("/sync", content=b"x" * (12 * 1024 * 1024 + 1)).status_code == 413
    many = {"tablet": forms.TABLET, "forms": [_wire(f"{n:024}", "0" * 16, b"x") for n in range(51)]}
    assert volunteer.post("/sync", json=many).status_code == 400


def test_nobody_sends_without_signing_in(client: TestClient) -> None:
    headers = {"origin": PUBLIC_URL}
    assert client.get("/sync").status_code == 401
    assert client.post("/sync", json={"tablet": forms.TABLET, "forms": []}, headers=headers).status_code == 401


def test_who_enters_no_forms_sends_none(desk: Desk, client: TestClient) -> None:
    desk.enter(client, desk.staff(Role.AUDITOR))
    assert client.get("/sync").status_code == 403
    assert client.post("/sync", json=_body(desk, forms.filled())).status_code == 403
    assert desk.rows(Ticket) == []


@pytest.mark.parametrize("forgery", [{"x-csrf-token": "0" * 64}, {"origin": "https://elsewhere.test"}])
def test_a_forged_request_changes_nothing(desk: Desk, volunteer: TestClient, forgery: dict[str, str]) -> None:
    assert volunteer.post("/sync", json=_body(desk, forms.filled()), headers=forgery).status_code == 403
    assert desk.rows(Ticket) == []


def test_the_same_form_sent_by_many_at_once_is_one_ticket(desk: Desk, volunteer: TestClient) -> None:
    body = _body(desk, forms.filled())
    states: list[str] = []

    def send() -> None:
        states.extend(one["state"] for one in volunteer.post("/sync", json=body).json()["forms"])

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states) == ["kept", *["repeat"] * 5]
    assert len(desk.rows(Ticket)) == 1


def test_a_form_that_could_not_be_kept_is_not_named_and_comes_again(desk: Desk, volunteer: TestClient) -> None:
    body = _body(desk, forms.filled())
    with desk.at() as session:
        session.connection().exec_driver_sql("ALTER TABLE message RENAME TO message_away")
    try:
        answer = volunteer.post("/sync", json=body)
        assert answer.status_code == 503 or answer.json()["forms"] == []
    except Exception:  # PostgreSQL says that the table is not there, which is a crash of ours: no 2xx either
        assert desk.parts.database.engine.dialect.name == "postgresql"
    finally:
        with desk.at() as session:
            session.connection().exec_driver_sql("ALTER TABLE message_away RENAME TO message")
    assert volunteer.post("/sync", json=body).json()["forms"][0]["state"] == "kept"


def test_an_installation_from_before_tablets_says_so(desk: Desk, volunteer: TestClient, monkeypatch) -> None:
    monkeypatch.setattr(type(desk.parts.vault), "tablet_key", lambda self: None)
    assert volunteer.get("/sync").json()["key"] is None


def test_the_app_is_created_with_the_door(parts) -> None:
    assert {route.path for route in app.create(parts).routes} >= {"/sync", "/tablet/", "/tablet/worker.js"}
