"""The hotline as those who take calls see it: on or off, who waits, whom to call back, and the form beside the call."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from channels.phone import mask
from feedback import clock
from feedback.desk import callbacks, conversations, listeners, permissions, placing, screening, visibility
from feedback.desk.conversations import InHand, Matter, Waiting
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.errors import Invalid
from feedback.web.forms import sector_of
from feedback.web.labels import Labels
from feedback.web.page import Page

FIELDS = ("safe", "consent_record", "text", "language", "sector", "kind", "tier", "place", "keep", "terms")
REFRESH = "/line?live=1"


def show(page: Page) -> Response:
    """The line now. While somebody looks on, a call that comes to them brings the whole page with its form.

    As long as it is the same call the form is left alone, so that nothing typed is lost when they hang up.
    """
    held = conversations.in_hand(page.session, page.staff)
    if page.fragment and page.query.get("held", "") != (held.reference if held else ""):
        return page.go("/line")
    return _line(page, held)


def go_on(page: Page) -> Response:
    """From now on callers are put through to this person."""
    listeners.go_on(
        page.session,
        page.staff,
        phone=_phone(page),
        sex=page.posted("sex"),
        languages=page.many("languages"),
    )
    return page.go("/line", said="line_on")


def go_off(page: Page) -> Response:
    """No more calls."""
    listeners.go_off(page.session, page.staff)
    return page.go("/line", said="line_off")


def give_phone(page: Page) -> Response:
    """The phone on which the exchange reaches this person, for calls that they make."""
    listeners.give_phone(page.session, page.staff, page.posted("phone"))
    return page.go("/line", said="phone_kept")


def write_down(page: Page) -> Response:
    """What was said, as a ticket; or that nothing is to be kept; or that we call at another hour."""
    reference, what = page.path["reference"], page.posted("what")
    if what == "let_go":
        conversations.let_go(page.session, page.staff, reference)
        return page.go("/line", said="let_go")
    if what == "again":
        conversations.call_again(page.session, page.staff, reference)
        return page.go("/line", said="call_again")
    entered = conversations.write_down(page.session, page.staff, reference, _matter(page))
    page.session.flush()
    return _line(page, None, code=entered.code if entered else None, said="" if entered else "counted")


def call_back(page: Page) -> Response:
    """Call somebody who asked for it: this person's phone rings first."""
    placing.call_back(page.session, page.staff, page.path["reference"])
    return page.go("/line", said="ringing")


def unwished(page: Page) -> Response:
    """Whoever answered wants no calls."""
    callbacks.unwished(page.session, page.staff, page.path["reference"])
    return page.go("/line", said="unwished")


def ring(page: Page) -> Response:
    """Call the person of a task through the exchange; their number is not shown."""
    placing.call_about_reply(page.session, page.staff, page.path["reference"])
    return page.go("/line", said="ringing")


def ring_ticket(page: Page) -> Response:
    """Call the person of a ticket, where it is open or their plan allows it now."""
    ticket = visibility.find_ticket(page.session, page.staff, page.path["reference"])
    placing.call_about(page.session, page.staff, ticket)
    return page.go("/line", said="ringing")


def _phone(page: Page) -> str:
    """As it was typed; left empty, the one that is kept already."""
    typed = page.posted("phone").strip()
    known = listeners.find(page.session, page.staff)
    return listeners.phone_of(page.session, known) if known is not None and not typed else typed


def _matter(page: Page) -> Matter:
    form = {name: page.posted(name) for name in FIELDS}
    wrong = {}
    if form["safe"] != "yes":
        wrong["safe"] = "Ask this first. If they can't talk, agree on another hour or let the call go."
    if form["consent_record"] not in ("yes", "no"):
        wrong["consent_record"] = "Ask this before anything is written down."
    if wrong:
        raise Invalid(wrong)
    sector, subcategory = sector_of(form["sector"])
    coding = screening.Coding(sector, subcategory, form["kind"] or None, form["tier"] or None, form["place"] or None)
    keep = form["keep"] == "yes"
    facts = {"contact_terms": form["terms"].strip()[:200]} if keep and form["terms"].strip() else {}
    return Matter(
        coding,
        form["text"],
        form["language"] or None,
        record=form["consent_record"] == "yes",
        keep_number=keep,
        facts=facts,
    )


