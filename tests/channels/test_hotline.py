"""The hotline's dialogue: its tables are complete, end, and keep the field's order."""

from __future__ import annotations

from collections.abc import Iterator

from channels.hotline import MAY_HAPPEN, NEXT, TURNS, Does, Happened, Language, Prompt, Step, is_sound, missing

BANGLA, ROHINGYA = Language("1", "bn", "বাংলা"), Language("2", "rhg-Latn", "Ruáingga")


def paths(step: Step = Step.LANGUAGE, so_far: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Every way through a call that is not hung up."""
    assert step not in so_far, "a caller can go round for ever"
    so_far = (*so_far, step)
    if TURNS[step].does is Does.HANG_UP:
        yield so_far
    for happened in MAY_HAPPEN[TURNS[step].does]:
        yield from paths(NEXT[step, happened], so_far)


def test_everything_that_may_happen_has_a_next_step_and_nothing_else_has() -> None:
    assert set(NEXT) == {(step, happened) for step in Step for happened in MAY_HAPPEN[TURNS[step].does]}


def test_every_call_ends_and_every_step_is_reached() -> None:
    assert {step for path in paths() for step in path} == set(Step)


def test_nobody_is_recorded_before_the_words_on_safety() -> None:
    for path in paths():
        said: list[Prompt] = []
        for step in path:
            said += TURNS[step].says
            assert TURNS[step].does is not Does.RECORD or Prompt.SAFE in said


def test_the_words_on_when_we_may_call_come_right_before_each_tone() -> None:
    boxes = [turn for turn in TURNS.values() if turn.does is Does.RECORD]
    assert boxes
    assert all(turn.says[-1] is Prompt.BEFORE_TONE for turn in boxes)


def test_who_presses_nothing_still_reaches_the_message_box() -> None:
    again = NEXT[Step.LANGUAGE, Happened.SILENCE]
    assert TURNS[NEXT[again, Happened.SILENCE]].does is Does.RECORD


def test_a_wrong_key_twice_still_reaches_the_message_box() -> None:
    again = NEXT[Step.LANGUAGE, Happened.WRONG_KEY]
    assert TURNS[NEXT[again, Happened.WRONG_KEY]].does is Does.RECORD


def test_a_sound_file_is_told_from_words() -> None:
    assert is_sound("https://example.org/safe.mp3")
    assert not is_sound("If you can't talk safely now, hang up.")


def test_prompts_that_a_caller_could_not_hear_are_listed() -> None:
    whole: dict[Prompt, str] = dict.fromkeys(Prompt, "words")
    recorded: dict[Prompt, str] = dict.fromkeys(Prompt, "https://example.org/x.mp3")
    prompts = {"bn": {**whole, Prompt.SAFE: ""}, "rhg-Latn": {**recorded, Prompt.THANKS: "words that no voice reads"}}
    assert missing(prompts, [BANGLA, ROHINGYA], spoken={"bn"}) == [("bn", Prompt.SAFE), ("rhg-Latn", Prompt.THANKS)]
