"""On duty: who is called when, where nobody is, and the key by which somebody who was called says that they look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from feedback.desk import paging, permissions, rota
from feedback.desk.permissions import Action
from feedback.web import look
from feedback.web.page import Page, check_origin
from feedback.web.render import render
from feedback.wiring import Parts

_FIELDS = ("compartment", "rung", "login", "phone", "sex", "since", "until")


def show(page: Page) -> Response:
    """One's own turns and calls; for whoever keeps the rota all turns, its gaps and the form."""
    keeps = permissions.may(page.staff, Action.ROTA)
    labels = page.labels
    return page.show(
        "rota.html",
        here="rota",
        called=paging.mine(page.session, page.staff),
        turns=[_turn(page, one) for one in rota.turns(page.session, page.staff)],
        keeps=keeps,
        gaps=[
            {
                "label": labels.compartment(gap.compartment),
                "since": gap.since,
                "until": gap.until,
                "outside": gap.outside,
            }
            for gap in (rota.gaps(page.session) if keeps else ())
        ],
        lacks=_lacks(page, rota.lacks(page.session)) if keeps else [],
        form={name: page.posted(name) for name in _FIELDS}
        | {"outside": page.posted("outside") == "yes", "languages": page.many("languages")},
        sex_choices=_sexes(page),
        language_choices=labels.languages(),
        compartment_choices=[
            (code, term.labels.said(page.language)) for code, term in labels.response.compartments.items()
        ],
        staff_choices=rota.candidates(page.session, page.staff) if keeps else [],
    )


def add(page: Page) -> Response:
    """One more turn; its times are those of the response."""
    turn = rota.Asked(
        compartment=page.posted("compartment"),
        rung=int(page.posted("rung")) if page.posted("rung").isdecimal() and len(page.posted("rung")) < 3 else 0,
        since=_moment(page, "since"),
        until=_moment(page, "until"),
        phone=page.posted("phone"),
        login=page.posted("login"),
        outside=page.posted("outside") == "yes",
        sex=page.posted("sex"),
        languages=tuple(page.many("languages")),
    )
    rota.add(page.session, page.staff, turn)
    return page.go("/rota", said="turn")


def end(page: Page) -> Response:
    """This turn is over now."""
    rota.remove(page.session, page.staff, page.path["reference"])
    return page.go("/rota", said="turn_ended")


def confirm(page: Page) -> Response:
    """I look."""
    paging.confirm(page.session, page.staff)
    return page.go("/rota", said="looking")


async def woken(request: Request) -> Response:
    """The link in a call: a page with one key, and what it says once that is pressed. It shows and opens nothing."""
    parts: Parts = request.app.state.parts
    if request.method != "POST":
        return _woken(request, None)
    check_origin(request)
    done = await run_in_threadpool(_confirm, parts, request.path_params["word"])
    return _woken(request, done)


def _confirm(parts: Parts, word: str) -> bool:
    with parts.database.transaction() as session:
        return paging.confirm_by_word(session, word)


def _woken(request: Request, done: bool | None) -> Response:
    context = {"done": done, "url": request.url.path, "back": "/", **look.of(request).frame()}
    return HTMLResponse(render("woken.html", language=look.language_of(request), **context))


def _lacks(page: Page, found: Sequence[rota.Lack]) -> list[dict[str, Any]]:
    """A row each; one for all compartments that lack the same at the same time."""
    labels = page.labels
    alike: dict[tuple[Any, ...], list[str | None]] = {}
    for one in found:
        here = alike.setdefault((one.woman, one.languages, one.since, one.until), [])
        here.append(labels.compartment(one.compartment))
    return [
        {
            "labels": here,
            "woman": woman,
            "languages": ", ".join(labels.spoken(code) for code in languages),
            "since": since,
            "until": until,
        }
        for (woman, languages, since, until), here in alike.items()
    ]


def _turn(page: Page, one: rota.Turn) -> dict[str, Any]:
    return {
        "id": one.reference,
        "label": page.labels.compartment(one.compartment),
        "rung": one.rung,
        "name": one.name or page.words("somebody outside"),
        "outside": one.outside,
        "phone": one.phone,
        "since": one.since,
        "until": one.until,
        "speaks": ", ".join(page.labels.spoken(code) for code in one.languages),
        "sex_label": dict(_sexes(page))[one.sex] if one.sex else None,
    }


def _sexes(page: Page) -> list[tuple[str, str]]:
    return [("woman", page.words("A woman")), ("man", page.words("A man")), ("", page.words("not said"))]


def _moment(page: Page, name: str) -> datetime:
    """A time of the form, in the zone of the response; one that can't be read is long ago, which no turn is."""
    try:
        written = datetime.fromisoformat(page.posted(name))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return written.replace(tzinfo=page.labels.response.calendar.zone).astimezone(UTC)
