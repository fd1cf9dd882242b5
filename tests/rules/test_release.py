"""A run of the full counts is in pieces, goes on where it stopped, and says honestly how many trials it made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import release
from tests.plan import ASKED

ROOT = Path(__file__).parents[2]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(release, "KEPT", tmp_path)
    return tmp_path


def end(kept: Path, test: str, outcome: str, **plan: int) -> None:
    with (kept / "ended.jsonl").open("a") as file:
        file.write(json.dumps({"test": test, "outcome": outcome, "plan": plan}) + "\n")


def line(kept: Path, number: str) -> list[str]:
    (found,) = [one for one in release.table(release.last(release.read())) if one.startswith(number)]
    return found.split(maxsplit=3)


def test_every_test_file_is_in_one_piece() -> None:
    files = [name for piece in release.pieces() for name in piece]
    assert sorted(files) == sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py"))


def test_a_long_file_is_a_piece_of_its_own() -> None:
    assert ["tests/crash/test_random_kills.py"] in release.pieces()


def test_trials_count_when_their_test_has_passed(kept: Path) -> None:
    end(kept, "a", "passed", D07=300)
    end(kept, "b", "passed", D08=80)
    end(kept, "c", "failed", D09=500)
    assert line(kept, "D07") == ["D07", "300", "300", "ok"]
    assert line(kept, "D08") == ["D08", "160", "80", "fewer than asked"]
    assert line(kept, "D09") == ["D09", "500", "0", "1 FAILED"]
    assert line(kept, "D10")[3] == "no test marked"


def test_what_failed_and_passes_later_counts_once(kept: Path) -> None:
    for outcome in ("failed", "passed", "passed"):
        end(kept, "a", outcome, D11=10)
    assert line(kept, "D11") == ["D11", "10", "10", "ok"]


def test_what_was_skipped_made_no_trial_and_does_not_pass_for_unmarked(kept: Path) -> None:
    end(kept, "a", "skipped", D33=300)
    assert line(kept, "D33") == ["D33", "300", "0", "fewer than asked"]


def test_a_file_that_does_not_even_load_is_no_success(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import nothing_of_this_name\n")
    assert release.run([str(tmp_path / "test_broken.py")], ["-n", "0"]) is False


def test_a_test_that_counts_its_trials_itself_is_believed(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "test_counting.py").write_text(
        "import pytest\n\n@pytest.mark.plan('D15')\ndef test_a(record_property):\n    record_property('trials', 1_234)\n"
    )
    assert release.run(
        [str(tmp_path / "test_counting.py")],
        ["-n", "0", "--rootdir", str(tmp_path), "-c", str(ROOT / "pyproject.toml")],
    )
    assert line(kept, "D15")[:3] == ["D15", "2,000", "1,234"]


def test_a_line_that_a_kill_cut_off_is_left_out(kept: Path) -> None:
    end(kept, "a", "passed", D11=10)
    with (kept / "ended.jsonl").open("a") as file:
        file.write('{"test": "b", "outc')
    assert list(release.last(release.read())) == ["a"]


def test_other_files_than_those_of_the_last_run_are_run_again(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "version", lambda: "one")
    release.begin(resume=True)
    end(kept, "a", "passed")
    release.begin(resume=True)
    assert list(release.read())
    monkeypatch.setattr(release, "version", lambda: "two")
    release.begin(resume=True)
    assert not list(release.read())


def test_each_number_of_the_plan_is_known(request: pytest.FixtureRequest) -> None:
    marked = {mark.args[0] for item in request.session.items for mark in item.iter_markers("plan")}
    assert marked <= set(ASKED)
