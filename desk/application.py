"""The desk's addresses on an application."""

from __future__ import annotations

from aiohttp import web

from actions.event_stream import allow_streams
from desk.guard import guarded, not_found
from desk.route import PUBLIC, Route
from desk.routes import ROUTES, STATIC
from desk.services import Desk
from desk.sweep import sweeping
from desk.visit import MOUNTED


def mount(application: web.Application, desk: Desk) -> None:
    """Add all of them, each behind its guard."""
    allow_streams(application)
    application.cleanup_ctx.append(sweeping(desk))
    application.router.add_static(MOUNTED + "/static", STATIC)
    for route in ROUTES:
        application.router.add_route(route.method, MOUNTED + route.path, guarded(route, desk))
    application.router.add_get(MOUNTED + "/{rest:.*}", guarded(Route("GET", "/{rest:.*}", not_found, PUBLIC), desk))
