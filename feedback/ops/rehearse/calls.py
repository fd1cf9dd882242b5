"""The rehearsal's two live calls: a caller who asks for a woman, and one who rings free of charge and is called back."""

from __future__ import annotations

import re

from channels.sandbox.start import DESK_PHONE
from feedback.ops.browser import Form, Seen
from feedback.ops.demo.settings import RINGS
from feedback.ops.rehearse.stage import Stage, eventually, hold, need

SAID = "They gave me no blanket at the distribution yesterday"
CALLER, RINGER = "+8801700000094", "+8801700000095"


def live_call(stage: Stage) -> None:
    """Somebody asks for a woman, waits, is joined with her, and what they said becomes a ticket."""
    stage.story = "live call"
    with stage.step("a caller asks for a woman and waits"):
        stage.phone.call(CALLER)
        stage.phone.press("2")
        hold(stage.phone.press("1").waiting == "somebody", "nobody is on the line for them")
    with stage.step("her phone rings, and a key joins them"):
        _answer_at_the_desk(stage)
        seen = eventually(lambda: _says(stage, "You are joined"), "the call in hand on her screen")
        hold(CALLER[-6:] not in re.sub(r"\D", "", seen.words), "the caller's number shows")
        stage.phone.hang_up()
    with stage.step("what was said is written down beside the call; they get a code"):
        said = {"what": "keep", "safe": "yes", "consent_record": "yes", "text": SAID, "sector": "shelter_nfi"}
        done = stage.at("screener").submit(_in_hand(stage), said)
        hold("Their code" in done.words, "there is no code for the caller")
    with stage.step("the agent finds it in the inbox"):
        eventually(lambda: stage.at("agent").get("/inbox").link(SAID), "what was said in the inbox")


def call_back(stage: Stage) -> None:
    """Somebody rings the free number; the desk calls them back, and neither side sees a number."""
    stage.story = "call-back"
    with stage.step("a call to the free number is turned away, and costs nothing"):
        turned = stage.phone.call(RINGER, to=RINGS)
        hold((turned.status, turned.said) == ("busy", []), "it was taken")
    with stage.step("it stands among those to call back; a press lets the phones ring"):
        screener = stage.at("screener")
        wish = eventually(lambda: screener.get("/line").form("/line/back/"), "a wish to be called back")
        hold(RINGER[-6:] not in re.sub(r"\D", "", wish.words), "their number shows")
        hold("Your phone rings" in screener.submit(wish).words, "her phone does not ring")
    with stage.step("hers first, then theirs; no machine speaks to them"):
        _answer_at_the_desk(stage)
        eventually(lambda: stage.phone.rings(RINGER) or None, "a phone that rings for them")
        theirs = stage.phone.answer(RINGER)
        hold((theirs.waiting, theirs.said) == ("talk", []), "they hear a machine")
        eventually(lambda: _says(stage, "You are joined"), "the call in hand on her screen")
        stage.phone.hang_up()
    with stage.step("nothing is kept, as they wished"):
        done = stage.at("screener").submit(_in_hand(stage), {"what": "let_go"})
        hold("Nothing was kept" in done.words, "it is still in hand")


def _answer_at_the_desk(stage: Stage) -> None:
    eventually(lambda: stage.phone.rings(DESK_PHONE) or None, "a phone that rings at the desk")
    stage.phone.answer(DESK_PHONE)
    stage.phone.press("5")


def _says(stage: Stage, words: str) -> Seen | None:
    seen = stage.at("screener").get("/line")
    return seen if words in seen.words else None


def _in_hand(stage: Stage) -> Form:
    return need(stage.at("screener").get("/line").form("/line/calls/"), "the form of the call in hand")
