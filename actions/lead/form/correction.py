"""An enquirer who corrects a field by its name: 电话改成13900139000, 联系人写错了, change my phone to ….

Only a message that says nothing else is one: 想把工业用地改成商住用地 is what somebody wants, and no correction of the form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.lead.fields import Unreadable
from actions.lead.fields.typed import plain, simplified
from actions.lead.form.steps import Step
from actions.lead.form.words import normalised

_LONGEST = 300
_BEFORE = re.compile(
    r"(?:[\s，,、:：。]|不好意思|抱歉|对不起|唔好意思|请|麻烦|唔该|帮我|帮忙|给我|我要|我想|想要|我们的?|我哋|我的|我嘅|我|要|想|再|把|将|那个?|这个?|"
    r"刚才|刚刚|之前|上面|前面|填|写|的|嘅|更正|修改|更改|改|一下|下|sorry|please|i want to|my|the|change|correct|update)*",
    re.IGNORECASE,
)
_WANTS = re.compile(r"更正|修改|更改|改|change|correct|update", re.IGNORECASE)
_GAP = r"(?:[\s，,、:：]|的|嘅|那|这|一?项|一?栏|号码|号|信息|我|好像|可能|刚才|之前|都)*"
_WRONG = r"(?:(?:填|写|打|报|说|给|留|发|搞|弄)?错(?:了|咗)?|(?:填|写|说)?(?:得)?(?:不对|有误|不正确)|(?:is|was) wrong)"
_CHANGED = re.compile(
    rf"{_GAP}(?:{_WRONG}{_GAP})?(?:请|要|帮我|需要)?(?:改成|改为|改做|改作|改回|改到|换成|换为|更正为|修改为|修改成|更改为|更改成)了?[:：\s]*"
    rf"|{_GAP}{_WRONG}{_GAP}(?:应该|应)?(?:是|系|为)[:：\s]*|{_GAP}不(?:是|系)[^，,。；;]{{1,60}}[，,；;]\s*(?:而是|应该是|应为|是|系)[:：\s]*",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[，,。；;]")
_CHANGED_TO = re.compile(r"\s*(?:number )?to[:\s]+", re.IGNORECASE)
_PERHAPS_CHANGED = re.compile(rf"{_GAP}(?:应该(?:是|系|为)|应为|其实(?:是|系)|(?:is actually|should be))[:：\s]*", re.IGNORECASE)
_ONLY_WRONG = re.compile(
    rf"{_GAP}(?:{_WRONG}|(?:要|想|需要|得|请|帮我)?(?:修改|更正|更改|改)(?:一下|下)?|换一个|换一下)[\s。.!！~吧啦了呀]*", re.IGNORECASE
)
_NOTHING_MORE = re.compile(rf"{_GAP}[\s。.!！~吧啦了呀]*")


@dataclass(frozen=True, slots=True)
class Correction:
    """Which field, and what it shall be."""

    step: Step
    words: str
    """Empty where it was not said."""
    is_sure: bool
    """False for 应该是 and the like, with which people also begin other sentences."""


def correction_in(text: str, steps: Sequence[Step]) -> Correction | None:
    """What a message as a whole corrects; None for any other."""
    if len(text) > _LONGEST:
        return None
    try:
        typed = plain(text).strip()
    except Unreadable:
        return None
    read = simplified(typed)
    names = sorted(((simplified(name), step) for step in steps for name in (step.title, *step.called)), key=lambda pair: -len(pair[0]))
    for name, step in names:
        found = re.search(re.escape(name), read, re.IGNORECASE)
        if found and _BEFORE.fullmatch(read[: found.start()]):
            correction = _of(step, read[: found.start()], read[found.end() :], typed[found.end() :])
            if correction:
                return correction
    return None


def _of(step: Step, before: str, after: str, written: str) -> Correction | None:
    wants = _WANTS.search(before)
    for pattern, is_sure in ((_CHANGED, True), (_PERHAPS_CHANGED, False), (_CHANGED_TO, True)):
        change = pattern.match(after)
        words = written[change.end() :].strip(" 。.!！，,") if change else ""
        says_more = not is_sure and _GOES_ON.search(words)
        if change and not says_more and (wants or pattern is not _CHANGED_TO):
            return Correction(step, words, is_sure)
    if _ONLY_WRONG.fullmatch(after) or (wants and _NOTHING_MORE.fullmatch(after)):
        return Correction(step, "", True)
    return None


def named_step(text: str, steps: Sequence[Step]) -> Step | None:
    """The field that a text is the title of; else the one that it names, by its longest name."""
    low = normalised(text)
    if titled := next((step for step in steps if normalised(step.title) == low), None):
        return titled
    named = [(len(name), step) for step in steps for name in (step.title, *step.called) if normalised(name) in low]
    return max(named, key=lambda pair: pair[0])[1] if named else None
