"""Lessons as files: written for its owner alone, by a coordinator with their password; a sealed one opened again."""

from __future__ import annotations

import os
from pathlib import Path

from classifier import lesson_file
from feedback.desk import teaching
from feedback.models.staff import Staff
from feedback.ops import keys
from feedback.wiring import Parts


def export(parts: Parts, login: str, password: str, out: Path) -> int:
    """Write the open lessons that this person may see; how many. Raises `NoKeys` for a wrong name or password."""
    staff_id = keys.person(parts, login, password)
    with parts.database.transaction(staff=True) as session:
        rows = teaching.export(session, session.get_one(Staff, staff_id))
        write(out, lesson_file.write(rows).encode())
    return len(rows)


def write(path: Path, content: bytes) -> None:
    """A new file that its owner alone can read. Raises FileExistsError rather than write over one."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
