"""Forms that staff fill in, and the way back by hand."""

from __future__ import annotations

import pytest

from channels import in_person
from channels.contract import ChannelName, Envelope, Inbound, Media, SendFailed, Unreadable, Untrusted
from channels.in_person import Form, InPerson
from tests.channels.cases import AT
from tests.channels.twilio_wire import post

KEY = "0f9c2a7e51b84d3f"


def test_a_form_becomes_a_message_in_our_terms() -> None:
    form = Form(KEY, " The latrine door is broken. ", "০১৭১২৩৪৫৪১৭", "rhg-Latn", "camp-4", {"consent_contact": "yes"})
    assert in_person.listen(form, at=AT, region="BD") == Inbound(
        adapter="in-person",
        provider_ref=KEY,
        channel=ChannelName.IN_PERSON,
        received_at=AT,
        address="+8801712345417",
        text="The latrine door is broken.",
        language="rhg-Latn",
        place="camp-4",
        facts={"consent_contact": "yes"},
    )


def test_nobody_needs_to_give_a_number() -> None:
    assert in_person.listen(Form(KEY, "No water", " "), at=AT, region="BD").address is None


def test_the_same_form_sent_twice_is_the_same_message() -> None:
    first, again = (in_person.listen(Form(KEY, "No water"), at=AT, region="BD") for _ in range(2))
    assert first.provider_ref == again.provider_ref == KEY


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (Form("", "No water"), "key"),
        (Form("short", "No water"), "key"),
        (Form("a" * 65, "No water"), "key"),
        (Form(KEY + "\n", "No water"), "key"),
        (Form("../../../../etc/passwd", "No water"), "key"),
        (Form(KEY, " \n "), "nothing"),
        (Form(KEY, "No water", "0171"), "phone"),
        (Form(KEY, "No water", "ask her sister"), "phone"),
    ],
)
def test_a_form_that_cannot_be_read_says_why(form: Form, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        in_person.listen(form, at=AT, region="BD")


def test_an_answer_goes_back_by_hand() -> None:
    envelope = Envelope("q3v8Zt1LrYk", "", "It is mended.", AT)
    with pytest.raises(SendFailed, match="by hand") as failed:
        InPerson().send(envelope)
    assert not failed.value.retry
    assert InPerson().look_up(envelope) is None


def test_nobody_calls_in_and_nothing_lies_elsewhere() -> None:
    with pytest.raises(Untrusted):
        InPerson().hear(post("in-person", "inbound", {}))
    with pytest.raises(SendFailed):
        InPerson().fetch(Media("x", "https://example.org", "audio/wav"))
