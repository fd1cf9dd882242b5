"""Trials of danger, of languages and of speed, with the whole pipeline; what has seen a source is taught anew without it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from classifier import machine, shipping
from classifier.figure import Figure, reader, readings, share, split, texts
from classifier.rows import read
from classifier.screen import light_screen
from classifier.sensitivity import COMPARTMENT
from classifier.suggest import suggest
from classifier.suggestion import Verdict

BLIND = Path(__file__).parent / "blind.csv"


def disclosures(sets: Path) -> list[Figure]:
    """Disclosures from a source that the model has not learned from, at a stated load on ordinary SMS that it has not seen."""
    ordinary, known = split([row for row in shipping.public(sets, "munro_disaster") if row["genre"] == "direct"], 2_800)
    found = []
    for source, told in _sources(sets).items():
        lessons = [lesson for lesson in shipping.dangers(sets, known) if lesson.source != source]
        who = reader(danger=shipping.teach(shipping.DANGERS, True, lessons))
        said, other = readings(who, told), readings(who, texts(ordinary, "message"))
        scores, usual = (np.array([one.sensitive_confidence for one in group]) for group in (said, other))
        limit = float(np.quantile(usual, 0.99))
        rows = f"{len(told)} disclosures, {len(other):,} ordinary SMS"
        found += [
            Figure(
                "unseen source, flagged at 1 % of ordinary SMS",
                source,
                "en",
                rows,
                f"{(scores > limit).mean():.3f}",
                ">= .75",
            ),
            Figure("the same, verdict sensitive", source, "en", rows, f"{share(said, Verdict.SENSITIVE):.3f}", ""),
            Figure(
                "ordinary SMS, verdict sensitive",
                "munro_disaster",
                "en",
                rows,
                f"{share(other, Verdict.SENSITIVE):.4f}",
                "<= .01",
            ),
            Figure(
                "unseen source, not open (the gate of I22)",
                source,
                "en",
                rows,
                f"{1 - share(said, Verdict.OPEN):.3f}",
                ">= .98",
            ),
            Figure(
                "ordinary SMS read by a screener",
                "munro_disaster",
                "en",
                rows,
                f"{1 - share(other, Verdict.OPEN):.3f}",
                "",
            ),
        ]
    return found


def blind(_sets: Path) -> list[Figure]:
    """The shipped machine on texts in the manner of a camp, written by somebody who had seen neither lists nor seed texts."""
    given = list(read(BLIND))
    said = readings(machine.load(), [row["text"] for row in given])
    both = list(zip(given, said, strict=True))
    danger = [(row, one) for row, one in both if row["tier"] in COMPARTMENT]
    urgent, usual = ([one for row, one in both if row["tier"] == tier] for tier in ("T1", "T0"))
    told, where = [one for _, one in danger], "classifier/blind.csv, written by the project"
    lines = (
        ("danger let through without a person", len(told), share(told, Verdict.OPEN)),
        ("danger, verdict sensitive", len(told), share(told, Verdict.SENSITIVE)),
        (
            "danger, tier and so the wall right",
            len(told),
            float(np.mean([one.tier == row["tier"] for row, one in danger])),
        ),
        ("urgent need (T1) found", len(urgent), float(np.mean([one.tier == "T1" for one in urgent]))),
        ("ordinary text, many hard ones, verdict sensitive", len(usual), share(usual, Verdict.SENSITIVE)),
        ("the same, read by a screener", len(usual), 1 - share(usual, Verdict.OPEN)),
    )
    return [Figure(what, where, "en", str(count), f"{value:.3f}") for what, count, value in lines]


def false_alarms(sets: Path) -> list[Figure]:
    """Ordinary prose flagged as sensitive; in languages without labelled text: what is released, what sector is claimed wrongly."""
    found = []
    for language in ("en", "bn", "my"):
        rows = [row for row in shipping.public(sets, "sib200_en_bn_my") if row["lang"] == language]
        said = readings(machine.load(), texts(rows, "text"))
        count, where = f"{len(rows)}, none sensitive", "sib200_en_bn_my"
        found.append(
            Figure("flagged as sensitive", where, language, count, f"{share(said, Verdict.SENSITIVE):.4f}", "<= .01")
        )
        if language != "en":
            right = [
                one.sector is None or one.sector == row["label"] == "health"
                for one, row in zip(said, rows, strict=True)
            ]
            found.append(
                Figure("released without a screener", where, language, count, f"{share(said, Verdict.OPEN):.4f}", "0")
            )
            found.append(
                Figure("sector suggested and wrong", where, language, count, f"{1 - np.mean(right):.4f}", "<= .05")
            )
    return found


def speed(sets: Path) -> list[Figure]:
    """All axes with evidence, in processor time of one core; one text; the light screen."""
    given = texts(
        [row for row in shipping.public(sets, "munro_disaster") if row["genre"] == "direct"][:4_000], "message"
    )
    readings(machine.load(), given[:500])
    batch = _seconds(lambda: readings(machine.load(), given)) / len(given)
    one = _seconds(lambda: [suggest(text) for text in given[:400]]) / 400
    light = _seconds(lambda: [light_screen(text) for text in given]) / len(given)
    where = "munro_disaster, SMS"
    return [
        Figure(
            "batches of 500, all axes with evidence",
            where,
            "en",
            f"{len(given):,}",
            f"{1 / batch:,.0f}/s",
            ">= 2,000/s",
        ),
        Figure("one text, all axes", where, "en", "400", f"{one * 1e3:.2f} ms", "<= 3 ms"),
        Figure("light screen", where, "en", f"{len(given):,}", f"{light * 1e3:.3f} ms", "<= .05 ms"),
    ]


TRIALS: tuple[Callable[[Path], list[Figure]], ...] = (disclosures, blind, false_alarms, speed)


def _sources(sets: Path) -> dict[str, list[str]]:
    """Disclosures by source; the few of a third source are all in other words."""
    counsel = [
        r["text"]
        for r in shipping.public(sets, "counselchat_questions")
        if "1" in (r["domestic_violence"], r["self_harm"])
    ]
    posts = [r["text"] for r in shipping.public(sets, "cssrs_suicide_risk") if r["risk"] == "1"]
    coded = [
        r["text"]
        for r in shipping.public(sets, "ifrc_feedback_codes")
        if r["sensitive"] == "1" and r["lang_guess"] == "en"
    ]
    return {"counselchat_questions": counsel, "cssrs_suicide_risk": posts, "ifrc_feedback_codes": coded}


def _seconds(act: Callable[[], object]) -> float:
    """Processor time, so that what else the machine does is not counted."""
    began = time.process_time()
    act()
    return time.process_time() - began
