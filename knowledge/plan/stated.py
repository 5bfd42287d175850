"""Tags a sentence with the kinds of facts that it states, so that what is asked for can be set against them."""

from __future__ import annotations

import re
from collections.abc import Mapping

FACTS: Mapping[str, re.Pattern[str]] = {
    "number": re.compile(r"\d"),
    "amount": re.compile(r"亿元|万元|\d元"),
    "percentage": re.compile(r"%|百分"),
    "year": re.compile(r"20\d\d年"),
    "frequency": re.compile(r"每年|每月|每季|定期|年度"),
    "area": re.compile(r"平方公里|亩"),
    "place": re.compile(r"[\u4e00-\u9fff]+(区|市|县|局|港|机场|铁路|高速|公司)"),
    "procedure": re.compile(r"流程|审批|登记|手续"),
    "condition": re.compile(r"符合条件|对符合|条件的"),
    "bureau": re.compile(r"责任单位|牵头|领导小组"),
}

ANSWERING: Mapping[str, frozenset[str]] = {
    "money": frozenset({"amount"}),
    "percentage": frozenset({"percentage"}),
    "frequency": frozenset({"frequency"}),
    "date": frozenset({"year"}),
    "name": frozenset({"place", "bureau"}),
    "paperwork": frozenset({"procedure"}),
    "number": frozenset({"number", "area"}),
}
"""For an attribute that may be asked for (`knowledge.question.asked`) the facts that state it; what is not here is never stated."""


def facts_stated(text: str) -> frozenset[str]:
    """Kinds of facts that a sentence of the plan, or an answer in its words, states."""
    return frozenset(kind for kind, form in FACTS.items() if form.search(text))
