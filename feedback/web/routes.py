"""Every address of the web process, on one screen, each page with the action that it needs."""

from __future__ import annotations

from typing import NamedTuple

from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from feedback.desk.permissions import Action
from feedback.web import (
    calls,
    code,
    devices,
    door,
    figures,
    forms_sensitive,
    hooks,
    inbox,
    intake,
    lowering,
    operator,
    plan,
    prompts,
    quarantine,
    recordings,
    rota,
    screening,
    settings,
    sync,
    tablet,
    team,
    ticket,
    transcribe,
    unlock,
    welcome,
)
from feedback.web.page import Screen, page
from feedback.web.render import STATIC


class At(NamedTuple):
    """A page of the desk. `needs` None: everyone who is signed in. `again` shows a form that has to be mended."""

    method: str
    path: str
    screen: Screen
    needs: Action | None = None
    again: Screen | None = None


DESK = (
    At("GET", "/", welcome.show),
    At("GET", "/password", settings.password),
    At("POST", "/password", settings.change_password, again=settings.password),
    At("POST", "/sign-out", door.sign_out),
    At("GET", "/unlock", unlock.show),
    At("POST", "/unlock", unlock.unlock, again=unlock.show),
    At("POST", "/lock", unlock.lock),
    At("GET", "/inbox", inbox.show, Action.READ),
    At("POST", "/inbox", inbox.show, Action.READ),
    At("GET", "/tickets/{reference}", ticket.show, Action.READ),
    At("POST", "/tickets/{reference}/confirm", ticket.confirm, Action.OVERRIDE, ticket.show),
    At("POST", "/tickets/{reference}/override", ticket.override, Action.OVERRIDE, ticket.show),
    At("POST", "/tickets/{reference}/title", ticket.title, Action.OVERRIDE, ticket.show),
    At("POST", "/tickets/{reference}/raise", ticket.raise_, Action.RAISE, ticket.show),
    At("POST", "/tickets/{reference}/assign", ticket.assign, Action.ASSIGN, ticket.show),
    At("POST", "/tickets/{reference}/note", ticket.note, Action.NOTE, ticket.show),
    At("POST", "/tickets/{reference}/answer", ticket.answer, Action.ANSWER, ticket.show),
    At("POST", "/tickets/{reference}/recall/{reply}", ticket.recall, Action.RECALL, ticket.show),
    At("POST", "/tickets/{reference}/close", ticket.close, Action.CLOSE, ticket.show),
    At("POST", "/tickets/{reference}/reopen", ticket.reopen, Action.REOPEN, ticket.show),
    At("POST", "/tickets/{reference}/plan", plan.agree, Action.PLAN, ticket.show),
    At("POST", "/tickets/{reference}/consent", plan.consent, Action.PLAN, ticket.show),
    At("POST", "/tickets/{reference}/first-contact", plan.first_contact, Action.PLAN, ticket.show),
    At("POST", "/tickets/{reference}/danger", plan.in_danger, Action.DANGER, ticket.show),
    At("POST", "/tickets/{reference}/number/{reply}", plan.number, Action.PLAN, ticket.show),
    At("POST", "/tickets/{reference}/told/{reply}", plan.told, Action.PLAN, ticket.show),
    At("POST", "/tickets/{reference}/tried/{reply}", plan.tried, Action.PLAN, ticket.show),
    At("POST", "/tickets/{reference}/lower", lowering.lower, Action.LOWER, ticket.show),
    At("POST", "/tickets/{reference}/rightly", lowering.rightly, Action.LOWER, ticket.show),
    At("POST", "/tickets/{reference}/subject", lowering.subject, Action.SUBJECT, ticket.show),
    At("POST", "/tickets/{reference}/pass-on", lowering.pass_on, Action.PASS_ON, ticket.show),
    At("GET", "/tickets/{reference}/assist", forms_sensitive.arrange, Action.PLAN),
    At("POST", "/tickets/{reference}/assist", forms_sensitive.save_help, Action.PLAN, forms_sensitive.arrange),
    At("GET", "/recordings/{reference}", recordings.play, Action.LISTEN),
    At("GET", "/screening", screening.show, Action.SCREEN),
    At("POST", "/screening/{reference}", screening.decide, Action.SCREEN, screening.show),
    At("GET", "/calls", calls.show, Action.TELL),
    At("POST", "/calls/{reference}", calls.decide, Action.TELL, calls.show),
    At("POST", "/calls/{reference}/number", calls.take, Action.TELL, calls.show),
    At("POST", "/calls/{reference}/ring", operator.ring, Action.TELL, operator.show),
    At("POST", "/tickets/{reference}/ring", operator.ring_ticket, Action.TELL, operator.show),
    At("GET", "/line", operator.show, Action.TELL),
    At("POST", "/line/on", operator.go_on, Action.CALL, operator.show),
    At("POST", "/line/off", operator.go_off, Action.CALL),
    At("POST", "/line/phone", operator.give_phone, Action.TELL, operator.show),
    At("POST", "/line/calls/{reference}", operator.write_down, Action.TELL, operator.show),
    At("POST", "/line/back/{reference}", operator.call_back, Action.CALL, operator.show),
    At("POST", "/line/back/{reference}/unwished", operator.unwished, Action.CALL, operator.show),
    At("GET", "/transcribe", transcribe.show, Action.TRANSCRIBE),
    At("GET", "/transcribe/{reference}", transcribe.open_, Action.TRANSCRIBE),
    At("POST", "/transcribe/{reference}", transcribe.write, Action.TRANSCRIBE, transcribe.open_),
    At("POST", "/transcribe/{reference}/ask", transcribe.ask, Action.TRANSCRIBE),
    At("GET", "/code", code.show, Action.CODE),
    At("POST", "/code", code.look, Action.CODE, code.show),
    At("POST", "/code/told", code.told, Action.CODE, code.show),
    At("POST", "/code/visit", code.visit, Action.CODE, code.visit_again),
    At("GET", "/intake", intake.show, Action.ENTER),
    At("POST", "/intake", intake.save, Action.ENTER, intake.show),
    At("GET", "/intake/needs", forms_sensitive.needs, Action.ENTER),
    At("POST", "/intake/needs", forms_sensitive.save_needs, Action.ENTER, forms_sensitive.needs),
    At("GET", "/intake/report", forms_sensitive.report, Action.ENTER),
    At("POST", "/intake/report", forms_sensitive.save_report, Action.ENTER, forms_sensitive.report),
    At("GET", "/reviews", lowering.second, Action.REVIEW),
    At("POST", "/reviews/{reference}", lowering.decide, Action.REVIEW, lowering.second),
    At("POST", "/emergency", lowering.ask, Action.EMERGENCY, lowering.second),
    At("POST", "/emergency/{reference}", lowering.let_in, Action.REVIEW, lowering.second),
    At("GET", "/team", team.show, Action.TEAM),
    At("POST", "/team", team.add, Action.TEAM, team.show),
    At("POST", "/team/{reference}/deactivate", team.deactivate, Action.TEAM, team.show),
    At("GET", "/devices", devices.show, Action.TEAM),
    At("POST", "/devices", devices.enrol, Action.TEAM, devices.show),
    At("POST", "/devices/{reference}/end", devices.end, Action.TEAM, devices.show),
    At("GET", "/pin/mine", devices.mine, Action.ENTER),
    At("POST", "/pin/mine", devices.set_mine, Action.ENTER, devices.mine),
    At("GET", "/quarantine", quarantine.show, Action.QUARANTINE),
    At("POST", "/quarantine/{reference}", quarantine.settle, Action.QUARANTINE, quarantine.show),
    At("GET", "/figures", figures.show, Action.READ),
    At("POST", "/figures/export", figures.export, Action.PUBLISH, figures.show),
    At("GET", "/figures/exports/{reference}", figures.fetch, Action.PUBLISH),
    At("GET", "/rota", rota.show),
    At("POST", "/rota", rota.add, Action.ROTA, rota.show),
    At("POST", "/rota/confirm", rota.confirm),
    At("POST", "/rota/{reference}/end", rota.end, Action.ROTA, rota.show),
)

ROUTES = [
    Route("/hooks/{adapter}/{hook}", hooks.receive, methods=["GET", "POST"]),
    Route("/sign-in", door.sign_in, methods=["GET", "POST"]),
    Route("/pin", devices.change, methods=["GET", "POST"]),
    Route("/preferences", settings.prefer, methods=["POST"]),
    Route("/w/{word}", rota.woken, methods=["GET", "POST"]),
    Route("/prompts/{name}", prompts.play, methods=["GET"]),
    *(Route(at.path, page(at.screen, needs=at.needs, again=at.again), methods=[at.method]) for at in DESK),
    Route("/sync", sync.look, methods=["GET"]),
    Route("/sync", sync.receive, methods=["POST"]),
    Route("/tablet", tablet.enter, methods=["GET"]),
    Route("/tablet/", tablet.show, methods=["GET"]),
    Route("/tablet/sign-in", tablet.sign_in, methods=["GET"]),
    Route("/tablet/worker.js", tablet.worker, methods=["GET"]),
    Route("/tablet/manifest.webmanifest", tablet.manifest, methods=["GET"]),
    Route("/tablet/{version}/{file}", tablet.file, methods=["GET"]),
    Mount("/static", StaticFiles(directory=STATIC)),
]
