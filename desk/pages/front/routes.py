"""The addresses."""

from __future__ import annotations

from desk.pages.front import views
from desk.route import PUBLIC, SIGNED_IN, Route

ROUTES: tuple[Route, ...] = (
    Route("GET", "", views.begin, SIGNED_IN),
    Route("POST", "/language", views.choose_language, PUBLIC),
)
