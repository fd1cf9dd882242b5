"""Phone numbers: how people write them, how we keep them (E.164), and how much of one a screen shows."""

from __future__ import annotations

import phonenumbers


def parse(written: str, region: str | None = None) -> str | None:
    """The number in E.164, or None where it is none that a person could be reached on.

    Reads spaces, dashes and the digits of any script. `region` ("BD") completes a number written without its country,
    which must then be a real one there: a slip of the pen should not reach a stranger. Short codes, sender names and
    extensions are None (they cannot be answered, R6).
    """
    if any(character.isalpha() for character in written):
        return None
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    whole = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    international = written.lstrip().startswith("+")
    if not whole or number.extension or not (international or phonenumbers.is_valid_number(number)):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def mask(number: str) -> str:
    """The last three digits, so that two numbers on one screen can be told apart: "••• ••• 417"."""
    return f"••• ••• {number[-3:]}" if len(number) > 6 else "••• •••"
