"""Events: who did what when, for auditors; no words of anybody, and no ticket can be opened from here."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback.desk import auditing
from feedback.desk.auditing import Audited
from feedback.web import history
from feedback.web.forms import whole
from feedback.web.labels import Labels
from feedback.web.page import Page


def show(page: Page) -> Response:
    """One page of lines."""
    number = whole(page.query.get("page", ""), least=1)
    lines, more = auditing.listed(page.session, page.staff, page=number)
    return page.show(
        "events.html",
        here="events",
        lines=[_line(one, page.labels) for one in lines],
        pages={
            "newer_url": f"/events?page={number - 1}" if number > 1 else None,
            "older_url": f"/events?page={number + 1}" if more else None,
        },
    )


def _line(one: Audited, labels: Labels) -> dict[str, Any]:
    return {
        "at": one.at,
        "actor": one.actor if one.by_staff else history.part(one.actor, labels),
        "what": _untied(labels).get(one.action) or history.sentence(one.action, labels),
        "code": one.action,
        "whom": one.whom,
        "ticket": one.ticket,
        "wall_label": labels.compartment(one.wall),
    }


def _untied(labels: Labels) -> dict[str, str]:
    _ = labels._
    said = {
        _("signed in"): ("sign in",),
        _("unlocked the sealed side"): ("unlock",),
        _("searched among sealed tickets"): ("search sealed",),
        _("changed how somebody signs in"): (
            *("password", "new app", "stop app", "add key", "remove key"),
            *("print codes", "set pin", "enrol device", "end device"),
        ),
        _("the code of conduct"): ("agree to conduct", "refuse conduct", "approve code"),
        _("changed who works here"): ("add staff", "deactivate", "suspend", "leaving", "supervisor", "appoint"),
        _("changed a key, or who holds it"): (
            *("create key", "grant", "take back", "renew key", "recover", "keeper", "no holder"),
            *("renew desk key", "destroy desk key"),
        ),
        _("took figures or lessons along"): ("export", "lessons", "sealed lessons"),
        _("changed the model that reads"): ("model",),
    }
    return {action: sentence for sentence, actions in said.items() for action in actions}
