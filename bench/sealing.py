"""What keys cost: sealing, opening, resealing behind a wall, searching among sealed tickets, renewing: `python -m bench.sealing`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from channels.contract import ChannelName, Inbound
from feedback import clock, wiring
from feedback.db import Database
from feedback.desk import compartments, intake, sealing, search, walls
from feedback.models.base import new_id
from feedback.models.message import Message
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from feedback.ops import renewal
from feedback.ops.migrate import migrate
from feedback.seal import box, boxes, password
from feedback.seal.keyfile import DeskKeys
from feedback.seal.vault import Vault
from feedback.settings import Settings

MANY, RENEWED = 400, 5_000
TEXT = "there has been no water at the tap beside the learning centre since Thursday morning " * 2


def main() -> None:
    """Print microseconds per ticket, medians of a few rounds."""
    with tempfile.TemporaryDirectory() as folder:
        _bytes_alone(Path(folder))
        _desk(Path(folder))
        _searching(Path(folder) / "search")
        _renewing(Path(folder) / "renewal")


def _bytes_alone(folder: Path) -> None:
    vault = Vault(DeskKeys.create(folder / "one.keys"))
    key, row = vault.new_key(1)
    private, public = boxes.new_pair()
    sealed, to_wall = sealing.seal(key, Message, "words", 1, TEXT), boxes.seal_to(public, key, what="x")
    wrapped = row["wrapped"]
    assert isinstance(wrapped, bytes)
    print("the bytes alone, µs each")
    _say("a ticket's key, wrapped for the desk", _median(lambda: vault.new_key(1)))
    _say("… and opened again", _median(lambda: vault.unwrap(1, 1, wrapped)))
    _say("a text sealed", _median(lambda: sealing.seal(key, Message, "words", 1, TEXT)))
    _say("… and opened", _median(lambda: box.unseal(key, sealed, table="message", row=1, column="words")))
    _say("a ticket's key, sealed to a compartment", _median(lambda: boxes.seal_to(public, key, what="x")))
    _say("… and opened by a holder", _median(lambda: boxes.unseal_with(private, to_wall, what="x")))
    salt = password.new_salt()
    _say("a password typed (Argon2id)", _median(lambda: password.derive("correct horse battery", salt), rounds=5))


def _desk(folder: Path) -> None:
    parts = _installation(folder)
    with parts.database.transaction() as session:
        people = [_holder(session) for _ in range(2)]
        compartments.create(session, "gbv", people, actor="part:bench")
    ids = _take_in(parts)
    print("whole verbs on SQLite, µs a ticket")
    bare = _raise(parts, ids[: MANY // 2], clean=False)
    cleaned = _raise(parts, ids[MANY // 2 :], clean=True)
    _say("resealed behind a wall, in a transaction of its own", bare)
    _say("… and the WAL emptied after it", cleaned)
    print(f"{'ratio':>58} {cleaned / bare:.2f}")
    with parts.database.transaction(write=False) as session:
        session.info["ring"] = compartments.ring(session, people[0], _PRIVATE[people[0].id])
        _say("a holder opens one sealed ticket's key", _per(lambda: sealing.keys(session, ids), len(ids)))
    parts.close()


def _searching(folder: Path) -> None:
    """A holder's search among as many sealed tickets as are opened for one (decision 4)."""
    folder.mkdir()
    parts = _installation(folder)
    with parts.database.transaction() as session:
        people = [_holder(session) for _ in range(2)]
        compartments.create(session, "gbv", people, actor="part:bench")
    ids = _take_in(parts, many=search.MOST_SEALED)
    for start in range(0, len(ids), 100):
        with parts.database.transaction() as session:
            for ticket in session.scalars(sa.select(Ticket).where(Ticket.id.in_(ids[start : start + 100]))):
                walls.stand_behind(session, ticket, "gbv")
    took = []
    for _ in range(3):
        with parts.database.transaction(staff=True) as session:
            session.info["ring"] = compartments.ring(session, people[0], _PRIVATE[people[0].id])
            begun = time.process_time()
            found = search.among_sealed(session, people[0], "not one holds this")
            took.append(time.process_time() - begun)
            assert found is not None
            assert found.looked == search.MOST_SEALED
    print(f"a search among {search.MOST_SEALED:,} sealed tickets, ms of one processor")
    _say("all of them opened", sorted(took)[1] * 1e3)
    parts.close()


def _renewing(folder: Path) -> None:
    """The desk's key renewed: keys wrapped anew, numbers and words of open tickets indexed anew."""
    folder.mkdir()
    parts = _installation(folder)
    ids = _take_in(parts, many=RENEWED)
    for start in range(0, len(ids), 100):
        with parts.database.transaction() as session:
            for ticket in session.scalars(sa.select(Ticket).where(Ticket.id.in_(ids[start : start + 100]))):
                walls.stand_behind(session, ticket, None)
    renewal.begin(parts)
    parts.vault._read_at = float("-inf")
    print(
        f"the desk's key renewed, {RENEWED:,} open tickets of {len(set(TEXT.split()))} different words, µs of one processor a ticket"
    )
    for what in ("all of it, the first time", "… and looked over once more"):
        begun = time.process_time()
        renewal.follow(parts)
        _say(what, (time.process_time() - begun) / RENEWED * 1e6)
    parts.close()


_PRIVATE: dict[int, bytes] = {}


def _holder(session: sa.orm.Session) -> Staff:
    private, public = boxes.new_pair()
    words = {"places": [], "sectors": [], "agencies": [], "clearances": ["gbv"], "language": "en"}
    person = Staff(
        id=new_id(),
        login=f"holder-{len(_PRIVATE)}",
        name="Holder",
        role=Role.FOCAL_POINT,
        salt=b"",
        verifier=b"",
        public_key=public,
        totp_last=0,
        active=True,
        created_at=clock.now(),
        **words,
    )
    _PRIVATE[person.id] = private
    session.add(person)
    session.flush()
    return person


def _installation(folder: Path) -> wiring.Parts:
    DeskKeys.create(folder / "desk.keys")
    settings = Settings(database_url=f"sqlite:///{folder / 'desk.db'}", key_file=folder / "desk.keys")
    parts = wiring.live(settings)
    migrate(parts.database)
    return parts


def _take_in(parts: wiring.Parts, *, many: int = MANY) -> list[int]:
    heard = [
        Inbound("by-hand", f"m{number}", ChannelName.SMS, clock.now(), address=f"+88017{number:08}", text=TEXT)
        for number in range(many)
    ]
    with parts.database.transaction() as session:
        return [one.ticket_id for one in intake.receive(session, heard)]


def _raise(parts: wiring.Parts, ids: list[int], *, clean: bool) -> float:
    cleaning = Database.clean
    if not clean:
        Database.clean = lambda self, **more: None  # type: ignore[method-assign]
    took = []
    for ticket_id in ids:
        begun = time.perf_counter()
        with parts.database.transaction() as session:
            walls.stand_behind(session, session.get_one(Ticket, ticket_id), "gbv")
        took.append(time.perf_counter() - begun)
    Database.clean = cleaning  # type: ignore[method-assign]
    return sorted(took)[len(took) // 2] * 1e6


def _median(act: Callable[[], object], *, rounds: int = 400) -> float:
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        took.append(time.perf_counter() - begun)
    return sorted(took)[rounds // 2] * 1e6


def _per(act: Callable[[], object], many: int) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) / many * 1e6


def _say(what: str, took: float) -> None:
    print(f"{what:>58} {took:10,.0f}")


if __name__ == "__main__":
    main()
