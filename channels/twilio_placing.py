"""Calls that we place through Twilio: a colleague's phone first, then the person, neither seeing the other's number."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from channels import hotline
from channels.contract import CallNews, CallStep, Heard, HookRequest, Ring, Unreadable, Untrusted
from channels.hotline import Step
from channels.twilio_account import Form, TwilioAccount, one, query
from channels.twilio_script import SECONDS_TO_ANSWER, Script

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""A call with this status has ended."""

SEALED = r"[\w=-]{1,512}"
"""A number as it stands, encrypted, in an address of ours."""

_OURS, _LINE = r"[\w-]{1,24}", r"[\w.-]{1,40}"


class Placing:
    """Places a call and hears what becomes of it, by hook: `staff` (a colleague picked up), `bridge` (and pressed a
    key), `talks` (the person is there), `joined` (the joining has ended), `rung` (the colleague's call has ended)."""

    def __init__(self, adapter: str, account: TwilioAccount, script: Script, number: str) -> None:
        self._adapter, self._account, self._script, self._number = adapter, account, script, number
        self.hear: Mapping[str, Callable[[HookRequest, Form], Heard]] = {
            "staff": self._staff,
            "bridge": self._bridge,
            "talks": self._talks,
            "joined": self._joined,
            "rung": self._rung,
        }

    def ring(self, ring: Ring) -> str:
        """Call the colleague's phone. Raises `SendFailed`."""
        state = (
            {"person": self._script.seal(ring.person)}
            if ring.person
            else {"line": hotline.line_of(ring.wish, ring.language)}
        )
        placed = self._account.ask(
            lambda client: client.calls.create(
                to=ring.staff,
                from_=self._number,
                url=self._script.hook("staff", ours=ring.reference, **state),
                method="POST",
                status_callback=self._script.hook("rung", ours=ring.reference),
                status_callback_method="POST",
                timeout=SECONDS_TO_ANSWER,
            )
        )
        return str(placed.sid)

    def _staff(self, request: HookRequest, form: Form) -> Heard:
        person, line = query(request, "person", SEALED), query(request, "line", _LINE)
        state = {"person": person} if person else {"line": line or ""}
        return Heard(answer=self._script.ask_staff(ours=_ours(request), **state))

    def _bridge(self, request: HookRequest, form: Form) -> Heard:
        person, line = self._script.unseal(query(request, "person", SEALED)), query(request, "line", _LINE)
        if person is None and line is None:
            raise Unreadable("a number sealed under a token that is gone")
        return Heard(answer=self._script.join(_ours(request), person=person, line=line))

    def _talks(self, request: HookRequest, form: Form) -> Heard:
        return Heard(calls=(self._news(request, form, CallStep.TALKS),))

    def _joined(self, request: HookRequest, form: Form) -> Heard:
        reached = form.get("DialCallStatus") in ("completed", "answered")
        news = self._news(request, form, CallStep.ENDED if reached else CallStep.NOT_REACHED)
        return Heard(answer=self._script.turn(Step.ENDED, None, None), calls=(news,))

    def _rung(self, request: HookRequest, form: Form) -> Heard:
        status = one(form, "CallStatus", "[a-z-]{1,16}")
        news = self._news(request, form, CallStep.ENDED if status == "completed" else CallStep.STAFF_AWAY)
        return Heard(calls=(news,)) if status in OVER else Heard()

    def _news(self, request: HookRequest, form: Form, step: CallStep) -> CallNews:
        return CallNews(self._adapter, step, request.at, form["CallSid"], ours=_ours(request))


def _ours(request: HookRequest) -> str:
    ours = query(request, "ours", _OURS)
    if ours is None:
        raise Untrusted("a call of ours without its reference")
    return ours
