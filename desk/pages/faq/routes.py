"""The addresses."""

from __future__ import annotations

from actions.officers.model import Permission
from desk.pages.faq import beginning, browsing, editing, previewing, trying, versions
from desk.route import Route

_SEE, _EDIT, _PUBLISH = Permission.SEE_FAQ, Permission.EDIT_FAQ, Permission.PUBLISH_FAQ
ROUTES: tuple[Route, ...] = (
    Route("GET", "/faq", browsing.listing, _SEE),
    Route("GET", "/faq/entries/{entry}", browsing.entry, _SEE),
    Route("GET", "/faq/drafts", browsing.drafts, _EDIT),
    Route("GET", "/faq/new", beginning.new, _EDIT),
    Route("POST", "/faq/new", beginning.add, _EDIT),
    Route("POST", "/faq/entries/{entry}", beginning.begin, _EDIT),
    Route("GET", "/faq/drafts/{id}", editing.show, _EDIT),
    Route("POST", "/faq/drafts/{id}", editing.save, _EDIT),
    Route("POST", "/faq/drafts/{id}/ask", trying.ask, _EDIT),
    Route("POST", "/faq/drafts/{id}/move", editing.move, _EDIT),
    Route("POST", "/faq/drafts/{id}/discard", editing.discard, _EDIT),
    Route("GET", "/faq/drafts/{id}/preview", previewing.show, _EDIT),
    Route("POST", "/faq/drafts/{id}/preview", previewing.start, _EDIT),
    Route("GET", "/faq/drafts/{id}/live", previewing.live, _EDIT),
    Route("POST", "/faq/drafts/{id}/publish", previewing.publish, _PUBLISH),
    Route("GET", "/faq/versions", versions.listing, _SEE),
    Route("GET", "/faq/versions/{id}", versions.show, _SEE),
    Route("POST", "/faq/versions/{id}/restore", versions.restore, _PUBLISH),
)
