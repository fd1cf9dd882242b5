"""The vault: each ticket has its own key, wrapped for the desk and bound to the ticket."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from feedback.seal import box
from feedback.seal.keyfile import DeskKeys
from feedback.seal.vault import Vault


@pytest.fixture
def keys(key_file: Path) -> DeskKeys:
    return DeskKeys.read(key_file)


@pytest.fixture
def vault(keys: DeskKeys) -> Vault:
    return Vault(keys)


def _unwrap(vault: Vault, ticket_id: int, row: dict[str, object]) -> bytes:
    return vault.unwrap(ticket_id, row["generation"], row["wrapped"])  # type: ignore[arg-type]


def test_a_ticket_gets_its_own_key_again(vault: Vault) -> None:
    key, row = vault.new_key(11)
    assert _unwrap(vault, 11, row) == key
    assert key not in row["wrapped"]  # type: ignore[operator]


def test_no_two_tickets_share_a_key(vault: Vault) -> None:
    assert len({vault.new_key(11)[0] for _ in range(50)}) == 50


def test_a_key_that_was_moved_to_another_ticket_opens_nothing(vault: Vault) -> None:
    _, row = vault.new_key(11)
    with pytest.raises(box.BadSeal):
        _unwrap(vault, 12, row)


def test_a_changed_key_row_opens_nothing(vault: Vault) -> None:
    _, row = vault.new_key(11)
    row["wrapped"] = bytes(row["wrapped"])[:-1] + b"x"  # type: ignore[call-overload]
    with pytest.raises(box.BadSeal):
        _unwrap(vault, 11, row)


def test_new_keys_are_wrapped_under_the_newest_generation_and_old_rows_still_open(keys: DeskKeys) -> None:
    old_key, old_row = Vault(keys).new_key(11)
    rotated = Vault(replace(keys, generations={**keys.generations, 2: os.urandom(32)}))
    new_key, new_row = rotated.new_key(12)
    assert (old_row["generation"], new_row["generation"]) == (1, 2)
    assert _unwrap(rotated, 11, old_row) == old_key
    assert _unwrap(rotated, 12, new_row) == new_key


def test_a_destroyed_generation_opens_nothing(keys: DeskKeys) -> None:
    _, row = Vault(keys).new_key(11)
    rotated = Vault(replace(keys, generations={2: os.urandom(32)}))
    with pytest.raises(box.BadSeal):
        _unwrap(rotated, 11, row)


def test_the_open_is_a_room_of_its_own_and_so_are_the_silent_numbers(vault: Vault) -> None:
    number = "+8801712345678"
    rooms = {vault.address_index(None, number), vault.address_index("gbv", number), vault.silent_index(number)}
    assert len(rooms) == 3


def test_a_secret_of_staff_can_not_be_given_to_a_colleague(vault: Vault) -> None:
    sealed = vault.seal_secret(1, b"SEED")
    assert vault.unseal_secret(1, sealed) == b"SEED"
    with pytest.raises(box.BadSeal):
        vault.unseal_secret(2, sealed)
