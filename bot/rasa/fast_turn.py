"""Replaces what makes an answered Rasa 3.6 turn slow. Rasa's last open-source release is frozen, so its inside is fixed.

- `RemoteAction._validate_action_result` re-checks its JSON schema against the meta-schema at every call, which is
  four fifths of an answered turn; here the schema is compiled to code once.
- `RemoteAction._action_call_format` sends the whole conversation with every call; here the current turn's events.
- `EndpointConfig.session` opens a new connection for every call; here they are kept.
- `DaskGraphRunner.run` rebuilds and schedules a dask graph for every message and every prediction; see `graph_runner`.

`make bench` measures what that brings; `rasa run` without it works the same, more slowly.
"""

from __future__ import annotations

import copy
import gc
from collections.abc import Callable
from itertools import takewhile
from typing import Any

import aiohttp
import fastjsonschema
import rasa
import rasa.core.processor
from rasa.core.actions.action import RemoteAction
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

from bot.rasa.graph_runner import OrderedGraphRunner


def install() -> None:
    """Put the replacements into Rasa. To be called once, before Rasa loads a model."""
    validate = compile_validator(RemoteAction.action_response_format_spec())
    RemoteAction._validate_action_result = lambda self, result: validate(result)
    RemoteAction._action_call_format = action_call
    EndpointConfig.session = kept_session
    rasa.core.processor.DaskGraphRunner = OrderedGraphRunner
    # TensorFlow leaves a million objects behind that no turn makes garbage of; looking through them is left for later.
    gc.set_threshold(50_000, 50, 100)


def compile_validator(schema: dict[str, Any]) -> Callable[[Any], bool]:
    """A function that is true of what fits the schema and raises fastjsonschema.JsonSchemaValueException otherwise.

    In Rasa's schema an event is one of some twenty kinds, told apart by a constant. Each kind is compiled by itself, so
    that an event is checked against its own kind alone.
    """
    outer = copy.deepcopy(schema)
    event = outer["properties"]["events"]["items"]
    kinds = event.pop("oneOf")
    check = fastjsonschema.compile(outer, use_default=False)
    of_kind = {kind["properties"]["event"]["const"]: fastjsonschema.compile(kind, use_default=False) for kind in kinds}

    def validate(result: Any) -> bool:
        check(result)
        for event in result.get("events", ()):
            if event["event"] not in of_kind:
                raise fastjsonschema.JsonSchemaValueException(f"unknown event {event['event']}")
            of_kind[event["event"]](event)
        return True

    return validate


def action_call(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """The call of an action: where the conversation stands, and what has happened since the enquirer's message."""
    turn = list(takewhile(lambda event: not isinstance(event, UserUttered), reversed(tracker.events)))[::-1]
    state = tracker.current_state(EventVerbosity.NONE) | {"events": [event.as_dict() for event in turn]}
    call = {"next_action": action.name(), "sender_id": tracker.sender_id, "tracker": state, "version": rasa.__version__}
    if not action._is_selective_domain_enabled() or domain.does_custom_action_explicitly_need_domain(action.name()):
        call["domain"] = domain.as_dict()
    return call


def kept_session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    """A session over connections that outlive it and are used again by the endpoint's next call."""
    kept: dict[str, Any] = endpoint.__dict__
    if "kept_connections" not in kept:
        kept["kept_connections"] = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
    login = endpoint.basic_auth
    return aiohttp.ClientSession(
        connector=kept["kept_connections"],
        connector_owner=False,
        headers=endpoint.headers,
        auth=aiohttp.BasicAuth(login["username"], login["password"]) if login else None,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
    )
