"""Whoever has the whole disk and the key file, but nobody's password, reads no sealed word and no address (D35, I24, I27)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from feedback import wiring
from feedback.models.staff import Role
from feedback.ops import backup, keys
from feedback.seal.keyfile import DeskKeys
from feedback.settings import Settings
from tests import factories
from tests.attack import beside, columns, forgettable, postgres_dump, postgres_pages, sqlite_pages, world
from tests.attack.loot import Carved, live_rows
from tests.attack.thief import Thief
from tests.factories import Desk
from tests.trials import trials

FORGOTTEN = trials(default=2, release=10)
"""Tickets of a batch that are forgotten; one more is kept."""

EXCEPTIONS = {"open", "open-note", "unread", "forgotten", *beside.WAITING}
"""What the desk key may open: what is open, what the machine has not read, and what waits under it."""


@pytest.fixture
def own_keys(tmp_path: Path) -> Path:
    """A key file of this test alone, since it is renewed; not beside the database."""
    path = tmp_path / "elsewhere" / "own.keys"
    DeskKeys.create(path)
    return path


@pytest.fixture
def settings(database_url: str, own_keys: Path, token_file: Path) -> Settings:
    """The desk with that key file."""
    return factories.settings(database_url, own_keys, token_file)


class Disk:
    """The machine that is seized: what is read from it by whoever has its disk and, of its keys, these files."""

    def __init__(self, url: str, parts: wiring.Parts) -> None:
        self.url, self.parts = url, parts
        self.sqlite = url.startswith("sqlite")
        self.since = "" if self.sqlite else postgres_pages.segment(url)

    def thief(self, *saved: DeskKeys) -> Thief:
        """Somebody with the disk as it is now, and the key file as it is now or as it was saved."""
        now = DeskKeys.read(self.parts.settings.key_file)
        thief = Thief([*saved, now], self.parts.response.compartments)
        thief.take(live_rows(self.url))
        if self.sqlite:
            thief.take(sqlite_pages.carve(Path(str(make_url(self.url).database))))
        else:
            thief.take(postgres_pages.carve(self.url, since=self.since))
        return thief

    def files(self) -> dict[str, bytes]:
        """The database's own files, as bytes."""
        if not self.sqlite:
            return postgres_pages.files(self.url, since=self.since)
        database = Path(str(make_url(self.url).database))
        return {path.name: path.read_bytes() for path in database.parent.glob("desk.db*")}


@pytest.fixture
def disk(database_url: str, parts: wiring.Parts) -> Disk:
    """The disk under this desk."""
    return Disk(database_url, parts)


@pytest.mark.plan("D35")
def test_before_compartments_have_keys_the_thief_reads_everything(
    desk: Desk, parts: wiring.Parts, disk: Disk, record_property: Callable[[str, object], None]
) -> None:
    """So that what is not found below is not there, rather than not looked for."""
    world.build(desk, world.people(desk, parts))
    thief = disk.thief()
    found = thief.reads(world.CANARIES | {"seed": factories.SEED})
    record_property("trials", thief.tried)
    assert set(world.CANARIES) - set(found) == {"unread", "export", "referral"}
    assert columns.SEALED - {place.partition(": ")[2] for places in found.values() for place in places} == set()


def test_every_column_of_bytes_says_what_it_holds() -> None:
    """A new one that is sealed needs a planted word, or the test above fails."""
    lists = (
        columns.INDEXES, columns.DIGESTS, columns.PROOFS, columns.PUBLIC, columns.KEYS, columns.TO_PEOPLE, columns.SEALED
    )  # fmt: skip
    named = [name for one in lists for name in one]
    assert sorted(named) == sorted(columns.of_bytes())


@pytest.mark.plan("D35")
def test_once_they_have_the_rows_give_up_no_sealed_word(
    desk: Desk, parts: wiring.Parts, disk: Disk, record_property: Callable[[str, object], None]
) -> None:
    holders = world.people(desk, parts)
    keys.begin(parts)
    world.build(desk, holders)
    beside.wish_for_lessons(desk, holders["protection"][0])
    world.leave_unread(desk)
    thief = Thief([DeskKeys.read(parts.settings.key_file)], parts.response.compartments)
    thief.take(live_rows(disk.url))
    assert set(thief.reads(world.CANARIES)) == EXCEPTIONS
    record_property("trials", thief.tried)
    assert thief.tried > 1_600


@pytest.mark.plan("D35")
def test_a_sealed_installation_gives_up_no_sealed_word_from_any_page_old_or_new(
    desk: Desk, parts: wiring.Parts, disk: Disk, record_property: Callable[[str, object], None]
) -> None:
    """On SQLite at once. On PostgreSQL from the day on that the desk key's generation of that time is destroyed."""
    holders = world.people(desk, parts)
    keys.begin(parts)
    world.build(desk, holders)
    if not disk.sqlite:
        assert set(disk.thief().reads(world.SEALED)) > {"machine", "person", "entered"}  # dead rows and WAL have them
        keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    world.leave_unread(desk)
    thief = disk.thief()
    assert set(thief.reads(world.CANARIES)) == EXCEPTIONS
    record_property("trials", thief.tried)


def test_what_was_sensitive_before_there_were_keys_is_out_of_reach_too(
    desk: Desk, parts: wiring.Parts, disk: Disk
) -> None:
    """What waits for a screener only is opened; the older generation is destroyed."""
    holders = world.people(desk, parts)
    world.build(desk, holders)
    keys.begin(parts)
    keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    assert set(disk.thief().reads(world.CANARIES)) == EXCEPTIONS - {"unread"}


