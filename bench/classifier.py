"""Speed, noise and unseen languages of the classifier, as tables: `python bench/classifier.py [--sets FOLDER] [speed|noise|languages]`.

Speeds are also given as ratios within one run, so that runs on different machines can be compared.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from classifier import alarms, machine, shipping, trials
from classifier.figure import readings, texts
from classifier.screen import light_screen
from classifier.suggest import suggest, suggest_many
from classifier.text import words


def speed(sets: Path) -> None:
    """Microseconds a text, and how many times the splitting into words each step costs."""
    given = texts(
        [row for row in shipping.public(sets, "munro_disaster") if row["genre"] == "direct"][:2_000], "message"
    )
    suggest_many(given[:500])
    steps: dict[str, Callable[[], object]] = {
        "words": lambda: [words(text) for text in given],
        "light screen": lambda: [light_screen(text) for text in given],
        "lists": lambda: [machine.load().lists.find(text) for text in given],
        "suggest, batches of 500": lambda: [suggest_many(given[i : i + 500]) for i in range(0, len(given), 500)],
        "suggest, batches of 32": lambda: [suggest_many(given[i : i + 32]) for i in range(0, len(given), 32)],
        "suggest, one by one": lambda: [suggest(text) for text in given],
    }
    base = 0.0
    for name, act in steps.items():
        began = time.perf_counter()
        act()
        each = (time.perf_counter() - began) / len(given) * 1e6
        base = base or each
        print(f"{name:28} {each:9.1f} us {each / base:7.1f} x {1e6 / each:10,.0f}/s")


def noise(sets: Path) -> None:
    """Macro-F1 of eight sectors, clean and spoilt."""
    for figure in trials.sectors(sets):
        print(f"{figure.what:44} {figure.value:22} {figure.reach}")


def languages(sets: Path) -> None:
    """What becomes of texts in languages without labelled text: language told, verdict, sector given."""
    groups = {
        "bn, SIB-200": [r["text"] for r in shipping.public(sets, "sib200_en_bn_my") if r["lang"] == "bn"],
        "my, SIB-200": [r["text"] for r in shipping.public(sets, "sib200_en_bn_my") if r["lang"] == "my"],
        "bn, hate speech": texts(shipping.public(sets, "bengali_hate_speech")[::4], "text"),
        "bn-Latn, BnSentMix": texts(shipping.public(sets, "bnsentmix_bn_latn")[::4], "text"),
        "my, comments (measured only)": texts(shipping.public(sets, "myhatespeech_my_nc")[::4], "text"),
        "Kreyol, Urdu and others": [
            r["original"] for r in shipping.public(sets, "munro_disaster")[::4] if r["original"].strip()
        ],
        "rhg-Latn, seed": texts(shipping.seed("rhg-Latn"), "text"),
    }
    for name, given in groups.items():
        said = readings(machine.load(), given)
        spoken = ", ".join(
            f"{language} {count / len(said):.1%}"
            for language, count in Counter(one.language for one in said).most_common(3)
        )
        verdicts = ", ".join(
            f"{verdict} {count / len(said):.2%}"
            for verdict, count in Counter(one.verdict.value for one in said).most_common()
        )
        print(
            f"{name:30} {len(said):6} | {spoken} | {verdicts} | sector given {sum(one.sector is not None for one in said) / len(said):.1%}"
        )
    for figure in alarms.false_alarms(sets):
        print(f"{figure.what:44} {figure.language:4} {figure.value:10} {figure.reach}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", nargs="?", choices=("speed", "noise", "languages"))
    parser.add_argument("--sets", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    asked = parser.parse_args()
    for table in (speed, noise, languages):
        if asked.table in (None, table.__name__):
            table(asked.sets)
