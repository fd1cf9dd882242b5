"""The code of conduct of a response: whole in every language of the desk, or refused."""

from __future__ import annotations

import re

import pytest

from feedback.responses import BadResponse, load
from tests.feedback.responses.conftest import OurOwn


def test_the_shipped_one_says_what_it_has_to_in_every_language_of_the_desk() -> None:
    response = load("coxs_bazar")
    spoken = {one.code for one in response.languages.values() if one.interface}
    assert spoken == {"en", "bn", "my"}
    for point in response.code_of_conduct.points:
        assert spoken <= set(point.title) & set(point.text)
        assert len({point.text[language] for language in spoken}) == 3
    said = " ".join(point.text["en"] for point in response.code_of_conduct.points)
    for must in (
        "photo of the screen",
        "Do not promise",
        "Do not question further",
        "sex",
        "child",
        "must be reported",
    ):
        assert must in said


def test_each_text_is_in_its_own_letters() -> None:
    for point in load("coxs_bazar").code_of_conduct.points:
        assert not re.search(r"[\u1000-\u109f]", point.title["bn"] + point.text["bn"])
        assert not re.search(r"[\u0980-\u09ff]", point.title["my"] + point.text["my"])


@pytest.mark.parametrize(
    ("stands", "slip", "says"),
    [
        ("version = 1", "version = 0", r"code_of_conduct.toml: version: must be a number from 1 on"),
        ("version = 1", "version = true", r"code_of_conduct.toml: version: must be a number from 1 on"),
        ("version = 1", 'version = "1"', r"code_of_conduct.toml: version: must be a number"),
        ("bn = ", "xx = ", r"code_of_conduct.toml: point\[\d+\].(title|text): is missing in bn"),
        ("version = 1", "version = 1\nvorsion = 2", r"code_of_conduct.toml: vorsion: is not a key that belongs here"),
    ],
)
def test_a_slip_of_the_hand_is_refused(ours: OurOwn, stands: str, slip: str, says: str) -> None:
    ours.edit("code_of_conduct", stands, slip)
    with pytest.raises(BadResponse, match=says):
        ours.load()


def test_one_without_points_is_refused(ours: OurOwn) -> None:
    (ours.folder / "1" / "code_of_conduct.toml").write_text("version = 3\npoint = []\n", encoding="utf-8")
    with pytest.raises(BadResponse, match=r"code_of_conduct.toml: point: is empty"):
        ours.load()
