"""One documented context for every template, so that each can be rendered without a database."""

from __future__ import annotations

from types import SimpleNamespace as Shape
from typing import Any

from tests.feedback.web.sample_devices import devices, pin, pin_mine
from tests.feedback.web.sample_duty import figures, rota
from tests.feedback.web.sample_interpreting import interpret, interpret_one, lend, standing
from tests.feedback.web.sample_lessons import machine, sealed_lessons
from tests.feedback.web.sample_line import line, transcribe, transcript
from tests.feedback.web.sample_office import door, events, hand_over, quarantine, team, welcome
from tests.feedback.web.sample_rights import breaches, refer, request, requests, take_out
from tests.feedback.web.sample_screens import calls, code, intake, screening
from tests.feedback.web.sample_sign_in import conduct, printed_codes, settings
from tests.feedback.web.sample_tickets import frame, inbox, sealed, ticket
from tests.feedback.web.sample_words import before

CALL_BACK = Shape(code="48210937", say="The pump is mended.", language=None, answered=True)


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of a case → template and context. Times are counted from now."""
    every = frame()
    listed = every | inbox()
    return {
        "inbox": ("inbox.html", listed),
        "inbox_empty": ("inbox.html", listed | {"rows": [], "tabs": [], "pages": None}),
        "search_empty": ("inbox.html", listed | {"rows": [], "search": "tubewell"}),
        "search_sealed": ("inbox.html", listed | {"search": "tap", "among_sealed": {"looked": 5000, "older": True}}),
        "search_locked": ("inbox.html", listed | {"search": "tap", "not_among_sealed": True}),
        "ticket": ("ticket/show.html", listed | ticket()),
        "ticket_sealed": ("ticket/show.html", listed | ticket() | sealed()),
        "ticket_mend": (
            "ticket/show.html",
            listed | ticket() | {"errors": {"text": "Write an answer first."}, "draft": ""},
        ),
        "screening": ("screening.html", every | screening()),
        "screening_empty": ("screening.html", every | screening() | {"cards": [], "waiting": 0, "oldest": None}),
        "lend": ("lend.html", every | lend()),
        "lend_nobody": ("lend.html", every | lend() | {"people": [], "loans": []}),
        "interpret": ("interpret.html", every | interpret()),
        "interpret_empty": ("interpret.html", every | interpret() | {"rows": []}),
        "interpret_one": ("interpret_one.html", every | interpret_one()),
        "interpret_mend": (
            "interpret_one.html",
            every | interpret_one() | {"recording_url": "/interpret/l1/sound", "errors": {"text": "Write it."}},
        ),
        "standing": ("standing.html", every | standing()),
        "line": ("line.html", every | line()),
        "line_off": ("line.html", every | line() | {"held": None, "on_until": None, "phone": None}),
        "line_mend": ("line.html", every | line() | {"errors": {"safe": "Ask this first.", "text": "Write it."}}),
        "line_saved": ("line.html", every | line() | {"held": None, "code": "4821 0937", "code_words": "Your number."}),
        "line_task": ("line.html", every | line() | {"held": Shape(**vars(line()["held"]) | {"about": "q3v8"})}),
        "line_agent": ("line.html", every | line() | {"takes": False, "held": None, "waiting": [], "backs": []}),
        "transcribe": ("transcribe.html", every | transcribe()),
        "transcribe_empty": ("transcribe.html", every | transcribe() | {"rows": []}),
        "transcript": ("transcript.html", every | transcript()),
        "transcript_mend": (
            "transcript.html",
            every | transcript() | {"errors": {"text": "Write it."}, "ticket": None},
        ),
        "calls": ("calls.html", every | calls()),
        "calls_empty": ("calls.html", every | calls() | {"tasks": []}),
        "code": ("code.html", every | code() | {"result": None}),
        "code_unanswered": ("code.html", every | code()),
        "code_answered": ("code.html", every | code() | {"result": CALL_BACK}),
        "intake": ("intake.html", every | intake()),
        "intake_mend": (
            "intake.html",
            every | intake() | {"errors": {"safe": "Ask this first.", "phone": "This is no phone number."}},
        ),
        "intake_done": (
            "intake.html",
            every | intake() | {"done": Shape(code="48210937", say="Keep this number.", more=None, language="en")},
        ),
        "sign_in": ("sign_in.html", door()),
        "sign_in_mend": ("sign_in.html", door() | {"demo": [], "errors": {"password": "One of the three is wrong."}}),
        "password": (
            "password.html",
            every | {"min_length": 12, "must": True, "errors": {"again": "The two are not the same."}},
        ),
        "settings": ("settings.html", every | settings()),
        "settings_mend": (
            "settings.html",
            every | settings() | {"errors": {"key_name": "Write it.", "codes_password": "This is not your password."}},
        ),
        "settings_bare": ("settings.html", every | settings() | {"app": False, "codes_left": 0, "keys": []}),
        "settings_seed": (
            "settings.html",
            every | settings() | {"seed": "JBSWY3DPEHPK3PXP", "qr": "", "takes_keys": False},
        ),
        "printed_codes": ("printed_codes.html", every | printed_codes()),
        "conduct": ("conduct.html", every | conduct()),
        "conduct_agreed": ("conduct.html", every | conduct() | {"agreed": True}),
        "team": ("team.html", every | team()),
        "events": ("events.html", every | events()),
        "events_none": ("events.html", every | events() | {"lines": [], "pages": None}),
        "hand_over": ("hand_over.html", every | hand_over()),
        "hand_over_none": ("hand_over.html", every | hand_over() | {"lists": []}),
        "devices": ("devices.html", every | devices()),
        "devices_none": ("devices.html", every | devices() | {"devices": [], "enrolled": False}),
        "pin": ("pin.html", door() | pin()),
        "pin_mend": ("pin.html", door() | pin() | {"ask_password": True, "errors": {"pin": "It is wrong."}}),
        "pin_none": ("pin.html", door() | pin() | {"device": "", "people": []}),
        "pin_mine": ("pin_mine.html", every | pin_mine()),
        "pin_mine_no": ("pin_mine.html", every | pin_mine() | {"ready": False, "device": None}),
        "quarantine": ("quarantine.html", every | quarantine()),
        "quarantine_empty": ("quarantine.html", every | {"kept": []}),
        "requests": ("requests.html", every | requests()),
        "requests_mend": ("requests.html", every | requests() | {"rows": [], "errors": {"proof": "Say how."}}),
        "request": ("request.html", every | request("see")),
        "request_correct": ("request.html", every | request("correct", errors={"words": "Write what is right."})),
        "request_erase": ("request.html", every | request("erase")),
        "request_held": ("request.html", every | request("erase", held=True, second=True)),
        "take_out": ("take_out.html", every | take_out()),
        "take_out_held": ("take_out.html", every | take_out(held=True)),
        "refer": ("refer.html", every | refer()),
        "refer_mend": ("refer.html", every | refer(agreed=True, errors={"words": "Write it.", "shows": "Say it."})),
        "refer_made": ("refer.html", every | refer(out_until=before(hours=-72), url="https://desk.test/passed/q3v8")),
        "refer_no_unit": ("refer.html", every | refer(unit="")),
        "passed": ("passed.html", door() | {"state": "asked", "url": "/passed/q3v8", "words": ""}),
        "passed_opened": (
            "passed.html",
            door() | {"state": "opened", "url": "/passed/q3v8", "words": "A distributor asks for favours."},
        ),
        "passed_over": ("passed.html", door() | {"state": "over", "url": "/passed/q3v8", "words": ""}),
        "passed_wait": ("passed.html", door() | {"state": "wait", "url": "/passed/q3v8", "words": ""}),
        "breaches": ("breaches.html", every | breaches()),
        "breaches_told": (
            "breaches.html",
            every | breaches(sees=False, rows=[], errors={"kind": "Say what happened."}),
        ),
        "machine": ("machine.html", every | machine()),
        "machine_empty": (
            "machine.html",
            every | machine() | {"tables": [{"title": "By language", "rows": []}], "dangers": []},
        ),
        "sealed_lessons": ("sealed_lessons.html", every | sealed_lessons()),
        "sealed_lessons_empty": ("sealed_lessons.html", every | sealed_lessons() | {"wishes": [], "walls": []}),
        "figures": ("figures.html", every | figures()),
        "figures_empty": ("figures.html", every | figures() | {"tables": [], "publish": None}),
        "rota": ("rota.html", every | rota()),
        "rota_own": ("rota.html", every | rota() | {"keeps": False, "called": [], "turns": []}),
        "woken": ("woken.html", door() | {"url": "/w/q3v8", "done": None}),
        "woken_done": ("woken.html", door() | {"url": "/w/q3v8", "done": True}),
        "woken_over": ("woken.html", door() | {"url": "/w/q3v8", "done": False}),
        "error": (
            "error.html",
            every | {"title": "Nothing here", "sentence": "There is nothing here.", "back_url": "/inbox"},
        ),
        "welcome": ("welcome.html", every | welcome()),
    }
