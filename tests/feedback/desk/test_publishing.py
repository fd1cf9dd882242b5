"""What leaves the desk: masked, fixed once published, blind to what stands behind walls (R25, R26, I16)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from openpyxl import load_workbook

from feedback.desk import exports, masking, publishing, screening
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.event import Event
from feedback.models.published import Export, PublishedMonth
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Ticket
from tests.factories import Desk

OCTOBER = datetime(2026, 10, 14, 6, tzinfo=UTC)
NOW = datetime(2026, 11, 10, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def coordinator(desk: Desk) -> Staff:
    return desk.staff(Role.COORDINATOR)


def hear(desk: Desk, many: int, *, at: datetime = OCTOBER, tier: str = "T0", **codes: str) -> list[Ticket]:
    given = {"place": "camp-9", "subcategory": "no_water", **codes}
    return [desk.ticket(tier=tier, received_at=at + timedelta(minutes=one), **given) for one in range(many)]


def exported(desk: Desk, staff: Staff, *months: str) -> str:
    made = desk.do(exports.make, staff, months or ("2026-10",))
    return desk.do(exports.fetch, staff, made.reference)


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_an_export_holds_the_caption_the_counts_and_no_small_one(desk: Desk, coordinator: Staff):
    hear(desk, 7)
    hear(desk, 6, place="camp-8e")
    hear(desk, 3, place="camp-8e", subcategory="waste")
    hear(desk, 8, subcategory="waste")
    text = exported(desk, coordinator)
    rows = lines(text)
    assert rows[0] == [exports.CAPTION]
    assert rows[1] == list(exports.HEADER)
    counts = [row[-1] for row in rows[2:]]
    assert all(count == exports.MASKED or int(count) >= masking.LEAST for count in counts)
    assert counts.count(exports.MASKED) == 4
    assert ["2026-10", "all", "all", "all", "all", "", "", "24"] in rows


@pytest.mark.plan("D17")
def test_an_export_names_nobody_and_holds_no_words(desk: Desk, coordinator: Staff):
    for one in range(6):
        desk.ticket(f"jolly pangolin {one}", address="+8801712345678", received_at=OCTOBER, tier="T0")
    text = exported(desk, coordinator)
    assert "pangolin" not in text
    assert "8801712345678" not in text
    assert all(ticket.reference not in text and (ticket.code or "-") not in text for ticket in desk.rows(Ticket))


def test_two_exports_a_week_apart_are_the_same_whatever_happened_between(desk: Desk, coordinator: Staff):
    tickets = hear(desk, 12)
    before = exported(desk, coordinator)
    hear(desk, 1, place="camp-8e")
    agent = desk.staff(Role.AGENT)
    desk.act(agent, tickets[0], screening.raise_, "T3-G")
    with desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.id == tickets[1].id).values(place="camp-4", sector="health"))
    with time_machine.travel(NOW + timedelta(days=7), tick=True):
        after = exported(desk, coordinator)
    assert after == before


def test_without_what_was_kept_the_two_exports_would_tell_of_one_person(desk: Desk, coordinator: Staff):
    """The guard taken out: counting anew shows the one ticket by which the months differ."""
    hear(desk, 12)
    before = exported(desk, coordinator)
    hear(desk, 1)
    with desk.at() as session:
        session.execute(sa.delete(PublishedMonth))
    assert exported(desk, coordinator) != before


def test_a_month_is_published_once_it_is_over_and_settled(desk: Desk, coordinator: Staff):
    with pytest.raises(Invalid):
        desk.do(exports.make, coordinator, ["2026-11"])
    with time_machine.travel(datetime(2026, 12, 2, tzinfo=UTC)), pytest.raises(Invalid):
        desk.do(exports.make, coordinator, ["2026-11"])
    with time_machine.travel(datetime(2026, 12, 4, tzinfo=UTC)):
        assert desk.do(exports.make, coordinator, ["2026-11"]).months == ["2026-11"]
    for wrong in ([], ["2026-13"], ["../etc"], ["2020-01"]):
        with pytest.raises(Invalid):
            desk.do(exports.make, coordinator, wrong)


def test_months_begin_and_end_at_midnight_of_the_response(desk: Desk, coordinator: Staff):
    hear(desk, 5, at=datetime(2026, 9, 30, 18, 0, tzinfo=UTC))  # midnight of 1 October in Dhaka
    hear(desk, 5, at=datetime(2026, 10, 31, 17, 50, tzinfo=UTC))
    hear(desk, 9, at=datetime(2026, 10, 31, 18, 0, tzinfo=UTC))
    with desk.at(staff=True) as session:
        table = publishing.publish(session, coordinator, "2026-10").table
    assert table is not None
    assert table.total == 10


@pytest.mark.plan("D16")
@pytest.mark.parametrize("hidden", [0, 1, 5, 50])
def test_what_stands_behind_walls_changes_nothing_for_those_outside(desk: Desk, coordinator: Staff, hidden: int):
    hear(desk, 6)
    hear(desk, hidden, tier="T3-G", subcategory="disclosure", sector="gbv")
    assert [row[-1] for row in lines(exported(desk, coordinator))[2:]] == ["6", "6", "6", "6", "6", "6", "6"]


def test_sensitive_tiers_are_counted_for_the_whole_response_only_and_for_those_cleared(desk: Desk):
    hear(desk, 6, tier="T3-G", sector="gbv", subcategory="disclosure")
    hear(desk, 4, tier="T2-P", sector="protection", subcategory="authorities")
    cleared = desk.staff(Role.COORDINATOR, clearances=["gbv", "protection"])
    accusable = desk.staff(Role.COORDINATOR, clearances=["gbv"], agency="demo-wash")
    tiers = [row for row in lines(exported(desk, cleared)) if "tier" in row[:-2]]
    assert tiers == [
        ["2026-10", "all", "all", "all", "all", "tier", "T2-P", "masked"],
        ["2026-10", "all", "all", "all", "all", "tier", "T3-G", "6"],
        ["2026-10", "all", "all", "all", "all", "tier", "T3-L", "masked"],
    ]
    assert "tier" not in exported(desk, accusable)


def test_what_is_no_feedback_is_not_counted(desk: Desk, coordinator: Staff):
    tickets = hear(desk, 8)
    with desk.at() as session:
        for ticket, outcome in zip(tickets, (Outcome.SPAM, Outcome.JOINED, Outcome.DUPLICATE), strict=False):
            session.execute(sa.update(Ticket).where(Ticket.id == ticket.id).values(outcome=outcome))
    assert lines(exported(desk, coordinator))[-1][-1] == "5"


def test_an_export_is_recorded_and_gone_after_a_day_and_is_its_makers_alone(desk: Desk, coordinator: Staff):
    made = desk.do(exports.make, coordinator, ["2026-10", "2026-09"])
    (row,) = desk.rows(Export)
    assert (row.staff_id, row.months) == (coordinator.id, ["2026-09", "2026-10"])
    (event,) = desk.rows(Event, Event.action == "export")
    assert (event.actor, event.detail) == (f"staff:{coordinator.id}", "2026-09 2026-10")
    with pytest.raises(NotFound):
        desk.do(exports.fetch, desk.staff(Role.COORDINATOR), made.reference)
    with time_machine.travel(NOW + timedelta(hours=25)), pytest.raises(NotFound):
        desk.do(exports.fetch, coordinator, made.reference)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
def test_nobody_else_publishes_nor_takes_what_is_published_away(desk: Desk, coordinator: Staff, role: Role):
    hear(desk, 5)
    mine, other = desk.do(exports.make, coordinator, ["2026-10"]), desk.staff(role)
    for act, what in ((publishing.publish, "2026-10"), (exports.make, ["2026-10"]), (exports.fetch, mine.reference)):
        with pytest.raises(NotAllowed):
            desk.do(act, other, what)


PAYLOADS = [
    start + body
    for start in (
        "=",
        "+",
        "-",
        "@",
        "\t=",
        "\r=",
        "\n=",
        " =",
        "'=",
        '"=',
        "|",
        "\uff1d",
        "\uff0b",
        "\uff0d",
        "\uff20",
    )
    for body in (
        "1+1",
        "cmd|'/c calc'!A0",
        'HYPERLINK("http://x.test","y")',
        "SUM(1,1)*cmd",
        "A1",
        "IMPORTXML(A1)",
        "2",
        "x",
    )
]


@pytest.mark.plan("D25")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_cell_that_would_be_a_formula_is_text(payload: str):
    (cell,) = lines(exports.csv_of(iter([(payload,)])))[0]
    assert cell.startswith("'")
    assert cell.isprintable()


def test_plain_words_and_numbers_stay_as_they_are():
    row = ("camp-9", "পানি নেই", 12, "coxs-bazar/ukhiya", "")
    assert lines(exports.csv_of(iter([row])))[0] == ["camp-9", "পানি নেই", "12", "coxs-bazar/ukhiya", ""]
    assert len(PAYLOADS) == 120


@pytest.mark.plan("D25", trials=len(PAYLOADS))
def test_a_workbook_holds_the_payloads_as_text_and_numbers_as_numbers():
    book = load_workbook(io.BytesIO(exports.xlsx_of(iter([*((payload,) for payload in PAYLOADS), ("camp-9", 12)]))))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(cell.hyperlink is None and cell.value.startswith("'") for cell in cells[:-2])
    assert [cell.value for cell in cells[-2:]] == ["camp-9", 12]
