"""The light screen at intake: may this text be dangerous, so that people should look at it first? (decision 6)"""

from __future__ import annotations

from classifier.wordlists import dangers


def light_screen(text: str) -> bool:
    """Say whether a text may tell of abuse, of misconduct or of danger to life.

    It orders the work and pages the rota, it decides nothing else. Lists only, no model: some ten microseconds.
    When the lists themselves fail, the answer is yes.
    """
    try:
        return any(not hit.denied for hit in dangers().find(text))
    except Exception:  # danger first: a broken screen must not put a text last
        return True
