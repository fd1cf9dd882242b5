"""The player of recordings answers to keys in Chromium: while one reads, and with Alt while one types."""

from __future__ import annotations

import io
import wave
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from channels.contract import ChannelName, Media
from feedback.desk import recordings, screening
from feedback.models.message import Recording
from feedback.models.ticket import Ticket
from tests import factories
from tests.browser.conftest import visit
from tests.browser.tablets import until

SECONDS = 60  # a slow machine does not come to the end of it
PLAYING = "!document.querySelector('[data-player]').paused"
AT = "document.querySelector('[data-player]').currentTime"


@pytest.fixture
def recording(house) -> Recording:
    """A minute of sound, with a screener; not yet decided."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * SECONDS))
    media = Media(f"RE{datetime.now(UTC).timestamp()}", "https://api.test/x", "audio/wav", SECONDS)
    (ticket_id,) = house.desk.hear(
        factories.inbound("", adapter="twilio-voice", channel=ChannelName.HOTLINE, recording=media, language="rhg")
    )
    with house.desk.at() as session:
        wanted = next(one for one in recordings.claim(session) if one.ticket_id == ticket_id)
        recordings.store(session, wanted, list(recordings.sealed_chunks(wanted, iter([sound.getvalue()]))))
    return house.desk.rows(Recording, Recording.ticket_id == ticket_id)[0]


def at(page: Page) -> float:
    return float(page.evaluate(AT))


def plays_and_pauses(page: Page, key: str) -> None:
    """It has played when this ends, and stands still: where the arrows lead to can be told to the tenth of a second."""
    page.keyboard.press(key)
    until(page, f"{PLAYING} && {AT} > 0.2")
    page.keyboard.press(key)
    until(page, f"!({PLAYING})")


def test_space_and_arrows_work_on_a_screening_card(house, recording):
    with house.at("screener") as page:
        visit(page, f"{house.url}/screening")
        page.locator("article.card", has=page.locator("[data-player]")).first.focus()
        plays_and_pauses(page, "Space")
        before = at(page)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert at(page) == pytest.approx(before + 6, abs=0.1)
        page.keyboard.press("ArrowLeft")
        assert at(page) == pytest.approx(before + 3, abs=0.1)
    assert house.complaints == []


def test_alt_plays_goes_back_and_changes_the_speed_while_one_types(house, recording):
    screener = house.desk.screener()
    with house.desk.at() as session:
        ticket = session.scalars(sa.select(Ticket).where(Ticket.id == recording.ticket_id)).one()
        screening.code(session, screener, ticket, screening.Coding(tier="T0", sector="wash"))
    with house.at("screener") as page:
        visit(page, f"{house.url}/transcribe/{recording.reference}")
        words = page.locator('textarea[name="text"]')
        words.focus()
        page.keyboard.type("camp noy ")
        plays_and_pauses(page, "Alt+Space")
        before = at(page)
        page.keyboard.press("Alt+ArrowRight")
        page.keyboard.press("Alt+ArrowRight")
        assert at(page) == pytest.approx(before + 6, abs=0.1)
        page.keyboard.press("Alt+ArrowLeft")
        assert at(page) == pytest.approx(before + 3, abs=0.1)
        page.keyboard.press("Alt+ArrowUp")
        assert page.evaluate("document.querySelector('[data-player]').playbackRate") == 1.25
        page.keyboard.press("Alt+ArrowDown")
        page.keyboard.type("pani nai")
        assert words.input_value() == "camp noy pani nai"
        assert page.url.endswith(f"/transcribe/{recording.reference}")  # Alt and an arrow is no "back" here
    assert house.complaints == []
