"""A call-back's body: XML and JSON alike, and everything hostile refused before it does harm."""

from __future__ import annotations

import time
from xml.etree import ElementTree as ET

import pytest

from bot.channels.tencent.fields import read_fields
from bot.channels.tencent.xml import Malformed, clean, write_xml

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><xml><Content>&j;</Content></xml>"
)


def test_texts_of_the_children_are_read_whether_xml_or_json() -> None:
    document = "<xml>\n<ToUserName><![CDATA[gh_1]]></ToUserName><CreateTime>1348831860</CreateTime>"
    document += "<Content><![CDATA[ <你好> ]]></Content><E/></xml>"
    assert read_fields(document.encode()) == {"ToUserName": "gh_1", "CreateTime": "1348831860", "Content": " <你好> ", "E": ""}
    pushed = '{"ToUserName": "gh_1", "CreateTime": 1348831860, "Content": " <你好> ", "MsgId": 6000000000000000001}'
    expected = {"ToUserName": "gh_1", "CreateTime": "1348831860", "Content": " <你好> ", "MsgId": "6000000000000000001"}
    assert read_fields(pushed.encode()) == expected


def test_what_is_nested_is_left_out() -> None:
    assert read_fields(b"<xml><A>1</A><List><Item>2</Item></List></xml>") == {"A": "1"}
    assert read_fields(b'{"A": 1, "List": [{"Item": 2}], "Yes": true, "No": null, "Half": 0.5}') == {"A": "1"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not XML"),
        (b"hello", "not XML"),
        (b"<xml><Content>cut short", "not XML"),
        (b"<html></html>", "another root"),
        (b"<xml><A>1</A><A>2</A></xml>", "a tag twice"),
        (b"<xml>&nbsp;</xml>", "not XML"),
        (b"<xml><A>\x00</A></xml>", "not XML"),
        ("<xml><Content>湛江</Content></xml>".encode("gbk"), "not UTF-8"),
        ("<xml><Content>湛江</Content></xml>".encode("utf-16"), "not UTF-8"),
        (b"<xml><Content>\xed\xa0\x80</Content></xml>", "not UTF-8"),
        (BOMB.encode(), "a DTD or an entity"),
        (b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/evil.dtd"><xml><A>1</A></xml>', "a DTD or an entity"),
        (b'<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><A>&e;</A></xml>', "a DTD or an entity"),
        (b"<!DOCTYPE xml><xml><A>1</A></xml>", "a DTD or an entity"),
        (b"{", "not JSON"),
        (b'{"A": 1} {"B": 2}', "not JSON"),
        (b'{"A": 1, "A": 2}', "not JSON"),
        (b'{"A": ' + b"9" * 10_000 + b"}", "not JSON"),
        (b'{"A": ' + b"[" * 60_000, "not JSON"),
        ('{"A": "湛江"}'.encode("gbk"), "not UTF-8"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_hostile_or_odd_is_refused_with_the_reason_and_nothing_of_it(body: bytes, reason: str) -> None:
    started = time.perf_counter()
    with pytest.raises(Malformed, match=reason) as refused:
        read_fields(body)
    assert time.perf_counter() - started < 1
    assert len(str(refused.value)) < 30


def test_a_declaration_of_another_encoding_has_no_say() -> None:
    document = '<?xml version="1.0" encoding="gbk"?><xml><Content>湛江</Content></xml>'
    assert read_fields(document.encode()) == {"Content": "湛江"}


def test_deep_nesting_does_no_harm() -> None:
    assert read_fields(b"<xml>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</xml>") == {}


@pytest.mark.parametrize(
    "text",
    ["]]>", "a]]>b]]>c", "]]]]>>", "]]", "]]>" * 100, "</Content></xml><xml>", "<![CDATA[", "&lt;&amp;", "一\n二\t三", "😀\U0002a6a5", ""],
)
def test_no_text_gets_out_of_what_is_written(text: str) -> None:
    written = write_xml({"Content": text, "After": "yes"})
    assert {child.tag: child.text or "" for child in ET.fromstring(written)} == {"Content": text, "After": "yes"}


def test_numbers_are_bare_and_mappings_nested() -> None:
    assert (
        write_xml({"CreateTime": 7, "Image": {"MediaId": "m"}})
        == "<xml><CreateTime>7</CreateTime><Image><MediaId><![CDATA[m]]></MediaId></Image></xml>"
    )


def test_what_xml_cannot_hold_is_left_out() -> None:
    everything = "".join(chr(code) for code in [*range(0x100), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0x1F600])
    kept = clean(everything)
    assert ET.fromstring(write_xml({"Content": everything}))[0].text == kept
    assert not set(kept) & {"\0", "\x1b", "\x7f", "\ud800", "\ufffe", "\r"}
    assert {"\n", "\t", "é", "😀"} <= set(kept)
    assert clean("a\r\nb\rc") == "a\nb\nc"
