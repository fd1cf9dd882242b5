"""The hotline's dialogue: its tables are complete, end, and keep the field's order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels.contract import Wish
from channels.hotline import (
    CLOSED,
    KEYS,
    MAY_HAPPEN,
    NEXT,
    TURNS,
    WISHES,
    Does,
    Happened,
    Language,
    Prompt,
    Step,
    after,
    is_sound,
    line_of,
    missing,
)

BANGLA, ROHINGYA = Language("1", "bn", "বাংলা"), Language("2", "rhg-Latn", "Ruáingga")
ASKED = (Step.PERSON, Step.PERSON_AGAIN)
HOURS = pytest.mark.parametrize("is_open", [True, False], ids=["in hours", "out of hours"])


def paths(is_open: bool, step: Step = Step.LANGUAGE, so_far: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Every way through a call that is not hung up."""
    assert step not in so_far, "a caller can go round for ever"
    so_far = (*so_far, step)
    if TURNS[step].does is Does.HANG_UP:
        yield so_far
    for happened in MAY_HAPPEN[TURNS[step].does]:
        yield from paths(is_open, after(step, happened, is_open=is_open), so_far)


def everywhere() -> list[tuple[Step, ...]]:
    return [*paths(True), *paths(False)]


def test_everything_that_may_happen_has_a_next_step_and_nothing_else_has() -> None:
    assert set(NEXT) == {(step, happened) for step in Step for happened in MAY_HAPPEN[TURNS[step].does]}


def test_every_call_ends_and_every_step_is_reached() -> None:
    assert {step for path in everywhere() for step in path} == set(Step)


def test_nobody_is_recorded_or_waits_before_the_words_on_safety() -> None:
    for path in everywhere():
        said: list[Prompt] = []
        for step in path:
            said += TURNS[step].says
            assert TURNS[step].does not in (Does.RECORD, Does.QUEUE) or Prompt.SAFE in said


def test_the_words_on_when_we_may_call_come_right_before_each_first_tone() -> None:
    for path in everywhere():
        boxes = [step for step in path if TURNS[step].does is Does.RECORD]
        assert not boxes or TURNS[boxes[0]].says[-1] is Prompt.BEFORE_TONE


@HOURS
def test_who_presses_nothing_is_never_turned_away(is_open: bool) -> None:
    step = Step.LANGUAGE
    while TURNS[step].does in (Does.ASK_LANGUAGE, Does.ASK_PERSON):
        step = after(step, Happened.SILENCE, is_open=is_open)
    assert step is (Step.WAIT_ANYONE if is_open else Step.BOX_CLOSED)


@HOURS
def test_wrong_keys_all_the_way_are_never_turned_away(is_open: bool) -> None:
    step = Step.LANGUAGE
    while TURNS[step].does in (Does.ASK_LANGUAGE, Does.ASK_PERSON):
        step = after(step, Happened.WRONG_KEY, is_open=is_open)
    assert step is (Step.WAIT_ANYONE if is_open else Step.BOX_CLOSED)


def test_the_keys_are_the_fields_own_and_none_asks_how_urgent_it_is() -> None:
    assert KEYS == {"1": Happened.WOMAN, "2": Happened.MAN, "3": Happened.MESSAGE, "0": Happened.ANYONE}


@pytest.mark.parametrize("step", ASKED)
def test_who_asks_for_a_woman_waits_for_a_woman_and_never_gets_a_man(step: Step) -> None:
    assert WISHES[NEXT[step, Happened.WOMAN]] is Wish.WOMAN
    assert line_of(Wish.WOMAN, "bn") not in {line_of(Wish.MAN, "bn"), line_of(Wish.ANYONE, "bn")}


@pytest.mark.parametrize("step", ASKED)
def test_silence_and_0_mean_whoever_is_free(step: Step) -> None:
    assert WISHES[NEXT[step, Happened.SILENCE]] is WISHES[NEXT[step, Happened.ANYONE]] is Wish.ANYONE


@pytest.mark.parametrize("step", list(WISHES))
def test_who_waited_for_nobody_comes_to_the_message_box(step: Step) -> None:
    assert TURNS[NEXT[step, Happened.NOBODY_CAME]].does is Does.RECORD


def test_out_of_hours_nobody_waits_and_everybody_hears_when_someone_listens() -> None:
    for path in paths(False):
        assert not {TURNS[step].does for step in path} & {Does.QUEUE, Does.ASK_PERSON}
        assert Prompt.OUT_OF_HOURS in [prompt for step in path for prompt in TURNS[step].says]
    assert set(CLOSED) == {Step.PERSON}


def test_a_message_that_is_cut_off_may_go_on_once() -> None:
    more = NEXT[Step.BOX, Happened.RECORDED_FULL]
    assert TURNS[more] == ((Prompt.TOO_LONG,), Does.RECORD)
    assert {NEXT[more, happened] for happened in MAY_HAPPEN[Does.RECORD]} == {Step.THANKED}


def test_a_sound_file_is_told_from_words() -> None:
    assert is_sound("https://example.org/safe.mp3")
    assert not is_sound("If you can't talk safely now, hang up.")


def test_prompts_that_a_caller_could_not_hear_are_listed() -> None:
    whole: dict[Prompt, str] = dict.fromkeys(Prompt, "words")
    recorded: dict[Prompt, str] = dict.fromkeys(Prompt, "https://example.org/x.mp3")
    prompts = {"bn": {**whole, Prompt.SAFE: ""}, "rhg-Latn": {**recorded, Prompt.THANKS: "words that no voice reads"}}
    assert missing(prompts, [BANGLA, ROHINGYA], spoken={"bn"}) == [("bn", Prompt.SAFE), ("rhg-Latn", Prompt.THANKS)]
