"""The browser for programs, on pages as the desk writes them."""

from __future__ import annotations

import httpx2

from feedback.ops import browser

PAGE = """<!doctype html><html><head><style>nothing</style></head><body>
<nav><a href="/inbox">Inbox <span>3</span></a></nav>
<article><p>No water</p><form method="post" action="/screening/one"><input type="hidden" name="csrf" value="abc">
<label><input type="checkbox" name="urgent"> today</label><button name="decision" value="open:wash">WASH</button></form></article>
<article><p>No&nbsp;gas</p><audio src="/recordings/two"></audio><form method="post" action="/screening/two">
<select name="place"><option value="">Not said</option><option value="camp-9" selected>Camp 9</option></select>
<input type="radio" name="safe" value="yes"><input type="radio" name="safe" value="no" checked>
<textarea name="text">as
typed</textarea></form></article>
<a href="/tickets/x1">Lamp
 broken</a></body></html>"""


def seen(body: str = PAGE) -> browser.Seen:
    return browser._read(httpx2.Response(200, text=body, headers={"content-type": "text/html; charset=utf-8"}), "/")


def test_a_form_is_found_by_the_words_on_its_card():
    form = seen().form("/screening/", says="No gas")
    assert form is not None
    assert form.action == "/screening/two"


def test_a_form_sends_what_a_browser_would_send_unchanged():
    one, two = seen().forms
    assert one.fields == {"csrf": "abc"}
    assert two.fields == {"place": "camp-9", "safe": "no", "text": "as\ntyped"}


def test_buttons_are_known_and_not_sent_unless_pressed():
    assert seen().forms[0].buttons == {("decision", "open:wash")}


def test_links_are_found_by_address_and_words():
    assert seen().link("Lamp broken") == "/tickets/x1"
    assert seen().link("Lamp", to="/inbox") is None


def test_menu_sounds_and_words_are_read_and_styles_are_not():
    page = seen()
    assert page.menu == "Inbox 3"
    assert page.sounds == ("/recordings/two",)
    assert "nothing" not in page.words
