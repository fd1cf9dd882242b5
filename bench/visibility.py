"""What visibility costs on a list page, with and without, as a ratio in one run: `python -m bench.visibility [postgresql://…]`."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from channels.contract import ChannelName, Inbound
from feedback import clock, wiring
from feedback.desk import inbox, intake, visibility
from feedback.desk.inbox import Which
from feedback.models.base import new_id
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Status, Ticket
from feedback.ops.migrate import migrate
from feedback.seal.keyfile import DeskKeys
from feedback.settings import Settings

MANY, ROUNDS, SENSITIVE = 20_000, 60, 0.1
PLACES = [f"camp-{number}" for number in range(1, 30)]
WALLS = ("gbv", "psea", "child_protection", "protection", "conduct")


def main() -> None:
    """Print milliseconds of a list and of the counts around it, for a scoped person, with and without the rule."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'desk.db'}"
        DeskKeys.create(Path(folder) / "desk.keys")
        parts = wiring.live(Settings(database_url=url, key_file=Path(folder) / "desk.keys"))
        migrate(parts.database)
        _fill(parts)
        agent = _staff(Role.AGENT, ["camp-9"])
        cleared = _staff(Role.FOCAL_POINT, ["camp-9"], ["gbv", "child_protection"])
        rule = visibility.visible
        print(f"{parts.database.engine.dialect.name}, {MANY:,} tickets, a tenth of them behind walls; ms, medians")
        for who, staff in (("an agent of one camp", agent), ("a holder of two compartments", cleared)):
            took: dict[bool, list[float]] = {True: [], False: []}
            for number in range(2 * ROUNDS):  # in turn, so that a busy moment meets both alike
                ruled = number % 2 == 0
                visibility.visible = rule if ruled else _open_in_place  # type: ignore[assignment]
                took[ruled].append(_look(parts, staff))
            visibility.visible = rule
            with_, without = (sorted(took[ruled])[ROUNDS // 2] * 1000 for ruled in (True, False))
            print(f"{who:>30}: {with_:.1f} with, {without:.1f} without: {with_ / without:.2f} times")
        parts.close()


def _look(parts: wiring.Parts, staff: Staff) -> float:
    """One inbox page: its fifty lines and the numbers in the navigation."""
    begun = time.perf_counter()
    with parts.database.transaction(staff=True, write=False) as session:
        inbox.listed(session, staff, Which.TODO)
        inbox.counts(session, staff)
    return time.perf_counter() - begun


def _open_in_place(_staff: Staff) -> sa.ColumnElement[bool]:
    """The plainest list that shows the same lines: one camp's open tickets, as a desk without walls would ask."""
    return sa.and_(Ticket.place == "camp-9", Ticket.compartment.is_(None))


def _fill(parts: wiring.Parts) -> None:
    luck = random.Random(1)
    for start in range(0, MANY, 500):
        heard = [
            Inbound("by-hand", f"m{start + n}", ChannelName.SMS, clock.now(), text="no water at the tap")
            for n in range(500)
        ]
        with parts.database.transaction() as session:
            ids = [one.ticket_id for one in intake.receive(session, heard)]
            for ticket_id in ids:
                wall = luck.choice(WALLS) if luck.random() < SENSITIVE else None
                values = {"place": luck.choice(PLACES), "compartment": wall, "read_at": clock.now()}
                values |= {"status": luck.choice((Status.TRIAGED, Status.CLOSED, Status.CLOSED, Status.CLOSED))}
                session.execute(sa.update(Ticket).where(Ticket.id == ticket_id).values(**values))


def _staff(role: Role, places: list[str], clearances: list[str] | None = None) -> Staff:
    return Staff(
        id=new_id(),
        name="Somebody",
        role=role,
        places=places,
        sectors=[],
        agencies=[],
        clearances=clearances or [],
        active=True,
    )


if __name__ == "__main__":
    main()
