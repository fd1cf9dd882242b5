"""A report that an aid worker did wrong: the person's words and seven answers, never more questions (R11-R14, domain.md section 2)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from channels import in_person
from channels.contract import Unreadable
from feedback import clock
from feedback.desk import consents, excluding, intake, linking, permissions, plans, room, screening
from feedback.desk.conflicts import UNKNOWN
from feedback.desk.entry import Entered
from feedback.desk.gbv_form import REGION, Needs
from feedback.desk.permissions import Action
from feedback.desk.plans import Terms
from feedback.desk.screening import Coding
from feedback.errors import Invalid
from feedback.models.plan import Ask, How, Said
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

YES_NO = ("yes", "no", "not_said")
CODING = Coding("conduct", "sea", "incident", "T3-S")
WALL = "psea"
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Report:
    """What was told. All but the words may stay empty; `agency` is a code of the response, `unknown`, or empty."""

    words: str
    who: str = ""  # name, role, agency, as told
    agency: str = ""
    where: str = ""
    when: str = ""
    under_18: str = "not_said"
    going_on: str = "not_said"
    knows: str = ""
    pass_on: str = "not_said"  # noqa: S105 - no password: may the name of who reports be passed on?
    language: str = ""
    place: str = ""

    def facts(self) -> dict[str, str]:
        """The answers as they are kept, sealed with the ticket; under the names that the tablet's form uses."""
        kept = {name: value for name, value in asdict(self).items() if name not in ("words", "language", "place")}
        return {f"report_{name}": value for name, value in kept.items() if value}


@dataclass(frozen=True, slots=True)
class Help:
    """What the person wants beside the report: a ticket of its own behind another wall, with needs only."""

    wall: str
    needs: Needs
    how: How  # ASKED: they agreed; BEST_INTEREST: a child


def enter(
    session: Session,
    staff: Staff,
    key: str,
    report: Report,
    *,
    limits_said: bool,
    terms: Terms | None = None,
    help_: Help | None = None,
) -> Entered:
    """Take in one report, create-only. The allegation goes on in any case, the name only with consent (R13, R14).

    Whoever is accused is excluded before anybody could read it. Raises `Invalid`: where the limits of secrecy were not
    said first, where nothing was told, for a code that is not on the form.
    """
    permissions.require(staff, Action.ENTER)
    _check(session, report, limits_said=limits_said, help_=help_)
    terms = plans.checked(session, terms) if terms is not None else None
    form = in_person.Form(
        key=key,
        text=report.words,
        phone=terms.number if terms else "",
        language=report.language or None,
        place=report.place or None,
        facts=report.facts(),
    )
    try:
        inbound = in_person.listen(form, at=clock.now(), region=REGION)
    except Unreadable:
        raise Invalid({"words": "This form is too old. Please open a new one."}) from None
    ticket, new = intake.receive_one(session, inbound, entered_by=staff.id)
    if new:
        _agreed(session, staff, ticket, report, terms)
        excluding.as_told(session, staff, ticket, report.agency, WALL)
        screening.code(session, staff, ticket, CODING)
        if help_ is not None:
            linking.open_(session, staff, ticket, help_.wall, help_.needs, how=help_.how, terms=terms)
    return Entered(ticket.code or "", new)


def _check(session: Session, report: Report, *, limits_said: bool, help_: Help | None) -> None:
    response, wrong = room.response(session), {}
    if not limits_said:
        wrong["limits"] = "Say this first: that you must pass it on, and that the name can be left out."
    if not report.words.strip():
        wrong["words"] = "Write what they told you, in their words."
    for name in ("under_18", "going_on", "pass_on"):
        if getattr(report, name) not in YES_NO:
            wrong[name] = "Choose from the list."
    for name in ("who", "where", "when", "knows"):
        if len(getattr(report, name)) > LONGEST:
            wrong[name] = "A few words are enough. Ask nothing more."
    if report.agency and report.agency != UNKNOWN and report.agency not in response.agencies:
        wrong["agency"] = "Choose an agency from the list."
    if report.language and report.language not in response.languages:
        wrong["language"] = "Choose a language from the list."
    if help_ is not None and help_.how is How.BEST_INTEREST and help_.needs.age not in linking.CHILD:
        wrong["help"] = "Best interest stands in for consent only for a child."
    if wrong:
        raise Invalid(wrong)


def _agreed(session: Session, staff: Staff, ticket: Ticket, report: Report, terms: Terms | None) -> None:
    said = {"yes": Said.YES, "no": Said.NO}.get(report.pass_on)
    language = report.language or None
    if said is not None:
        consents.keep(session, staff, ticket, Ask.REFER, said, how=How.ASKED, language=language, witness="")
    if terms is not None:
        plan = plans.write(session, staff, ticket, terms)
        consents.to_contact(session, staff, ticket, plan.edition, agreed=bool(terms.channels), how=How.ASKED)
