"""The models of an installation: each found by its digest, whatever else lies in the folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from classifier import machine, scorer


def test_a_half_copied_model_does_not_keep_the_one_in_use_from_being_found(tmp_path: Path) -> None:
    (tmp_path / "a half").mkdir()
    shutil.copy(machine.MODEL / scorer.FILE, tmp_path / "a half")
    (tmp_path / "a note.txt").write_text("ours")
    shutil.copytree(machine.MODEL, tmp_path / "whole")
    digest = scorer.pinned(machine.MODEL)
    assert machine.shelf(tmp_path) == [(tmp_path / "whole", digest)]
    assert machine.chosen(tmp_path, digest).scorers