def test_a_key_file_that_was_copied_before_its_renewal_opens_nothing_that_was_sealed_since(
    desk: Desk, parts: wiring.Parts, disk: Disk
) -> None:
    """The thief copied the key file once and comes back for the disk; on PostgreSQL what is dead must be vacuumed too."""
    saved = DeskKeys.read(parts.settings.key_file)
    holders = world.people(desk, parts)
    keys.begin(parts)
    keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    world.build(desk, holders)
    thief = disk.thief()
    thief.key_files = [saved]
    assert set(thief.reads(world.CANARIES)) == beside.STAFF


def test_what_was_forgotten_is_nowhere_any_more(desk: Desk, parts: wiring.Parts, disk: Disk) -> None:
    holders = world.people(desk, parts)
    keys.begin(parts)
    built = world.build(desk, holders)
    assert "forgotten" in disk.thief().reads(world.CANARIES)
    world.forget(desk, built.forgotten)
    if not disk.sqlite:
        keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    assert "forgotten" not in disk.thief().reads(world.CANARIES)


@pytest.mark.plan("D39", trials=FORGOTTEN)
@pytest.mark.parametrize("batch", range(trials(default=1, release=10)))
def test_of_many_forgotten_tickets_no_file_and_no_page_gives_up_a_word_of_any_part(
    desk: Desk, parts: wiring.Parts, disk: Disk, client: TestClient, batch: int
) -> None:
    """D39: words, raw request, note, answer, title, what the machine quoted, a text that was joined, sound."""
    lead = desk.staff(Role.COORDINATOR)
    tickets = [forgettable.build(desk, lead, 100 * batch + number) for number in range(1 + FORGOTTEN)]
    gone, kept = tickets[: len(tickets) - 1], tickets[-1]
    words = {f"{part} {ticket.id}": word for ticket in tickets for part, word in forgettable.words_of(ticket).items()}
    assert set(disk.thief().reads(words)) == set(words)
    for ticket in gone:
        forgettable.erase(desk, lead, ticket.ticket)
    if not disk.sqlite:
        keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    left = {f"{part} {kept.id}" for part in forgettable.words_of(kept)}
    assert set(disk.thief().reads(words)) == left
    desk.enter(client, lead)
    said = [client.post("/inbox", data={"q": word.split("-")[0]}).text for word in words.values()]
    said += [client.get(url).text for url in ("/inbox?list=closed", "/requests", "/figures", "/breaches")]
    assert [word for name, word in words.items() if name not in left and any(word in page for page in said)] == []


def test_a_part_that_was_taken_out_is_nowhere_any_more_and_the_rest_still_is(
    desk: Desk, parts: wiring.Parts, disk: Disk
) -> None:
    """The rest lies under a fresh key; what older rows hold of the part opens with nothing that is left."""
    lead = desk.staff(Role.COORDINATOR)
    built = forgettable.build(desk, lead, 0)
    words = forgettable.words_of(built)
    assert set(disk.thief().reads(words)) == set(words)
    forgettable.take_out(desk, lead, built.ticket, "message", "note")
    if not disk.sqlite:
        keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    assert set(disk.thief().reads(words)) == {"reply", "title", "sound"}


def test_a_backup_made_while_a_text_was_still_open_is_closed_by_the_next_renewal(
    desk: Desk, parts: wiring.Parts, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup holds what its moment held: it opens with the desk key of that generation, and with no later one."""
    holders = world.people(desk, parts)
    world.build(desk, holders)
    postgres_dump.within_reach(monkeypatch)
    made = backup.make(parts.settings, tmp_path / "backups")
    keys.begin(parts)
    taken = list(_backup_rows(made))
    before = Thief([DeskKeys.read(parts.settings.key_file)], parts.response.compartments)
    before.take(taken)
    assert {"machine", "person", "open"} <= set(before.reads(world.CANARIES))
    keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    after = Thief([DeskKeys.read(parts.settings.key_file)], parts.response.compartments)
    after.take(taken)
    assert set(after.reads(world.CANARIES)) == beside.STAFF


def test_neither_number_nor_word_of_a_sealed_ticket_can_be_guessed_from_the_files(
    desk: Desk, parts: wiring.Parts, disk: Disk
) -> None:
    """Whoever has the key file can try numbers and words against the desk's indexes: those of open tickets, and of the
    hot list, only. On PostgreSQL dead rows tell what a ticket had before it was sealed, until the next renewal."""
    holders = world.people(desk, parts)
    keys.begin(parts)
    world.build(desk, holders)
    if not disk.sqlite:
        assert world.NUMBERS["person"] in disk.thief().guesses(world.NUMBERS.values(), disk.files())
        assert disk.thief().guesses_words(["guard"], disk.files()) == {"guard"}
        keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    assert set(disk.thief().guesses(world.NUMBERS.values(), disk.files())) == {
        world.NUMBERS["open"],
        world.NUMBERS["stop"],
    }
    assert disk.thief().guesses_words(["guard", "husband", "someone", "water"], disk.files()) == {"water"}


def _see_the_new_key(parts: wiring.Parts) -> Callable[[float], None]:
    """Instead of waiting: let the vault look at its file now."""

    def look(_seconds: float) -> None:
        parts.vault._read_at = float("-inf")

    return look


def _backup_rows(made: backup.Made) -> Iterator[Carved]:
    """The rows in a backup; one of PostgreSQL is unpacked first."""
    file = made.folder / made.file
    return live_rows(f"sqlite:///{file}") if file.suffix == ".db" else postgres_dump.rows(file)
