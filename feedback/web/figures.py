"""Figures: four numbers, then each sector and place; and the months that may be taken along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from babel.dates import format_date
from starlette.responses import Response

from feedback.desk import exports, figures, months, permissions, publishing
from feedback.desk.figures import Loop, Part
from feedback.desk.permissions import Action
from feedback.web.page import Page

SPANS = (4, 13, 26, 52)
ROWS = 24
BAR, GAP, HIGH = 7, 2, 24


def show(page: Page) -> Response:
    """What was heard and what came of it, over the tickets that this person may see."""
    weeks = figures.weeks(page.session, _span(page))
    labels = page.labels
    sectors = figures.by(page.session, page.staff, "sector", weeks)
    places = figures.by(page.session, page.staff, "place", weeks)
    highest = max((number for part in (*sectors, *places) for number in part.weeks), default=0)
    return page.show(
        "figures.html",
        here="figures",
        numbers=_numbers(page, figures.loop(page.session, page.staff, weeks[0], weeks[-1])),
        tables=[
            {
                "title": page.words("By sector"),
                "rows": _rows(sectors, labels.sector, page.words("not known yet"), highest),
            },
            {"title": page.words("By place"), "rows": _rows(places, labels.place, page.words("not known"), highest)},
        ],
        spans=[_tab(page, many) for many in SPANS],
        since=weeks[0],
        publish=_publish(page) if permissions.may(page.staff, Action.PUBLISH) else None,
    )


def export(page: Page) -> Response:
    """Publish months and make a file of them."""
    exports.make(page.session, page.staff, page.many("months"))
    return page.go("/figures#exports", said="exported")


def fetch(page: Page) -> Response:
    """The file, for a spreadsheet or as plain lines. Its name says nothing."""
    if page.query.get("as") == "xlsx":
        workbook = exports.fetch_xlsx(page.session, page.staff, page.path["reference"])
        name = 'attachment; filename="figures.xlsx"'
        return Response(workbook, media_type=_XLSX, headers={"Content-Disposition": name})
    text = exports.fetch(page.session, page.staff, page.path["reference"])
    name = 'attachment; filename="figures.csv"'
    return Response(text, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _numbers(page: Page, loop: Loop) -> list[dict[str, Any]]:
    _ = page.words
    return [
        {"label": _("heard"), "value": loop.heard, "note": None, "tone": ""},
        {
            "label": _("answered on time"),
            "value": f"{_percent(loop)} %" if loop.owed else "–",
            "note": _("of %(n)s owed by now") % {"n": loop.owed},
            "tone": "",
        },
        {"label": _("told"), "value": loop.told, "note": None, "tone": "ok"},
        {
            "label": _("waiting"),
            "value": loop.waiting,
            "note": _("%(n)s of them late") % {"n": loop.late} if loop.late else None,
            "tone": "late" if loop.late else "",
        },
    ]


def _rows(
    parts: list[Part], label: Callable[[str | None], str | None], unknown: str, highest: int
) -> list[dict[str, Any]]:
    return [
        {
            "label": label(part.code) or unknown,
            "loop": part.loop,
            "percent": _percent(part.loop) if part.loop.owed else None,
            "bars": _bars(part.weeks, highest),
            "weeks": ", ".join(str(number) for number in part.weeks),
            "width": len(part.weeks) * (BAR + GAP),
        }
        for part in parts[:ROWS]
    ]


def _bars(weeks: tuple[int, ...], highest: int) -> list[dict[str, int]]:
    """One bar a week, all of a page on one scale; a week with anybody in it shows."""
    tall = [-(-number * HIGH // highest) if highest else 0 for number in weeks]
    return [{"x": place * (BAR + GAP), "y": HIGH - high, "height": high} for place, high in enumerate(tall) if high]


def _percent(loop: Loop) -> int:
    return 100 * loop.on_time // loop.owed if loop.owed else 0


def _publish(page: Page) -> dict[str, Any]:
    made = exports.made(page.session, page.staff)
    return {
        "months": [(month, _month(page, month)) for month in publishing.ready(page.session)],
        "made": [
            {
                "url": f"/figures/exports/{one.reference}",
                "label": ", ".join(_month(page, month) for month in one.months),
                "until": one.until,
            }
            for one in made
        ],
    }


def _month(page: Page, month: str) -> str:
    first: date = months.first_of(month)
    return str(format_date(first, "MMMM y", locale=page.language))


def _span(page: Page) -> int:
    asked = page.query.get("weeks", "")
    return int(asked) if asked in [str(many) for many in SPANS] else figures.WEEKS


def _tab(page: Page, many: int) -> dict[str, Any]:
    label = page.words("%(n)s weeks") % {"n": many}
    return {"label": label, "url": f"/figures?weeks={many}", "current": many == _span(page)}
