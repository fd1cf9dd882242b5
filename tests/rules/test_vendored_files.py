"""What browsers load is what was vendored: each file stands in vendor.json with its digest, version and licence."""

from __future__ import annotations

import hashlib
import json

import pytest

from feedback.web.render import STATIC

VENDOR = STATIC / "vendor"
LISTED = json.loads((VENDOR / "vendor.json").read_text())
LICENCES = {"0BSD", "OFL-1.1", "MIT", "BSD-2-Clause", "ISC"}


@pytest.mark.parametrize("one", LISTED, ids=lambda one: one["file"])
def test_a_vendored_file_is_the_one_that_was_reviewed(one):
    assert hashlib.sha256((VENDOR / one["file"]).read_bytes()).hexdigest() == one["sha256"]


def test_nothing_is_vendored_unlisted_and_nothing_is_listed_twice():
    files = sorted(path.name for path in VENDOR.iterdir() if path.name != "vendor.json")
    assert sorted(one["file"] for one in LISTED) == files


@pytest.mark.parametrize("one", LISTED, ids=lambda one: one["file"])
def test_a_vendored_file_says_where_it_comes_from(one):
    assert set(one) == {"name", "version", "licence", "file", "sha256"}
    assert one["licence"] in LICENCES
    assert one["version"][0].isdigit()
