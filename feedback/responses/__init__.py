"""A response is data: taxonomy, tiers, deadlines, languages, places, routing and phrases, in versioned files."""

from __future__ import annotations

from feedback.responses.deadlines import Calendar, Step
from feedback.responses.load import BUILT_IN, load, versions
from feedback.responses.phrases import Phrases, Prompt, Prompts
from feedback.responses.reading import BadResponse
from feedback.responses.response import Response
from feedback.responses.routing import Agency, Desk, Route
from feedback.responses.stopping import StopWords
from feedback.responses.terms import (
    Acknowledgement,
    Labels,
    Language,
    Place,
    Retention,
    Screening,
    Sector,
    Subcategory,
    Subject,
    Term,
    Tier,
)

__all__ = [
    "BUILT_IN",
    "Acknowledgement",
    "Agency",
    "BadResponse",
    "Calendar",
    "Desk",
    "Labels",
    "Language",
    "Phrases",
    "Place",
    "Prompt",
    "Prompts",
    "Response",
    "Retention",
    "Route",
    "Screening",
    "Sector",
    "Step",
    "StopWords",
    "Subcategory",
    "Subject",
    "Term",
    "Tier",
    "load",
    "versions",
]
