"""Index rows follow the newest index keys; what stands right, or is sealed, is left alone."""

from __future__ import annotations

from feedback import wiring
from feedback.desk import callbacks, reindexing
from feedback.models.call import CallBack
from feedback.models.contact import Contact
from feedback.models.ticket import Term
from feedback.seal.keyfile import DeskKeys
from feedback.seal.vault import Vault
from tests import factories
from tests.factories import Desk


def _renewed(desk: Desk, parts: wiring.Parts) -> Vault:
    """The keys of this desk as after a renewal, in this process alone."""
    keys = parts.vault._keys
    other = parts.settings.key_file.with_name("other.keys")
    fresh = DeskKeys.read(other) if other.exists() else DeskKeys.create(other)
    indexes = {**keys.indexes, 2: fresh.indexes[1]}
    generations = {**keys.generations, 2: fresh.generations[1]}
    return Vault(DeskKeys(generations, keys.address, keys.search, keys.staff, keys.tablet, indexes))


def test_words_numbers_and_wishes_follow_and_a_second_round_changes_nothing(desk: Desk, parts: wiring.Parts) -> None:
    sender, rings = factories.phone(), factories.phone()
    desk.ticket("the tapstand is dry", address=sender)
    desk.do(callbacks.ask, adapter="twilio-voice", address=rings, call="CA1")
    fresh = _renewed(desk, parts)

    def round_() -> tuple[object, ...]:
        for one in reindexing.ROUNDS:
            after: int | None = 0
            while after is not None:
                with desk.at() as session:
                    session.info["vault"] = fresh
                    after = one(session, after, limit=1)  # type: ignore[call-arg]
        return (
            {row.hmac64 for row in desk.rows(Term)},
            desk.rows(Contact)[0].address_index,
            desk.rows(CallBack)[0].address_index,
        )

    first = round_()
    assert first == (
        {fresh.term_index(word) for word in ("the", "tapstand", "is", "dry")},
        fresh.address_index(None, sender),
        fresh.address_index(callbacks.WALL, rings),
    )
    assert round_() == first


def test_a_wish_under_the_older_key_is_counted_on(desk: Desk, parts: wiring.Parts) -> None:
    rings = factories.phone()
    desk.do(callbacks.ask, adapter="twilio-voice", address=rings, call="CA1")
    with desk.at() as session:
        session.info["vault"] = _renewed(desk, parts)
        callbacks.ask(session, adapter="twilio-voice", address=rings, call="CA2")
    (row,) = desk.rows(CallBack)
    assert row.times == 2