def _line(page: Page, held: InHand | None, *, code: str | None = None, said: str = "") -> Response:
    labels, now = page.labels, clock.now()
    listener = listeners.find(page.session, page.staff)
    takes = permissions.may(page.staff, Action.CALL) and SCREENING in page.staff.clearances
    phrases = page.parts.response.phrases
    language = (held.language if held else page.posted("language")) or "und"
    return page.show(
        "line.html",
        block="line",
        said=said,
        here="line",
        takes=takes,
        places_calls=page.session.info.get("exchange") is not None,
        is_open=page.parts.response.listening.open_at(now),
        hours=phrases.all["hours"].said(page.language),
        phone=mask(listeners.phone_of(page.session, listener)) if listener else None,
        on_until=listener.on_until if listener and listener.on_until and listener.on_until > now else None,
        sex=(listener.sex if listener else "") if not page.form else page.posted("sex"),
        spoken=list(listener.languages) if listener and not page.form else page.many("languages"),
        sex_choices=[("woman", page.words("A woman")), ("man", page.words("A man")), ("", page.words("not said"))],
        language_choices=[(code_, said_) for code_, said_ in labels.languages() if _keyed(page, code_)],
        waiting=[_waiting(one, labels) for one in (conversations.waiting(page.session, page.staff) if takes else ())],
        backs=[_back(one, labels) for one in (callbacks.waiting(page.session, page.staff) if takes else ())],
        held=_held(held, labels) if held else None,
        opening=phrases.text("call_back_opening", language),
        wrong_person=phrases.text("call_back_wrong_person", language),
        form={name: page.posted(name) for name in FIELDS} | {"language": page.posted("language") or language},
        spoken_choices=labels.languages(),
        sector_choices=labels.sectors(restricted=True),
        kind_choices=labels.kinds(),
        tier_choices=labels.tiers(sensitive=False) + labels.tiers(sensitive=True),
        place_choices=labels.places(),
        code=f"{code[:4]} {code[4:]}" if code else None,
        code_words=phrases.text("code_given", language, code=f"{code[:4]} {code[4:]}") if code else None,
        refresh_url=f"{REFRESH}&held={held.reference if held else ''}",
    )


def _keyed(page: Page, code: str) -> bool:
    return page.parts.response.languages[code].key is not None


def _held(held: InHand, labels: Labels) -> dict[str, Any]:
    return {
        "reference": held.reference,
        "outgoing": held.outgoing,
        "state": held.state,
        "language": held.language,
        "language_label": labels.spoken(held.language),
        "wish_label": _wish(held.wish, labels),
        "since": held.since,
        "about": held.about,
        "numbered": held.numbered,
    }


def _waiting(one: Waiting, labels: Labels) -> dict[str, Any]:
    return {
        "wish_label": _wish(one.wish, labels),
        "language_label": labels.spoken(one.language),
        "since": one.since,
        "ringing": one.ringing,
    }


def _back(one: callbacks.Wished, labels: Labels) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "address": one.address,
        "wish_label": _wish(one.wish, labels) if one.wish else None,
        "language_label": labels.spoken(one.language),
        "broke_off": one.broke_off,
        "times": one.times,
        "tries": one.tries,
        "at": one.asked_at,
        "ready": one.ready,
    }


def _wish(wish: str | None, labels: Labels) -> str:
    _ = labels._
    return {"woman": _("wants a woman"), "man": _("wants a man")}.get(wish or "", _("wants whoever is free"))
