"""Somebody at the desk, seen from outside: pages they open, forms they send, tickets they find or do not find."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from starlette.testclient import TestClient

from feedback.models.staff import Staff


@dataclass
class Person:
    """A signed-in person with a browser of their own."""

    staff: Staff
    client: TestClient

    def read(self, path: str) -> str:
        """What a page says, without its tags."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return _words(answer.text)

    def status(self, path: str) -> int:
        """What a page answers with."""
        return self.client.get(path).status_code

    def press(self, path: str, **fields: str) -> str:
        """Send a form and follow it; what the page says then."""
        answer = self.client.post(path, data=fields)
        if answer.status_code == 303:
            return self.read(answer.headers["location"])
        assert answer.status_code == 200, (path, answer.status_code, _words(answer.text)[:400])
        return _words(answer.text)

    def find(self, words: str, *, within: str = "/inbox") -> str:
        """The address of the ticket whose line in a list holds these words."""
        links = re.findall(
            r'<a [^>]*href="(/tickets/[\w-]+)[^"]*"[^>]*>(.*?)</a>', self.client.get(within).text, re.DOTALL
        )
        found = [address for address, line in links if words in _words(line)]
        assert found, f"no line of {within} holds these words"
        return found[0]

    def card(self, words: str) -> str:
        """The address of the screening card that holds these words."""
        page = self.client.get("/screening").text
        for card in re.findall(r"<article.*?</article>", page, re.DOTALL):
            if words in _words(card):
                found = re.search(r'action="(/screening/[\w-]+)"', card)
                assert found is not None
                return found.group(1)
        raise AssertionError("no card holds these words")


def _words(page: str) -> str:
    page = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r"</?mark>", "", page)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page))).strip()
