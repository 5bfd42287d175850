"""The addresses."""

from __future__ import annotations

from actions.officers.model import Permission
from desk.pages.officers import views
from desk.route import Route

_WHO = Permission.MANAGE_OFFICERS
ROUTES: tuple[Route, ...] = (
    Route("GET", "/officers", views.listing, _WHO),
    Route("POST", "/officers", views.add, _WHO),
    Route("GET", "/officers/{login}", views.show, _WHO),
    Route("POST", "/officers/{login}", views.change, _WHO),
    Route("POST", "/officers/{login}/disable", views.disable, _WHO),
    Route("POST", "/officers/{login}/enable", views.enable, _WHO),
    Route("POST", "/officers/{login}/reset", views.reset, _WHO),
)
