"""The shell of the offline app: small on the wire, the same for everyone, ours alone, in every language."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

from feedback import responses
from feedback.web import render, tablet
from feedback.web.tablet_words import WORDS

RESPONSE = responses.load("coxs_bazar")
SHELL = tablet.make_shell(RESPONSE)
SCRIPTS = {path.name: path.read_text() for path in (render.STATIC / "tablet").glob("*.js")}
MOST_ON_THE_WIRE = 150_000
MOST_AT_ONCE = 60_000


def _on_the_wire(client: TestClient, path: str) -> int:
    with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
        assert answer.status_code == 200
        return sum(len(piece) for piece in answer.iter_raw())


def test_the_whole_app_with_letters_for_bangla_and_burmese_is_small_on_the_wire(client: TestClient) -> None:
    at_once = sum(_on_the_wire(client, path) for path in [*SHELL.at_once, "/tablet/worker.js"])
    later = sum(_on_the_wire(client, path) for path in SHELL.later)
    assert at_once <= MOST_AT_ONCE
    assert at_once + later <= MOST_ON_THE_WIRE


def test_the_shell_is_the_same_bytes_for_everyone(client: TestClient, desk) -> None:
    before = [client.get(path).content for path in SHELL.at_once]
    desk.enter(client, desk.staff())
    assert [client.get(path).content for path in SHELL.at_once] == before


def test_the_version_changes_with_what_the_shell_is_made_of(monkeypatch) -> None:
    monkeypatch.setitem(WORDS, "save", "Keep")
    assert tablet.make_shell(RESPONSE).version != SHELL.version


def test_a_file_of_another_version_is_not_there(client: TestClient) -> None:
    assert client.get("/tablet/000000000000/app.js").status_code == 404
    assert client.get(f"/tablet/{SHELL.version}/worker.js").status_code == 404
    assert client.get(f"/tablet/{SHELL.version}/..%2Fdesk.js").status_code == 404


def test_the_worker_lists_what_it_keeps_and_no_other_address(client: TestClient) -> None:
    script = client.get("/tablet/worker.js").text
    listed = json.loads(re.search(r"const SHELL = (.*);", script)[1])
    assert listed == SHELL.at_once
    assert all(path.startswith("/tablet/") for path in listed)
    assert "cache.put(path" in script


def test_only_the_app_may_have_a_worker_and_a_microphone(client: TestClient) -> None:
    app, door = client.get("/tablet/").headers, client.get("/sign-in").headers
    assert "worker-src 'self'; manifest-src 'self'" in app["content-security-policy"]
    assert "microphone=(self)" in app["permissions-policy"]
    assert "worker-src" not in door["content-security-policy"]
    assert "microphone=()" in door["permissions-policy"]


def test_the_manifest_makes_it_an_app(client: TestClient) -> None:
    said = client.get("/tablet/manifest.webmanifest").json()
    assert (said["start_url"], said["scope"], said["display"]) == ("/tablet/", "/tablet/", "standalone")
    for icon in said["icons"]:
        assert client.get(icon["src"]).headers["content-type"] == "image/png"


def test_who_signs_in_from_the_app_comes_back_to_it(client: TestClient) -> None:
    answer = client.get("/tablet/sign-in")
    assert answer.headers["location"] == "/sign-in"
    assert answer.cookies["__Host-onward"] == "tablet"


def test_every_word_of_the_scripts_is_there_and_every_word_there_is_used() -> None:
    code = "\n".join(SCRIPTS.values())
    quoted = set(re.findall(r'"([a-z0-9_-]+)"', code))
    made = {f"{name}_{part}" for name in ("say", "ask_not", "health") for part in ("title", "text")}
    made |= {f"report_{name}" for name in quoted} | {f"wg_{name}" for name in quoted}
    called = set(re.findall(r'\bt\("([a-z0-9_]+)"', code))
    assert called <= set(WORDS)
    assert set(WORDS) <= quoted | made


@pytest.mark.parametrize("language", ["bn", "my"])
def test_every_word_is_translated_with_the_same_gaps(language: str) -> None:
    with (render.LOCALE / f"{language}.po").open("rb") as source:
        have = {message.id: message.string for message in read_po(source, locale=language)}
    for english in WORDS.values():
        assert have.get(english), english
        assert sorted(re.findall(r"\{\w+\}", have[english])) == sorted(re.findall(r"\{\w+\}", english))


def test_every_pictogram_that_is_shown_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', SHELL.page.decode()))
    named = set(re.findall(r'(?:icon: |pictogram\()"([a-z-]+)"', "\n".join(SCRIPTS.values())))
    assert named | set(tablet.PICTOGRAMS.values()) | {"circle-help"} <= sprite


def test_restricted_sectors_are_no_picture_to_press(client: TestClient) -> None:
    codes = {sector["code"] for sector in tablet.words(RESPONSE)["sectors"]}
    assert not codes & {"gbv", "child_protection", "conduct"}


def test_no_script_writes_markup_evaluates_or_keeps_words_elsewhere() -> None:
    for name, code in SCRIPTS.items():
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "eval(",
            "localStorage",
            "sessionStorage",
            "http:",
            "https:",
        ):
            assert forbidden not in code.replace("http://www.w3.org/2000/svg", ""), (name, forbidden)


def test_packed_and_plain_are_the_same(client: TestClient) -> None:
    with client.stream("GET", "/tablet/", headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert gzip.decompress(packed) == SHELL.page
