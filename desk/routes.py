"""Every address of the desk with who may use it."""

from __future__ import annotations

from pathlib import Path

from desk.pages.front.routes import ROUTES as FRONT
from desk.route import Route

STATIC = Path(__file__).parent / "static"
ROUTES: tuple[Route, ...] = (*FRONT,)
