"""The headers of every response, errors, hooks and static files too (D52)."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from feedback.models.staff import Role
from feedback.web import errors
from feedback.web.headers import HEADERS, KEPT, Headers
from feedback.web.render import static
from feedback.web.routes import DESK
from tests.factories import Desk, signed, text_form

WANTED = {
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _exact(response: object) -> dict[str, str]:
    headers = response.headers  # type: ignore[attr-defined]
    assert {name.lower() for name in HEADERS} == WANTED
    for name, value in HEADERS.items():
        assert headers.get_list(name) == [value], name
    assert "server" not in headers
    assert len(headers.get_list("cache-control")) == 1
    return dict(headers)


@pytest.mark.plan("D52")
@ON_SQLITE
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 303),
        ("GET", "/sign-in", 200),
        ("POST", "/sign-in", 403),
        ("DELETE", "/sign-in", 405),
        ("GET", "/nothing/here", 404),
        ("GET", "/inbox", 303),
        ("POST", "/inbox", 403),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/static/../app.py", 404),
        ("POST", "/hooks/twilio-sms/inbound", 403),
        ("POST", "/hooks/nobody/inbound", 404),
        ("GET", "/hooks/twilio-sms/inbound", 405),
    ],
)
def test_every_response_to_who_is_not_signed_in_has_them_and_is_not_kept(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert _exact(response)["cache-control"] == "no-store"


@pytest.mark.plan("D52")
@ON_SQLITE
@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_who_is_signed_in_has_them_and_is_not_kept(client: TestClient, desk: Desk, role: Role) -> None:
    """Each address that is read, whatever it answers this role; what takes a name is asked for one that is not there."""
    desk.enter(client, desk.staff(role))
    paths = {at.path.format(reference="none") for at in DESK if at.method == "GET"}
    assert {
        "/devices",
        "/requests",
        "/breaches",
        "/lessons",
        "/machine",
        "/standing",
        "/hand-over",
        "/interpret",
    } < paths
    for path in paths:
        assert _exact(client.get(path))["cache-control"] == "no-store", path


@pytest.mark.plan("D52")
@ON_SQLITE
def test_every_refused_form_has_them_and_is_not_kept(client: TestClient, desk: Desk) -> None:
    desk.enter(client, desk.staff(Role.COORDINATOR))
    for at in (at for at in DESK if at.method == "POST"):
        response = client.post(at.path.format(reference="none", reply="none"), headers={"x-csrf-token": "0" * 64})
        assert response.status_code == 403, at.path
        assert _exact(response)["cache-control"] == "no-store", at.path


@pytest.mark.plan("D52")
@ON_SQLITE
def test_a_hook_that_was_answered_has_them(client: TestClient) -> None:
    form = text_form("no water")
    _exact(client.post("/hooks/twilio-sms/inbound", data=form, headers=signed("/hooks/twilio-sms/inbound", form)))


@pytest.mark.plan("D52")
@ON_SQLITE
def test_static_files_may_be_kept_for_good(client: TestClient) -> None:
    assert _exact(client.get(static("desk.css")))["cache-control"] == KEPT


@pytest.mark.plan("D52")
def test_a_crash_has_them_too_and_says_nothing_of_what_went_wrong() -> None:
    def crash(request: Request) -> Response:
        raise ValueError("canary words")

    app = Starlette(
        routes=[Route("/x", crash), Route("/hooks/x", crash)], exception_handlers={Exception: errors.handle_crash}
    )
    app.middleware_stack = Headers(app.build_middleware_stack())
    with TestClient(app, raise_server_exceptions=False) as client:
        for path in ("/x", "/hooks/x"):
            response = client.get(path)
            assert response.status_code == 500
            assert _exact(response)["cache-control"] == "no-store"
            assert "canary" not in response.text


def test_the_policy_is_built_up_from_nothing_and_lets_no_inline_code_in() -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "*" not in HEADERS["Content-Security-Policy"]
