"""What staff read of requests about data, of parts taken out and of breaches, in their language."""

from __future__ import annotations

from typing import Any

from feedback.desk.permissions import Action, may
from feedback.models.ticket import Ticket
from feedback.web.labels import Choices, Labels
from feedback.web.page import Page


class Rights:
    """The labels for one reader."""

    def __init__(self, labels: Labels) -> None:
        self._ = labels._

    def rights(self) -> dict[str, str]:
        """What a person may ask."""
        _ = self._
        return {
            "see": _("See or hear what is held about them"),
            "correct": _("Correct it"),
            "erase": _("Have it erased"),
        }

    def proofs(self) -> dict[str, str]:
        """How somebody knows that it is their matter."""
        _ = self._
        return {
            "code": _("They gave the code"),
            "called_back": _("Called back on the number of the ticket"),
            "known": _("I know them: I wrote it down with them"),
            "not_shown": _("They could not show it"),
        }

    def refusals(self) -> Choices:
        """Why it is not done."""
        _ = self._
        return [
            ("others", _("It would harm or expose somebody else")),
            ("law", _("The law needs it to be kept")),
            ("held", _("An investigation needs it")),
            ("not_theirs", _("It is not their matter")),
            ("not_shown", _("They could not show that it is theirs")),
            ("taken_back", _("They wish it no more")),
        ]

    def reasons(self) -> dict[str, str]:
        """Why a part was taken out."""
        _ = self._
        return {
            "not_needed": _("nobody needs to know it"),
            "other_person": _("it is about another person"),
            "wrong_ticket": _("it belongs elsewhere"),
            "asked": _("they asked for it"),
            "dangerous": _("it puts somebody in danger"),
        }

    def parts(self) -> dict[str, str]:
        """The parts of a ticket."""
        _ = self._
        return {
            "message": _("Message"),
            "transcript": _("Transcript"),
            "recording": _("Recording"),
            "reply": _("Answer"),
            "note": _("Note"),
            "visit": _("Visit"),
            "correction": _("Correction"),
            "translation": _("Translation"),
            "answered": _("Their answer"),
            "title": _("Title"),
            "fact": _("Answer on a form"),
        }

    def leaks(self) -> dict[str, str]:
        """What happened."""
        _ = self._
        return {
            "lost_device": _("A phone, tablet or computer is lost"),
            "lost_paper": _("Paper is lost"),
            "wrong_person": _("Something went to the wrong person"),
            "seen": _("Somebody saw or heard what they may not"),
            "account": _("Somebody used another one's account"),
            "taken": _("Data was copied or carried away"),
            "other": _("Something else"),
        }

    def affected(self) -> dict[str, str]:
        """What is concerned."""
        _ = self._
        return {
            "contacts": _("Names, numbers, shelters"),
            "words": _("What people said"),
            "recordings": _("Recordings"),
            "sensitive": _("Sensitive matters"),
            "staff": _("Accounts of colleagues"),
            "not_known": _("Not known yet"),
        }

    def steps(self) -> dict[str, str]:
        """What is done about a breach, as buttons."""
        _ = self._
        return {
            "contained": _("It is contained"),
            "assessed": _("It is assessed"),
            "told": _("Those concerned are told"),
            "nobody": _("Nobody has to be told"),
            "closed": _("Close it"),
        }


def of_ticket(page: Page, ticket: Ticket) -> dict[str, Any]:
    """What the page of a ticket offers: a request, a hold, a part to take out, the register."""
    rights = Rights(page.labels)
    of_breach = (ticket.sector, ticket.subcategory) == ("conduct", "data_breach")
    return {
        "rights": list(rights.rights().items()) if may(page.staff, Action.CODE) else [],
        "proofs": list(rights.proofs().items()),
        "held": ticket.held,
        "breach_url": f"/breaches?ticket={ticket.reference}" if of_breach else None,
    }


def taken_out(labels: Labels, kind: str, reason: str) -> str:
    """What stands where a part was."""
    rights = Rights(labels)
    return labels._("%(part)s taken out: %(reason)s") % {
        "part": rights.parts()[kind],
        "reason": rights.reasons()[reason],
    }
