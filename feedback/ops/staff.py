"""Adding people from the terminal: the first one of an installation, and those whom nobody there can add."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno

from feedback import wiring
from feedback.desk import accounts, app_codes
from feedback.models.staff import Role
from feedback.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is to be added."""

    login: str
    name: str
    role: Role
    agency: str | None = None
    places: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    clearances: tuple[str, ...] = ()
    language: str = "en"


def add(settings: Settings, asked: Asked, password: str) -> str:
    """Add a person; what to show them once: the seed of their one-time codes, as letters and as a picture to scan.

    Raises `Invalid`, naming what to mend.
    """
    parts = wiring.live(settings)
    try:
        with parts.database.transaction() as session:
            staff, seed = accounts.add(
                session,
                login=asked.login,
                name=asked.name,
                role=asked.role,
                password=password,
                agency=asked.agency,
                places=asked.places,
                sectors=asked.sectors,
                agencies=asked.agencies,
                clearances=asked.clearances,
                language=asked.language,
            )
            uri = app_codes.provisioning_uri(staff, seed)
    finally:
        parts.close()
    picture = io.StringIO()
    segno.make(uri).terminal(out=picture, compact=True)
    return f"{picture.getvalue()}\n  {seed}\n"
