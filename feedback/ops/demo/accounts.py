"""The people of a demo: one of each role, and a holder or two for each compartment."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from feedback.desk import accounts, agreeing, room
from feedback.desk.sessions import DEMO_PASSWORD
from feedback.models.staff import Role, Staff


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody to sign in as; `does` tells a newcomer what this person is here for."""

    login: str
    name: str
    role: Role
    does: str
    agency: str
    clearances: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


ACCOUNTS = (
    Account("screener", "Amina", Role.SCREENER, "Reads first, releases with one key", "kingfisher", ("screening",)),
    Account("agent", "Karim", Role.AGENT, "Answers what is open, in every sector", "kingfisher"),
    Account(
        "volunteer",
        "Rahima",
        Role.VOLUNTEER,
        "Fills in forms in Camps 8E and 9, reads answers out",
        "kingfisher",
        places=("camp-9", "camp-8e"),
    ),
    Account("focal-gbv", "Nasrin", Role.FOCAL_POINT, "Holds violence against women", "drongo", ("gbv",)),
    Account(
        "focal-child", "Shirin", Role.FOCAL_POINT, "Holds children in danger", "drongo", ("gbv", "child_protection")
    ),
    Account("focal-protection", "Jamal", Role.FOCAL_POINT, "Holds protection", "drongo", ("protection",)),
    Account("psea", "Salma", Role.FOCAL_POINT, "Holds abuse by aid workers", "myna", ("psea",)),
    Account("conduct", "Habib", Role.FOCAL_POINT, "Leads on conduct of staff", "bulbul", ("conduct", "psea")),
    Account(
        "duty-officer",
        "Farida",
        Role.DUTY_OFFICER,
        "Is called when it can't wait",
        "heron",
        ("screening", "gbv", "child_protection", "protection", "conduct"),
    ),
    Account("coordinator", "Rafiq", Role.COORDINATOR, "Runs the team", "kingfisher"),
    Account("transcriber", "Yasmin", Role.TRANSCRIBER, "Listens to the hotline", "kingfisher", ("screening",)),
    Account("interpreter", "Anwar", Role.INTERPRETER, "Speaks for others at the desk", "kingfisher"),
    Account("partner", "Mizan", Role.PARTNER, "Sees what his agency is to mend", "heron"),
    Account("auditor", "Laila", Role.AUDITOR, "Checks from outside who did what; reads no word", "hoopoe"),
    Account("operator", "Tareq", Role.OPERATOR, "Runs the machine; sees no ticket", "hoopoe"),
)


def add(session: Session, shown: Path) -> dict[str, Staff]:
    """Add them all, and write what the sandbox's page shows of them to `shown`. The people, by login."""
    staff, rows = {}, []
    for account in ACCOUNTS:
        person, seed = accounts.add(
            session,
            login=account.login,
            name=account.name,
            role=account.role,
            password=DEMO_PASSWORD,
            agency=account.agency,
            clearances=account.clearances,
            places=account.places,
        )
        agreeing.agree(session, person, room.response(session).code_of_conduct.version)
        staff[account.login] = person
        rows.append(
            {"role": role_name(account), "name": account.login, "password": DEMO_PASSWORD, "does": account.does}
        )
        rows[-1]["totp_secret"] = seed
    handle = os.open(shown, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
    return staff


def role_name(account: Account) -> str:
    """The role as people say it."""
    return account.role.value.replace("_", " ").capitalize()
