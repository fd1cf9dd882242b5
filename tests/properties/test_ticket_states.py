"""A ticket's life in any order: the table of states holds, nobody sees more than their role, nothing goes out unasked (D54)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from channels.contract import Delivery, Receipt
from classifier.suggestion import Verdict
from feedback import clock, wiring
from feedback.desk import delivery, handling, lifecycle, replies, screening, search, visibility
from feedback.desk.screening import Coding
from feedback.errors import DeskError
from feedback.models.event import Event
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Status, Term, Ticket
from tests import factories
from tests.factories import inbound, phone
from tests.feedback.desk.readings import read, suggestion
from tests.trials import trials

TIERS = st.sampled_from(["T0", "T1", "T2-C", "T2-P", "T3-G", "T3-S", "T3-C", "T3-L"])
VERDICTS = st.sampled_from(list(Verdict))
WALLS = ("screening", "conduct", "protection", "gbv", "psea", "child_protection")
AFTER: dict[Status, set[Status]] = {status: {status} for status in Status}
for (_before, _), _after in lifecycle.MOVES.items():
    AFTER[_before].add(_after)
for _ in Status:  # several moves may stand in one transaction
    AFTER = {before: set().union(*(AFTER[one] for one in afters)) for before, afters in AFTER.items()}


class TicketStates(RuleBasedStateMachine):
    """Two people of one number, a machine, a provider and staff of several roles, in any order."""

    parts: wiring.Parts

    @initialize()
    def open_the_desk(self) -> None:
        self.desk = factories.Desk(self.parts)
        with self.desk.at() as session:
            for table in reversed(Ticket.metadata.sorted_tables):
                session.execute(sa.delete(table))
        self.number = phone()
        self.volunteer, self.agent = self.desk.staff(Role.VOLUNTEER), self.desk.staff(Role.AGENT)
        self.all_cleared = self.desk.staff(Role.FOCAL_POINT, clearances=list(WALLS))
        self.screener = self.desk.screener()
        self.statuses: dict[int, Status] = {}
        self.walls: dict[int, str | None] = {}
        self.lowered: set[int] = set()
        self.hear("no water")

    @rule(text=st.sampled_from(["no water", "he hit me", "block C", "thanks"]))
    def hear(self, text: str) -> None:
        self.desk.hear(inbound(text, address=self.number))

    @rule(verdict=VERDICTS, tier=st.sampled_from(["T2-C", "T3-G", "T3-L"]))
    def read(self, verdict: Verdict, tier: str) -> None:
        more = {"tier": tier} if verdict is Verdict.SENSITIVE else {}
        read(self.desk, suggestion(verdict, **more))

    @rule(pick=st.integers(0, 5), tier=TIERS)
    def screen(self, pick: int, tier: str) -> None:
        ticket = self._act(self.screener, pick, screening.screen, Coding("wash", tier=tier))
        if ticket is not None and tier in ("T0", "T1"):
            self.lowered.add(ticket.id)

    @rule(pick=st.integers(0, 5), tier=TIERS)
    def raise_(self, pick: int, tier: str) -> None:
        self._act(self.volunteer, pick, screening.raise_, tier)

    @rule(pick=st.integers(0, 5), tier=TIERS)
    def override(self, pick: int, tier: str) -> None:
        self._act(self.agent, pick, handling.override, Coding("health", tier=tier))

    @rule(pick=st.integers(0, 5), question=st.booleans())
    def answer(self, pick: int, question: bool) -> None:
        purpose = Purpose.QUESTION if question else Purpose.ANSWER
        self._act(self.agent, pick, replies.answer, "We will look.", purpose=purpose)

    @rule(pick=st.integers(0, 5), outcome=st.sampled_from(sorted(handling.BY_STAFF)))
    def close(self, pick: int, outcome: str) -> None:
        self._act(self.agent, pick, handling.close, outcome)

    @rule(pick=st.integers(0, 5))
    def reopen(self, pick: int) -> None:
        self._act(self.agent, pick, handling.reopen)

    @rule(word=st.sampled_from(list(Delivery)), taken=st.booleans())
    def send(self, word: Delivery, taken: bool) -> None:
        """Nothing is ever handed to a provider for a ticket that stands behind a wall."""
        with self.desk.at() as session:
            session.execute(sa.update(Reply).where(Reply.state == ReplyState.QUEUED).values(not_before=clock.now()))
        with self.desk.at() as session:
            claimed = delivery.claim(session)
            ids = [one.reply_id for one in claimed]
            walls = sa.select(Ticket.compartment).join(Reply, Reply.ticket_id == Ticket.id).where(Reply.id.in_(ids))
            assert set(session.scalars(walls)) <= {None}
        for one in claimed if taken else ():
            with self.desk.at() as session:
                delivery.handed_over(session, one.reply_id, f"SM{one.reply_id}")
                receipt = Receipt(one.adapter, f"SM{one.reply_id}", word, clock.now())
                delivery.record_receipts(session, [receipt])

    @invariant()
    def statuses_follow_the_table(self) -> None:
        for ticket in self._tickets():
            before = self.statuses.get(ticket.id, Status.NEW)
            assert ticket.status in AFTER[before]
            assert (ticket.status is Status.CLOSED) == (ticket.outcome is not None)
            self.statuses[ticket.id] = ticket.status

    @invariant()
    def only_people_let_anything_out_of_a_wall(self) -> None:
        for ticket in self._tickets():
            before = self.walls.get(ticket.id, "screening")
            if before not in (None, "screening"):
                assert ticket.compartment is not None
            self.walls[ticket.id] = ticket.compartment

    @invariant()
    def a_lesser_role_never_sees_more(self) -> None:
        seen = {staff.id: self._seen(staff) for staff in (self.volunteer, self.agent, self.screener, self.all_cleared)}
        open_ = {ticket.id for ticket in self._tickets() if ticket.compartment is None}
        screening_ = {ticket.id for ticket in self._tickets() if ticket.compartment == "screening"}
        assert seen[self.volunteer.id] == seen[self.agent.id] == open_
        assert seen[self.screener.id] == open_ | screening_
        assert seen[self.all_cleared.id] == {ticket.id for ticket in self._tickets()}

    @invariant()
    def no_word_of_a_sealed_ticket_can_be_searched(self) -> None:
        sealed = {ticket.id for ticket in self._tickets() if ticket.compartment is not None}
        assert not sealed & {term.ticket_id for term in self.desk.rows(Term)}
        assert not {ticket.id for ticket in self.desk.do(search.find, self.all_cleared, "hit")} & sealed

    @invariant()
    def nothing_waits_to_go_out_behind_a_wall(self) -> None:
        waiting = {r.ticket_id for r in self.desk.rows(Reply) if r.state in (ReplyState.QUEUED, ReplyState.BY_HAND)}
        assert not waiting & {ticket.id for ticket in self._tickets() if ticket.compartment is not None}

    @invariant()
    def every_ticket_has_its_history(self) -> None:
        told = {event.ticket_id for event in self.desk.rows(Event)}
        assert {ticket.id for ticket in self._tickets()} <= told

    def _tickets(self) -> list[Ticket]:
        return sorted(self.desk.rows(Ticket), key=lambda ticket: ticket.id)

    def _seen(self, staff: Staff) -> set[int]:
        with self.desk.at(staff=True, write=False) as session:
            return {ticket.id for ticket in session.scalars(visibility.visible_tickets(staff))}

    def _act(self, staff: Staff, pick: int, verb: object, *args: object, **more: object) -> Ticket | None:
        """Do it to some ticket that this person may see; a refusal is an answer too."""
        tickets = [ticket for ticket in self._tickets() if ticket.id in self._seen(staff)]
        if not tickets:
            return None
        ticket = tickets[pick % len(tickets)]
        try:
            self.desk.act(staff, ticket, verb, *args, **more)  # type: ignore[arg-type]
        except DeskError:
            return None
        return ticket


LIVES = 20
"""Of one seed: a piece of the many."""


def _run(parts: wiring.Parts, examples: int, steps: int, begins: int | None = None) -> None:
    machine = type("TicketStates", (TicketStates,), {"parts": parts})
    if begins is not None:
        machine = seed(begins)(machine)
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=begins is None, suppress_health_check=quiet,
        database=None,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=options)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_order_of_actions_breaks_a_rule(parts: wiring.Parts) -> None:
    _run(parts, examples=40, steps=25)


@pytest.mark.full
@pytest.mark.plan("D54", trials=LIVES)
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("begins", range(trials(default=1, release=25)))
def test_no_order_of_actions_breaks_a_rule_in_many_trials(parts: wiring.Parts, begins: int) -> None:
    _run(parts, examples=LIVES, steps=60, begins=begins)
