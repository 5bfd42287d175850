"""The addresses."""

from __future__ import annotations

from actions.officers.model import Permission
from desk.pages.audit import views
from desk.route import Route

ROUTES: tuple[Route, ...] = (
    Route("GET", "/audit", views.listing, Permission.SEE_AUDIT_LOG),
    Route("POST", "/audit/verify", views.verify, Permission.SEE_AUDIT_LOG),
    Route("POST", "/audit/export", views.export, Permission.SEE_AUDIT_LOG),
)
