"""Every address of the desk with who may use it."""

from __future__ import annotations

from pathlib import Path

from desk.pages.access.routes import ROUTES as ACCESS
from desk.pages.audit.routes import ROUTES as AUDIT
from desk.pages.conversations.routes import ROUTES as CONVERSATIONS
from desk.pages.endpoints.routes import ROUTES as ENDPOINTS
from desk.pages.faq.routes import ROUTES as FAQ
from desk.pages.figures.routes import ROUTES as FIGURES
from desk.pages.front.routes import ROUTES as FRONT
from desk.pages.officers.routes import ROUTES as OFFICERS
from desk.pages.tickets.routes import ROUTES as TICKETS
from desk.pages.unanswered.routes import ROUTES as UNANSWERED
from desk.route import Route

STATIC = Path(__file__).parent / "static"
ROUTES: tuple[Route, ...] = (*FRONT, *ACCESS, *TICKETS, *CONVERSATIONS, *UNANSWERED, *FAQ, *FIGURES, *OFFICERS, *ENDPOINTS, *AUDIT)
