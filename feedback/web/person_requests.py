"""People ask what is held of them: taken in by code, listed for those who settle it, read out, corrected, erased."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback import clock
from feedback.desk import permissions, person_requests, visibility
from feedback.desk.permissions import Action
from feedback.desk.person_requests import Sheet, Waiting
from feedback.desk.views import Entry
from feedback.web import form_labels, ticket_context
from feedback.web.page import Page
from feedback.web.reach_labels import Reach
from feedback.web.right_labels import Rights


def show(page: Page) -> Response:
    """The form that takes a request in, and what waits on tickets that this person may see."""
    rights = Rights(page.labels)
    return page.show(
        "requests.html",
        here="requests",
        rows=[_row(page, rights, one) for one in person_requests.waiting(page.session, page.staff)],
        settles=permissions.may(page.staff, Action.SETTLE),
        rights=list(rights.rights().items()),
        proofs=list(rights.proofs().items()),
        typed={name: page.posted(name) for name in ("code", "right", "proof", "terms")},
    )


def take(page: Page) -> Response:
    """Taken in. What is said to the person is the same whatever stands behind the code."""
    proof = page.posted("proof")
    person_requests.ask(
        page.session,
        page.staff,
        page.posted("code"),
        right=page.posted("right"),
        proof=proof,
        terms=page.posted("terms"),
    )
    return page.go("/requests", said="no_proof" if proof == "not_shown" else "request")


def take_on(page: Page) -> Response:
    """Taken in on a ticket that this person has open."""
    ticket = visibility.find_ticket(page.session, page.staff, page.path["reference"])
    right, proof = page.posted("right"), page.posted("proof")
    person_requests.ask_on(page.session, page.staff, ticket, right=right, proof=proof)
    return page.go(f"/tickets/{ticket.reference}", said="no_proof" if proof == "not_shown" else "request")


def sheet(page: Page) -> Response:
    """What may be read to them, and what can be done."""
    found = person_requests.sheet(page.session, page.staff, page.path["reference"])
    labels, rights = page.labels, Rights(page.labels)
    return page.show(
        "request.html",
        here="requests",
        request=_row(page, rights, found.request),
        facts=_facts(page, found),
        thread=[_entry(page, rights, one) for one in found.thread],
        agreed=[Reach(labels).agreed(one) for one in found.agreed],
        sealed=ticket_context.sealed_strip(found.opening, found.row.compartment, labels),
        held=found.held,
        open=found.row.status != "closed",
        second=found.second,
        refusals=rights.refusals(),
        words=page.posted("words"),
    )


def settle(page: Page) -> Response:
    """Done, or refused with a reason."""
    reference, act, said = page.path["reference"], page.posted("act"), "settled_request"
    if act == "told":
        person_requests.told(page.session, page.staff, reference)
    elif act == "correct":
        person_requests.correct(page.session, page.staff, reference, page.posted("words"))
    elif act == "erase":
        said = "erased" if person_requests.erase(page.session, page.staff, reference) else "held"
    else:
        person_requests.refuse(page.session, page.staff, reference, page.posted("ground"))
    return page.go("/requests", said=said)


def _row(page: Page, rights: Rights, one: Waiting) -> dict[str, Any]:
    return {
        "id": one.reference,
        "ticket": one.ticket,
        "code": one.code,
        "kind": one.right,
        "right_label": rights.rights()[one.right],
        "proof_label": rights.proofs()[one.proof],
        "wall_label": page.labels.compartment(one.wall),
        "by": one.by,
        "at": one.at,
        "due": one.due_at,
        "late": one.due_at < clock.now(),
    }


def _facts(page: Page, found: Sheet) -> list[tuple[str, str]]:
    _, labels, row = page.words, page.labels, found.row
    facts = {
        _("Came in"): labels.channel(row.channel),
        _("About"): labels.sector(row.sector, row.subcategory),
        _("Kind"): labels.kind(row.kind),
        _("Place"): labels.place(row.place),
        _("Language"): labels.spoken(row.language),
        _("Number"): found.address,
        _("Where it stands"): labels.status(row.status),
        _("How it ended"): labels.outcomes().get(row.outcome or ""),
    }
    return [(name, said) for name, said in facts.items() if said] + form_labels.said(found.facts, labels, who=True)


def _entry(page: Page, rights: Rights, one: Entry) -> dict[str, Any]:
    if one.kind == "taken_out":
        return {"at": one.at, "kind_label": rights.parts()[one.state or ""], "text": page.words("taken out")}
    ours = one.kind == "reply"
    return {
        "at": one.at,
        "kind_label": page.words("We said") if ours else rights.parts()[one.kind],
        "text": one.words or page.words("A voice message: let them hear it on the ticket."),
    }
