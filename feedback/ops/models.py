"""The models of an installation: listed, switched after a comparison, switched back; each switch by name and password."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier import machine, scorer
from classifier.scorer import RefusedModel
from feedback.desk import choosing
from feedback.errors import WrongState
from feedback.models.staff import Staff
from feedback.ops import keys
from feedback.wiring import Parts

TOLD = ("sector right", "danger not released", "danger flagged", "ordinary flagged")
"""The figures of a comparison that go into the event."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A model that can be chosen. `words`: why not, where it can't."""

    digest: str
    folder: str
    reads: bool
    words: str = ""


def shelf(parts: Parts) -> list[Shelved]:
    """The shipped model, then those in the installation's folder."""
    with parts.database.transaction(write=False) as session:
        reads = choosing.chosen(session)
    found = [Shelved(scorer.pinned(machine.MODEL), "shipped", reads == choosing.SHIPPED)]
    for folder, digest in machine.shelf(parts.settings.models) if parts.settings.models else ():
        found.append(Shelved(digest, folder.name, reads == digest, _unsound(folder)))
    return found


def use(parts: Parts, login: str, password: str, beginning: str, compared: Path) -> str:
    """Switch to the model whose digest begins so, after this comparison (`python -m classifier compare --json`).

    Returns its digest. Raises `RefusedModel` for an unsound one, `WrongState` for a file that is no comparison, one of other
    models or one that does not recommend it, `NoKeys` for a wrong name or password, `OSError` where there is no such file.
    """
    known = shelf(parts)
    new = _one([one for one in known if one.digest.startswith(beginning)])
    old = next((one.digest for one in known if one.reads), None)
    found = _comparison(compared)
    if new.words:
        raise RefusedModel(new.words)
    if (found["old"], found["new"]) != (old, new.digest):
        raise WrongState("This comparison is of other models. Compare this one with the one in use.")
    if found["why_not"]:
        raise WrongState(f"The comparison does not recommend it: {'; '.join(found['why_not'])}.")
    chosen = choosing.SHIPPED if new.folder == "shipped" else new.digest
    _as_person(
        parts, login, password, lambda session, staff: choosing.use(session, staff, chosen, figures=_figures(found))
    )
    return new.digest


def back(parts: Parts, login: str, password: str) -> str:
    """Let the model from before the last switch read again; which one."""
    return str(_as_person(parts, login, password, choosing.back))


def _as_person(parts: Parts, login: str, password: str, verb: Any) -> Any:
    staff_id = keys.person(parts, login, password)
    with parts.database.transaction(staff=True) as session:
        return verb(session, session.get_one(Staff, staff_id))


def _one(found: list[Shelved]) -> Shelved:
    if len(found) != 1:
        raise RefusedModel("no model begins so" if not found else "more than one model begins so")
    return found[0]


def _unsound(folder: Path) -> str:
    try:
        machine.at(folder)
    except RefusedModel as why:
        return str(why)
    return ""


def _comparison(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if {"old", "new", "lines", "why_not"} <= found.keys():
            return dict(found)
    except (ValueError, AttributeError):
        pass
    raise WrongState("This file is no comparison: write one with `python -m classifier compare --json`.")


def _figures(found: Mapping[str, Any]) -> str:
    lines = {line["axis"]: line for line in found["lines"] if line["group"] == "all"}
    return ", ".join(f"{name} {lines[name]['old']:.3f} {lines[name]['new']:.3f}" for name in TOLD if name in lines)
