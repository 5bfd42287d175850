"""The addresses."""

from __future__ import annotations

from actions.officers.model import Permission
from desk.pages.conversations import speaking, views
from desk.route import Route

_WHO = Permission.TAKE_OVER
ROUTES: tuple[Route, ...] = (
    Route("GET", "/conversations", views.listing, _WHO),
    Route("GET", "/conversations/live", views.live_listing, _WHO),
    Route("GET", "/conversations/{mark}", views.show, _WHO),
    Route("GET", "/conversations/{mark}/words", views.words, _WHO),
    Route("GET", "/conversations/{mark}/live", views.live, _WHO),
    Route("POST", "/conversations/{mark}/take", speaking.take, _WHO),
    Route("POST", "/conversations/{mark}/say", speaking.say, _WHO),
    Route("POST", "/conversations/{mark}/give-back", speaking.give_back, _WHO),
)
