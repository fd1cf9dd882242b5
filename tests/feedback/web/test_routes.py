"""Every page × every role × every kind of ticket: what may be reached is what the two tables say, and nothing else (I8, I9, I35)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from channels.contract import Media
from feedback.desk.permissions import ALLOWED, Action
from feedback.models.message import Recording
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from feedback.web import inbox, routes
from feedback.web.routes import DESK, At
from tests.factories import Desk

HERE, ELSEWHERE = "camp-9", "camp-12"
CLEARED: dict[Role, list[str]] = {
    Role.SCREENER: ["screening"],
    Role.FOCAL_POINT: ["screening", "gbv", "child_protection"],
    Role.DUTY_OFFICER: ["screening", "protection"],
    Role.COORDINATOR: ["psea", "conduct"],
    Role.OPERATOR: ["gbv"],  # a clearance given by mistake: the role still reads nothing (I12)
}
TIERS = {
    "open here": "T0",
    "open elsewhere": "T0",
    "screening": None,
    "conduct": "T2-C",
    "protection": "T2-P",
    "gbv": "T3-G",
    "psea": "T3-S",
    "child_protection": "T3-C",
}
WALLS = {"open here": None, "open elsewhere": None, **{kind: kind for kind in list(TIERS)[2:]}}
KINDS = [*TIERS, "missing"]
FORMS = {
    "/tickets/{reference}/override": {"sector": "health", "tier": "T0"},
    "/tickets/{reference}/title": {"title": "A tap"},
    "/tickets/{reference}/raise": {"tier": "T3-L"},
    "/tickets/{reference}/note": {"note": "Called the team."},
    "/tickets/{reference}/answer": {"text": "It is mended."},
    "/tickets/{reference}/close": {"outcome": "duplicate"},
    "/screening/{reference}": {"decision": "open:wash.no_water"},
    "/tickets/{reference}/plan": {"language": "en"},
    "/tickets/{reference}/consent": {"ask": "refer", "said": "no"},
    "/tickets/{reference}/danger": {"way": "visit", "why_now": "It is tonight."},
    "/tickets/{reference}/lower": {"tier": "T0", "reason": "A tap, no more."},
    "/tickets/{reference}/subject": {"subject": "heron"},
    "/tickets/{reference}/assist": {"help": "gbv"},
    "/tickets/{reference}/take-out": {"part": "0" * 18, "reason": "asked"},
    "/tickets/{reference}/request": {"right": "see", "proof": "code"},
}
OPEN_ONLY = {"override": 403, "answer": 403, "confirm": 409}
"""What is refused behind a wall, to those who may see the ticket too."""

SEALED_ONLY = {"plan", "first-contact", "danger"}
DECIDED_ONLY = {"lower", "subject"}
"""What makes sense behind a wall alone; the second ones not in screening either, where nothing has been decided yet."""


@dataclass
class World:
    """One ticket of each kind, each with a recording, and one person of each role."""

    desk: Desk
    client: TestClient
    staff: dict[Role, Staff]
    tickets: dict[str, Ticket]

    def ticket(self, kind: str) -> Ticket:
        tier, place = TIERS[kind], ELSEWHERE if kind == "open elsewhere" else HERE
        sound = Media(f"RE{id(object())}{len(self.tickets)}{kind}"[:64], "https://api.test/sound", "audio/wav", 3)
        return self.desk.ticket("the tap is dry", tier=tier, sector="wash", place=place, recording=sound)

    def reference(self, kind: str, at: At, *, fresh: bool) -> str:
        if kind == "missing":
            return "AAAAAAAAAAAAAA"
        ticket = self.ticket(kind) if fresh else self.tickets[kind]
        if at.path.startswith("/recordings"):
            return self.desk.rows(Recording, Recording.ticket_id == ticket.id)[0].reference
        return ticket.reference


@pytest.fixture
def world(desk: Desk, client: TestClient) -> World:
    mends = desk.ticket(sector="wash", place=HERE).agency
    staff = {
        role: desk.staff(role, places=[HERE], clearances=CLEARED.get(role, [])) for role in set(Role) - {Role.PARTNER}
    }
    staff[Role.PARTNER] = desk.staff(Role.PARTNER, agency=mends, clearances=["gbv"])  # here too: by mistake
    world = World(desk, client, staff, {})
    world.tickets = {kind: world.ticket(kind) for kind in TIERS}
    assert world.tickets["open here"].agency == mends != world.tickets["open elsewhere"].agency
    return world


@pytest.mark.plan("D15")
def test_every_page_of_one_thing_answers_every_role_as_the_tables_say(world, request, record_property):
    wrong, seen = [], 0
    for at, role, kind in _half(request, product(_of_one_thing(), Role, KINDS)):
        expected = _expected(at, world.staff[role], kind)
        reference = world.reference(kind, at, fresh=expected in (200, 303) and at.method == "POST")
        world.desk.enter(world.client, world.staff[role])
        response = _ask(world, at, reference, world.staff[role])
        seen += 1
        if response.status_code != expected:
            wrong.append((at.method, at.path, role.value, kind, "expected", expected, "got", response.status_code))
    assert not wrong
    record_property("trials", seen)
    assert seen >= 1_000  # both engines together more than 2,000 (D15)


@pytest.mark.plan("D15")
def test_every_other_page_answers_every_role_as_the_table_says(world, record_property):
    pages = [at for at in DESK if "{" not in at.path and at.method == "GET"]
    record_property("trials", len(pages) * len(Role))
    for at, role in product(pages, Role):
        world.desk.enter(world.client, world.staff[role])
        expected = 200 if at.needs is None or at.needs in ALLOWED[role] else 403
        assert world.client.get(at.path).status_code == expected, (at.path, role)


@pytest.mark.plan("D18")
def test_a_hidden_ticket_and_a_missing_one_are_the_same_bytes_and_headers(world, record_property):
    compared = 0
    for at, role in product(_of_one_thing(), Role):
        hidden = [kind for kind in TIERS if _expected(at, world.staff[role], kind) == 404]
        if not hidden or at.needs not in ALLOWED[role]:
            continue
        world.desk.enter(world.client, world.staff[role])
        for htmx in ({}, {"hx-request": "true"}):
            missing = _ask(world, at, world.reference("missing", at, fresh=False), world.staff[role], **htmx)
            for kind in hidden:
                found = _ask(world, at, world.reference(kind, at, fresh=False), world.staff[role], **htmx)
                assert (found.status_code, found.content, found.headers) == (404, missing.content, missing.headers)
                compared += 1
    record_property("trials", compared)
    assert compared >= 120


def test_nobody_who_is_not_signed_in_gets_further_than_the_door(client):
    for at in DESK:
        path = at.path.format(reference="AAAAAAAAAAAAAA", reply="AAAAAAAAAAAAAA")
        response = client.request(at.method, path, headers={"origin": "https://desk.test"})
        assert (response.status_code, response.headers.get("location")) == (303, "/sign-in"), at.path


def test_no_post_is_taken_without_its_proof(world):
    world.desk.enter(world.client, world.staff[Role.COORDINATOR])
    for at in (at for at in DESK if at.method == "POST"):
        path = at.path.format(reference=world.tickets["open here"].reference, reply="AAAAAAAAAAAAAA")
        forged = ({"x-csrf-token": "0" * 64}, {"origin": "https://evil.test"}, {"sec-fetch-site": "cross-site"})
        for headers in forged:
            assert world.client.post(path, headers=headers).status_code == 403, (path, headers)


def test_every_address_is_a_page_with_its_action_or_stands_on_a_short_list():
    declared = {at.path for at in DESK}
    others = {
        "/hooks/{adapter}/{hook}",
        "/sign-in",
        "/sign-in/key",
        "/pin",
        "/preferences",
        "/w/{word}",
        "/passed/{word}",
        "/prompts/{name}",
        "/static",
    }
    pages = ("", "sign-in", "worker.js", "manifest.webmanifest")
    tablets = {"/sync", "/tablet", *(f"/tablet/{page}" for page in pages)}
    others |= tablets | {"/tablet/{version}/{file}"}  # the app is the same for everyone; its door asks who is there
    assert {route.path for route in routes.ROUTES} - declared == others
    assert len([route for route in routes.ROUTES if isinstance(route, Route)]) == len(DESK) + 8 + 8
    assert {at.path for at in DESK if at.needs is None} == {
        "/",
        "/password",
        "/conduct",
        "/conduct/refuse",
        "/settings",
        "/settings/codes",
        "/settings/app",
        "/settings/app/stop",
        "/settings/keys",
        "/settings/keys/ask",
        "/settings/keys/remove",
        "/sign-out",
        "/unlock",
        "/lock",
        "/rota",
        "/rota/confirm",
        "/breaches",
        "/hand-over",
    }


@pytest.mark.plan("D55")
def test_a_page_that_does_not_say_what_it_needs_stops_the_start():
    with pytest.raises(TypeError, match="needs"):
        At("GET", "/new", inbox.show)


def _of_one_thing() -> Iterator[At]:
    return (at for at in DESK if at.path.startswith(("/tickets", "/screening/", "/recordings")))


def _half(request: pytest.FixtureRequest, cells: Iterator[tuple[At, Role, str]]) -> list[tuple[At, Role, str]]:
    """Each engine takes every other cell: both together take them all."""
    first = request.node.callspec.params["database_url"] == "sqlite"
    return [cell for number, cell in enumerate(cells) if (number % 2 == 0) == first]


def _ask(world: World, at: At, reference: str, staff: Staff, **headers: str):
    path = at.path.format(reference=reference, reply="AAAAAAAAAAAAAA")
    form = FORMS.get(at.path, {"to": staff.reference})
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if at.method == "GET":
        return world.client.get(path, headers=headers)
    return world.client.post(path, data=form, headers=headers)


def _expected(at: At, staff: Staff, kind: str) -> int:
    """From the two tables, told a second time: what the role may do, then what the person may see."""
    if at.needs not in ALLOWED[staff.role]:
        return 403
    if kind == "missing" or not _visible(staff, kind):
        return 404
    verb = at.path.rpartition("}")[2].strip("/")
    if at.path == "/recordings/{reference}":
        return 409  # not fetched yet
    if verb == "refer":
        return 409  # nobody is accused here
    if verb == "lend":  # nobody here interprets: the form comes back to be mended
        return 409 if WALLS[kind] is None else 200 if at.method == "GET" else 422
    if at.path == "/screening/{reference}":
        return 303 if kind == "screening" else 409
    if at.method == "GET":
        return 200
    if "{reply}" in at.path:
        return 404
    if verb == "ring":  # behind a wall without a plan never; in the open these people have given no phone yet
        return 403 if WALLS[kind] else 409
    if verb in ("reopen", "rightly") or (verb == "assign" and kind == "screening"):
        return 409
    if verb in ("take-out", "perhaps"):
        return 409  # there is no part of this name, and nothing that came
    if verb == "assist":  # in the open never; behind a wall nobody has agreed to it yet
        return 403 if WALLS[kind] else 409
    if verb == "pass-on" and WALLS[kind] not in (None, "screening"):
        return 409  # of each wall there is one person here: the last one can't pass it on
    if verb in SEALED_ONLY:
        return 303 if WALLS[kind] else 409
    if verb in DECIDED_ONLY:
        return 303 if WALLS[kind] not in (None, "screening") else 409
    return OPEN_ONLY.get(verb, 303) if WALLS[kind] else 303


def _visible(staff: Staff, kind: str) -> bool:
    if Action.READ not in ALLOWED[staff.role]:
        return False
    wall = WALLS[kind]
    if staff.role is Role.PARTNER:
        return kind == "open here"
    return kind == "open here" if wall is None else wall in staff.clearances
