"""Where we fetch from: our own account's objects and nothing else, however an address is dressed up (D50, I34)."""

from __future__ import annotations

import pytest

from channels.contract import Media, SendFailed
from channels.twilio_account import TwilioAccount
from tests.channels.twilio_wire import ACCOUNT, MESSAGE, RECORDING, TOKEN, Api, serving

SOUND, PICTURE = f"Recordings/{RECORDING}.wav", f"Messages/{MESSAGE}/Media/ME" + "d" * 32
HOST, ACC = "api.twilio.com", f"2010-04-01/Accounts/{ACCOUNT}"
TRICKS = (
    f"http://{HOST}/{ACC}/{SOUND}", f"//{HOST}/{ACC}/{SOUND}", f"ftp://{HOST}/{ACC}/{SOUND}", "file:///etc/passwd",
    f"https://{HOST}@evil.example/{ACC}/{SOUND}", f"https://user:pw@{HOST}/{ACC}/{SOUND}",
    f"https://{HOST}.evil.example/{ACC}/{SOUND}", f"https://evil.example/{HOST}/{ACC}/{SOUND}",
    f"https://{HOST}:8443/{ACC}/{SOUND}", f"https://{HOST}:443/{ACC}/{SOUND}", f"https://{HOST}%00.evil.example/{ACC}/{SOUND}",
    f"https://{HOST}\\@evil.example/{ACC}/{SOUND}", f"https://{HOST}#@evil.example/{ACC}/{SOUND}",
    f"https://{HOST}/{ACC}/../{ACC}/{SOUND}", f"https://{HOST}/{ACC}/%2e%2e/{SOUND}", f"https://{HOST}/{ACC}//{SOUND}",
    f"https://{HOST}/{ACC}/{SOUND}?x=1", f"https://{HOST}/{ACC}/{SOUND}#x", f"https://{HOST}/{ACC}/{SOUND}/",
    f"https://{HOST}/{ACC}/{SOUND}\r\nX: y", f" https://{HOST}/{ACC}/{SOUND}", f"https://{HOST}/{ACC}/{SOUND} ",
    f"https://{HOST}/2010-04-01/Accounts/AC{'f' * 32}/{SOUND}", f"https://{HOST}/2008-08-01/Accounts/{ACCOUNT}/{SOUND}",
    f"https://{HOST}/{ACC}.json", f"https://{HOST}/{ACC}/Messages.json", f"https://{HOST}/{ACC}/Recordings/RE{'c' * 31}.wav",
    f"https://{HOST}/{ACC}/Recordings/RE{'C' * 32}.wav", f"https://{HOST}/{ACC}/Recordings/{RECORDING}.mp3",
    f"https://{HOST}/{ACC}/Recordings/{RECORDING}", f"https://{HOST}/{ACC}/{PICTURE}/..", f"https://{HOST}/{ACC}/{PICTURE}.json",
    f"HTTPS://{HOST}/{ACC}/{SOUND}", f"https://API.TWILIO.COM/{ACC}/{SOUND}", f"https://127.0.0.1/{ACC}/{SOUND}",
    f"https://[::1]/{ACC}/{SOUND}", f"https://169.254.169.254/{ACC}/{SOUND}", f"https://2130706433/{ACC}/{SOUND}",
    f"https://localhost/{ACC}/{SOUND}", "javascript:alert(1)", "", "data:audio/wav;base64,UklGRg==", f"https://аpi.twilio.com/{ACC}/{SOUND}",
)  # fmt: skip
LEADS = (
    "https://evil.example/x", "http://media.twiliocdn.com/x", "https://media.twiliocdn.com.evil.example/x",
    "https://media.twiliocdn.com@evil.example/x", "https://media.twiliocdn.com:444/x", "file:///etc/passwd", "/x", "",
    "https://169.254.169.254/latest/meta-data", "//evil.example/x",
)  # fmt: skip


@pytest.mark.plan("D50")
@pytest.mark.parametrize("url", TRICKS)
def test_an_address_that_is_not_an_object_of_our_account_is_never_asked(url: str) -> None:
    account = TwilioAccount(account_sid=ACCOUNT, auth_tokens=(TOKEN,))
    with pytest.raises(SendFailed, match="not a place that we fetch from") as refused:
        account.fetch(Media("RE1", url, "audio/wav"))
    assert not refused.value.retry


@pytest.mark.plan("D50")
@pytest.mark.parametrize("there", LEADS)
def test_a_redirect_elsewhere_is_not_followed(there: str) -> None:
    with serving() as api:
        api.will_answer(307, b"", location=there)
        account = TwilioAccount(account_sid=ACCOUNT, auth_tokens=(TOKEN,), api_base=api.base)
        with pytest.raises(SendFailed, match="not a place that we fetch from"):
            account.fetch(Media("ME1", f"{account.root}/{PICTURE}", "image/jpeg"))
        assert len(api.asked) == 1


def test_an_object_of_our_account_is_fetched_so_that_the_refusals_above_mean_something() -> None:
    with serving() as api:
        api.will_answer(200, b"RIFF")
        account = TwilioAccount(account_sid=ACCOUNT, auth_tokens=(TOKEN,), api_base=api.base)
        assert b"".join(account.fetch(Media("RE1", f"{account.root}/{SOUND}", "audio/wav"))) == b"RIFF"
        _only(api)


def _only(api: Api) -> None:
    (asked,) = api.asked
    assert asked.path.endswith(SOUND)
