"""Requests, parts taken out, holds and breaches over HTTP: what stands behind a code never shows, and each page does its work."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine
from starlette.testclient import TestClient

from feedback import clock
from feedback.desk import forgetting, handling, person_requests
from feedback.models.message import Message
from feedback.models.reply import Note
from feedback.models.right import Breach, DataRequest, Ground
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Ticket
from tests.factories import Desk


def test_hidden_missing_and_mistyped_codes_give_the_same_bytes(desk: Desk, client: TestClient) -> None:
    hidden, volunteer = desk.ticket("he hit me", tier="T3-G", sector="gbv"), desk.staff(Role.VOLUNTEER)
    desk.enter(client, volunteer)
    seen = []
    for code in (hidden.code, "1234 5678", "water"):
        form = {"code": code, "right": "see", "proof": "code", "terms": "after eight"}
        posted = client.post("/requests", data=form)
        page = client.get("/requests")
        seen.append((posted.status_code, posted.content, posted.headers["location"], page.content))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == 303
    assert len(desk.rows(DataRequest)) == 1


def test_a_form_comes_back_with_what_was_typed(desk: Desk, client: TestClient) -> None:
    desk.enter(client, desk.staff())
    page = client.post("/requests", data={"code": "1234 5678", "right": "see"})
    assert (page.status_code, "1234 5678" in page.text) == (422, True)
    assert "Say how you know" in page.text


def test_without_proof_the_page_says_how_to_come_back(desk: Desk, client: TestClient) -> None:
    ticket = desk.ticket()
    desk.enter(client, desk.staff())
    url = f"/tickets/{ticket.reference}/request"
    page = client.post(url, data={"right": "erase", "proof": "not_shown"}, follow_redirects=True)
    assert "come back with the code" in page.text
    assert desk.rows(DataRequest)[0].ground is Ground.NOT_SHOWN


def test_a_request_is_read_out_and_settled_on_its_page(desk: Desk, client: TestClient) -> None:
    ticket, lead = desk.ticket("the pump is dry"), desk.staff(Role.COORDINATOR)
    desk.act(lead, ticket, handling.note, "rude")
    desk.act(lead, ticket, person_requests.ask_on, right="see", proof="known")
    desk.enter(client, lead)
    url = f"/requests/{desk.rows(DataRequest)[0].reference}"
    sheet = client.get(url)
    assert ("the pump is dry" in sheet.text, "rude" in sheet.text) == (True, False)
    client.post(url, data={"act": "told"})
    assert "No request waits" in client.get("/requests").text


def test_what_is_overdue_stands_marked_on_the_coordinators_list_and_of_hidden_tickets_nothing_does(
    desk: Desk, client: TestClient
) -> None:
    lead, holder = desk.staff(Role.COORDINATOR), desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
    for asked_by, ticket in ((lead, desk.ticket()), (holder, desk.ticket("he hit me", tier="T3-G", sector="gbv"))):
        desk.act(asked_by, ticket, person_requests.ask_on, right="see", proof="known")
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        desk.enter(client, lead)
        page = client.get("/requests").text
    assert page.count("overdue") == page.count("urgent-card") == 1


def test_a_sheet_of_a_sealed_ticket_is_not_for_printing(desk: Desk, client: TestClient) -> None:
    holder = desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
    ticket = desk.ticket("he hit me", tier="T3-G", sector="gbv")
    desk.act(holder, ticket, person_requests.ask_on, right="see", proof="known")
    desk.enter(client, holder)
    page = client.get(f"/requests/{desk.rows(DataRequest)[0].reference}").text
    assert ("no-print" in page, 'class="strip"' in page) == (True, True)


def test_erasing_and_the_hold_that_forbids_it(desk: Desk, client: TestClient) -> None:
    lead, keeper = desk.staff(Role.COORDINATOR), desk.staff(Role.FOCAL_POINT)
    tickets = [desk.ticket(), desk.ticket()]
    for ticket in tickets:
        desk.act(lead, ticket, handling.close, Outcome.INFORMED)
        desk.act(lead, ticket, person_requests.ask_on, right="erase", proof="code")
    desk.enter(client, keeper)
    client.post(f"/tickets/{tickets[0].reference}/hold", data={"act": "hold"})
    desk.enter(client, lead)
    said = []
    for ticket in tickets:
        (request,) = desk.rows(DataRequest, DataRequest.ticket_id == ticket.id)
        page = client.post(f"/requests/{request.reference}", data={"act": "erase"}, follow_redirects=True)
        said.append(("a hold stands" in page.text, desk.again(ticket).forgotten_at is not None))
    assert said == [(True, False), (False, True)]


def test_a_hold_is_ended_on_the_ticket(desk: Desk, client: TestClient) -> None:
    keeper, ticket = desk.staff(Role.FOCAL_POINT), desk.ticket()
    desk.act(keeper, ticket, forgetting.hold)
    desk.enter(client, keeper)
    client.post(f"/tickets/{ticket.reference}/hold", data={"act": "let_go"})
    assert desk.again(ticket).held is False


def test_a_part_is_chosen_by_name_and_is_gone(desk: Desk, client: TestClient) -> None:
    lead, ticket = desk.staff(Role.COORDINATOR), desk.ticket("my brother Hasan")
    desk.act(lead, ticket, handling.note, "Hasan lives in block D")
    desk.enter(client, lead)
    url = f"/tickets/{ticket.reference}/take-out"
    first, second = re.findall(r'name="part" value="(\w+)"', client.get(url).text)
    page = client.post(url, data={"part": second, "reason": "other_person"}, follow_redirects=True)
    assert "Note taken out: it is about another person" in page.text
    assert (desk.rows(Note), desk.rows(Message)[0].words is not None, first != second) == ([], True, True)


def test_an_answer_on_a_form_is_offered_by_what_was_asked_and_is_gone(desk: Desk, client: TestClient) -> None:
    ticket = desk.ticket("no water", facts={"name": "Karim Uddin", "consent_refer": "yes"})
    with desk.at() as session:
        session.get_one(Ticket, ticket.id).read_at = ticket.created_at
    desk.enter(client, desk.staff(Role.COORDINATOR))
    url = f"/tickets/{ticket.reference}/take-out"
    shown = client.get(url).text
    assert ("Answer on a form: Name" in shown, "May we tell a service" in shown) == (True, False)
    part = re.findall(r'name="part" value="(\w+)"', shown)[-1]
    page = client.post(url, data={"part": part, "reason": "asked"}, follow_redirects=True).text
    assert ("Karim Uddin" in page, "Answer on a form taken out" in page) == (False, True)


def test_nothing_of_it_is_offered_to_whom_it_would_be_refused(desk: Desk, client: TestClient) -> None:
    ticket = desk.ticket()
    desk.enter(client, desk.staff(Role.TRANSCRIBER))
    page = client.get(f"/tickets/{ticket.reference}").text
    assert [verb for verb in ("take-out", "hold", "request") if f"{ticket.reference}/{verb}" in page] == []


def test_everybody_tells_a_breach_and_few_see_the_register(desk: Desk, client: TestClient) -> None:
    desk.enter(client, desk.staff(Role.INTERPRETER))
    form = {"kind": "lost_device", "affected": ["contacts"], "found": "1"}
    told = client.post("/breaches", data=form, follow_redirects=True)
    assert ("Thank you for telling" in told.text, '"card' in told.text) == (True, False)
    desk.enter(client, desk.staff(Role.OPERATOR))
    (breach,) = desk.rows(Breach)
    assert breach.reference in client.get("/breaches").text
    client.post(f"/breaches/{breach.reference}", data={"step": "contained"})
    assert desk.rows(Breach)[0].contained_at is not None


def test_a_ticket_about_a_breach_leads_to_the_register(desk: Desk, client: TestClient) -> None:
    ticket = desk.ticket("our numbers are read out", tier="T2-C", sector="conduct", subcategory="data_breach")
    desk.enter(client, desk.staff(Role.COORDINATOR, clearances=["conduct"]))
    assert f"/breaches?ticket={ticket.reference}" in client.get(f"/tickets/{ticket.reference}").text
    assert ticket.reference in client.get(f"/breaches?ticket={ticket.reference}").text
    assert len(desk.rows(Ticket)) == 1
