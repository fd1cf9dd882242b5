"""Services: made up in what is shipped, optional for a deployment, and refused where they name what is not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from feedback.responses.load import BUILT_IN, load
from feedback.responses.reading import BadResponse
from feedback.responses.services import FILE, Services, load_services


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(BUILT_IN / "coxs_bazar", tmp_path / "own")
    return tmp_path / "own"


def test_what_is_shipped_says_that_it_is_made_up_and_when_it_was_checked() -> None:
    found = load_services("coxs_bazar", load("coxs_bazar"))
    assert found.checked is not None
    assert all("made up" in service.labels["en"] for service in found.services)
    assert {contact.tier for contact in found.contacts} == {"T3-G", "T3-C", "T3-S", "T3-L"}


def test_a_deployment_need_not_have_any(folder: Path) -> None:
    (folder / "1" / FILE).unlink()
    assert load_services(str(folder), load(str(folder))) == Services()


@pytest.mark.parametrize(
    ("wrote", "instead"),
    [('kind = "legal"', 'kind = "law"'), ('tier = "T3-L"', 'tier = "T9"'), ('places = ["camp-8e", "camp-9"]', 'places = ["mars"]')],
)  # fmt: skip
def test_what_names_a_code_that_is_not_there_is_refused(folder: Path, wrote: str, instead: str) -> None:
    file = folder / "1" / FILE
    file.write_text(file.read_text(encoding="utf-8").replace(wrote, instead), encoding="utf-8")
    with pytest.raises(BadResponse, match=FILE):
        load_services(str(folder), load(str(folder)))
