"""The compiled check of action results refuses just what Rasa's own check refuses."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig

from bot.rasa.fast_turn import compile_validator, install

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
    """An action of a Rasa into which the replacement was put; taken out again afterwards."""
    original = RemoteAction._validate_action_result
    install()
    yield RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1"))
    RemoteAction._validate_action_result = original


def test_a_good_result_passes(action: RemoteAction) -> None:
    assert action._validate_action_result(copy.deepcopy(GOOD))
    assert action._validate_action_result({})


@pytest.mark.parametrize("malformed", MALFORMED, ids=repr)
def test_a_malformed_result_is_refused(action: RemoteAction, malformed: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        action._validate_action_result(malformed)


@pytest.mark.parametrize("result", [GOOD, {}, *MALFORMED], ids=repr)
def test_the_verdict_is_the_one_that_rasa_itself_gives(result: Any) -> None:
    original = RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1"))
    compiled = compile_validator(RemoteAction.action_response_format_spec())
    try:
        original._validate_action_result(copy.deepcopy(result))
        accepted = True
    except jsonschema.ValidationError:
        accepted = False
    assert compiled.is_valid(result) == accepted


def test_a_schema_that_is_wrong_itself_is_found_at_the_start() -> None:
    with pytest.raises(jsonschema.SchemaError):
        compile_validator({"type": "no such type"})
