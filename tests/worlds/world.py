"""A world with a canary in every field that holds words, names or numbers of people."""

from __future__ import annotations

from dataclasses import dataclass

from channels.contract import ChannelName, Media
from classifier.suggestion import Verdict
from feedback.desk import entry, handling, quarantine, recordings, replies, returning, screening
from feedback.desk.screening import Coding
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound
from tests.feedback.desk.readings import read, suggestion

FIELDS = (
    "words", "raw", "note", "reply", "title", "facts", "fact-name", "signal", "danger", "sound", "source", "quarantined",
    "visit", "answered", "spoken", "recalled", "sealed-words", "sealed-note", "joined", "entered",
)  # fmt: skip
CANARIES = {field: f"kestrel-{field}-7f3a9d" for field in FIELDS}
NUMBERS = {"asker": "+8801755501234", "sealed": "+8801755505678", "stop": "+8801755509999"}
EVERY = [*CANARIES.values(), *NUMBERS.values(), *(number[1:] for number in NUMBERS.values())]


@dataclass(frozen=True, slots=True)
class World:
    """The tickets of a world, by what became of them."""

    open: Ticket
    sealed: Ticket
    waiting: Ticket


def build(desk: Desk) -> World:
    """Play a world through the desk's own verbs: heard, read, answered, raised, entered, visited, quarantined."""
    c = CANARIES
    agent, focal = desk.staff(), desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
    media = Media("RE" + "7" * 32, f"https://api.example/{c['source']}", "audio/wav", 3)
    ids = desk.hear(
        inbound(f"no water {c['words']}", address=NUMBERS["asker"], raw=f"Body={c['raw']}".encode()),
        inbound(f"he hit me {c['sealed-words']}", address=NUMBERS["sealed"], raw=c["raw"].encode()),
        inbound("", recording=media, channel=ChannelName.HOTLINE, adapter="twilio-voice", address=NUMBERS["asker"]),
        inbound("STOP", address=NUMBERS["stop"]),
    )
    verdicts = {ids[0]: suggestion(signals=(c["signal"],))}
    verdicts[ids[1]] = suggestion(Verdict.SENSITIVE, signals=(c["signal"],), danger=(c["danger"],))
    read(desk, verdicts)
    open_, sealed, waiting = (desk.rows(Ticket, Ticket.id == id_)[0] for id_ in ids[:3])
    desk.act(agent, open_, handling.note, c["note"])
    desk.act(agent, open_, handling.entitle, c["title"])
    desk.act(agent, open_, replies.answer, c["reply"])
    desk.act(focal, sealed, handling.note, c["sealed-note"])
    _hear_sound(desk)
    form = inbound(c["entered"], channel=ChannelName.IN_PERSON, adapter="in-person", facts={c["fact-name"]: c["facts"]})
    entered = desk.do(entry.enter, agent, form, Coding("wash", tier="T0"), answered=c["answered"])
    desk.do(returning.visit, agent, entered.code, c["visit"])
    desk.do(returning.visit, agent, "no code", c["spoken"])
    raised = desk.ticket(c["joined"], address=NUMBERS["asker"])
    desk.act(agent, raised, replies.answer, c["recalled"])
    desk.act(agent, raised, screening.raise_, "T3-G")
    with desk.at() as session:
        raw = f"Odd={c['quarantined']}".encode()
        quarantine.keep(session, adapter="twilio-sms", hook="inbound", raw=raw, why="no body, or more than one")
    later = Media("RE" + "8" * 32, f"https://api.example/{c['source']}", "audio/wav", 3)
    desk.hear(inbound("", recording=later, channel=ChannelName.HOTLINE, adapter="twilio-voice"))
    return World(open_, sealed, waiting)


def _hear_sound(desk: Desk) -> None:
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
        chunks = list(recordings.sealed_chunks(wanted, iter([CANARIES["sound"].encode() * 9000])))
    with desk.at() as session:
        recordings.store(session, wanted, chunks)
