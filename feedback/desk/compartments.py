"""The compartments' keys and who holds them: created, granted, taken back, renewed, recovered (decisions 4, 14)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import alone, events, permissions
from feedback.errors import Invalid, NotAllowed, WrongState
from feedback.models.compartment import CompartmentKey, Holding, RecoveryCopy
from feedback.models.staff import Staff
from feedback.seal import boxes, recovery
from feedback.seal.box import BadSeal
from feedback.seal.ring import CompartmentSecret, Ring, holding

FEWEST = 2
"""Holders that a compartment must have, so that one absence closes nothing (decision 14)."""

APART = frozenset({"psea"})
"""Compartments whose holders come from different agencies, so that no agency is alone with what is said of it (decision 14)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a compartment stands, for `keys status` and `doctor`."""

    compartment: str
    generation: int
    holders: int
    recovery: bool


def current(session: Session) -> dict[str, CompartmentKey]:
    """The key that each compartment seals to now; a compartment that is not there has none yet."""
    if "compartment_keys" not in session.info:
        found = sa.select(CompartmentKey).where(CompartmentKey.retired_at.is_(None)).order_by(CompartmentKey.generation)
        session.info["compartment_keys"] = {key.compartment: key for key in session.scalars(found)}
    keys: dict[str, CompartmentKey] = session.info["compartment_keys"]
    return keys


def create(session: Session, compartment: str, people: Sequence[Staff], *, actor: str) -> dict[str, str]:
    """Make a compartment's first key, sealed to its holders; returns the three recovery parts, which are shown once.

    Raises `WrongState` where it has one already, `Invalid` for fewer than two holders or one without a key.
    """
    if compartment in current(session):
        raise WrongState("This compartment has its key already.")
    _check_holders(people)
    parts = recovery.new_parts()
    _new_generation(session, compartment, 1, people, recovery.publics(parts))
    events.record(session, None, "create key", actor=actor, detail=compartment)
    return parts


def grant(session: Session, by: Staff, ring: Ring, compartment: str, to: Staff) -> None:
    """A holder shares the secret with a colleague: the only way to become one. Raises `NotAllowed` for who holds none."""
    if to.public_key is None or not to.active:
        raise NotAllowed("This colleague has to sign in once first.")
    _check_role(to)
    given = False
    for key in _generations(session, compartment):
        secret = ring.secret(compartment, key.generation)
        if secret is not None:
            _hold(session, compartment, key.generation, to, secret)
            given = True
    if not given:
        raise NotAllowed("Only a holder can let a colleague in.")
    clear(session, to, compartment, held=True)
    _follow(session, ring, compartment)
    events.record(session, None, "grant", actor=events.by(by), detail=f"{compartment} staff:{to.id}")


def take_back(session: Session, by: Staff, compartment: str, holder: Staff) -> None:
    """End a person's clearance. The last holders stay until others are let in. Renew the key afterwards."""
    one_at_a_time(session)
    others = [one for one in holders(session, compartment) if one.id != holder.id]
    if len(others) < FEWEST:
        raise NotAllowed("Let another colleague in first: a compartment needs two holders.")
    if of_one_agency(compartment, others):
        raise NotAllowed("Let a colleague of another agency in first.")
    session.execute(sa.delete(Holding).where(Holding.compartment == compartment, Holding.staff_id == holder.id))
    clear(session, holder, compartment, held=False)
    events.record(session, None, "take back", actor=events.by(by), detail=f"{compartment} staff:{holder.id}")


def one_at_a_time(session: Session) -> None:
    """Until the commit nobody else can stop being a holder: two who go at once would each be counted for the other."""
    alone.take(session, "holders")


def clear(session: Session, person: Staff, clearance: str, *, held: bool) -> None:
    """Add a clearance to a person's, or take it away. Their row is read again under a lock: a colleague who changes
    another one this moment would write back what they read before."""
    session.refresh(person, ["clearances"], with_for_update=True)
    person.clearances = sorted({*person.clearances, clearance} if held else {*person.clearances} - {clearance})


def renew(session: Session, by: Staff, ring: Ring, compartment: str) -> int:
    """Begin a new generation for the present holders and the same recovery kit; its number. Tickets follow in
    `renewing.follow`. Raises `NotAllowed` for who does not hold the present one."""
    old = current(session).get(compartment)
    if old is None or ring.secret(compartment, old.generation) is None:
        raise NotAllowed("Only a holder can renew this key.")
    copies = session.scalars(
        sa.select(RecoveryCopy).where(
            RecoveryCopy.compartment == compartment, RecoveryCopy.generation == old.generation
        )
    ).all()
    present = holders(session, compartment)
    _new_generation(session, compartment, old.generation + 1, present, {copy.pair: copy.public for copy in copies})
    old.retired_at = clock.now()
    session.info.pop("compartment_keys", None)
    session.flush()
    events.record(session, None, "renew key", actor=events.by(by), detail=compartment)
    return old.generation + 1


