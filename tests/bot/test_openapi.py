"""What /api/openapi.json describes is what the service has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from bot.channels.bureau.schema import MOST_COMMENT_CHARACTERS, MOST_ID_CHARACTERS, CallbackType
from bot.channels.portal.schema import FIELDS
from bot.channels.web.views import OPENAPI
from tests.bot.conftest import Client

DESCRIBED = json.loads(OPENAPI.read_text(encoding="utf-8"))
SCHEMAS = DESCRIBED["components"]["schemas"]
_PAGES = r"/$|/widget|/static|/desk|/sheets/sheet.css"
"""For people: no part of the API."""


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _references(part)


async def test_every_route_is_described_and_no_other(client: Client) -> None:
    routes = {
        (route.resource.canonical, route.method.lower())
        for route in client.app.router.routes()
        if route.resource
        and route.method != "HEAD"
        and not re.match(r"/$|/widget|/static|/desk|/sheets/sheet.css", route.resource.canonical)
    }
    assert routes == {(path, method) for path, methods in DESCRIBED["paths"].items() for method in methods}


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    for reference in _references(DESCRIBED):
        node = DESCRIBED
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
    for schema in SCHEMAS.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    used = {reference.rsplit("/")[-1] for reference in _references(DESCRIBED)}
    assert set(SCHEMAS) <= used


@pytest.mark.parametrize("path", [path for path in DESCRIBED["paths"] if "{" in path])
def test_every_part_of_a_path_is_described(path: str) -> None:
    for method in DESCRIBED["paths"][path].values():
        assert set(re.findall(r"\{(\w+)\}", path)) == {each["name"] for each in method["parameters"] if each["in"] == "path"}


def test_every_operation_of_the_api_can_be_too_much_and_every_body_too_large() -> None:
    for path, methods in DESCRIBED["paths"].items():
        for method in methods.values():
            if path.startswith("/api/") and path != "/api/openapi.json":
                assert "429" in method["responses"], path
            if "requestBody" in method:
                assert {"400", "413"} <= set(method["responses"]), path


def test_the_fields_are_those_that_are_read() -> None:
    assert set(SCHEMAS["LeadRequest"]["properties"]) == set(FIELDS)
    callback = SCHEMAS["Callback"]["properties"]
    assert callback["type"]["enum"] == [kind.value for kind in CallbackType]
    assert callback["data"]["properties"]["comment"]["maxLength"] == MOST_COMMENT_CHARACTERS
    headers = {each["name"]: each for each in DESCRIBED["paths"]["/api/callbacks/{bureau}"]["post"]["parameters"]}
    assert headers["webhook-id"]["schema"]["maxLength"] == MOST_ID_CHARACTERS
