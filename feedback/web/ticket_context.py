"""What the page of one ticket needs, from its view: labels for codes, and what may be done."""

from __future__ import annotations

from typing import Any

from feedback.desk import accounts, handling, inbox, reading, room, transcribing, unreachable
from feedback.desk.openings import Opening
from feedback.desk.views import Entry, Suggested, TicketView
from feedback.models.ticket import Outcome, Ticket
from feedback.web import form_labels, history, lowering, plan, right_labels
from feedback.web import inbox as left
from feedback.web.labels import Labels
from feedback.web.page import Page

PHRASES = ("first_contact", "help", "told")


def of(page: Page, ticket: Ticket) -> dict[str, Any]:
    """Everything that ticket/show.html needs. Reads the ticket, so that opening a sealed one is recorded."""
    view, labels = reading.view(page.session, page.staff, ticket), page.labels
    beside = {} if page.fragment else left.beside(page, inbox.belongs(ticket), current=ticket.reference)
    at, reach = f"/tickets/{ticket.reference}", plan.context(page, ticket)
    live = reach is not None and reach["live"]
    return beside | {
        "reach": reach,
        "sealed_work": lowering.context(page, ticket),
        "ticket": _facts(view, labels),
        "suggestion": _suggestion(view, labels),
        "form_said": form_labels.said(view.facts, labels, who=_knows_who(view)),
        "thread": [_entry(one, view, at, labels) for one in view.thread],
        "history": history.lines(view.history, labels),
        "allowed": _allowed(view) | ({"answer"} if live else set()),
        "draft": _draft(page, view),
        "answer": _answer(view, labels, room.text_price(page.session), live=live),
        "phrases": _phrases(page, view),
        "sector_choices": labels.sectors(),
        "kind_choices": labels.kinds(),
        "tier_choices": labels.tiers(sensitive=False),
        "place_choices": labels.places(),
        "raise_choices": labels.tiers(sensitive=True),
        "staff_choices": _colleagues(page, ticket, view),
        "outcome_choices": _outcomes(view, labels),
        "chosen": _chosen(view),
        "of_data": right_labels.of_ticket(page, ticket),
        "sealed": sealed_strip(view.opening, view.row.compartment, labels),
    }


def _outcomes(view: TicketView, labels: Labels) -> list[tuple[str, str]]:
    """How it may have ended; unreachable only after enough tries."""
    tried = unreachable.enough(line.at for line in view.history if line.action == unreachable.NOT_REACHED)
    left_out = set() if tried else {Outcome.UNREACHABLE}
    return [(code, said) for code, said in labels.outcomes().items() if code in handling.BY_STAFF - left_out]


def _facts(view: TicketView, labels: Labels) -> dict[str, Any]:
    return left.row(view.row, labels) | {
        "title": (view.row.title if view.opening is None else view.titled) or labels.code(view.code),
        "written": view.titled,
        "code": view.code,
        "status": view.row.status,
        "status_label": labels.status(view.row.status),
        "tier_label": labels.tier(view.row.tier),
        "sector_label": labels.sector(view.row.sector, view.row.subcategory),
        "kind_label": labels.kind(view.row.kind),
        "language": view.row.language,
        "owner_label": view.assigned_to,
        "silent": view.carrier is None,
        "outcome_label": labels.outcomes().get(view.row.outcome or ""),
    }


def _suggestion(view: TicketView, labels: Labels) -> dict[str, Any] | None:
    found = view.suggestion
    if found is None or view.confirmed:
        return None
    return suggestion(found, labels, place=view.row.place)


def suggestion(found: Suggested | None, labels: Labels, *, place: str | None = None) -> dict[str, Any] | None:
    """What the machine thinks, for a card; None where it has nothing to say."""
    looks_like = labels.looks_like(found.sector, found.subcategory, found.tier) if found else None
    if found is None or looks_like is None:
        return None
    return {
        "looks_like": looks_like,
        "percent": round(found.confidence * 100) or None,
        "signals": found.signals,
        "language_label": labels.spoken(found.language),
        "place_label": labels.place(place),
    }


