"""The settings of a person: how they sign in, with which second factors; each change asks for the password once more."""

from __future__ import annotations

import segno
from markupsafe import Markup
from starlette.responses import Response

from feedback.desk import app_codes, factors, printed, security_keys, sessions
from feedback.desk.security_keys import Pressed, Site
from feedback.errors import Invalid
from feedback.models.staff import Staff
from feedback.web.page import Page


def show(page: Page) -> Response:
    """All of it on one page."""
    return _settings(page)


def print_codes(page: Page) -> Response:
    """Ten codes on a page fit for printing, this once."""
    if not knows_password(page, "codes_password"):
        return _settings(page)
    return sheet(page, page.staff, factors.print_codes(page.session, page.staff, keep=page.token))


def renew_app(page: Page) -> Response:
    """Another app: its picture to scan, this once."""
    if not knows_password(page, "app_password"):
        return _settings(page)
    seed = factors.renew_app(page.session, page.staff, keep=page.token)
    return _settings(page, seed=seed, qr=picture(page.staff, seed))


def stop_app(page: Page) -> Response:
    """No app any more."""
    if not knows_password(page, "stop_password"):
        return _settings(page)
    factors.stop_app(page.session, page.staff, keep=page.token)
    return page.go("/settings", said="app_stopped")


def ask_key(page: Page) -> Response:
    """What the browser asks a new key."""
    options = security_keys.ask_to_register(page.session, page.staff, page.token, _site(page))
    return Response(options, media_type="application/json")


def add_key(page: Page) -> Response:
    """One more key, by its name."""
    if not knows_password(page, "key_password"):
        return _settings(page)
    pressed = Pressed(page.posted("answer"), page.token, _site(page))
    factors.add_key(page.session, page.staff, page.posted("key_name"), pressed)
    return page.go("/settings", said="key_added")


def remove_key(page: Page) -> Response:
    """One key less; sessions that it began end."""
    if not knows_password(page, "remove_password"):
        return _settings(page)
    factors.remove_key(page.session, page.staff, page.posted("key"), keep=page.token)
    return page.go("/settings", said="key_removed")


def give_codes(page: Page) -> Response:
    """Ten codes for a colleague, to be handed over on paper."""
    staff, codes = factors.give_codes(page.session, page.staff, page.path["reference"])
    return sheet(page, staff, codes)


def take_key(page: Page) -> Response:
    """A colleague's key that was lost counts no more."""
    factors.take_key(page.session, page.staff, page.path["reference"], page.posted("key"))
    return page.go("/team", said="key_taken")


def sheet(page: Page, staff: Staff, codes: list[str]) -> Response:
    """The page to print."""
    halves = [f"{code[:5]} {code[5:]}" for code in codes]
    own = staff.id == page.staff.id
    return page.show("printed_codes.html", name=staff.name, codes=halves, back_url="/settings" if own else "/team")


def picture(staff: Staff, seed: str) -> Markup:
    """What an authenticator app scans."""
    code = segno.make(app_codes.provisioning_uri(staff, seed), micro=False)
    return Markup(code.svg_inline(scale=4, border=3, dark="#000", light="#fff"))  # noqa: S704 - our own drawing


def knows_password(page: Page, name: str) -> bool:
    """Was the password typed into this field? A wrong one is told there."""
    if sessions.knows_password(page.session, page.staff, page.posted(name)):
        return True
    wrong_password(page, name)
    return False


def wrong_password(page: Page, name: str) -> None:
    """Say so at the field, without raising: the try must stay counted."""
    page.refusal = wrong = Invalid({name: "This is not your password."})
    page.errors = wrong.fields


def _settings(page: Page, *, seed: str | None = None, qr: Markup | None = None) -> Response:
    keys = security_keys.mine(page.session, page.staff)
    return page.show(
        "settings.html",
        app=page.staff.totp is not None,
        seed=seed,
        qr=qr,
        codes_left=printed.left(page.session, page.staff),
        keys=[{"id": one.reference, "name": one.name, "used_at": one.used_at} for one in keys],
        key_name=page.posted("key_name"),
        may_add=len(keys) < security_keys.MOST,
        takes_keys=_site(page).takes_keys,
    )


def _site(page: Page) -> Site:
    return Site.of(page.parts.settings.public_url)
