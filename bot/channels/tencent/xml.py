"""The flat XML of call-backs: read as if sent by an enemy, written so that no text can break out of it. Pure.

Facts: WeChat, 接收普通消息 and 被动回复用户消息.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

Field = str | int | Mapping[str, "Field"]
# XML 1.0, production Char, and the C1 controls, which it allows but nobody can see.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Malformed(Exception):
    """Not a message as the platform writes it; the text says why, without any of it."""


def read_xml(document: bytes) -> dict[str, str]:
    """The texts of the root's children by their tags; children with children are left out.

    Raises Malformed: not UTF-8, a DTD of any kind, no XML, another root than `xml`, a tag twice.
    """
    try:
        # Decoded here, so that a declaration of another encoding has no say.
        root = fromstring(document.decode("utf-8"), forbid_dtd=True)
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    except DefusedXmlException as error:
        raise Malformed("a DTD or an entity") from error
    except (ParseError, ValueError) as error:
        raise Malformed("not XML") from error
    if root.tag != "xml":
        raise Malformed("another root than xml")
    fields: dict[str, str] = {}
    for child in root:
        if child.tag in fields:
            raise Malformed("a tag twice")
        if not len(child):
            fields[child.tag] = child.text or ""
    return fields


def write_xml(fields: Mapping[str, Field]) -> str:
    """`<xml>…</xml>`: numbers bare, texts as CDATA, mappings nested. Tags are ours and not escaped."""
    return f"<xml>{_inner(fields)}</xml>"


def clean(text: str) -> str:
    """The text without what XML 1.0 cannot hold (WeChat shows an error to the user if it finds any); line ends are \\n."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _inner(fields: Mapping[str, Field]) -> str:
    return "".join(f"<{tag}>{_value(value)}</{tag}>" for tag, value in fields.items())


def _value(value: Field) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        # "]]>" would end the section early: it is put into two.
        return f"<![CDATA[{clean(value).replace(']]>', ']]]]><![CDATA[>')}]]>"
    return _inner(value)
