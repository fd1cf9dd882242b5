"""Reaching somebody safely: the plan and the consents of a sensitive ticket, and what is done on their terms."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback.desk import consents, danger, outbound, perhaps, permissions, placing, plans, telling, visibility
from feedback.desk.alarms import LIFE
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.plans import Terms
from feedback.errors import Invalid, NotFound
from feedback.models.plan import Ask, How, Said
from feedback.models.reply import Reply
from feedback.models.ticket import Status, Ticket
from feedback.web import reach_labels
from feedback.web.page import Page

TEXTS = ("since", "until", "number", "who", "code_word", "language", "wording", "where")


def agree(page: Page) -> Response:
    """What was agreed with the person, or what they said of their own."""
    ticket = _ticket(page)
    how = How.OWN_WORDS if page.posted("how") == How.OWN_WORDS else How.ASKED
    plans.agree(page.session, page.staff, ticket, terms_of(page), how=how, witness=page.posted("witness"))
    return _after(page, ticket, "planned")


def consent(page: Page) -> Response:
    """An answer to one question of consent."""
    ticket = _ticket(page)
    asks, words = {one.value: one for one in Ask}, {one.value: one for one in Said}
    ask, said = asks.get(page.posted("ask")), words.get(page.posted("said"))
    if ask is None or said is None:
        raise Invalid({"ask": "Choose what they said to which question."})
    language = page.posted("language") or ticket.language or "und"
    known = language if language in page.parts.response.languages else None
    consents.answer(page.session, page.staff, ticket, ask, said, language=known, witness=page.posted("witness"))
    return _after(page, ticket, "consented")


def first_contact(page: Page) -> Response:
    """Ask once, with the reviewed words."""
    ticket = _ticket(page)
    reply = outbound.first_contact(page.session, page.staff, ticket)
    return _after(page, ticket, "first" if reply.adapter else "first_by_hand")


def whose(page: Page) -> Response:
    """Somebody says whose answer it was that came from a number we had asked."""
    ticket = _ticket(page)
    theirs = perhaps.settle(page.session, page.staff, ticket, page.posted("which"), page.posted("whose"))
    return _after(page, ticket, "theirs" if theirs else "not_theirs")


def in_danger(page: Page) -> Response:
    """A neutral call or a visit, since life is in danger now."""
    ticket = _ticket(page)
    danger.place(page.session, page.staff, ticket, page.posted("way"), page.posted("why_now"))
    return _after(page, ticket, "danger")


def number(page: Page) -> Response:
    """This person makes the call."""
    ticket, reply = _reply(page)
    telling.take(page.session, page.staff, ticket, reply)
    return _after(page, ticket, "")


def told(page: Page) -> Response:
    """They have heard it."""
    ticket, reply = _reply(page)
    telling.told(page.session, page.staff, ticket, reply)
    return _after(page, ticket, "told")


def tried(page: Page) -> Response:
    """They were not reached."""
    ticket, reply = _reply(page)
    telling.tried(page.session, page.staff, ticket, reply)
    return _after(page, ticket, "not_reached")


def terms_of(page: Page) -> Terms:
    """The terms as they were typed."""
    typed = {name: page.posted(name) for name in TEXTS}
    dropped = page.posted("dropped") == "yes"
    return Terms(
        **typed | {"wording": typed["wording"] or plans.PHRASES},
        channels=tuple(page.many("channels")),
        never=tuple(page.many("never")),
        dropped=dropped,
    )


def context(page: Page, ticket: Ticket) -> dict[str, Any] | None:
    """What the page of a sensitive ticket shows of it; None in the open, in screening, and for whoever does not plan."""
    if ticket.compartment in (None, SCREENING) or not permissions.may(page.staff, Action.PLAN):
        return None
    labels, plan = reach_labels.Reach(page.labels), plans.find(page.session, ticket)
    why_not = outbound.may_contact_first(page.session, ticket)
    waiting = telling.waiting(page.session, page.staff, ticket)
    spoken = (plan.terms.language if plan else ticket.language) or "und"
    officer = permissions.may(page.staff, Action.DANGER) and ticket.status != Status.CLOSED
    return {
        "danger_first": officer and ticket.tier == LIFE and not waiting,
        "plan": labels.plan(plan),
        "typed": _typed(page, plan, ticket),
        "agreed": [labels.agreed(one) for one in consents.standing(page.session, ticket)],
        "live": outbound.live(page.session, ticket),
        "first": why_not is None,
        "why_not_first": page.words(why_not) if why_not else None,
        "danger": officer,
        "ways": [(way, said) for way, said in labels.ways() if not danger.forbidden(page.session, ticket, way)],
        "perhaps": [_perhaps(page, one) for one in perhaps.shown(page.session, page.staff, ticket)],
        "tasks": [labels.task(one, page.parts.response.phrases, spoken) for one in waiting],
        "ring": _ring(page, ticket, plan),
        "channels": labels.channels(),
        "wordings": labels.wordings(),
        "witnesses": labels.witnesses(),
        "languages": page.labels.languages(),
    }


def _ring(page: Page, ticket: Ticket, plan: plans.Plan | None) -> dict[str, str] | None:
    """What to say when the exchange joins them; None where no call may be made now (R4)."""
    if plan is None or not permissions.may(page.staff, Action.TELL) or not placing.may_call(page.session, ticket):
        return None
    phrases, language = page.parts.response.phrases, plan.terms.language or "und"
    return {
        "language": language,
        "opening": phrases.text("call_back_opening", language),
        "wrong_person": phrases.text("call_back_wrong_person", language),
        "code_word": plan.terms.code_word,
        "who": plan.terms.who,
    }


def _perhaps(page: Page, one: perhaps.Answer) -> dict[str, Any]:
    spoken = page.words("They spoke. Those who screen hear it first.") if not one.text else None
    came = {"at": one.at, "channel_label": page.labels.channel(one.channel), "text": one.text, "hint": spoken}
    return came | {"name": one.name, "address": None, "recording_url": None, "language": None, "marks": ()}


def _typed(page: Page, plan: plans.Plan | None, ticket: Ticket) -> Terms:
    """What stands in the form: as it was typed, else as agreed, else empty in their language."""
    if page.errors and page.posted("since") + page.posted("language"):
        return terms_of(page)
    return plan.terms if plan else Terms(language=ticket.language or "")


def _ticket(page: Page) -> Ticket:
    return visibility.find_ticket(page.session, page.staff, page.path["reference"])


def _reply(page: Page) -> tuple[Ticket, Reply]:
    ticket = _ticket(page)
    of, reply = visibility.find_reply(page.session, page.staff, page.path["reply"])
    if of.id != ticket.id:
        raise NotFound
    return ticket, reply


def _after(page: Page, ticket: Ticket, said: str) -> Response:
    page.session.flush()
    return page.go(f"/tickets/{ticket.reference}", said=said)
