"""The four stories of a rehearsal: a text, a call, a form, and a disclosure that stays behind its wall."""

from __future__ import annotations

import re

from channels.sandbox import sounds
from feedback.desk.inbox import Which
from feedback.ops.browser import Form, Seen
from feedback.ops.rehearse.stage import Stage, eventually, hold, need, reference

TEXT = "No water at the tap stand in Camp 9 block C since three days"
ANSWER = "The pump is repaired today. A truck brings water at four."
TOLD_BY_PHONE = "The clinic opens at eight. Go to the first desk."
FORM = "He asks where the new information point is, near the mosque"
TOLD_IN_PERSON = "It is beside the food outlet, open every day but Friday."
DISCLOSURE = "My husband beats me every night and I am afraid to go home"
NUMBERS = {"text": "+8801700000091", "call": "+8801700000092", "disclosure": "+8801700000093"}
RELEASE_AFTER = 1.5
"""Seconds that the machine has to open a text itself, before a screener does it."""


def text(stage: Stage) -> None:
    """A text comes in, and its answer goes back to the phone."""
    stage.story, number = "text", NUMBERS["text"]
    with stage.step("a text is answered once it is stored"):
        hold(stage.phone.text(number, TEXT).accepted, "the desk did not take it")
    with stage.step("the phone gets the acknowledgement"):
        stage.phone.wait_for_text(number)
    with stage.step("it reaches the agent, by the machine or a screener's key"):
        address = _reach(stage, TEXT, "open:wash")
    with stage.step("the agent answers"):
        _answer(stage, address, ANSWER)
    with stage.step("the answer arrives on the phone"):
        arrived = stage.phone.wait_for_text(number, after=1, seconds=15)
        hold(arrived.body == ANSWER, "other words arrived")
    with stage.step("the ticket is closed: told"):
        eventually(lambda: _closed_as_told(stage, address), "the ticket among the closed ones, told")


def call(stage: Stage) -> None:
    """A call leaves a message; the answer is told in a call back."""
    stage.story, number, sound = "call", NUMBERS["call"], sounds.tone(next(iter(sounds.TONES)))
    with stage.step("the hotline answers, offers languages and records"):
        line = stage.phone.call(number)
        hold(line.waiting == "keys" and bool(line.said), "the line does not offer languages")
        stage.phone.press("2")
        hold(stage.phone.press("3").waiting == "sound", "the line does not record")
        hold(stage.phone.record(sound).status == "completed", "the call did not end by itself")
    with stage.step("the recording is with a screener, and can be heard"):
        screener = stage.at("screener")
        seen = eventually(lambda: _with_sound(screener.get("/screening")), "a card with its recording", seconds=20)
        heard = screener.get(seen.sounds[0])
        hold(heard.status == 200 and heard.body[:4] == b"RIFF" and len(heard.body) == len(sound), "it is not the sound")
    with stage.step("the screener releases it with one key"):
        form = need(seen.form("/screening/"), "a form on the card")
        screener.submit(form, {"decision": "open:health"})
        address = f"/tickets/{reference(form.action)}"
    with stage.step("the agent answers; it becomes a call to make"):
        _answer(stage, address, TOLD_BY_PHONE)
    with stage.step("the agent calls back with the words and the number"):
        agent = stage.at("agent")
        task = need(agent.get("/calls").form("/calls/", says=TOLD_BY_PHONE), "a task with the words to say")
        hold(number not in task.words, "the number shows before the call is taken in hand")
        ask = need(_number_form(agent.get("/calls"), TOLD_BY_PHONE), "a way to take the call in hand")
        agent.submit(ask)
        told = need(_told_form(agent.get("/calls"), TOLD_BY_PHONE), "the call in hand")
        hold(number[-6:] in re.sub(r"\D", "", told.words), "the number does not show")
        agent.submit(told, {"outcome": "told"})
    with stage.step("the ticket is closed: told"):
        eventually(lambda: _closed_as_told(stage, address), "the ticket among the closed ones, told")


def form(stage: Stage) -> None:
    """A form is filled in; the person comes back with the code and hears the answer."""
    stage.story = "form"
    with stage.step("a volunteer fills in a form; the person gets a code"):
        volunteer = stage.at("volunteer")
        blank = need(volunteer.get("/intake").form("/intake"), "a form")
        said = {"safe": "yes", "consent_record": "yes", "consent_refer": "no", "text": FORM, "language": "en"}
        said |= {"sector": "accountability", "place": "camp-9", "contact": "code"}
        done = volunteer.submit(blank, said)
        code = need(re.search(r"\b\d{4} \d{4}\b", done.words), "a code for the person").group()
    with stage.step("the agent finds it and answers"):
        address = eventually(lambda: stage.at("agent").get("/inbox").link(FORM), "the form in the inbox")
        _answer(stage, address, TOLD_IN_PERSON)
    with stage.step("the code brings the answer, which is read out"):
        asked = volunteer.submit(need(volunteer.get("/code").form("/code"), "a field for the code"), {"code": code})
        hold(TOLD_IN_PERSON in asked.words, "the answer does not show")
        volunteer.submit(need(asked.form("/code/told"), "a way to say that they were told"), {"code": code})
    with stage.step("the ticket is closed: told"):
        eventually(lambda: _closed_as_told(stage, address), "the ticket among the closed ones, told")


