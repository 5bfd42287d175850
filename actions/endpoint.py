"""The action endpoint: what Rasa calls, on loopback and with a shared token only."""

from __future__ import annotations

import hmac
import json
from collections.abc import Container, Sequence
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

TOKEN_HEADER = "X-Action-Token"  # noqa: S105 - the name of a header
MAX_CALL_BYTES = 4 * 1024 * 1024
_EXECUTOR = web.AppKey("executor", ActionExecutor)


def action_application(actions: Sequence[Action], token: str) -> web.Application:
    """An application with the one route POST /actions. Without a token it serves nobody."""
    executor = ActionExecutor()
    for action in actions:
        executor.register_action(action)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get(TOKEN_HEADER, "")
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            raise web.HTTPForbidden
        return await handler(request)

    application = web.Application(middlewares=[guard], client_max_size=MAX_CALL_BYTES)
    application[_EXECUTOR] = executor
    application.router.add_post("/actions", _run_action)
    return application


async def _run_action(request: web.Request) -> web.Response:
    """Rasa's action protocol: a call with the conversation in, events and responses out."""
    executor = request.app[_EXECUTOR]
    call = _read_call(await request.read(), executor.actions)
    try:
        outcome = await executor.run(call)
    except ActionNotFoundException as error:
        return web.json_response({"error": str(error), "action_name": error.action_name}, status=404)
    except ActionExecutionRejection as error:
        return web.json_response({"error": str(error), "action_name": error.action_name}, status=400)
    return web.json_response(outcome)


def _read_call(body: bytes, known: Container[str]) -> dict[str, Any]:
    """What Rasa sent, as far as the SDK does not check it itself. Raises HTTPBadRequest."""
    try:
        call = json.loads(body)
    except ValueError as error:
        raise web.HTTPBadRequest from error
    if not isinstance(call, dict) or not isinstance(call.get("next_action"), str):
        raise web.HTTPBadRequest
    tracker = call.get("tracker")
    is_whole = isinstance(tracker, dict) and isinstance(tracker.get("sender_id"), str) and isinstance(tracker.get("events"), list)
    if call["next_action"] in known and not is_whole:
        raise web.HTTPBadRequest
    return call
