"""Reads TwiML: the document a hook answers with, as a list of verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

LARGEST = 64 * 1024  # bytes; Twilio refuses longer documents


class BadTwiml(Exception):  # noqa: N818
    """The answer is no TwiML document."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One element of a document: its name, attributes, text and the verbs inside it."""

    name: str
    attributes: Mapping[str, str]
    text: str
    inside: tuple[Verb, ...] = ()


def read(document: str) -> tuple[Verb, ...]:
    """The verbs of a document, in order; none for an empty answer. Raises `BadTwiml`."""
    if not document.strip():
        return ()
    if len(document.encode()) > LARGEST or "<!DOCTYPE" in document:
        raise BadTwiml("A document type has no place in TwiML, and 64 kB is its limit.")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - without a document type there are no entities
    except ElementTree.ParseError:
        raise BadTwiml("The answer is not XML.") from None
    if root.tag != "Response":
        raise BadTwiml("The first element must be Response.")
    return tuple(_verb(element) for element in root)


def _verb(element: ElementTree.Element) -> Verb:
    inside = tuple(_verb(child) for child in element)
    return Verb(str(element.tag), dict(element.attrib), (element.text or "").strip(), inside)
