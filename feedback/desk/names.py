"""What colleagues are called, for lists and histories that know them by row."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.models.staff import Staff


def of_staff(session: Session) -> dict[int, str]:
    """Everybody's name by their row, of those too who were let go; one SELECT."""
    return dict(session.execute(sa.select(Staff.id, Staff.name)).all())


def of_actors(session: Session) -> dict[str, str]:
    """The same by how events name them ("staff:1")."""
    return {f"staff:{row}": name for row, name in of_staff(session).items()}
