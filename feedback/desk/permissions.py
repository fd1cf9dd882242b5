"""What a role may do: one table, and the question asked of it."""

from __future__ import annotations

from enum import StrEnum

from feedback.errors import NotAllowed
from feedback.models.staff import Role, Staff


class Action(StrEnum):
    """A verb of the desk. The first ones change where a ticket stands (`lifecycle`), the others do not."""

    TRIAGE = "triage"
    ASSIGN = "assign"
    ANSWER = "answer"
    RECALL = "recall"
    FAIL = "fail"
    CLOSE = "close"
    REOPEN = "reopen"
    READ = "read"
    ENTER = "enter"
    RAISE = "raise"
    OVERRIDE = "override"
    NOTE = "note"
    TELL = "tell"
    SCREEN = "screen"
    LISTEN = "listen"
    TRANSCRIBE = "transcribe"
    LEND = "lend"
    INTERPRET = "interpret"
    REFER = "refer"
    CALL = "call"
    CODE = "code"
    HOLD = "hold"
    REDACT = "redact"
    SETTLE = "settle"
    BREACHES = "breaches"
    BREACH_STEP = "breach step"
    PLAN = "plan"
    SUBJECT = "subject"
    LOWER = "lower"
    REVIEW = "review"
    DANGER = "danger"
    PASS_ON = "pass_on"  # noqa: S105 - no password
    EMERGENCY = "emergency"
    QUARANTINE = "quarantine"
    PUBLISH = "publish"
    ROTA = "rota"
    STANDING = "standing"
    TEAM = "team"
    SYSTEM = "system"
    AUDIT = "audit"


_TICKETS = {Action.READ, Action.ENTER, Action.RAISE, Action.NOTE, Action.TELL, Action.CODE, Action.PASS_ON}
_WORK = _TICKETS | {Action.OVERRIDE, Action.ASSIGN, Action.ANSWER, Action.RECALL, Action.CLOSE, Action.REOPEN}
_RIGHTS = {Action.SETTLE, Action.REDACT}
_NAMED = {Action.SUBJECT, Action.REFER}
_SEALED = _RIGHTS | _NAMED | {Action.LEND, Action.PLAN, Action.LOWER, Action.REVIEW, Action.EMERGENCY}
_HEAR = {Action.LISTEN, Action.TRANSCRIBE}
_BREACHES = {Action.BREACHES, Action.BREACH_STEP}
_KEEP = _BREACHES | {Action.TEAM, Action.PUBLISH, Action.ROTA, Action.STANDING}
_CLEARED = _WORK | _SEALED | _HEAR | {Action.SCREEN, Action.QUARANTINE, Action.CALL, Action.HOLD}

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.VOLUNTEER: frozenset(_TICKETS | {Action.OVERRIDE, Action.ANSWER, Action.RECALL, Action.CLOSE}),
    Role.SCREENER: frozenset(
        _TICKETS | _HEAR | {Action.SCREEN, Action.LEND, Action.CALL, Action.CLOSE, Action.QUARANTINE}
    ),
    Role.TRANSCRIBER: frozenset(_HEAR | {Action.READ, Action.RAISE, Action.NOTE}),
    Role.INTERPRETER: frozenset({Action.ENTER, Action.RAISE, Action.INTERPRET}),
    Role.AGENT: frozenset(_WORK),
    Role.FOCAL_POINT: frozenset(_CLEARED),
    Role.DUTY_OFFICER: frozenset(_CLEARED | {Action.DANGER}),
    Role.COORDINATOR: frozenset(_WORK | _SEALED | _KEEP),
    Role.PARTNER: frozenset({Action.READ, Action.RAISE, Action.NOTE, Action.PASS_ON, Action.ANSWER, Action.RECALL}),
    Role.AUDITOR: frozenset({Action.BREACHES, Action.AUDIT}),
    Role.OPERATOR: frozenset({Action.SYSTEM, Action.TEAM, Action.STANDING} | _BREACHES),
}
"""What each role may do at all; on which tickets is `visibility`'s word. Whoever runs the system sees no words (I12)."""


def may_hold(role: Role) -> bool:
    """May somebody of this role hold a compartment's key and pass a wall? Only who reads tickets, and no partner (decision 12)."""
    return Action.READ in ALLOWED[role] and role is not Role.PARTNER


def may(staff: Staff, action: Action) -> bool:
    """May this person do this at all?"""
    return staff.active and action in ALLOWED[staff.role]


def require(staff: Staff, action: Action) -> None:
    """Raises `NotAllowed` unless this person may do this."""
    if not may(staff, action):
        raise NotAllowed("Your role does not do this. Please ask a colleague who may.")
