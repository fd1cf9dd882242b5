"""Sealing for the desk: opened by its key alone, for the form it was sealed for, whole or not at all."""

from __future__ import annotations

import json
import random
import stat
from pathlib import Path

import pytest

from feedback.seal import outbox
from feedback.seal.box import BadSeal
from feedback.seal.keyfile import DeskKeys
from feedback.seal.vault import Vault

FORM = json.dumps({"text": "তিন দিন পানি নেই"}).encode()


def test_the_desk_reads_what_was_sealed_to_it() -> None:
    private = outbox.new_private()
    sealed = outbox.seal_form(outbox.public_of(private), FORM, key="K" * 20)
    assert outbox.open_form(private, sealed, key="K" * 20) == FORM


def test_sealing_twice_gives_other_bytes() -> None:
    public = outbox.public_of(outbox.new_private())
    assert len({outbox.seal_form(public, FORM, key="K" * 20) for _ in range(5)}) == 5


@pytest.mark.parametrize("fault", ["another key", "another form", "cut", "empty", "longer"])
def test_anything_else_is_refused(fault: str) -> None:
    private = outbox.new_private()
    sealed = outbox.seal_form(outbox.public_of(private), FORM, key="K" * 20)
    tried = {
        "another key": (outbox.new_private(), sealed, "K" * 20),
        "another form": (private, sealed, "L" * 20),
        "cut": (private, sealed[:-1], "K" * 20),
        "empty": (private, b"", "K" * 20),
        "longer": (private, sealed + b"\0", "K" * 20),
    }[fault]
    with pytest.raises(BadSeal):
        outbox.open_form(tried[0], tried[1], key=tried[2])


def test_no_bit_can_be_flipped() -> None:
    private = outbox.new_private()
    sealed = outbox.seal_form(outbox.public_of(private), FORM, key="K" * 20)
    for bit in random.Random(4).sample(range(len(sealed) * 8), 200):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadSeal):
            outbox.open_form(private, bytes(changed), key="K" * 20)


def test_a_key_file_from_before_tablets_is_read_and_gets_a_key(tmp_path: Path) -> None:
    path = tmp_path / "desk.keys"
    DeskKeys.create(path)
    content = json.loads(path.read_text())
    del content["tablet"]
    path.chmod(0o600)
    path.write_text(json.dumps(content))
    path.chmod(0o400)
    before = DeskKeys.read(path)
    assert Vault(before).tablet_key() is None
    after = DeskKeys.renew_tablet(path)
    assert (after.generations, after.address, after.search, after.staff) == (
        before.generations, before.address, before.search, before.staff,
    )  # fmt: skip
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert list(tmp_path.iterdir()) == [path]


def test_a_fresh_key_is_used_at_once_and_the_old_one_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "desk.keys"
    old = Vault(DeskKeys.create(path)).tablet_key()
    vault = Vault(DeskKeys.renew_tablet(path))
    new = vault.tablet_key()
    assert old is not None
    assert new is not None
    assert old[0] != new[0]
    for name, public in (old, new):
        assert vault.open_form(name, outbox.seal_form(public, FORM, key="K" * 20), key="K" * 20) == FORM


def test_a_form_that_names_a_key_of_nobody_is_refused(tmp_path: Path) -> None:
    vault = Vault(DeskKeys.create(tmp_path / "desk.keys"))
    _, public = vault.tablet_key() or ("", b"")
    with pytest.raises(BadSeal):
        vault.open_form("0" * 16, outbox.seal_form(public, FORM, key="K" * 20), key="K" * 20)
