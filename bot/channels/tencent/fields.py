"""A call-back's body as fields, whether the console is set to XML or to JSON. Pure.

Fact: WeChat's console offers both as 数据格式 (message push); WeCom's robots write JSON.
"""

from __future__ import annotations

import json
from typing import Any

from bot.channels.tencent.xml import Malformed, read_xml


def read_fields(body: bytes) -> dict[str, str]:
    """The scalar fields. Raises Malformed."""
    return _read_json(body) if body[:1] == b"{" else read_xml(body)


def _read_json(body: bytes) -> dict[str, str]:
    try:
        document = json.loads(body.decode("utf-8"), object_pairs_hook=_without_repeats)
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    return {name: str(value) for name, value in document.items() if isinstance(value, (str, int)) and not isinstance(value, bool)}


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name twice")
    return fields
