"""The replacements inside Rasa do what Rasa itself does, and refuse just what it refuses."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Iterator
from typing import Any

import fastjsonschema
import jsonschema
import pytest
import rasa.core.processor
from aiohttp import web
from aiohttp.test_utils import TestServer
from rasa.core.actions.action import RemoteAction
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.rasa.fast_turn import action_call, compile_validator, install
from bot.settings import PROJECT

GOOD: dict[str, Any] = {
    "events": [{"event": "slot", "timestamp": None, "name": "bureaus_in_charge", "value": ["市自然资源局"]}],
    "responses": [{"text": "方案提出……", "buttons": [], "custom": {"answer": {"status": "answered"}}}],
}
MALFORMED = [
    {"events": "none"},
    {"events": [{"name": "no kind of event"}]},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "slot", "name": 5, "value": 1}]},
    {"events": [{"event": "made_up"}]},
    {"responses": ["text"]},
    {"responses": {}},
    [],
    None,
]


@pytest.fixture
def action() -> Iterator[RemoteAction]:
    """An action of a Rasa into which the replacements were put; taken out again afterwards."""
    originals = (RemoteAction._validate_action_result, RemoteAction._action_call_format, EndpointConfig.session)
    install()
    yield RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1"))
    RemoteAction._validate_action_result, RemoteAction._action_call_format, EndpointConfig.session = originals
    rasa.core.processor.DaskGraphRunner = DaskGraphRunner


def test_a_good_result_passes(action: RemoteAction) -> None:
    assert action._validate_action_result(copy.deepcopy(GOOD))
    assert action._validate_action_result({})


@pytest.mark.parametrize("malformed", MALFORMED, ids=repr)
def test_a_malformed_result_is_refused(action: RemoteAction, malformed: Any) -> None:
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        action._validate_action_result(malformed)


@pytest.mark.parametrize("result", [GOOD, {}, *MALFORMED], ids=repr)
def test_the_verdict_is_the_one_that_rasa_itself_gives(result: Any) -> None:
    original = RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1"))
    compiled = compile_validator(RemoteAction.action_response_format_spec())
    try:
        accepted = original._validate_action_result(copy.deepcopy(result))
    except jsonschema.ValidationError:
        accepted = False
    try:
        ours = compiled(result)
    except fastjsonschema.JsonSchemaValueException:
        ours = False
    assert ours == accepted


def test_every_kind_of_event_in_the_schema_is_told_by_a_constant_of_its_own() -> None:
    kinds = RemoteAction.action_response_format_spec()["properties"]["events"]["items"]["oneOf"]
    constants = [kind["properties"]["event"]["const"] for kind in kinds]
    assert len(constants) == len(set(constants)) >= 15


def test_a_schema_that_is_wrong_itself_is_found_at_the_start() -> None:
    wrong = {"properties": {"events": {"type": "no such type", "items": {"oneOf": []}}}}
    with pytest.raises(fastjsonschema.JsonSchemaDefinitionException):
        compile_validator(wrong)


def test_an_action_is_called_with_the_state_and_the_current_turn() -> None:
    domain = Domain.load(str(PROJECT / "domain.yml"))
    first = [UserUttered("旧问"), ActionExecuted("action_answer"), SlotSet("bureaus_in_charge", ["市金融局"])]
    now = [ActionExecuted("action_listen"), UserUttered("新问"), SlotSet("bureaus_in_charge", ["市教育局"])]
    tracker = DialogueStateTracker.from_events("a", [*first, *now], domain.slots)
    action = RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1", enable_selective_domain=True))
    ours, original = action_call(action, tracker, domain), action._action_call_format(tracker, domain)
    assert [event["event"] for event in ours["tracker"].pop("events")] == ["slot"]
    assert len(original["tracker"].pop("events")) == 6
    assert ours == original
    assert ours["tracker"]["slots"]["bureaus_in_charge"] == ["市教育局"]


def test_the_domain_is_sent_where_it_is_asked_for() -> None:
    domain = Domain.load(str(PROJECT / "domain.yml"))
    tracker = DialogueStateTracker.from_events("a", [UserUttered("问")], domain.slots)
    action = RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1"))
    assert action_call(action, tracker, domain)["domain"] == domain.as_dict()


@pytest.fixture
async def counted() -> AsyncIterator[tuple[str, set[int]]]:
    """A server that tells from which ports it was called."""
    ports: set[int] = set()

    async def answer(request: web.Request) -> web.Response:
        assert request.transport
        ports.add(request.transport.get_extra_info("peername")[1])
        return web.json_response({"token": request.headers.get("X-Action-Token")})

    application = web.Application()
    application.router.add_post("/", answer)
    async with TestServer(application) as server:
        yield str(server.make_url("/")), ports


async def test_calls_share_a_connection_and_carry_the_token(counted: tuple[str, set[int]], action: RemoteAction) -> None:
    url, ports = counted
    endpoint = EndpointConfig(url, headers={"X-Action-Token": "t"})
    assert [await endpoint.request(json={}) for _ in range(5)] == [{"token": "t"}] * 5
    assert len(ports) == 1
    await endpoint.__dict__["kept_connections"].close()
