"""Phone numbers of the mainland, of Hong Kong and of Macau, in E.164. Which numbers exist is known to `phonenumbers`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from actions.lead.fields.typed import Found, Unreadable, plain, simplified

_EXPECTED = "手机号码如 13800138000，座机请带区号，如 0759-1234567；香港号码请加 852，澳门号码请加 853"
_UNREADABLE = f"没有看到有效的电话号码。{_EXPECTED}。"
_ELSEWHERE = f"目前只能登记中国内地、香港和澳门的电话号码。{_EXPECTED}。"
_EXTENSION = "暂时不能登记分机号。请留手机号码或直线电话，例如：13800138000。"
_WHICH_CITY = "这个号码少了区号。香港号码请加 852，澳门号码请加 853，内地座机请加区号，例如：852 61234567、0759-1234567。"

_SPOKEN = str.maketrans("零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖", "00112234567891234" + "56789")
_SPOKEN_RUN = re.compile(r"[零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖](?:[\s\-]?[零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖]){6,}")
_RUN = re.compile(r"(?<!\d)(?<!\d\.)(?:[（(]\s*)?\+?\d[\d\s.()（）\-—]*\d")
_PART = re.compile(r"(?<![^\-—])1[3-9]\d{9}(?=[\-—])|[^\s()（）]+")
_EIGHT = re.compile(r"\d{4}[\s\-]?\d{4}")
_LANDLINE_WITH_EXTENSION = re.compile(r"(.*\d)[\-—]\d{1,6}")
_EXTENSION_AFTER = re.compile(r"\s*(?:转|分机|ext\.?|x|#|\*)\s*[:：]?\s*\d{1,6}", re.IGNORECASE)
_PHONE_WORD = re.compile(
    r"(?:电话|手机|号码|联系方式|致电|打给|座机|微信|\b(?:tel|phone|mobile|whatsapp|call)\b)[^\d，,。;；]{0,8}[（(]?$", re.IGNORECASE
)
_HONG_KONG = re.compile(r"香港|\bhk\b|hong ?kong", re.IGNORECASE)
_MACAU = re.compile(r"澳门|\bmacau\b|\bmacao\b", re.IGNORECASE)
_PREFIXES = re.compile(r"86\d{10,11}|85[23]\d{8}")
_DOMESTIC = re.compile(r"1[3-9]\d{9}|0\d{9,11}")
_PERSONAL = frozenset(
    {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
)
_REGIONS = ("CN", "HK", "MO")


def read_phone(text: str) -> str:
    """The first valid number, such as +8613800138000. Raises Unreadable."""
    read = _with_digits(plain(text))
    if found := find_phone(read):
        return found.value
    candidates = tuple(_candidates(read))
    for candidate in candidates:
        if _has_extension(candidate, read):
            raise Unreadable(_EXTENSION)
    eights = [candidate.value for candidate in candidates if _EIGHT.fullmatch(candidate.value)]
    if eights and (number := _in_named_city(eights[0], read)):
        return number
    if eights:
        raise Unreadable(_WHICH_CITY)
    raise Unreadable(_ELSEWHERE if any(map(_is_elsewhere, candidates)) else _UNREADABLE)


def find_phone(text: str) -> Found | None:
    """The first number in a plain message that is unmistakable: a mobile, one with its code, one of a named city after 电话."""
    read = _with_digits(text)
    for candidate in _candidates(read):
        number = _number(candidate.value)
        if number and phonenumbers.region_code_for_number(number) in _REGIONS and not _has_extension(candidate, read):
            return Found(_e164(number), candidate.start, candidate.end)
    for candidate in _candidates(read):
        if _EIGHT.fullmatch(candidate.value) and _PHONE_WORD.search(read[: candidate.start]):
            number_there = _in_named_city(candidate.value, read)
            if number_there:
                return Found(number_there, candidate.start, candidate.end)
    return None


def without_phones(text: str) -> str:
    """A plain message with commas in place of every number that `find_phone` finds, one after the other; positions stay."""
    while found := find_phone(text):
        text = f"{text[: found.start]}{'，' * (found.end - found.start)}{text[found.end :]}"
    return text


def _with_digits(text: str) -> str:
    # Only long runs: 一 and 三 are in many words, but seven of them are a number that is spelt out.
    return _SPOKEN_RUN.sub(lambda run: run[0].translate(_SPOKEN), simplified(text))


def _candidates(read: str) -> Iterator[Found]:
    for run in _RUN.finditer(read):
        yield Found(run[0], *run.span())
        # A run may be several numbers with spaces between them, or one number with spaces inside.
        if not _number(run[0]):
            for part in _PART.finditer(run[0]):
                yield Found(part[0], run.start() + part.start(), run.start() + part.end())


def _number(written: str) -> phonenumbers.PhoneNumber | None:
    """The number that is written with its country code, or is a mobile or a landline of the mainland; whatever country it is of."""
    digits = re.sub(r"\D", "", written)
    if "+" in written or _PREFIXES.fullmatch(digits):
        digits = f"+{digits}"
    elif not _DOMESTIC.fullmatch(digits) and not digits.startswith("00"):
        return None
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in _PERSONAL else None


def _in_named_city(eight_digits: str, read: str) -> str | None:
    """A number of eight digits in Hong Kong or Macau, if one of them is named: Dongguan's landlines have as many without their code."""
    named = [region for region, word in (("HK", _HONG_KONG), ("MO", _MACAU)) if word.search(read)]
    numbers = [phonenumbers.parse(eight_digits, region) for region in named]
    valid = [number for number in numbers if phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in _PERSONAL]
    return _e164(valid[0]) if len(valid) == 1 else None


def _has_extension(candidate: Found, read: str) -> bool:
    landline = _LANDLINE_WITH_EXTENSION.fullmatch(candidate.value)
    if not _number(candidate.value) and landline and _number(landline[1]):
        return True
    return bool(_number(candidate.value) and _EXTENSION_AFTER.match(read, candidate.end))


def _is_elsewhere(candidate: Found) -> bool:
    number = _number(candidate.value)
    return number is not None and phonenumbers.region_code_for_number(number) not in _REGIONS


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
