"""What a filled-in form says: its fields, checked, and as facts that are kept beside the words."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from channels.in_person import Form
from feedback.desk import codes

MOST_SOUND = 3_000_000
"""Bytes of a voice note: two minutes at the rate that tablets record with, and some to spare."""

LONGEST_TERMS = 200
"""Characters of what fits a plan."""

SOUNDS = ("audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav")

Line = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=8000)]


class Way(StrEnum):
    """Which of the tablet's questions were asked."""

    MATTER = "matter"  # the whole form
    SPOT = "spot"  # answered on the spot
    SERIOUS = "serious"  # somebody told something serious
    COUNT = "count"  # they did not agree to a record (R15)


class Agreed(StrEnum):
    """What a person said to a question of consent; nobody asked is not yes (R15)."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Sound(_Part):
    """A voice note."""

    media_type: str
    seconds: Annotated[int, Field(ge=0, le=600)]
    content: bytes

    @field_validator("media_type")
    @classmethod
    def _known(cls, value: str) -> str:
        kind = value.split(";")[0].strip().lower()
        if kind not in SOUNDS:
            raise ValueError("not a kind of sound that we play")
        return kind

    @field_validator("content", mode="before")
    @classmethod
    def _bytes(cls, value: object) -> bytes:
        try:
            sound = base64.b64decode(str(value), validate=True)
        except binascii.Error:
            raise ValueError("not sound") from None
        if not 0 < len(sound) <= MOST_SOUND:
            raise ValueError("no sound, or too much")
        return sound


class Filled(_Part):
    """One form as a tablet or a table of somebody else's says it. Codes are looked up later: an odd one loses no word."""

    version: Literal[1] = 1
    key: str
    at: AwareDatetime
    way: Way
    code: str | None = None  # one of those set aside for the tablet
    by: Line = ""  # who says that they filled it in, on a shared tablet
    pin: Line = ""  # what shows it; never kept
    language: Line | None = None  # that the person speaks
    interface: Line = ""  # that the volunteer reads
    safe: Agreed = Agreed.NOT_ASKED
    record: Agreed = Agreed.NOT_ASKED
    refer: Agreed = Agreed.NOT_ASKED
    contact: Agreed = Agreed.NOT_ASKED
    sector: Line | None = None
    subcategory: Line | None = None
    kind: Line | None = None
    place: Line | None = None
    text: Words = ""
    answer: Words = ""
    phone: Line = ""
    name: Line = ""
    terms: Words = ""  # when and how they may be reached
    who: dict[Line, Line] = Field(default_factory=dict)
    tier: Line | None = None  # of something serious; None: the volunteer could not tell
    handed_to: Line = ""
    handed_at: Line = ""
    report: dict[Line, Words] = Field(default_factory=dict)
    sound: Sound | None = None

    @field_validator("key")
    @classmethod
    def _key(cls, value: str) -> str:
        if not Form.is_key(value):
            raise ValueError("not the key of a form")
        return value

    @field_validator("code")
    @classmethod
    def _code(cls, value: str | None) -> str | None:
        return codes.read(value) if value else None

    @field_validator("who", "report")
    @classmethod
    def _few(cls, value: dict[str, str], seen: ValidationInfo) -> dict[str, str]:
        allowed = WHO if seen.field_name == "who" else REPORT
        if set(value) - set(allowed):
            raise ValueError("a field that no form has")
        return {name: words for name, words in value.items() if words}


WHO = (
    "sex",
    "age",
    "disability",
    *(f"wg_{what}" for what in ("seeing", "hearing", "walking", "remembering", "selfcare", "communicating")),
    "access",
    "group",
    "behalf",
    "many",
)
"""What may be said of a person without saying who they are; the six of the Washington Group's short set among them."""

REPORT = ("who", "where", "when", "under_18", "going_on", "knows", "pass_on")
"""What a report on an aid worker may hold beside the person's words, and nothing beyond (domain.md section 2)."""


def facts(filled: Filled) -> dict[str, str]:
    """What is kept beside the words, by name; nothing that was left empty. Consent says when and in which language (R15)."""
    said = {
        "way": filled.way.value,
        "safe": filled.safe.value,
        "consent_record": filled.record.value,
        "consent_refer": filled.refer.value,
        "consent_contact": filled.contact.value,
        "consent_asked_at": filled.at.isoformat(timespec="minutes"),
        "consent_language": filled.language or "",
        "form_language": filled.interface,
        "name": filled.name,
        "terms": filled.terms,
        "handed_to": filled.handed_to,
        "handed_at": filled.handed_at,
        **filled.who,
        **{f"report_{name}": words for name, words in filled.report.items()},
    }
    if filled.way is Way.SERIOUS:  # of these consents and a plan are kept (`form_consents`)
        said |= dict.fromkeys(("consent_record", "consent_refer", "consent_contact"), "")
        said["terms"] = filled.terms if len(filled.terms.strip()) > LONGEST_TERMS else ""
    return {name: words for name, words in said.items() if words and words != Agreed.NOT_ASKED}
