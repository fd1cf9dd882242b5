"""Somebody has a code. Whatever the code, the screen and the words are the same unless an answer waits (decision 8)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback.desk import returning
from feedback.web.page import Page


def show(page: Page) -> Response:
    """Ask for the eight digits."""
    return _form(page, None)


def look(page: Page) -> Response:
    """The answer, or the words that every other code gets."""
    return _form(page, _result(page, returning.ask(page.session, page.staff, page.posted("code"))))


def told(page: Page) -> Response:
    """The answer was read out to them."""
    returning.told(page.session, page.staff, page.posted("code"))
    return page.go("/code", said="told")


def visit(page: Page) -> Response:
    """How they wish to hear goes to whoever has the matter."""
    labels = page.labels
    said = [page.posted("reach").strip(), page.posted("back").strip(), labels.place(page.posted("place"))]
    terms = " · ".join(one for one in said if one)
    returning.visit(page.session, page.staff, page.posted("code"), terms)
    return page.go("/code", said="passed_on")


def visit_again(page: Page) -> Response:
    """The second form once more, with what to mend."""
    return _form(page, _result(page, returning.Asked(None)))


def _result(page: Page, asked: returning.Asked) -> dict[str, Any]:
    phrases, language = page.parts.response.phrases, page.language
    say = asked.answer if asked.answer is not None else phrases.text("will_look", language)
    spoken = None if asked.answer is not None else phrases.language_of("will_look", language)
    return {"code": page.posted("code"), "say": say, "language": spoken, "answered": asked.answer is not None}


def _form(page: Page, result: dict[str, Any] | None) -> Response:
    return page.show(
        "code.html",
        here="code",
        typed=page.posted("code"),
        place_choices=page.labels.places(),
        result=result,
        reach=page.posted("reach"),
        back=page.posted("back"),
        place=page.posted("place"),
    )
