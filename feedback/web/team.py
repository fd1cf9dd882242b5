"""The team: who works here, added with a first password and a second factor, let go at once."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback.desk import accounts, agreeing, factors, handover, sessions
from feedback.errors import Invalid
from feedback.models.staff import Role, Staff
from feedback.web.factors import picture
from feedback.web.page import Page
from feedback.web.render import LANGUAGES


def show(page: Page) -> Response:
    """Everyone, and the form to add one."""
    return _team(page)


def add(page: Page) -> Response:
    """One more; password and seed show this once."""
    role = next((one for one in Role if one == page.posted("role")), None)
    if role is None:
        raise Invalid({"role": "Choose what they are here for."})
    password = accounts.first_password()
    staff, seed = accounts.add(
        page.session,
        login=page.posted("login").strip(),
        name=page.posted("name"),
        role=role,
        password=password,
        by=page.staff,
        agency=page.posted("agency") or None,
        places=page.many("places"),
        sectors=page.many("sectors"),
        language=page.posted("language") if page.posted("language") in LANGUAGES else "en",
    )
    page.session.flush()
    added = {"name": staff.name, "login": staff.login, "password": password, "secret": seed, "qr": picture(staff, seed)}
    return _team(page, added)


def deactivate(page: Page) -> Response:
    """They are signed out at once (I15)."""
    compromised = page.posted("compromised") == "yes"
    accounts.deactivate(page.session, page.staff, page.path["reference"], compromised=compromised)
    return page.go("/team", said="deactivated")


def _team(page: Page, added: dict[str, Any] | None = None) -> Response:
    labels = page.labels
    seen, lacking = sessions.last_seen(page.session), factors.lacking(page.session)
    keys = factors.keys_of_all(page.session)
    typed = {name: "" if added else page.posted(name) for name in ("name", "login", "role", "agency", "language")}
    places, sectors = ([], []) if added else (page.many("places"), page.many("sectors"))
    return page.show(
        "team.html",
        here="team",
        staff=[
            _person(one, page, seen.get(one.id), lacks=one.id in lacking)
            | {"their_keys": [{"id": key.reference, "name": key.name} for key in keys.get(one.id, ())]}
            for one in accounts.team(page.session, page.staff)
        ],
        form=typed | {"places": places, "sectors": sectors},
        role_choices=list(labels.roles().items()),
        agency_choices=[(code, one.name) for code, one in labels.response.agencies.items()],
        place_choices=labels.places(),
        sector_choices=[
            (code, labels.sector(code)) for code, one in labels.response.sectors.items() if not one.restricted
        ],
        language_choices=list(LANGUAGES.items()),
        added=added,
        without_holder=len(handover.without_holder(page.session)),
        adding=bool(page.errors) and not page.path,
    )


def _person(one: Staff, page: Page, last_seen: Any, *, lacks: bool) -> dict[str, Any]:
    labels, everywhere = page.labels, page.words("everywhere")
    return {
        "id": one.reference,
        "name": one.name,
        "login": one.login,
        "role_label": labels.role(one),
        "places_label": ", ".join(labels.place(code) or code for code in one.places) or everywhere,
        "languages_label": LANGUAGES.get(one.language, one.language),
        "active": one.active,
        "second_factor": not lacks,
        "agreed": agreeing.has_agreed(page.session, one),
        "last_seen": last_seen,
        "may_deactivate": one.id != page.staff.id,  # nor print one's own codes here
        "leaves_on": one.leaves_on,
        "mending": bool(page.errors) and page.path.get("reference") == one.reference,
    }
