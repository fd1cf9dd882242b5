"""A ticket's history in sentences: events hold codes, people read these."""

from __future__ import annotations

from typing import Any

from feedback.desk.views import Line
from feedback.web.labels import Labels


def lines(history: tuple[Line, ...], labels: Labels) -> list[dict[str, Any]]:
    """Each event as at, actor, what; oldest first."""
    return [{"at": line.at, "actor": _actor(line, labels), "what": _what(line, labels)} for line in history]


def _actor(line: Line, labels: Labels) -> str:
    if line.by_staff:
        return line.actor
    return part(line.actor, labels)


def part(actor: str, labels: Labels) -> str:
    """What people call a part of ours."""
    _ = labels._
    parts = {"part:triage": _("the machine"), "part:delivery": _("delivery"), "part:recordings": _("delivery")}
    return parts.get(actor, actor.removeprefix("part:"))


def _what(line: Line, labels: Labels) -> str:
    _ = labels._
    if line.action == "assign" and line.detail:
        return _("given to %(name)s") % {"name": line.detail}
    if line.action == "close":
        return f"{_('closed')}: {labels.outcomes().get(line.detail, line.detail)}"
    said = sentence(line.action, labels)
    return f"{said}: {_codes(line.detail, labels)}" if line.action in ("triage", "raise") else said


def sentence(action: str, labels: Labels) -> str:
    """What this event says; its own name where nothing better is known."""
    _ = labels._
    return {
        "receive": _("came in"),
        "read": _("read by the machine, left to a person"),
        "triage": _("coded"),
        "confirm": _("said that the suggestion is right"),
        "raise": _("made sensitive"),
        "answer": _("answered"),
        "recall": _("took the answer back"),
        "fail": _("the answer did not arrive"),
        "sent": _("the answer went out"),
        "delivered": _("it arrived"),
        "assign": _("in hand again"),
        "reopen": _("opened again"),
        "note": _("wrote a note"),
        "entitle": _("gave it a title"),
        "open": _("opened it"),
        "shown": _("saw it in screening"),
        "listen": _("listened"),
        "fetched": _("the recording arrived"),
        "join": _("another message came to it"),
        "visit": _("they came back with their code"),
        "number": _("looked at the number to call"),
        "not reached": _("did not reach them"),
        "page": _("somebody on duty was called"),
        "plan": _("agreed how they may be reached"),
        "consent": _("asked for their consent"),
        "first_contact": _("asked once how to reach them"),
        "danger": _("a life was in danger: reached out without consent"),
        "review": _("looked at it as the second person"),
        "wish to lower": _("wishes to lower it"),
        "lower": _("lowered it"),
        "confirm sensitive": _("said that it is sensitive, rightly"),
        "subject": _("who is accused"),
        "pass_on": _("passed it on"),
        "emergency": _("somebody was let in for a while, or not"),
        "link": _("linked with another ticket"),
        "lend": _("gave something to an interpreter, or it was over"),
        "interpret": _("interpreted something"),
        "refer": _("wrote to the agency's investigation unit"),
        "referral opened": _("the investigation unit opened it"),
        "referral taken back": _("took back the link for the investigation unit"),
        "referral over": _("the link for the investigation unit is over"),
        "data request": _("they asked about their data"),
        "settle": _("settled what they asked about their data"),
        "redact": _("took a part out"),
        "hold": _("held it for an investigation"),
        "let go": _("ended the hold"),
        "strip": _("forgot who it was"),
        "lift": _("let texts go to this number again"),
        "perhaps": _("said whose answer it was"),
        "page nobody": _("nobody was on duty to be called"),
    }.get(action, action)


def _codes(detail: str, labels: Labels) -> str:
    sector, _, tier = detail.rpartition(" ")
    return ", ".join(one for one in (labels.sector(sector), labels.tier(tier)) if one)
