"""Whose conversation a request is about: by its id on our own page, by a session token in a widget."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web.tokens import Session, SessionTokens, TokenRefused
from bot.http.errors import ApiError, ConversationNotFound, Forbidden, Unauthorised
from bot.keys import CONVERSATION_IDS, SETTINGS

TOKENS = web.AppKey("session_tokens", SessionTokens)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, as a request names it."""

    conversation_id: str
    shown_id: str
    """What the page is told of it: the id, or a name that opens nothing where a site said whose conversation it is."""


def bearer(request: web.Request) -> str:
    """The bearer token of a request (RFC 6750); empty where it has none. Addresses get into logs, headers do not."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def session_of(request: web.Request) -> Session | None:
    """The widget's session; None for a request that brings none. Raises Unauthorised, Forbidden."""
    token = bearer(request)
    if "." not in token:  # a JSON Web Token has three parts; ids of conversations have no dot
        return None
    if request.method == "POST":
        check_origin(request)
    try:
        return request.app[TOKENS].read(token)
    except TokenRefused as error:
        raise session_expired() from error


def talk_in(request: web.Request, session: Session) -> Talk:
    """The conversation of a session."""
    conversation_id = request.app[CONVERSATION_IDS].of(session.nonce)
    return Talk(conversation_id, session.name if session.is_known else conversation_id)


def spoken_in(request: web.Request, conversation_id: str | None) -> Talk | None:
    """The conversation of a message: of its session, else of the id in it; None for one that is to begin.

    Raises Unauthorised, Forbidden, ConversationNotFound.
    """
    if session := session_of(request):
        return talk_in(request, session)
    if not conversation_id:
        return None
    if not request.app[CONVERSATION_IDS].is_ours(conversation_id):
        raise ConversationNotFound
    return Talk(conversation_id, conversation_id)


def heard_in(request: web.Request) -> str:
    """The id of the conversation that a bearer may read: it is the token itself, or its session's.

    Raises Unauthorised, ConversationNotFound.
    """
    if talk := spoken_in(request, bearer(request)):
        return talk.conversation_id
    raise ConversationNotFound


def own_origin(request: web.Request) -> str:
    """Where browsers reach us: PUBLIC_URL, else what the request itself says."""
    public = request.app[SETTINGS].tickets.public_url
    if not public:
        return f"{request.scheme}://{request.host}"
    parts = urlsplit(public)
    return f"{parts.scheme}://{parts.netloc}"


def check_origin(request: web.Request) -> None:
    """Only our own pages, the one in the widget's frame among them, may call: their Origin is ours. Raises Forbidden."""
    if request.headers.get("Origin") != own_origin(request):
        raise Forbidden("origin_not_allowed", "请从本服务的页面访问。")


def session_expired() -> ApiError:
    """What a page gets that has to begin its session again."""
    return Unauthorised("session_expired", "会话已过期，请重新开始。")
