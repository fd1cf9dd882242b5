"""How well the machine reads: shares by language and channel, each with how sure it is, and nothing where there are too few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from feedback.desk import figures, judging
from feedback.desk.judging import Danger, Judged, Share
from feedback.web.page import Page

WEEKS = 26


def show(page: Page) -> Response:
    """What the machine said, beside what people decided."""
    since, _ = figures.weeks(page.session, WEEKS)[0], page.words
    titles: dict[str, tuple[str, Callable[[str], str | None]]] = {
        "language": (_("By language"), page.labels.spoken),
        "channel": (_("By channel"), page.labels.channel),
        "sector": (_("By sector"), page.labels.sector),
        "model": (_("By model"), str),
    }
    return page.show(
        "machine.html",
        here="figures",
        since=since,
        tables=[
            {
                "title": title,
                "rows": [_row(page, one, label) for one in judging.by(page.session, page.staff, axis, since)],
            }
            for axis, (title, label) in titles.items()
        ],
        dangers=[_danger(page, one) for one in judging.dangers(page.session, page.staff, since)],
        enough=judging.ENOUGH,
    )


def _row(page: Page, one: Judged, label: Callable[[str], str | None]) -> dict[str, Any]:
    return {
        "label": (label(one.code) if one.code else None) or page.words("the rest"),
        "read": one.read,
        "shares": [_share(share) for share in (one.released, one.named, one.corrected)],
    }


def _share(share: Share) -> dict[str, str] | None:
    """A share in words for the page; None where there are too few to tell."""
    if not share.tells:
        return None
    low, high = share.interval()
    return {"percent": f"{100 * share.some / share.of:.0f} %", "between": f"{100 * low:.0f}–{100 * high:.0f}"}


def _danger(page: Page, one: Danger) -> dict[str, Any]:
    under = page.words("under 5")
    counts = (one.flagged, one.unsure, one.released)
    return {
        "label": page.labels.spoken(one.language),
        "counts": [under if many is None else str(many) for many in counts],
    }
