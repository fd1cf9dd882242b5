"""The inbox: lists, search, refreshes, and sealed tickets without words."""

from __future__ import annotations

from feedback.models.staff import Role

HTMX = {"hx-request": "true"}


def test_the_inbox_lists_first_words_and_labels_of_what_may_be_seen(desk, client):
    desk.ticket("the tap by the school is dry", subcategory="no_water", place="camp-9")
    desk.ticket("hidden by its wall", tier="T3-G", sector="gbv")
    desk.enter(client, desk.staff(Role.AGENT))
    page = client.get("/inbox").text
    assert "the tap by the school is dry" in page
    assert "WASH · No or little water" in page
    assert "Camp 9" in page
    assert "hidden by its wall" not in page


def test_a_reader_of_bangla_gets_labels_in_bangla(desk, client):
    desk.ticket("the tap is dry", subcategory="no_water")
    desk.enter(client, desk.staff(Role.AGENT, language="bn"))
    assert "পানি নেই বা কম" in client.get("/inbox").text


def test_sealed_tickets_are_listed_without_their_words(desk, client):
    ticket = desk.ticket("he hurts me at night", tier="T3-G", sector="gbv")
    desk.enter(client, desk.staff(Role.FOCAL_POINT, clearances=["gbv"]))
    page = client.get("/inbox?list=sealed").text
    assert f"/tickets/{ticket.reference}" in page
    assert ticket.code[:4] in page
    assert "hurts" not in page


def test_search_finds_words_codes_and_places_and_puts_nothing_into_an_address(desk, client):
    tap = desk.ticket("the tap by the school is dry", place="camp-9")
    desk.ticket("gas cylinder is empty", place="camp-12")
    desk.enter(client, desk.staff(Role.AGENT))
    for typed in ("school", tap.code, "Camp 9"):
        page = client.post("/inbox", data={"q": typed}, headers=HTMX).text
        assert "the tap by the school" in page, typed
        assert "gas cylinder" not in page, typed
    assert "?q=" not in client.get("/inbox").text


def test_a_refresh_of_an_unchanged_list_is_304_and_no_sign_of_life(desk, client):
    desk.ticket("the tap is dry")
    desk.enter(client, desk.staff(Role.AGENT))
    first = client.get("/inbox?live=1", headers=HTMX)
    again = client.get("/inbox?live=1", headers=HTMX | {"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    desk.ticket("another tap is dry")
    changed = client.get("/inbox?live=1", headers=HTMX | {"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert "another tap" in changed.text


def test_a_long_list_has_pages(desk, client):
    for number in range(52):
        desk.ticket(f"tap number {number}")
    desk.enter(client, desk.staff(Role.AGENT))
    assert client.get("/inbox").text.count('class="row"') == 50
    assert client.get("/inbox?page=2").text.count('class="row"') == 2
    assert client.get("/inbox?page=99999999").status_code == 200
