"""The payload of a delivery as a table, out of its JSON Schema. Pure but for reading that file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import actions.delivery

_SCHEMA = Path(actions.delivery.__file__).with_name("payload.schema.json")
_PREFIX = "#/$defs/"


def payload_table() -> str:
    """Every field with its path, type and meaning."""
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    rows = (f"| `{path}` | {_type(node, schema['$defs'])} | {node['description']} |" for path, node in _fields(schema, "", schema["$defs"]))
    return "\n".join(["| Field | Type | Meaning |", "| --- | --- | --- |", *rows])


def _fields(node: Mapping[str, Any], path: str, definitions: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, field in node.get("properties", {}).items():
        below = f"{path}.{name}" if path else name
        yield below, field
        yield from _fields(field, below, definitions)
        yield from _fields(field.get("items", {}), f"{below}[]", definitions)


def _type(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in node:
        node = definitions[node["$ref"].removeprefix(_PREFIX)]
    if "enum" in node:
        return " ".join(f"`{value}`" for value in node["enum"])
    if "const" in node:
        return f"`{json.dumps(node['const'])}`"
    types = [node["type"]] if isinstance(node["type"], str) else node["type"]
    return " or ".join(types)
