"""The form for whoever tells of violence: what somebody needs and how to reach them, nothing of what happened (R7, R8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from sqlalchemy.orm import Session

from channels import in_person
from channels.contract import Inbound, Unreadable
from feedback import clock
from feedback.desk import consents, entry, intake, permissions, plans, room, screening
from feedback.desk.entry import Entered
from feedback.desk.permissions import Action
from feedback.desk.plans import Terms
from feedback.desk.screening import Coding
from feedback.errors import Invalid
from feedback.models.plan import Ask, How, Said
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

AGES = ("under_12", "12_17", "18_24", "25_59", "60_over", "prefer_not")
SEXES = ("female", "male", "another", "prefer_not")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "age": AGES,
    "sex": SEXES,
    "behalf": ("self", "other"),
    "worker_sex": ("female", "male", "any"),
    "interpreter_sex": ("female", "male", "any", "none"),
    "access": ("none", "mobility", "seeing", "hearing", "caregiver", "other"),
    "danger_now": ("yes", "no", "not_said"),
    "service": ("health", "psychosocial", "safety", "legal", "not_said"),
    "ago": ("72h", "120h", "longer", "not_said"),
}
"""All that may be said, as codes. `ago` is never asked for, and recorded only if offered."""

LONGEST = 120
CODING = Coding("gbv", "disclosure", "incident", "T3-G")
REGION = "BD"


@dataclass(frozen=True, slots=True)
class Needs:
    """What the form holds. There is no field for a name or for what happened, and none is taken."""

    place: str = ""
    age: str = "prefer_not"
    sex: str = "prefer_not"
    behalf: str = "self"
    language: str = ""
    worker_sex: str = "any"
    interpreter_sex: str = "none"
    access: str = "none"
    danger_now: str = "not_said"
    service: str = "not_said"
    ago: str = "not_said"
    meet_where: str = ""
    meet_when: str = ""

    def facts(self) -> dict[str, str]:
        """As they are kept, sealed with the ticket; place and language are columns of their own."""
        said = {name: value for name, value in asdict(self).items() if name not in ("place", "language") and value}
        return {f"need_{name}": value for name, value in said.items()}


def enter(
    session: Session,
    staff: Staff,
    key: str,
    needs: Needs,
    *,
    record: Said,
    refer: Said | None = None,
    terms: Terms | None = None,
) -> Entered:
    """Take in one form, create-only: not even who wrote it reads it back. `terms` None: they come back with their code.

    Who does not agree to a record is only counted (R15). `refer` None: not asked; NO closes the referral, not the door
    (R9). Raises `Invalid`, naming what to mend.
    """
    permissions.require(staff, Action.ENTER)
    check(session, needs)
    terms = plans.checked(session, terms) if terms is not None else None
    if record is not Said.YES:
        entry.count(session, staff, inbound(key, Needs(place=needs.place), None), CODING)
        return Entered("", new=True)
    ticket, new = intake.receive_one(session, inbound(key, needs, terms), entered_by=staff.id)
    if new:
        _agreed(session, staff, ticket, needs.language or None, refer=refer, terms=terms)
        screening.code(session, staff, ticket, replace(CODING, place=needs.place or None))
    return Entered(ticket.code or "", new)


def check(session: Session, needs: Needs) -> None:
    """Raises `Invalid` for a code that is not on the form, and for words where a place to meet should stand."""
    wrong = {name: "Choose from the list." for name, codes in CHOICES.items() if getattr(needs, name) not in codes}
    if needs.place and needs.place not in room.response(session).places:
        wrong["place"] = "Choose a place from the list."
    if needs.language and needs.language not in room.response(session).languages:
        wrong["language"] = "Choose the language they wish to be spoken to in."
    for name in ("meet_where", "meet_when"):
        if len(getattr(needs, name)) > LONGEST:
            wrong[name] = "Only a place or a time. Nothing of what happened is written down."
    if wrong:
        raise Invalid(wrong)


def inbound(key: str, needs: Needs, terms: Terms | None) -> Inbound:
    """The form as a message without words. Raises `Invalid` for a form without a key of its own."""
    form = in_person.Form(
        key=key,
        text="",
        phone=terms.number if terms else "",
        language=needs.language or None,
        place=needs.place or None,
        facts=needs.facts(),
        coded=True,
    )
    try:
        return in_person.listen(form, at=clock.now(), region=REGION)
    except Unreadable:
        raise Invalid({"place": "This form is too old. Please open a new one."}) from None


def _agreed(
    session: Session, staff: Staff, ticket: Ticket, language: str | None, *, refer: Said | None, terms: Terms | None
) -> None:
    """The consents, and the plan while the desk still opens the ticket: with it they go behind the wall."""
    said = {Ask.RECORD: Said.YES} | ({Ask.REFER: refer} if refer else {})
    for ask, word in said.items():
        consents.keep(session, staff, ticket, ask, word, how=How.ASKED, language=language, witness="")
    if terms is not None:
        plan = plans.write(session, staff, ticket, terms)
        consents.to_contact(session, staff, ticket, plan.edition, agreed=bool(terms.channels), how=How.ASKED)
