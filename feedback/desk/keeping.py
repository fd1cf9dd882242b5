"""Who keeps which recovery part of a compartment's key: named, so that no part leaves with somebody unseen (decision 14)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import compartments, events
from feedback.errors import Invalid, WrongState
from feedback.models.compartment import RecoveryKeeper
from feedback.models.staff import Staff
from feedback.seal.recovery import LETTERS

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who has one part. `staff` None: an office outside, called `name`. `name` None: nobody has said who."""

    compartment: str
    letter: str
    name: str | None
    staff: Staff | None

    @property
    def gone(self) -> bool:
        """Is nobody named, or somebody who has been let go?"""
        return self.name is None or (self.staff is not None and not self.staff.active)


def keep(session: Session, compartment: str, letter: str, who: Staff | str, *, actor: str) -> None:
    """Write down who has this part from now on: a colleague, or an office outside by its name.

    Raises `WrongState` for a compartment without a kit, `Invalid` for a letter that is none, for nobody, and for who has
    another part of the same kit: two in one hand open it.
    """
    if not any(one.compartment == compartment and one.recovery for one in compartments.standing(session)):
        raise WrongState("This compartment has no recovery kit.")
    if letter not in LETTERS:
        raise Invalid({"letter": "The letter is a, b or c."})
    staff, office = (who, "") if isinstance(who, Staff) else (None, who.strip())
    if not (staff.active if staff else 0 < len(office) <= LONGEST):
        raise Invalid({"who": "Name a colleague, or an office outside."})
    others = [one for one in kept(session) if one.compartment == compartment and one.letter != letter]
    if any((one.staff.id == staff.id) if staff and one.staff else (one.name == office) for one in others):
        raise Invalid({"who": "They have another part of this kit: two in one hand open it."})
    session.merge(
        RecoveryKeeper(
            compartment=compartment, letter=letter, staff_id=staff.id if staff else None, office=office, at=clock.now()
        )
    )
    session.flush()
    detail = f"{compartment} {letter} {f'staff:{staff.id}' if staff else 'outside'}"
    events.record(session, None, "keeper", actor=actor, detail=detail)


def kept(session: Session) -> list[Keeper]:
    """Each part of each kit, with who has it."""
    both = sa.select(RecoveryKeeper, Staff).outerjoin(Staff, Staff.id == RecoveryKeeper.staff_id)
    known = {(row.compartment, row.letter): (row.office, staff) for row, staff in session.execute(both)}
    found = []
    for one in compartments.standing(session):
        for letter in LETTERS if one.recovery else ():
            office, staff = known.get((one.compartment, letter), ("", None))
            found.append(Keeper(one.compartment, letter, (staff.name if staff else office) or None, staff))
    return found


def of(session: Session, staff: Staff) -> list[Keeper]:
    """The parts that this person has."""
    return [one for one in kept(session) if one.staff is not None and one.staff.id == staff.id]
