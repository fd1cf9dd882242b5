"""Importing paper and other tools' exports: columns mapped, wrong rows named and held back, and never anything twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from feedback.desk import sealing
from feedback.models.message import Message
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from feedback.ops import import_forms
from feedback.ops.import_forms import CannotImport
from tests.factories import Desk

HEADER = ["_uuid", "_submission_time", "grp/feedback", "grp/sector", "camp", "sex", "phone", "consent"]
ROWS = [
    ["u-1", "2026-11-20T10:00:00", "pani nai", "water", "Camp 9", "female", "01712345678", "yes"],
    ["u-2", "2026-11-20 11:30", "চাল কম", "খাদ্য নিরাপত্তা", "camp 8 east", "male", "", "yes"],
    ["u-3", "", "no card", "FSC", "camp-9", "", "", ""],
]
MAP = """
source = "kobo camp 9"
[columns]
key = "_uuid"
at = "_submission_time"
text = "grp/feedback"
sector = "grp/sector"
place = "camp"
phone = "phone"
record = "consent"
"who.sex" = "sex"
[values.sector]
water = "wash.no_water"
[always]
language = "rhg"
"""


@pytest.fixture
def volunteer(desk: Desk):
    return desk.staff(Role.VOLUNTEER, login="rahima")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")
    return path


def _csv(tmp_path: Path, rows, *, between: str = ",", header=HEADER) -> Path:
    path = tmp_path / "export.csv"
    path.write_text("\n".join(between.join(row) for row in [header, *rows]), encoding="utf-8-sig")
    return path


def _xlsx(path: Path, **sheets) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def _run(desk: Desk, file: Path, plan: Path, **more):
    return import_forms.run(desk.parts.settings, file, plan, by="rahima", **more)


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_each_row_is_a_ticket_with_our_codes(desk: Desk, volunteer, plan, tmp_path, between: str) -> None:
    rows = ROWS if between != ";" else [[cell.replace(",", ";") for cell in row] for row in ROWS]
    report = _run(desk, _csv(tmp_path, rows, between=between), plan)
    assert (report.new, report.wrong) == (3, [])
    found = {(one.sector, one.subcategory, one.place, one.language) for one in desk.rows(Ticket)}
    assert found == {
        ("wash", "no_water", "camp-9", "rhg"),
        ("food_security", None, "camp-8e", "rhg"),
        ("food_security", None, "camp-9", "rhg"),
    }


def test_a_workbook_says_the_same_as_a_text_file(desk: Desk, volunteer, plan, tmp_path) -> None:
    report = _run(desk, _xlsx(tmp_path / "export.xlsx", data=[HEADER, *ROWS]), plan)
    assert report.new == 3


def test_running_it_again_imports_only_what_is_not_here(desk: Desk, volunteer, plan, tmp_path) -> None:
    _run(desk, _csv(tmp_path, ROWS[:2]), plan)
    report = _run(desk, _csv(tmp_path, ROWS), plan)
    assert (report.new, report.repeats) == (1, 2)
    assert len(desk.rows(Ticket)) == 3


def test_rows_without_an_id_are_known_again_by_what_they_say(desk: Desk, volunteer, plan, tmp_path) -> None:
    plan.write_text(MAP.replace('key = "_uuid"\n', ""), encoding="utf-8")
    _run(desk, _csv(tmp_path, ROWS), plan)
    assert _run(desk, _csv(tmp_path, list(reversed(ROWS))), plan).repeats == 3


def test_what_stands_in_the_tables_of_a_row_can_not_be_guessed(desk: Desk, volunteer, plan, tmp_path) -> None:
    import hashlib

    _run(desk, _csv(tmp_path, ROWS[:1]), plan)
    (message,) = desk.rows(Message)
    for plain in ("u-1", "kobo camp 9\0u-1", "pani nai"):
        for digest in ("sha1", "sha256", "md5"):
            assert hashlib.new(digest, plain.encode()).hexdigest()[:12] not in message.provider_ref


def test_a_dry_run_tells_the_same_and_keeps_nothing(desk: Desk, volunteer, plan, tmp_path) -> None:
    file = _csv(tmp_path, [*ROWS, ["u-4", "yesterday", "x", "FSC", "", "", "", ""]])
    looked = _run(desk, file, plan, dry_run=True)
    assert desk.rows(Ticket) == []
    kept = _run(desk, file, plan)
    assert (looked.new, looked.wrong) == (kept.new, kept.wrong) == (3, kept.wrong)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["u", "yesterday", "x", "FSC", "", "", "", ""], "at: not a time that can be read"),
        (["u", "", "x", "mines", "", "", "", ""], "sector: not one of ours; map it under [values.sector]"),
        (["u", "", "x", "FSC", "Mars", "", "", ""], "place: not one of ours; map it under [values.place]"),
        (["u", "", "x", "FSC", "", "", "", "perhaps"], "record: yes, no or not_asked"),
        (["u", "", "x" * 9000, "FSC", "", "", "", ""], "can't be read: text"),
        (["u", "", "", "", "camp-9", "", "", ""], "nothing was written down"),
        (["u", "", "x", "COND", "camp-9", "", "", ""], "was refused: tier"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_holds_up_no_other(
    desk: Desk, volunteer, plan, tmp_path, row, why: str
) -> None:
    report = _run(desk, _csv(tmp_path, [row, *ROWS]), plan)
    assert [(one.number, one.why) for one in report.wrong] == [(2, why)]
    assert report.new == 3


def test_the_report_repeats_no_word_of_a_row(desk: Desk, volunteer, plan, tmp_path) -> None:
    report = _run(desk, _csv(tmp_path, [["u", "", "heron seven", "mines", "", "", "", ""]]), plan)
    assert "heron" not in import_forms.show(report, dry_run=False)
    assert "mines" not in import_forms.show(report, dry_run=False)


def test_who_said_no_to_a_record_is_counted_without_a_word(desk: Desk, volunteer, plan, tmp_path) -> None:
    _run(desk, _csv(tmp_path, [["u", "", "secret", "FSC", "camp-9", "", "", "no"]]), plan)
    (message,) = desk.rows(Message)
    assert message.words is None


def test_a_form_of_kobo_lends_its_labels(desk: Desk, volunteer, plan, tmp_path) -> None:
    form = _xlsx(tmp_path / "form.xlsx", choices=[["list_name", "name", "label::English"], ["s", "c3", "Nutrition"]])
    report = _run(desk, _csv(tmp_path, [["u", "", "x", "c3", "camp-9", "", "", ""]]), plan, form=form)
    assert report.new == 1
    assert [ticket.sector for ticket in desk.rows(Ticket)] == ["nutrition"]


def test_a_map_that_names_what_is_not_there_stops_before_the_first_row(desk: Desk, volunteer, plan, tmp_path) -> None:
    plan.write_text(MAP.replace('"camp"', '"kemp"').replace('"who.sex"', '"who.shoes"'), encoding="utf-8")
    with pytest.raises(CannotImport) as why:
        _run(desk, _csv(tmp_path, ROWS), plan)
    assert "kemp" in str(why.value)
    assert "who.shoes" in str(why.value)
    assert desk.rows(Ticket) == []


def test_somebody_of_the_team_answers_for_it(desk: Desk, plan, tmp_path) -> None:
    with pytest.raises(CannotImport, match="--as"):
        _run(desk, _csv(tmp_path, ROWS), plan)


def test_who_may_not_enter_forms_imports_none(desk: Desk, plan, tmp_path) -> None:
    desk.staff(Role.AUDITOR, login="rahima")
    with pytest.raises(CannotImport):
        _run(desk, _csv(tmp_path, ROWS), plan)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"PK\x03\x04broken"])
def test_a_file_that_is_no_table_is_refused_in_a_sentence(desk: Desk, volunteer, plan, tmp_path, content) -> None:
    for name in ("x.csv", "x.xlsx"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CannotImport):
            _run(desk, tmp_path / name, plan)


def test_without_a_map_one_is_proposed(desk: Desk, tmp_path) -> None:
    said = import_forms.propose(desk.parts.settings, _csv(tmp_path, ROWS))
    for line in (
        '"key" = "_uuid"',
        '"text" = "grp/feedback"',
        '"place" = "camp"',
        '"who.sex" = "sex"',
        '# "water" = ""',
    ):
        assert line in said
    (tmp_path / "map.toml").write_text(said, encoding="utf-8")
    assert import_forms.read_plan(tmp_path / "map.toml").columns["sector"] == "grp/sector"


def test_facts_of_a_row_are_kept_beside_its_words(desk: Desk, volunteer, plan, tmp_path) -> None:
    _run(desk, _csv(tmp_path, ROWS[:1]), plan)
    (ticket,) = desk.rows(Ticket)
    with desk.at() as session:
        facts = sealing.unseal_mapping(sealing.key(session, ticket.id), ticket.id, "facts", ticket.facts)
    assert (facts["sex"], facts["consent_record"]) == ("female", "yes")
