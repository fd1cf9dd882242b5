"""Story 8: a child calls at night; one key ends the listening, the sound is sealed, and nobody calls back without a plan."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from channels.sandbox import sounds
from feedback.models.call import CallBack, LineCall
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.message import Message, Recording, RecordingState
from feedback.models.reply import Reply
from feedback.models.staff import Role
from feedback.models.ticket import RaisedBy, Status, Ticket
from tests.journeys.conftest import Town, until
from workers import calls

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NUMBER = "+8801711000008"
NIGHT = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)  # half past one in Dhaka
VOICE = sounds.tone("hum")


def test_a_childs_voice_message_is_sealed_by_one_key_and_never_written_down_or_called_back(town: Town) -> None:
    with time_machine.travel(NIGHT, tick=True):
        screener = town.person(Role.SCREENER, clearances=["screening"])
        agent = town.person(Role.AGENT)
        transcriber = town.person(Role.TRANSCRIBER)
        focal = town.person(Role.FOCAL_POINT, clearances=["child_protection"])

        town.phone.call(NUMBER)
        line = town.phone.press("1")  # Rohingya
        said = " ".join(line.said)
        assert "can't talk safely" in said or "নিরাপদে" in said
        assert line.waiting == "sound"  # out of hours everyone comes to the message box
        town.phone.press("0")  # whoever is free: nobody is, and the key does no harm
        assert town.phone.record(VOICE, key="hangup").status == "completed"
        until(lambda: town.desk.rows(Recording))
        town.fetch()

        (ticket,), (recording,) = town.desk.rows(Ticket), town.desk.rows(Recording)
        assert (ticket.compartment, ticket.language, recording.state) == ("screening", "rhg", RecordingState.STORED)
        assert ticket.reference not in agent.client.get("/inbox").text
        player = f"/recordings/{recording.reference}"
        assert (agent.status(player), transcriber.status(player)) == (403, 404)

        card = f"/screening/{ticket.reference}"
        assert player in screener.client.get("/screening").text
        heard = screener.client.get(player)
        assert heard.content == VOICE
        screener.press(card, decision="sensitive:T3-C")

        ticket = town.desk.again(ticket)
        assert (ticket.tier, ticket.compartment, ticket.raised_by) == ("T3-C", "child_protection", RaisedBy.PERSON)
        assert ticket.status is Status.TRIAGED
        assert screener.status(f"/tickets/{ticket.reference}") == screener.status(player) == 404
        assert focal.client.get(player).content == VOICE
        listened = [event.actor for event in town.desk.rows(Event, Event.action == "listen")]
        assert listened == [f"staff:{screener.staff.id}", f"staff:{focal.staff.id}"]

        assert not town.desk.rows(Message, Message.words.is_not(None))  # no transcript, and no way to one
        assert focal.client.post(f"/transcribe/{recording.reference}/ask").status_code == 403
        assert focal.status(f"/transcribe/{recording.reference}") == 403
        assert "Nothing waits" in transcriber.read("/transcribe")

        assert not town.desk.rows(CallBack)  # they left a message: nobody may ring that phone
        focal.press("/line/phone", phone="+8801711000081")
        assert focal.client.post(f"/tickets/{ticket.reference}/ring").status_code == 403
        assert agent.client.post(f"/tickets/{ticket.reference}/ring").status_code == 404
        calls.look(town.house.parts)
        assert not town.desk.rows(LineCall, LineCall.outgoing)
        assert not town.desk.rows(Reply)
        assert not town.phone.inbox(NUMBER)
        assert not town.phone.rings(NUMBER)
        (contact,) = town.desk.rows(Contact)  # the number that rang, and no caregiver's
        assert contact.ticket_id == ticket.id


@pytest.mark.parametrize("upto", ["language", "after the words on safety"])
def test_a_child_who_hangs_up_is_on_nobodys_list_before_the_morning(town: Town, upto: str) -> None:
    with time_machine.travel(NIGHT, tick=True):
        screener = town.person(Role.SCREENER, clearances=["screening"])
        town.phone.call(NUMBER)
        if upto != "language":
            town.phone.press("1")
        town.phone.hang_up()
        until(lambda: all(call.ended_at for call in town.desk.rows(LineCall)))
    with time_machine.travel(NIGHT.replace(hour=19, minute=33), tick=True):
        calls.look(town.house.parts)
        (wish,) = town.desk.rows(CallBack)
        assert (wish.broke_off, wish.not_before) == (True, datetime(2026, 11, 25, 3, tzinfo=UTC))
        town.desk.enter(screener.client, screener.staff)
        page = screener.read("/line")
        assert "it may not have been safe" in page
        assert NUMBER not in page
