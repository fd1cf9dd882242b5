"""The page and the phone's door: who may use them, and what a newcomer finds there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pyotp
import pytest

from channels.sandbox.config import SandboxConfig
from tests.channels.sandbox.conftest import ACCOUNT, ANNA, OURS, PUBLIC, TOKEN, House, open_house

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "channels/sandbox/static"


def test_the_page_runs_nothing_that_does_not_come_from_itself(house: House) -> None:
    page = httpx2.get(house.url + "/")

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in page.text
    assert "onclick" not in page.text
    assert page.text.count("<script") == page.text.count("<script src=")
    for name in ("phone.css", "phone.js", "calling.js", "sound.js", "icon.svg"):
        assert f"/static/{name}" in page.text
        assert httpx2.get(f"{house.url}/static/{name}").status_code == 200


def test_another_host_name_is_refused(house: House) -> None:
    assert httpx2.get(house.url + "/", headers={"host": "rebound.example"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/json", "sec-fetch-site": "cross-site"},
        {"content-type": "application/json", "sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_cannot_send_from_the_phone(house: House, headers: dict[str, str]) -> None:
    body = json.dumps({"number": ANNA, "body": "hello"})

    refused = httpx2.post(f"{house.url}/phone/text", content=body, headers=headers)

    assert refused.status_code in {403, 415}
    assert house.desk.heard == []


@pytest.mark.parametrize("body", [{"number": "12", "body": "x"}, {"number": ANNA, "body": ""}, {"number": ANNA}, []])
def test_what_is_asked_wrongly_is_refused_without_repeating_it(house: House, body: object) -> None:
    refused = httpx2.post(f"{house.url}/phone/text", json=body)

    assert refused.status_code == 422
    assert ANNA not in refused.text


def test_a_newcomer_finds_the_desk_the_phones_samples_and_accounts(tmp_path: Path) -> None:
    secret = pyotp.random_base32()
    accounts = tmp_path / "accounts.json"
    row = {"role": "Volunteer", "name": "volunteer", "password": "river", "does": "Collects.", "totp_secret": secret}
    accounts.write_text(json.dumps([row]), encoding="utf-8")

    with open_house(accounts_file=str(accounts), desk_url="http://127.0.0.1:8000") as house:
        found = httpx2.get(house.url + "/phone/start").json()

    assert found["desk_url"] == "http://127.0.0.1:8000"
    assert found["sender"] == OURS
    assert {group["code"] for group in found["samples"]} == {"en", "bn", "bn-Latn", "rhg-Latn", "my"}
    assert all(len(group["samples"]) == 4 for group in found["samples"])
    (account,) = found["accounts"]
    assert pyotp.TOTP(secret).verify(account.pop("code"), valid_window=1)
    assert account == {"role": "Volunteer", "name": "volunteer", "password": "river", "does": "Collects."}


def test_an_accounts_file_that_cannot_be_read_leaves_the_page_usable(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text("[{", encoding="utf-8")

    with open_house(accounts_file=str(tmp_path / "accounts.json")) as house:
        assert httpx2.get(house.url + "/phone/start").json()["accounts"] == []


def test_the_page_is_told_only_what_is_newer_than_what_it_has(house: House) -> None:
    house.phone.text(ANNA, "hello")

    def ask(seen: int) -> httpx2.Response:
        return httpx2.post(f"{house.url}/phone/state", json={"numbers": [ANNA], "seen": seen})

    first = ask(-1).json()
    assert [text["body"] for text in first["phones"][0]["thread"]] == ["hello"]
    assert ask(first["version"]).status_code == 204
    house.phone.switch_off(ANNA)
    assert ask(first["version"]).json()["phones"][0]["off"] == 30003


def test_settings_come_from_the_environment_and_a_missing_one_is_named() -> None:
    env = {"SANDBOX_ACCOUNT_SID": ACCOUNT, "SANDBOX_AUTH_TOKEN": TOKEN, "SANDBOX_PUBLIC_URL": PUBLIC + "/"}

    config = SandboxConfig.from_env({**env, "SANDBOX_PORT": "9001"})

    assert (config.signed_base, config.carrier_base) == (PUBLIC, "http://127.0.0.1:9001")
    assert TOKEN not in repr(config)
    with pytest.raises(ValueError, match="SANDBOX_AUTH_TOKEN"):
        SandboxConfig.from_env({"SANDBOX_ACCOUNT_SID": ACCOUNT})
    with pytest.raises(ValueError, match="SANDBOX_PORT"):
        SandboxConfig.from_env({**env, "SANDBOX_PORT": "many"})


def test_the_command_says_what_is_missing_instead_of_starting() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}

    ran = subprocess.run(
        [sys.executable, "-m", "channels.sandbox"], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 2
    assert ran.stderr == "SANDBOX_ACCOUNT_SID is not set.\n"
