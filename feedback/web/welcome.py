"""The first page: what this person does here, and the numbers of today."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback.desk import inbox, permissions
from feedback.desk.permissions import Action
from feedback.web.page import Page


def show(page: Page) -> Response:
    """The steps that this role takes, in the order in which a message takes them."""
    settings = page.parts.settings
    return page.show("welcome.html", steps=_steps(page), demo=settings.demo, numbers=_numbers(page))


def _numbers(page: Page) -> list[tuple[str, int]]:
    if not permissions.may(page.staff, Action.READ):
        return []
    _, found = page.words, inbox.figures(page.session, page.staff)
    names = {"heard": _("heard today"), "told": _("told today"), "waiting": _("waiting"), "late": _("late")}
    return [(names[name], number) for name, number in found.items()]


def _steps(page: Page) -> list[dict[str, Any]]:
    _, phone = page.words, page.parts.settings.sandbox_url
    steps: list[tuple[Action | None, str, str, str | None, str]] = [
        (
            Action.SCREEN,
            _("Screen what came in"),
            _("One key sends a message on: to a sector in the open, or behind the right wall. Danger stands first."),
            "/screening",
            _("Start screening"),
        ),
        (
            Action.READ,
            _("See what waits for you"),
            _(
                "The inbox shows your places and sectors, what is due first on top. Correct the machine where it is wrong."
            ),
            "/inbox",
            _("Open the inbox"),
        ),
        (
            Action.ANSWER,
            _("Answer"),
            _("Say what was done, what was not, and why. It goes back the way it came."),
            None,
            "",
        ),
        (
            Action.TELL,
            _("Tell by hand"),
            _("Call-backs, visits, and answers that did not arrive, each with the words to say."),
            "/calls",
            _("Whom to call"),
        ),
        (
            Action.ENTER,
            _("Write down what somebody tells you"),
            _("Safety first, then consent, then the matter. They get a code, and need give no name."),
            "/intake",
            _("Start a form"),
        ),
        (
            Action.CODE,
            _("Somebody comes back with a code"),
            _("Read out the answer if there is one. No code is ever refused."),
            "/code",
            _("Type the code"),
        ),
        (
            Action.TEAM,
            _("Look after the team"),
            _("Add somebody, or let somebody go: they are signed out at once."),
            "/team",
            _("Open the team"),
        ),
    ]
    found = [
        {"title": title, "text": text, "url": url, "action": action}
        for needed, title, text, url, action in steps
        if needed is None or permissions.may(page.staff, needed)
    ]
    if phone:
        text = _("A drawn phone on a page: write anything, in any language, and see it arrive here.")
        found.insert(
            0, {"title": _("Send a text from the phone"), "text": text, "url": phone, "action": _("Open the phone")}
        )
    if not found:
        found = [
            {
                "title": _("Nothing to do here yet"),
                "text": _("Your role has no page of its own yet. Nothing is hidden from you that you could do."),
                "url": None,
                "action": "",
            }
        ]
    return found