def _entry(one: Entry, view: TicketView, at: str, labels: Labels) -> dict[str, Any]:
    marks = (*view.suggestion.signals, *view.suggestion.danger) if view.suggestion else ()
    entry: dict[str, Any] = {"kind": one.kind, "by": one.by, "at": one.at, "text": one.words, "recording_url": None}
    if one.kind == "reply":
        waits = one.state in ("queued", "by_hand") and "recall" in view.actions
        return entry | {
            "language": None,
            "asks": one.purpose == "question",
            "delivery": one.state,
            "delivery_label": labels.delivery(one.state or "") + (f" · {one.why}" if one.why else ""),
            "recall_url": f"{at}/recall/{one.reference}" if waits else None,
        }
    if one.kind == "taken_out":
        said = right_labels.taken_out(labels, one.state or "", one.why or "")
        return entry | {"text": said, "taken_at": one.taken_at}
    spoken = {"language": view.row.language, "marks": marks, "address": view.address, "hint": None, "ask_url": None}
    if one.kind == "transcript":
        return entry | spoken | {"language": one.spoken, "address": None, "channel_label": transcript(one, labels)}
    if one.kind == "recording":
        playable = one.state == "stored" and "listen" in view.actions
        spoken["hint"] = None if playable else sound(one, labels)
        spoken["recording_url"] = f"/recordings/{one.reference}" if playable else None
        wall = view.row.compartment
        if playable and wall not in (None, "screening") and wall not in transcribing.NEVER:
            spoken["ask_url"] = f"/transcribe/{one.reference}/ask"
    if one.kind == "translation":
        through = " · ".join(part for part in (labels._("Through an interpreter"), one.by) if part)
        return entry | spoken | {"language": None, "address": None, "channel_label": through}
    theirs = {
        "visit": labels._("came back with the code"),
        "correction": labels._("says what is right"),
        "answered": labels._("answered us"),
    }
    came = theirs.get(one.kind) or labels.channel(view.row.channel)
    return entry | spoken | {"channel_label": came}


def transcript(one: Entry, labels: Labels) -> str:
    """Where words that were heard come from: the language, through whom, and how sure the writer was (R28)."""
    _ = labels._
    sure = {"sure": _("sure"), "mostly": _("mostly sure"), "unsure": _("not sure")}.get(one.confidence or "")
    through = _("through an interpreter") if one.interpreted else None
    parts = (_("Transcript"), labels.spoken(one.spoken), through, sure, one.by)
    return " · ".join(part for part in parts if part)


def sound(one: Entry, labels: Labels) -> str:
    """What stands instead of a player."""
    _ = labels._
    return {
        "waiting": _("The recording is on its way here."),
        "missing": _("The recording never came. Only that somebody called is known."),
    }.get(one.state or "", _("A voice message. Those who listen write down what it asks for."))


def _knows_who(view: TicketView) -> bool:
    """A name is for those who hand an open matter on to a service (decision 17), and for who helps behind its wall."""
    wall = view.row.compartment
    return wall != "screening" and (wall is not None or "assign" in view.actions)


def _allowed(view: TicketView) -> set[str]:
    confirm = {"confirm"} if "override" in view.actions and not view.confirmed else set()
    return set(view.actions) | confirm


def _draft(page: Page, view: TicketView) -> str:
    asked = page.query.get("phrase", "")
    if asked in PHRASES:
        return page.parts.response.phrases.text(asked, view.row.language or "und")
    return page.draft if page.draft is not None else page.posted("text")


def _answer(view: TicketView, labels: Labels, price: float | None, *, live: bool) -> dict[str, Any] | None:
    _ = labels._
    held = None
    if view.row.compartment is not None and not live:
        held = _("Nothing goes out on this ticket yet: how they may be reached has to be agreed with them first.")
    elif "answer" not in view.actions and not live:
        return None
    by_hand = _("told by a person, not by text") if view.row.channel == "sms" else _("told by a person")
    return {
        "channel_label": labels.channel(view.row.channel) if view.carrier else by_hand,
        "language": view.row.language,
        "language_label": labels.spoken(view.row.language),
        "sms": view.carrier is not None,
        "cost": price,
        "held": held,
    }


def _phrases(page: Page, view: TicketView) -> list[dict[str, str]]:
    _, phrases = page.words, page.parts.response.phrases
    names = {"first_contact": _("Please call us"), "help": _("How to reach us"), "told": _("This is our answer")}
    language = view.row.language or "und"
    return [{"key": key, "label": names[key], "text": phrases.text(key, language)} for key in PHRASES]


def _colleagues(page: Page, ticket: Ticket, view: TicketView) -> list[tuple[str, str]]:
    if "assign" not in view.actions:
        return []
    me = page.words("I take it")
    found = accounts.colleagues(page.session, page.staff, ticket)
    return [(one.reference, me if one.id == page.staff.id else one.name) for one in found]


def _chosen(view: TicketView) -> dict[str, str | None]:
    row = view.row
    sector = f"{row.sector}.{row.subcategory}" if row.subcategory else row.sector
    return {"sector": sector, "kind": row.kind, "tier": row.tier, "place": row.place}


def sealed_strip(opening: Opening | None, compartment: str | None, labels: Labels) -> dict[str, Any] | None:
    """The strip on top of every page that shows a sealed ticket; None in the open."""
    if opening is None:
        return None
    return {
        "compartment_label": labels.compartment(compartment),
        "opened_at": opening.at,
        "closes_at": opening.until,
        "leave_url": "/code",
    }
