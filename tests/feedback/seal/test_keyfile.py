"""The key file: made once, for its owner's eyes, and refused with a reason when anything is wrong."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest

from feedback.seal.keyfile import BadKeyFile, DeskKeys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "var" / "desk.keys"
    DeskKeys.create(path)
    return path


def _rewrite(path: Path, text: str, mode: int = 0o400) -> None:
    path.chmod(0o600)
    path.write_text(text, encoding="ascii")
    path.chmod(mode)


def test_a_new_key_file_is_readable_by_its_owner_alone(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_each_purpose_has_a_key_of_its_own(path: Path) -> None:
    keys = DeskKeys.read(path)
    every = [*keys.generations.values(), keys.address, keys.search, keys.staff]
    assert len(set(every)) == 4
    assert {len(key) for key in every} == {32}


def test_two_installations_share_no_key(path: Path, tmp_path: Path) -> None:
    other = DeskKeys.create(tmp_path / "other.keys")
    assert DeskKeys.read(path).generations[1] != other.generations[1]


def test_a_key_file_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(BadKeyFile, match="exists already"):
        DeskKeys.create(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o644, 0o410, 0o401])
def test_a_key_file_that_others_may_touch_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(BadKeyFile, match="0400"):
        DeskKeys.read(path)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadKeyFile, match=r"desk\.keys does not exist"):
        DeskKeys.read(tmp_path / "desk.keys")


SHORT = base64.b64encode(b"too short").decode()


@pytest.mark.parametrize(
    "damage",
    [
        lambda keys: "not json",
        lambda keys: "[]",
        lambda keys: json.dumps({name: key for name, key in keys.items() if name != "search"}),
        lambda keys: json.dumps({**keys, "address": SHORT}),
        lambda keys: json.dumps({**keys, "staff": "no base64 at all!"}),
        lambda keys: json.dumps({**keys, "staff": 7}),
        lambda keys: json.dumps({**keys, "desk": {"first": keys["staff"]}}),
        lambda keys: json.dumps({**keys, "desk": {}}),
        lambda keys: json.dumps({**keys, "desk": []}),
    ],
    ids=["text", "list", "missing", "short", "not base64", "number", "no generation", "no desk key", "desk list"],
)
def test_a_damaged_key_file_is_refused_without_showing_a_key(path: Path, damage: object) -> None:
    keys = json.loads(path.read_text(encoding="ascii"))
    _rewrite(path, damage(keys))  # type: ignore[operator]
    with pytest.raises(BadKeyFile) as refusal:
        DeskKeys.read(path)
    assert str(refusal.value) == "desk.keys is not a key file of the desk"


def test_the_newest_generation_is_the_one_that_wraps(path: Path) -> None:
    keys = json.loads(path.read_text(encoding="ascii"))
    keys["desk"] = {"2": keys["staff"], "10": keys["search"], "1": keys["address"]}
    _rewrite(path, json.dumps(keys))
    assert DeskKeys.read(path).current == 10


def test_keys_never_show_in_a_message(path: Path) -> None:
    keys = DeskKeys.read(path)
    assert keys.search.hex() not in repr(keys)
    assert repr(keys.search) not in repr(keys)
