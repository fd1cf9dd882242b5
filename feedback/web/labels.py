"""What people read instead of codes: of the response, and of the desk itself, in one reader's language."""

from __future__ import annotations

from feedback.models.staff import Staff
from feedback.responses import Response
from feedback.web.render import translate
from feedback.web.wording import in_digits

Choices = list[tuple[str, str]]
Groups = list[tuple[str, Choices]]


class Labels:
    """The labels for one reader."""

    def __init__(self, response: Response, language: str) -> None:
        self.response, self.language, self._ = response, language, translate(language)

    def sector(self, sector: str | None, subcategory: str | None = None) -> str | None:
        """The sector as the sectors sign themselves, with the fault where one is named: `WASH · No or little water`."""
        found = self.response.sectors.get(sector or "")
        if found is None:
            return None
        named = self.response.subcategory(sector, subcategory)
        if named is None:
            return found.labels.said(self.language)
        return f"{found.abbr} · {named.labels.said(self.language)}"

    def kind(self, code: str | None) -> str | None:
        """Question, request, complaint."""
        found = self.response.kinds.get(code or "")
        return found.labels.said(self.language) if found and code != "unclear" else None

    def tier(self, code: str | None) -> str | None:
        """How grave it is."""
        found = self.response.tiers.get(code or "")
        return found.labels.said(self.language) if found else None

    def compartment(self, code: str | None) -> str | None:
        """The name of a wall, for those inside."""
        found = self.response.compartments.get(code or "")
        return found.labels.said(self.language) if found else None

    def place(self, code: str | None) -> str | None:
        """Camp, upazila or area."""
        found = self.response.places.get(code or "")
        return found.labels.said(self.language) if found else None

    def spoken(self, code: str | None) -> str:
        """The language that a person speaks or writes; unknown is a value."""
        found = self.response.languages.get(code or "")
        return found.labels.said(self.language) if found else self._("language not known")

    def urgent(self, tier: str | None) -> bool:
        """Does this tier need somebody today?"""
        found = self.response.tiers.get(tier or "")
        return found is not None and found.urgent

    def looks_like(self, sector: str | None, subcategory: str | None, tier: str | None) -> str | None:
        """What a suggestion says: the sensitive tier where it has one, else the sector."""
        found = self.response.tiers.get(tier or "")
        return self.tier(tier) if found is not None and found.sensitive else self.sector(sector, subcategory)

    def sectors(self, *, restricted: bool = False) -> Groups:
        """Sectors and their faults, as for `parts.select`. The restricted ones only where somebody writes down anew."""
        return [
            (sector.labels.said(self.language), [(code, self._("%s: in general") % sector.abbr), *self._faults(code)])
            for code, sector in self.response.sectors.items()
            if restricted or not sector.restricted
        ]

    def kinds(self) -> Choices:
        """Every kind."""
        return [(code, kind.labels.said(self.language)) for code, kind in self.response.kinds.items()]

    def tiers(self, *, sensitive: bool) -> Choices:
        """The open tiers, or the sensitive ones."""
        found = self.response.tiers.items()
        return [(code, tier.labels.said(self.language)) for code, tier in found if tier.sensitive == sensitive]

    def places(self) -> Choices:
        """Every place where somebody lives, in the order of the response."""
        return [(code, one.labels.said(self.language)) for code, one in self.response.places.items() if not one.closed]

    def languages(self) -> Choices:
        """What people speak."""
        return [(code, one.labels.said(self.language)) for code, one in self.response.languages.items()]

    def _faults(self, sector: str) -> Choices:
        found = self.response.sectors[sector].subcategories.values()
        return [(f"{sector}.{one.code}", one.labels.said(self.language)) for one in found]

    def channel(self, code: str) -> str:
        """How it came."""
        _ = self._
        return {"sms": _("text"), "hotline": _("call"), "in_person": _("in person")}[code]

    def code(self, code: str | None) -> str:
        """What a list calls a ticket whose words it does not show."""
        spoken = in_digits(f"{code[:4]} {code[4:]}", self.language) if code else ""
        return self._("Code %(code)s") % {"code": spoken} if code else self._("Without a code")

    def status(self, code: str) -> str:
        """Where a ticket stands."""
        _ = self._
        return {
            "new": _("new"),
            "triaged": _("waits for somebody"),
            "assigned": _("in hand"),
            "answered": _("answered, not told yet"),
            "referred": _("with a partner"),
            "closed": _("closed"),
        }[code]

    def outcomes(self) -> dict[str, str]:
        """How a ticket ended."""
        _ = self._
        return {
            "told": _("They have been told"),
            "declined_help": _("They were informed and want nothing more"),
            "unreachable": _("Nobody could reach them"),
            "unsafe_to_contact": _("It is not safe to contact them"),
            "anonymous_and_published": _("Nobody to tell: the answer was published"),
            "duplicate": _("The same as another ticket"),
            "joined": _("Belongs to another ticket"),
            "spam": _("Not feedback"),
            "wrong_number": _("Wrong number"),
            "opted_out": _("They want no texts"),
            "opted_in": _("They want texts again"),
        }

    def confidences(self) -> Choices:
        """How sure somebody is of what they wrote down (R28)."""
        _ = self._
        return [
            ("sure", _("Sure")),
            ("mostly", _("Mostly: some words are guessed")),
            ("unsure", _("Not sure: somebody should hear it again")),
        ]

    def delivery(self, state: str) -> str:
        """How far a reply has come."""
        _ = self._
        return {
            "queued": _("waits to go out"),
            "sending": _("going out"),
            "unknown": _("being looked up"),
            "sent": _("sent"),
            "delivered": _("told"),
            "failed": _("did not arrive"),
            "by_hand": _("a person tells it"),
            "recalled": _("taken back"),
        }[state]

    def role(self, staff: Staff) -> str:
        """What a person is here for."""
        return self.roles()[staff.role.value]

    def roles(self) -> dict[str, str]:
        """Every role."""
        _ = self._
        return {
            "volunteer": _("Volunteer"),
            "screener": _("Screener"),
            "transcriber": _("Transcriber"),
            "interpreter": _("Interpreter"),
            "agent": _("Helpdesk staff"),
            "focal_point": _("Focal point"),
            "duty_officer": _("Duty officer"),
            "coordinator": _("Coordinator"),
            "partner": _("Partner"),
            "auditor": _("Auditor"),
            "operator": _("Operator"),
        }
