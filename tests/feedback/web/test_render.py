"""Every template renders with its documented context, in every language, with no code of the page inside it."""

from __future__ import annotations

import ast
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import UndefinedError
from jinja2.ext import babel_extract

from feedback.desk import exports
from feedback.errors import filled, said_in
from feedback.web import render
from tests.feedback.web.sample_tickets import row
from tests.feedback.web.samples import pages

PAGES = pages()
FRAGMENTS = [
    ("inbox", "rows"),
    ("ticket", "ticket"),
    ("ticket_sealed", "ticket"),
    ("ticket_mend", "ticket"),
    ("screening", "cards"),
    ("calls", "tasks"),
    ("error", "ticket"),
]
WEB = Path(render.__file__).parent
NO_WORDS_FOR_STAFF = {
    "Answered on the spot.",  # an answer, kept as it was said
    "There is a line that is none of ours; nothing was done.",  # to an operator, on the command line
    exports.CAPTION,  # to whoever has the file
}
VOID = {"meta", "link", "input", "br", "img"}


class Markup(HTMLParser):
    """Collects tags, complains of what is not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", list(render.LANGUAGES))
@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_renders_with_its_documented_context_and_is_well_formed(name, language):
    template, context = PAGES[name]
    html = render.render(template, language=language, **context)
    markup = Markup(html)
    assert not markup.open
    assert f'<html lang="{language}"' in html


@pytest.mark.parametrize("language", list(render.LANGUAGES))
@pytest.mark.parametrize(("name", "block"), FRAGMENTS)
def test_a_fragment_is_the_same_words_as_in_its_page(name, block, language):
    template, context = PAGES[name]
    fragment = render.render_block(template, block, language=language, **context)
    assert fragment.strip() in render.render(template, language=language, **context)
    assert "<html" not in fragment


@pytest.mark.parametrize("name", list(PAGES))
def test_no_page_carries_code_or_style_of_its_own_or_loads_from_elsewhere(name):
    template, context = PAGES[name]
    for tag, attributes in Markup(render.render(template, **context)).tags:
        assert tag != "style"
        assert tag != "script" or attributes.get("src", "").startswith("/static/")
        assert not [a for a in attributes if a == "style" or a.startswith(("on", "hx-on", "hx-vals", "hx-headers"))]
        for where in ("src", "href", "action", "formaction", "hx-get", "hx-post"):
            assert re.match(r"[/#](?!/)", attributes.get(where, "/")), (tag, attributes)


@pytest.mark.parametrize("name", list(PAGES))
def test_every_post_works_without_scripts_and_carries_its_token(name):
    template, context = PAGES[name]
    for form in re.findall(r"<form.*?</form>", render.render(template, **context), re.DOTALL):
        opening = Markup(form).tags[0][1]
        if opening["method"] == "get":
            continue
        assert '<input type="hidden" name="csrf" value="c5rf">' in form
        assert opening["action"] == opening.get("hx-post", opening["action"])
        assert "<button" in form


@pytest.mark.parametrize("name", list(PAGES))
def test_every_field_is_labelled_and_ids_are_used_once(name):
    template, context = PAGES[name]
    html = render.render(template, **context)
    tags = Markup(html).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes.get("for") for tag, attributes in tags if tag == "label"}
    for tag, attributes in tags:
        if tag in ("input", "select", "textarea") and attributes.get("type") not in ("hidden", "radio", "checkbox"):
            assert attributes.get("id") in labelled or "aria-label" in attributes, attributes
        for described in (attributes.get("aria-describedby") or "").split():
            assert described in ids


def test_two_lists_never_fight_over_a_key():
    for name in ("ticket", "screening", "calls"):
        template, context = PAGES[name]
        first = re.split(r'<article class="card', render.render(template, **context))[:2]
        keys = re.findall(r'data-key="([^"]+)"', "".join(first))
        assert len(keys) == len(set(keys)), name
        assert not {"j", "k"} & set(keys)


def test_words_of_people_are_escaped_on_every_page():
    template, context = PAGES["inbox"]
    html = render.render(template, **context)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_what_was_typed_stays_and_the_error_stands_beside_its_field():
    template, context = PAGES["intake_mend"]
    html = render.render(template, **context)
    assert "the tap by the school is dry</textarea>" in html
    assert 'aria-invalid="true" aria-describedby="e-phone"' in html
    assert '<span class="error" id="e-phone">This is no phone number.</span>' in html


def test_a_password_is_never_written_back():
    html = render.render("password.html", **PAGES["password"][1] | {"current": "river"})
    assert 'type="password" value=""' in html
    assert "river" not in html


def test_a_sealed_page_says_nothing_in_its_title_and_shows_how_to_leave():
    template, context = PAGES["ticket_sealed"]
    html = render.render(template, **context)
    assert "<title>Desk</title>" in html
    assert 'id="leave" href="/help"' in html
    assert "data-cover" in html
    assert "GBV" not in render.render(template, **PAGES["ticket"][1])


def test_a_sealed_ticket_is_opened_as_a_page_of_its_own():
    template, context = PAGES["inbox"]
    rows = [row("open", "a"), row("shut", "b", compartment_label="GBV")]
    html = render.render(template, **context | {"rows": rows})
    assert 'hx-get="/tickets/open"' in html
    assert 'href="/tickets/shut"' in html
    assert 'hx-get="/tickets/shut"' not in html


def test_a_ticket_offers_only_what_is_allowed():
    template, context = PAGES["ticket"]
    html = render.render(template, **context | {"allowed": set()})
    posts = set(re.findall(r'action="(/tickets/[^"]+)"', html))
    assert posts == {
        "/tickets/q3v8Zt1LrYk/undo",
        "/tickets/q3v8Zt1LrYk/recall/1",
    }  # offered by the flash and by the reply


def test_a_name_that_is_missing_is_an_error_and_not_a_blank():
    with pytest.raises(UndefinedError):
        render.render("calls.html")


def test_a_language_that_we_do_not_speak_is_answered_in_english():
    assert 'lang="en"' in render.render("error.html", language="fr", **PAGES["error"][1])


def test_every_word_of_the_interface_is_translated_with_the_same_gaps():
    wanted = _messages()
    assert "Right" in wanted
    assert "due %(time)s" in wanted
    for language in ("bn", "my"):
        with (WEB / "locale" / f"{language}.po").open("rb") as source:
            have = {message.id: message.string for message in read_po(source, locale=language) if message.id}
        assert not sorted(wanted - {id for id, string in have.items() if string}), f"add these to {language}.po"
        for id, string in have.items():
            assert sorted(_gaps(id)) == sorted(_gaps(string)), id


def test_no_translation_is_kept_of_words_that_nobody_says_any_more():
    said = _messages() | _constants()
    for language in ("bn", "my"):
        with (WEB / "locale" / f"{language}.po").open("rb") as source:
            kept = {message.id for message in read_po(source, locale=language) if message.id}
        assert not sorted(kept - said), f"take these out of {language}.po"


def test_a_sentence_with_a_number_in_it_is_said_in_another_language():
    sentence = filled("This is too long: at most %(most)s characters.", most=160)
    assert sentence == "This is too long: at most 160 characters."
    assert said_in(render.translate("bn"), sentence) == "এটি খুব বড়: সর্বোচ্চ 160 অক্ষর।"


def test_a_static_address_changes_with_the_content():
    assert re.fullmatch(r"/static/desk\.css\?v=[0-9a-f]{12}", render.static("desk.css"))
    assert render.static("desk.css")[-12:] != render.static("desk.js")[-12:]


def _messages() -> set[str]:
    found: set[str] = set()
    options = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
    for path in (WEB / "templates").rglob("*.html"):
        for _, _, message, _ in babel_extract(io.BytesIO(path.read_bytes()), ("_", "gettext"), [], options):
            found.add(message if isinstance(message, str) else message[0])
    for path in WEB.rglob("*.py"):
        found |= {
            message for _, message, _, _ in extract("python", io.BytesIO(path.read_bytes()), {"_": None, "words": None})
        }
    for path in (WEB.parent / "desk").glob("*.py"):
        found |= _sentences(ast.parse(path.read_text(encoding="utf-8")))
    return found


def _constants() -> set[str]:
    """Every text of the code that pages are made of: tables hold words that are translated later."""
    files = [*WEB.rglob("*.py"), *WEB.parent.glob("*.py"), *(WEB.parent / "desk").glob("*.py")]
    nodes = (node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _sentences(tree: ast.Module) -> set[str]:
    """Whole sentences in the code of the desk: refusals and what to mend; each is shown to staff."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs)
    return {str(node.value) for node in texts if re.fullmatch(r"[A-Z].+[.?]", str(node.value))} - NO_WORDS_FOR_STAFF


def _gaps(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)s|\{\w+\}", text)
