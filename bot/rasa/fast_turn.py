"""Replaces what makes an answered Rasa 3.6 turn slow. Rasa's last open-source release is frozen, so its inside is fixed.

- `RemoteAction._validate_action_result` re-checks its JSON schema against the meta-schema at every call, which is
  four fifths of an answered turn; here the schema is checked and compiled once.
- `DaskGraphRunner.run` rebuilds and schedules a dask graph for every message and every prediction; see `graph_runner`.

`bench/` measures what that brings; `rasa run` without it works the same, more slowly.
"""

from __future__ import annotations

from typing import Any

import rasa.core.processor
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from rasa.core.actions.action import RemoteAction

from bot.rasa.graph_runner import OrderedGraphRunner


def install() -> None:
    """Put the replacements into Rasa. To be called once, before Rasa loads a model."""
    validator = compile_validator(RemoteAction.action_response_format_spec())

    def validate(self: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate
    rasa.core.processor.DaskGraphRunner = OrderedGraphRunner


def compile_validator(schema: dict[str, Any]) -> Validator:
    """A validator for a schema that is itself valid, checked here once. Raises jsonschema.SchemaError."""
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
