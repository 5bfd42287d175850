"""The addresses."""

from __future__ import annotations

from actions.officers.model import Permission
from desk.pages.endpoints import views
from desk.route import Route

_WHO = Permission.MANAGE_ENDPOINTS
ROUTES: tuple[Route, ...] = (
    Route("GET", "/endpoints", views.listing, _WHO),
    Route("POST", "/endpoints/enable", views.enable, _WHO),
    Route("POST", "/endpoints/resend", views.resend, _WHO),
)
