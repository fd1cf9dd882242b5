"""The inbox: what I may see and should do, in lists and by search."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from feedback.desk import inbox, perhaps, search
from feedback.desk.inbox import Which
from feedback.desk.views import Row
from feedback.web.forms import whole
from feedback.web.labels import Labels
from feedback.web.page import Page

USUAL = ("complaint", "request")
"""Kinds that a list does not name: nearly everything is one of them."""


def show(page: Page) -> Response:
    """A list; for its own refresh only the rows."""
    return page.show("inbox.html", block="rows", **beside(page, _which(page)))


def beside(page: Page, which: Which, *, current: str | None = None) -> dict[str, Any]:
    """Everything that the left half of the inbox needs. `current`: the reference of the ticket on the right.

    What is searched for is posted and never stands in an address: it may be a name (I17).
    """
    typed, number, sealed = page.posted("q").strip()[:200], whole(page.query.get("page", ""), least=1), None
    if typed:
        sealed = search.among_sealed(page.session, page.staff, typed)
        found = [*search.find(page.session, page.staff, typed), *(sealed.tickets if sealed else ())]
        rows, more = inbox.found(page.session, page.staff, list(dict.fromkeys(found))), False
    else:
        rows, more = inbox.listed(page.session, page.staff, which, page=number)
    needs = perhaps.waiting(page.session, page.staff) if which in (Which.SEALED, Which.MINE) else set()
    return {
        "here": "sealed" if which is Which.SEALED else "inbox",
        "rows": [row(one, page.labels, needs) for one in rows],
        "search": typed,
        "among_sealed": sealed,
        "not_among_sealed": bool(typed) and search.searches_sealed(page.staff) and not page.session.info.get("ring"),
        "tabs": _tabs(page, which),
        "refresh_url": None if typed else _url(which, page=number, live=True),
        "pages": {
            "newer_url": _url(which, page=number - 1) if number > 1 else None,
            "older_url": _url(which, page=number + 1) if more else None,
        },
        "current": current,
        "empty_url": page.parts.settings.sandbox_url or None,
    }


def row(one: Row, labels: Labels, needs: Collection[str] = ()) -> dict[str, Any]:
    """A line of a list, in the reader's words. A sealed one has none of the person's. `needs`: references of those on
    which something new waits."""
    title = one.title or None
    if one.compartment is not None:
        title = labels.code(one.code)
    return {
        "reference": one.reference,
        "title": title,
        "due": one.due_at if one.status != "closed" else None,
        "late": inbox.late(one),
        "urgent": labels.urgent(one.tier),
        "sector_label": labels.sector(one.sector, one.subcategory) if one.compartment is None else None,
        "kind_label": labels.kind(one.kind) if one.compartment is None and one.kind not in USUAL else None,
        "place_label": labels.place(one.place),
        "channel_label": labels.channel(one.channel),
        "at": one.at,
        "language": one.language if one.compartment is None else None,
        "compartment_label": labels.compartment(one.compartment),
        "told": one.status == "closed" and one.outcome == "told",
        "mine": one.mine,
        "needs": one.reference in needs,
    }


def _which(page: Page) -> Which:
    asked = page.query.get("list", "")
    return Which(asked) if asked in list(Which) else Which.TODO


def _url(which: Which, *, page: int = 1, live: bool = False) -> str:
    said = {
        "list": which.value if which is not Which.TODO else "",
        "page": str(page) if page > 1 else "",
        "live": "1" if live else "",
    }
    query = urlencode({name: value for name, value in said.items() if value})
    return f"/inbox?{query}" if query else "/inbox"


def _tabs(page: Page, which: Which) -> list[dict[str, Any]]:
    _ = page.words
    names = {
        Which.TODO: _("To do"),
        Which.MINE: _("Mine"),
        Which.WAITING: _("Answered"),
        Which.CLOSED: _("Closed"),
    }
    if inbox.has_sealed(page.staff):
        names[Which.SEALED] = _("Sealed")
    return [{"label": name, "url": _url(one), "current": one is which} for one, name in names.items()]
