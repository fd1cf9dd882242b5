"""The register of breaches of data: everybody records one, those who keep it take the steps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from feedback import clock
from feedback.desk import breaches, permissions
from feedback.desk.breaches import Standing
from feedback.desk.permissions import Action
from feedback.errors import Invalid
from feedback.web.page import Page
from feedback.web.right_labels import Rights

HOURS_AGO = ("0", "1", "6", "24", "72", "168")


def show(page: Page) -> Response:
    """The form for everybody, and the register for those who may see it."""
    rights, sees = Rights(page.labels), permissions.may(page.staff, Action.BREACHES)
    found = breaches.standing(page.session, page.staff) if sees else []
    return page.show(
        "breaches.html",
        here="breaches",
        sees=sees,
        rows=[_row(rights, one) for one in found],
        kinds=list(rights.leaks().items()),
        affected=list(rights.affected().items()),
        hours=[(hours, _ago(page, hours)) for hours in HOURS_AGO],
        typed={
            "kind": page.posted("kind"),
            "affected": page.many("affected"),
            "found": page.posted("found") or HOURS_AGO[0],
            "ticket": page.said("ticket"),
        },
    )


def record(page: Page) -> Response:
    """Recorded; those who keep the register see it at once."""
    hours = page.posted("found")
    if hours not in HOURS_AGO:
        raise Invalid({"found": "Say when it was found."})
    breaches.record(
        page.session,
        page.staff,
        kind=page.posted("kind"),
        affected=page.many("affected"),
        found_at=clock.now() - timedelta(hours=int(hours)),
        ticket=page.posted("ticket"),
    )
    return page.go("/breaches", said="breach")


def take_step(page: Page) -> Response:
    """One step more."""
    breaches.take_step(page.session, page.staff, page.path["reference"], page.posted("step"))
    return page.go("/breaches", said="decided")


def _ago(page: Page, hours: str) -> str:
    _ = page.words
    days = {"0": _("just now"), "1": _("an hour ago"), "6": _("today, some hours ago"), "24": _("yesterday")}
    return days.get(hours) or {"72": _("in the last three days"), "168": _("in the last week")}[hours]


def _row(rights: Rights, one: Standing) -> dict[str, Any]:
    steps, kinds, affected = rights.steps(), rights.leaks(), rights.affected()
    return {
        "id": one.reference,
        "kind_label": kinds[one.kind],
        "affected_label": " · ".join(affected[code] for code in one.affected),
        "found_at": one.found_at,
        "due": one.due_at,
        "late": one.late,
        "by": one.by,
        "ticket": one.ticket,
        "done": [(steps[step], at) for step, at in one.done],
        "next": [(step, steps[step]) for step in one.next],
    }
