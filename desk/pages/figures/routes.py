"""The addresses."""

from __future__ import annotations

from actions.officers.model import Permission
from desk.pages.figures import exports, views
from desk.route import Route

_WHO = Permission.SEE_FIGURES
ROUTES: tuple[Route, ...] = (
    Route("GET", "/figures", views.overview, _WHO),
    Route("GET", "/figures/map", views.district_map, _WHO),
    Route("GET", "/figures/assessment", views.assessment, _WHO),
    Route("GET", "/figures/export/{name}.csv", exports.one, _WHO),
    Route("GET", "/figures/export.xlsx", exports.everything, _WHO),
)
