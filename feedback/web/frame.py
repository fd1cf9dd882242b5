"""What stands around every page: who is here, where they can go, what has just been done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from feedback.desk import (
    breaches,
    callbacks,
    handover,
    inbox,
    lending,
    paging,
    perhaps,
    permissions,
    person_requests,
    reviews,
    transcribing,
)
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.models.staff import Staff
from feedback.web.labels import Labels

COOKIE = "__Host-said"


def of(session: Session, staff: Staff, labels: Labels) -> dict[str, Any]:
    """Name, role and place; the pages that this person has a use for, with what waits on each."""
    counts = inbox.counts(session, staff)
    _ = labels._
    pages = (
        ("inbox", _("Inbox"), Action.READ, counts.todo),
        ("screening", _("Screening"), Action.SCREEN, counts.screening),
        ("calls", _("Calls and visits"), Action.TELL, counts.tasks),
        ("line", _("Hotline"), Action.CALL, callbacks.count(session) if SCREENING in staff.clearances else None),
        ("transcribe", _("Transcripts"), Action.TRANSCRIBE, transcribing.count(session, staff) or None),
        ("interpret", _("To interpret"), Action.INTERPRET, lending.count(session, staff) or None),
        ("intake", _("In person"), Action.ENTER, None),
        ("code", _("Code"), Action.CODE, None),
        ("reviews", _("Second look"), Action.REVIEW, reviews.count(session, staff) or None),
        ("quarantine", _("Unreadable"), Action.QUARANTINE, counts.quarantine or None),
        ("figures", _("Figures"), Action.READ, None),
        ("requests", _("Data requests"), Action.SETTLE, person_requests.count(session, staff) or None),
        ("breaches", _("Data breaches"), Action.BREACHES, breaches.count(session, staff) or None),
        ("events", _("Events"), Action.AUDIT, None),
        ("team", _("Team"), Action.TEAM, None),
        ("standing", _("Standing"), Action.STANDING, None),
    )
    nav = [
        {"key": key, "label": label, "url": f"/{key}", "count": count}
        for key, label, needed, count in pages
        if permissions.may(staff, needed) and (key != "quarantine" or SCREENING in staff.clearances)
    ]
    if inbox.has_sealed(staff):
        nav.insert(1, {"key": "sealed", "label": _("Sealed"), "url": "/inbox?list=sealed", "count": counts.sealed})
        if needs := len(perhaps.waiting(session, staff)):
            nav.insert(2, {"key": "needs", "label": _("Needs you"), "url": "/inbox?list=sealed", "count": needs})
    if staff.clearances or permissions.may(staff, Action.ROTA):
        called = len(paging.mine(session, staff))
        nav.append({"key": "rota", "label": _("On duty"), "url": "/rota", "count": called or None})
    if leaving := len(handover.people(session, staff)):
        nav.append({"key": "hand-over", "label": _("Handing over"), "url": "/hand-over", "count": leaving})
    places = [label for code in staff.places if (label := labels.place(code))]
    me = {"name": staff.name, "role_label": labels.role(staff), "place_label": ", ".join(places[:2]) or None}
    return {"me": me, "nav": nav}


def said(_: Callable[[str], str]) -> dict[str, str]:
    """What a page says once after something was done, by its name."""
    return {
        "answered": _("The answer waits some seconds, then it goes out."),
        "by_hand": _("Somebody tells it by hand: it stands under Calls and visits."),
        "recalled": _("The answer was taken back. Nobody has seen it."),
        "confirmed": _("Thank you: that is how the machine learns."),
        "changed": _("Changed."),
        "sealed": _("It is sealed. Only those who are cleared for it see it now."),
        "assigned": _("It is given."),
        "noted": _("The note is kept."),
        "titled": _("The title is kept."),
        "closed": _("Closed."),
        "reopened": _("It is open again."),
        "screened": _("Sent on. Here is the next one."),
        "not_feedback": _("Put away as not feedback."),
        "lifted": _("Texts go to this number again."),
        "told": _("Told. Thank you."),
        "leaving": _("The day is kept. Handing over begins fourteen days before."),
        "not_reached": _("Noted. Try again at another hour."),
        "passed_on": _("It is passed on. They will hear as they wish, or come back."),
        "planned": _("Kept as agreed. From now on only this counts."),
        "consented": _("Kept. What was waiting on other terms is held."),
        "first": _("It goes out once, within the hours set."),
        "first_by_hand": _("Somebody asks by a call: it stands on top."),
        "danger": _("It stands on top: do it now. A colleague looks at it within a day."),
        "theirs": _("It stands with what was said here from now on."),
        "not_theirs": _("It is gone from here. It has a ticket of its own."),
        "lowered": _("It is lowered, and sealed to those who may read it now."),
        "wish_to_lower": _("A person said that it is sensitive: a second colleague decides."),
        "rightly": _("Kept: from now on lowering it takes two."),
        "subject": _("Kept. Who is accused sees nothing of it."),
        "passed": _("It is somebody else's now. Nobody asks why."),
        "reviewed": _("Kept. Thank you for looking."),
        "asked": _("You asked. Those who hold it are called, if there is such a ticket."),
        "decided": _("Decided."),
        "helped": _("The ticket for their help is open in the other room."),
        "counted": _("That somebody came is counted, and nothing else."),
        "deactivated": _("They are signed out and can't come back."),
        "settled": _("Put away."),
        "request": _("It is taken in. Tell them: we will look for it, and they hear within the time set."),
        "no_proof": _(
            "Kept as asked, and not done: say that they can come back with the code, or be called on their number."
        ),
        "settled_request": _("It is settled, and kept how."),
        "erased": _("It is erased for good."),
        "held": _("It was not erased: a hold stands. That they asked is kept."),
        "taken_out": _("The part is gone for good."),
        "kept_for": _("It is held: nothing of it is forgotten until the hold ends."),
        "let_go_of": _("The hold has ended."),
        "breach": _("Thank you for telling. Those who keep the register see it now."),
        "exported": _("The file is ready below."),
        "asked_lessons": _("You asked. Another holder decides."),
        "turn": _("The turn is on the rota."),
        "turn_ended": _("The turn has ended."),
        "looking": _("Thank you. Nobody else is called for now."),
        "line_on": _("You are on the line. Your phone rings when somebody calls."),
        "line_off": _("You are off the line."),
        "phone_kept": _("The number is kept. Only the exchange sees it."),
        "ringing": _("Your phone rings in a moment. Pick up, press any key, and you are joined."),
        "let_go": _("Nothing was kept. You are free for the next call."),
        "call_again": _("They are on the list of those to call back."),
        "unwished": _("They are not called again."),
        "transcribed": _("The transcript is with the ticket."),
        "lent": _("They have it for two hours."),
        "referral_back": _("The link opens nothing any more."),
        "taken_back": _("It is gone for them."),
        "rendered": _("Thank you. It is with those who asked, and gone here."),
        "given_back": _("It is gone here. Nobody asks why."),
        "standing": _("Kept."),
        "asked_transcript": _("It is asked for. Somebody cleared for it writes it down."),
        "enrolled": _("This device is enrolled. Volunteers set their PINs on it now."),
        "device_ended": _("It is signed out, with everybody on it."),
        "pin_set": _("Your PIN is kept. It works on this device only."),
        "app_stopped": _("Codes of an app count no more."),
        "key_added": _("The key is kept. Try it at your next sign-in."),
        "key_removed": _("The key counts no more."),
        "key_taken": _(
            "The key counts no more, and they are signed out where it let them in. Print codes if they have nothing else."
        ),
        "refused": _("You are signed out. The desk opens again once you accept the code of conduct."),
        "password": _("Your password is changed. Sign in with the new one."),
    }
