"""The colours of the desk can be read, on poor screens and by day and night."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feedback.web.render import STATIC

CSS = (STATIC / "desk.css").read_text()
TOKENS = {
    name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
}  # name → [light, dark]
TEXT = [
    *[
        (ink, ground)
        for ink in ("ink", "ink-2", "accent", "late", "sealed", "urgent", "ok")
        for ground in ("paper", "card")
    ],
    *[(tone, f"{tone}-soft") for tone in ("accent", "urgent", "late", "ok", "sealed")],
    *[("ink", f"{tone}-soft") for tone in ("accent", "urgent", "late", "ok", "sealed")],
    ("ink-2", "urgent-soft"),  # evidence quoted in a meta line
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "sealed"),  # in a sealed room the accent is violet
]


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_keeps_four_and_a_half_to_one(ink, ground, mode):
    assert contrast(TOKENS[ink][mode], TOKENS[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "card"])
@pytest.mark.parametrize("outline", ["edge", "accent", "sealed"])
def test_outlines_of_fields_and_of_the_focus_keep_three_to_one(outline, ground, mode):
    assert contrast(TOKENS[outline][mode], TOKENS[ground][mode]) >= 3


def test_the_measure_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_colours_stand_in_the_tokens_and_nowhere_else():
    _, _, rest = CSS.partition("@layer base {")
    screens, _, printed = rest.partition("@media print")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?! 32px)", screens.replace("#000 32px", ""))
    assert printed


def test_every_token_that_is_used_is_defined():
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= set(re.findall(r"--([\w-]+):", CSS))


def test_the_styles_load_nothing_from_elsewhere():
    for address in re.findall(r"url\(([^)]+)\)", CSS):
        assert (STATIC / address).is_file(), address
    assert "@import" not in CSS


def test_all_that_a_browser_loads_is_small():
    of_the_tablet = {"hpke.js", "pictograms.svg"}  # its size has a test of its own, on the wire
    desk = [path for path in Path(STATIC).rglob("*") if "tablet" not in path.parts and path.name not in of_the_tablet]
    assert sum(path.stat().st_size for path in desk if path.is_file()) < 400_000


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 of two colours written as #rrggbb."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
