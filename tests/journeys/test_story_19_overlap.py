"""Story 19: a girl of 14 tells of an aid worker; the allegation in one room, her needs in another, a line between."""

from __future__ import annotations

from feedback.models.review import Link
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from feedback.responses.deadlines import Step
from tests.journeys.conftest import Town
from tests.journeys.test_story_07_she_says_no import fill

TOLD = "He gives food for favours. My friend told me first."
REPORT = {
    "limits": "yes",
    "words": TOLD,
    "report_who": "the man at the gate",
    "report_agency": "heron",
    "report_under_18": "yes",
    "report_pass_on": "no",
    "help": "child_protection",
    "best": "yes",
    "age": "12_17",
    "service": "safety",
    "contact": "code",
}


def test_each_owner_reads_their_own_and_the_line_and_the_accused_agency_nothing(town: Town) -> None:
    volunteer = town.person(Role.VOLUNTEER)
    psea = town.person(Role.FOCAL_POINT, clearances=["psea"], agency="myna")
    child = town.person(Role.FOCAL_POINT, clearances=["child_protection"], agency="bulbul")
    theirs = town.person(Role.COORDINATOR, clearances=["psea", "child_protection"], agency="heron")

    said = fill(volunteer, "/intake/report", **REPORT)

    (link,) = town.desk.rows(Link)
    report, help_ = (town.desk.rows(Ticket, Ticket.id == id_)[0] for id_ in (link.report_id, link.assistance_id))
    assert (report.code or "")[:4] in said
    at, help_at = f"/tickets/{report.reference}", f"/tickets/{help_.reference}"
    assert (psea.status(at), psea.status(help_at)) == (200, 404)
    assert (child.status(at), child.status(help_at)) == (404, 200)
    assert (theirs.status(at), theirs.status(help_at)) == (404, 404)
    assert (volunteer.status(at), volunteer.status(help_at)) == (404, 404)

    page, help_page = psea.read(at), child.read(help_at)
    assert TOLD in page
    assert "help is arranged in another room" in page
    assert help_.reference not in psea.client.get(at).text
    assert "a report stands in another room" in help_page
    for word in ("food for favours", "gate", "heron", "Heron", report.reference, "Accused"):
        assert word not in child.client.get(help_at).text.split('<div id="ticket"')[1].split("</main>")[0], word
    for ticket in (report, help_):
        due = town.house.parts.response.due(ticket.tier or "", ticket.created_at, Step.ACT)
        assert (due - ticket.created_at).total_seconds() <= 24 * 3600


def test_help_is_arranged_later_from_the_report_once_she_agrees(town: Town) -> None:
    psea = town.person(Role.FOCAL_POINT, clearances=["psea"])
    town.person(Role.FOCAL_POINT, clearances=["gbv"])
    ticket = town.desk.ticket(TOLD, tier="T3-S", sector="conduct")
    at = f"/tickets/{ticket.reference}"
    wanted = {"help": "gbv", "best": "no", "age": "25_59", "service": "health"}
    assert psea.client.post(f"{at}/assist", data=wanted).status_code == 403
    psea.press(f"{at}/consent", ask="refer", said="yes")
    psea.press(f"{at}/assist", **wanted)
    assert "help is arranged in another room" in psea.read(at)
    assert len(town.desk.rows(Link)) == 1