def recover(session: Session, compartment: str, one: str, other: str, to: Staff, *, actor: str) -> None:
    """With any two recovery parts, make a person a holder again, of every generation there is. Raises `BadSeal` for
    parts that do not open all of them, `WrongState` for a compartment that has no key."""
    if to.public_key is None or not to.active:
        raise Invalid({"to": "This person has to sign in once first."})
    _check_role(to)
    generations = _generations(session, compartment)
    if not generations:
        raise WrongState("This compartment has no key yet.")
    pair = recovery.pair_of(one, other)
    for key in generations:
        copy = session.get(RecoveryCopy, (compartment, key.generation, pair))
        if copy is None:
            raise BadSeal("recovery")
        packed = recovery.unseal(one, other, copy.sealed, compartment=compartment, generation=key.generation)
        _hold(session, compartment, key.generation, to, CompartmentSecret.unpack(packed))
    clear(session, to, compartment, held=True)
    events.record(session, None, "recover", actor=actor, detail=f"{compartment} staff:{to.id}")


def holders(session: Session, compartment: str) -> list[Staff]:
    """The active people who hold the present key."""
    key = current(session).get(compartment)
    if key is None:
        return []
    found = sa.select(Staff).join(Holding, Holding.staff_id == Staff.id).where(Staff.active)
    held = found.where(Holding.compartment == compartment, Holding.generation == key.generation)
    return list(session.scalars(held.order_by(Staff.id)))


def of_one_agency(compartment: str, people: Sequence[Staff]) -> bool:
    """Would one agency be alone with it? Who belongs to none counts for themselves."""
    return compartment in APART and len({one.agency or one.id for one in people}) < FEWEST


def ring(session: Session, staff: Staff, private: bytes) -> Ring:
    """What an unlocked session of this person can open."""
    held = session.execute(
        sa.select(Holding.compartment, Holding.generation, Holding.sealed).where(Holding.staff_id == staff.id)
    )
    return Ring(staff.id, private, {(compartment, generation): sealed for compartment, generation, sealed in held})


def standing(session: Session) -> list[Standing]:
    """How each compartment that has a key stands."""
    copies = set(session.execute(sa.select(RecoveryCopy.compartment, RecoveryCopy.generation)))
    return [
        Standing(name, key.generation, len(holders(session, name)), (name, key.generation) in copies)
        for name, key in sorted(current(session).items())
    ]


def _follow(session: Session, ring: Ring, compartment: str) -> None:
    """What excludes the newcomer is sealed to the others singly from now on (decision 14)."""
    from feedback.desk import excluding  # it seals, and sealing asks here who holds a compartment

    session.flush()
    session.info.setdefault("ring", ring)
    excluding.follow(session, compartment)


def _new_generation(
    session: Session, compartment: str, generation: int, people: Sequence[Staff], kit: Mapping[str, bytes]
) -> None:
    private, public = boxes.new_pair()
    secret = CompartmentSecret(private, os.urandom(32))
    session.add(CompartmentKey(compartment=compartment, generation=generation, public=public, created_at=clock.now()))
    for pair, pair_public in kit.items():
        sealed = recovery.seal(pair_public, secret.packed(), compartment=compartment, generation=generation, pair=pair)
        session.add(
            RecoveryCopy(compartment=compartment, generation=generation, pair=pair, public=pair_public, sealed=sealed)
        )
    for person in people:
        _hold(session, compartment, generation, person, secret)
    session.info.pop("compartment_keys", None)
    session.flush()


def _hold(session: Session, compartment: str, generation: int, person: Staff, secret: CompartmentSecret) -> None:
    assert person.public_key is not None
    sealed = boxes.seal_to(person.public_key, secret.packed(), what=holding(compartment, generation, person.id))
    session.merge(
        Holding(
            compartment=compartment,
            generation=generation,
            staff_id=person.id,
            sealed=sealed,
            granted_at=clock.now(),
        )
    )


def _generations(session: Session, compartment: str) -> list[CompartmentKey]:
    return list(session.scalars(sa.select(CompartmentKey).where(CompartmentKey.compartment == compartment)))


def _check_holders(people: Sequence[Staff]) -> None:
    if len({person.id for person in people}) < FEWEST:
        raise Invalid({"holders": "A compartment needs at least two holders."})
    if any(person.public_key is None or not person.active for person in people):
        raise Invalid({"holders": "Each holder has to have signed in once."})
    for person in people:
        _check_role(person)


def _check_role(person: Staff) -> None:
    if not permissions.may_hold(person.role):
        raise NotAllowed("Nobody of this role passes a wall.")
