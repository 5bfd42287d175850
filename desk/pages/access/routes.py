"""The addresses."""

from __future__ import annotations

from desk.pages.access import account, provider, sign_in
from desk.route import PUBLIC, SIGNED_IN, Route

ROUTES: tuple[Route, ...] = (
    Route("GET", "/sign-in", sign_in.page, PUBLIC),
    Route("POST", "/sign-in", sign_in.sign_in, PUBLIC),
    Route("GET", "/oidc", provider.leave, PUBLIC),
    Route("GET", "/oidc/return", provider.come_back, PUBLIC),
    Route("POST", "/sign-out", sign_in.sign_out, SIGNED_IN),
    Route("GET", "/password", account.password_page, SIGNED_IN),
    Route("POST", "/password", account.change_password, SIGNED_IN),
    Route("GET", "/account", account.page, SIGNED_IN),
    Route("POST", "/account/sessions", account.end_other_sessions, SIGNED_IN),
    Route("POST", "/account/second-factor", account.enrol, SIGNED_IN),
    Route("POST", "/account/second-factor/confirm", account.confirm, SIGNED_IN),
)
