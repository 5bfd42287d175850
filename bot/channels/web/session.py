"""POST /api/widget/session: a session for the page in a widget's frame, or its renewal."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.channels.web.schema import SessionRequest, dump, read_session_request
from bot.channels.web.sites import Site, Sites
from bot.channels.web.talk import TOKENS, bearer, check_origin, own_origin, session_expired, talk_in
from bot.channels.web.tokens import SESSION_SECONDS, Identities, Session, TokenRefused
from bot.http.errors import ConversationNotFound, SiteNotFound, Unauthorised
from bot.http.middlewares import REQUEST_ID
from bot.keys import CONVERSATION_IDS, LOGGER

SITES = web.AppKey("widget_sites", Sites)
IDENTITIES = web.AppKey("widget_identities", Identities)


async def begin_session(request: web.Request) -> web.Response:
    """A token for a conversation: of whom the site says it is, else the one that goes on, else a new one."""
    check_origin(request)
    asked = read_session_request(await request.read())
    site = request.app[SITES].get(asked.site)
    if site is None:
        raise SiteNotFound
    session = _session(request, site, asked)
    try:
        token = request.app[TOKENS].issue(session)
    except TokenRefused as error:
        raise session_expired() from error
    body = {
        "token": token,
        "expires_in": SESSION_SECONDS,
        "conversation_id": talk_in(request, session).shown_id,
        "known": session.is_known,
    }
    return web.json_response(body, dumps=dump)


def _session(request: web.Request, site: Site, asked: SessionRequest) -> Session:
    ids, tokens = request.app[CONVERSATION_IDS], request.app[TOKENS]
    if asked.identity:
        try:
            sub = request.app[IDENTITIES].read(asked.identity, site, own_origin(request))
        except TokenRefused as error:
            request.app[LOGGER].warning("identity_refused", request_id=request[REQUEST_ID], site=site.key, reason=error.reason)
            raise Unauthorised("identity_refused", "身份未能核实。") from error
        return tokens.begin(site.key, ids.nonce_for(site.key, sub), is_known=True)
    if renewed := _lasting(tokens.read, bearer(request), site):
        return renewed
    if asked.conversation_id is None:
        return tokens.begin(site.key, ids.nonce_of(ids.new()), is_known=False)
    if not ids.is_ours(asked.conversation_id):
        raise ConversationNotFound
    return tokens.begin(site.key, ids.nonce_of(asked.conversation_id), is_known=False)


def _lasting(read: Callable[[str], Session], token: str, site: Site) -> Session | None:
    """The session of a token that is still good at this site."""
    try:
        session = read(token) if token else None
    except TokenRefused:
        return None
    return session if session and session.site == site.key else None
