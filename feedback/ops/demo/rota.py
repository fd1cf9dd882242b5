"""Who is on call in a demo: two rungs for every compartment, for the next four weeks, at numbers that are nobody's."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import room, rota
from feedback.models.staff import Role, Staff

WEEKS = timedelta(weeks=4)
_NUMBER = "+88017000900{:02}"
_SEX = {1: "woman", 2: "man"}
_SPOKEN = {1: ("rhg", "bn", "en"), 2: ("bn", "en")}  # nobody speaks Burmese, as at many a desk: the page says so


def write(session: Session, now: datetime) -> None:
    """Put the people who are cleared for each compartment on its rota, one rung each, an outsider on the last."""
    staff = session.scalars(sa.select(Staff).where(Staff.active).order_by(Staff.id)).all()
    coordinator = next(one for one in staff if one.role is Role.COORDINATOR)
    for number, compartment in enumerate(room.response(session).compartments):
        people = [one for one in staff if compartment in one.clearances][:2]
        for rung, person in enumerate(people, start=1):
            phone = _NUMBER.format(10 * number + rung)
            rota.add(
                session,
                coordinator,
                _turn(compartment, rung, now, phone, login=person.login, sex=_SEX[rung], languages=_SPOKEN[rung]),
            )
        outside = _turn(compartment, len(people) + 1, now, _NUMBER.format(10 * number), outside=True)
        rota.add(session, coordinator, outside)


def _turn(
    compartment: str,
    rung: int,
    now: datetime,
    phone: str,
    *,
    login: str = "",
    outside: bool = False,
    sex: str = "",
    languages: tuple[str, ...] = (),
) -> rota.Asked:
    return rota.Asked(
        compartment=compartment,
        rung=rung,
        since=now,
        until=now + WEEKS,
        phone=phone,
        login=login,
        outside=outside,
        sex=sex,
        languages=languages,
    )