def disclosure(stage: Stage) -> None:
    """A disclosure is behind its wall: nobody else learns that it exists, and nothing goes out but the usual thanks."""
    stage.story, number = "disclosure", NUMBERS["disclosure"]
    with stage.step("a disclosure is answered with the same words as any text"):
        before = _lists(stage)
        hold(stage.phone.text(number, DISCLOSURE).accepted, "the desk did not take it")
        usual = need(next(iter(stage.phone.inbox(NUMBERS["text"])), None), "an acknowledgement to compare with")
        hold(stage.phone.wait_for_text(number).body == usual.body, "the acknowledgement has other words")
    with stage.step("it stands behind its wall, by the machine or a screener's key"):
        address = eventually(lambda: _sealed(stage), "the disclosure among what is sealed")
    with stage.step("the agent sees it in no list, no count and no search"):
        agent = stage.at("agent")
        after = _lists(stage)
        hold(after == before, "a list or a count of the agent has changed")
        search = need(agent.get("/inbox").form("/inbox"), "a field to search with")
        for words in ("husband", DISCLOSURE):
            hold(address not in str(agent.submit(search, {"q": words}).links), "the search finds it")
    with stage.step("its address answers the agent as if nothing were there"):
        hidden, missing = agent.get(address), agent.get("/tickets/AAAAAAAAAAAAAA")
        hold(hidden.status == 404 == missing.status, f"the address answers {hidden.status}")
        hold(hidden.words == missing.words, "hidden and missing differ")
    with stage.step("the focal point opens it, and closes it once she was told face to face"):
        focal = stage.at("focal-gbv")
        opened = focal.get(address)
        hold(opened.status == 200, f"the page answers {opened.status}")
        focal.submit(need(opened.form(f"{address}/close"), "a way to close it"), {"outcome": "told"})
        hold(focal.get("/inbox?list=sealed").link("", to=address) is None, "it is still open")
    with stage.step("nothing else went out to the phone"):
        hold(len(stage.phone.inbox(number)) == 1, "a second text arrived")


STORIES = (text, call, form, disclosure)


def _reach(stage: Stage, words: str, decision: str) -> str:
    """The agent's address of a ticket: opened by the machine, or after a while by a screener."""
    agent, screener = stage.at("agent"), stage.at("screener")
    try:
        return eventually(lambda: agent.get("/inbox").link(words), "it in the inbox", seconds=RELEASE_AFTER)
    except Exception:
        card = eventually(lambda: screener.get("/screening").form("/screening/", says=words), "it before a screener")
        screener.submit(card, {"decision": decision})
        return eventually(lambda: agent.get("/inbox").link(words), "it in the inbox")


def _answer(stage: Stage, address: str, words: str) -> None:
    agent = stage.at("agent")
    form = need(agent.get(address).form(f"{address}/answer"), "a field for the answer")
    seen = agent.submit(form, {"text": words})
    hold(words in seen.words, "the answer does not stand in the thread")


def _closed_as_told(stage: Stage, address: str) -> bool | None:
    for found, words in stage.at("agent").get(f"/inbox?list={Which.CLOSED}").links:
        if found == address and "told" in words:
            return True
    return None


def _with_sound(seen: Seen) -> Seen | None:
    return seen if seen.sounds else None


def _number_form(seen: Seen, words: str) -> Form | None:
    return next((one for one in seen.forms if one.action.endswith("/number") and words in one.words), None)


def _told_form(seen: Seen, words: str) -> Form | None:
    told = (one for one in seen.forms if one.action.startswith("/calls/") and ("outcome", "told") in one.buttons)
    return next((one for one in told if words in one.words), None)


def _sealed(stage: Stage) -> str | None:
    """The address of what is sealed; as long as it waits for a screener, one puts it behind its wall."""
    card = stage.at("screener").get("/screening").form("/screening/", says=DISCLOSURE)
    if card is not None:
        stage.at("screener").submit(card, {"decision": "sensitive:T3-G"})
    return stage.at("focal-gbv").get(f"/inbox?list={Which.SEALED}").link("")


def _lists(stage: Stage) -> list[object]:
    """All that the agent's inbox shows of which tickets there are and how many."""
    agent = stage.at("agent")
    seen = [agent.get(f"/inbox?list={which}") for which in (Which.TODO, Which.MINE, Which.WAITING, Which.CLOSED)]
    return [(one.menu, [address for address, _ in one.links]) for one in seen]
