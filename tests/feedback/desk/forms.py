"""Forms as tablets fill and seal them."""

from __future__ import annotations

import json
import secrets
from typing import Any

from feedback import clock
from feedback.desk.sync import Sealed
from feedback.seal import outbox
from feedback.wiring import Parts

TABLET = "a tablet of the tests"


def filled(**more: Any) -> dict[str, Any]:
    """A whole form: no water in Camp 9, agreed to in every way."""
    given: dict[str, Any] = {
        "version": 1,
        "key": secrets.token_urlsafe(18),
        "at": clock.now().isoformat(),
        "way": "matter",
        "interface": "en",
        "language": "rhg",
        "safe": "yes",
        "record": "yes",
        "refer": "yes",
        "contact": "yes",
        "sector": "wash",
        "subcategory": "no_water",
        "place": "camp-9",
        "text": "pani nai three days",
        **more,
    }
    return {name: value for name, value in given.items() if value is not None}


def sealed(parts: Parts, form: dict[str, Any]) -> Sealed:
    """The form as it lies in the outbox, padded as the tablet pads it."""
    named = parts.vault.tablet_key()
    assert named is not None
    return Sealed(form["key"], named[0], outbox.seal_form(named[1], json.dumps(form).encode(), key=form["key"]))
