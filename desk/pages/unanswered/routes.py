"""The addresses."""

from __future__ import annotations

from actions.officers.model import Permission
from desk.pages.unanswered import views
from desk.route import Route

ROUTES: tuple[Route, ...] = (
    Route("GET", "/unanswered", views.listing, Permission.SEE_FAQ),
    Route("GET", "/unanswered/live", views.live, Permission.SEE_FAQ),
    Route("GET", "/unanswered/{id}", views.show, Permission.SEE_FAQ),
    Route("POST", "/unanswered/{id}", views.decide, Permission.EDIT_FAQ),
)
