"""Masks what would tell who asked: phone, identity, bank card and account numbers, e-mail addresses.

Forms of numbers: GB 11643-1999 (18-digit identity numbers), bank cards of 16 to 19 digits, mainland mobile numbers
of 11 digits beginning with 1, landlines with area code, Hong Kong and Macau numbers of 8 digits.
"""

from __future__ import annotations

import re
import unicodedata

_GAP = r"[\s.\-－—]?"
_DIGITS = r"(?:\d" + _GAP + r")"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII), "[邮箱]"),
    (re.compile(r"(?<!\d)\d{6}" + _GAP + r"(?:19|20)\d{2}" + _GAP + r"(?:0[1-9]|1[0-2])\d{2}" + _GAP + r"\d{3}[\dXx](?!\d)"), "[证件号]"),
    (re.compile(r"(?<!\d)" + _DIGITS + r"{15,18}\d(?!\d)"), "[卡号]"),
    (re.compile(r"(?<!\d)(?:\+?86" + _GAP + r")?1[3-9]" + _GAP + _DIGITS + r"{8}\d(?!\d)"), "[电话]"),
    (re.compile(r"(?<!\d)0\d{2,3}" + _GAP + r"[2-9]" + _DIGITS + r"{5,6}\d(?!\d)"), "[电话]"),
    (
        re.compile(r"(?<!\d)(?:\+?85[23]" + _GAP + r")?(?!20\d\d[01]\d[0-3]\d)[235689]\d{3}" + _GAP + r"\d{4}(?!\d|\s*[亿万元亩吨人个])"),
        "[电话]",
    ),
    (re.compile(r"((?:微信|wechat|vx|qq)号?[\s:：是]*)[a-z\d][\w-]{4,19}", re.ASCII | re.IGNORECASE), r"\1[账号]"),
)


def masked(text: str) -> str:
    """The text in normal width with those numbers replaced by what they were."""
    text = unicodedata.normalize("NFKC", text)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
