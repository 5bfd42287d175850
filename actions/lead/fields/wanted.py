"""What a field of free words must be, and how the enquirer is told when it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.lead.fields.typed import Unreadable, letters, plain, simplified
from actions.lead.fields.undecided import is_no_answer

_WITH_WORDS_AROUND = 5
_MARKUP_OR_ADDRESS = re.compile(r"[<>{}]|://|\bwww\.|@[\w-]+\.|[\w-]\.(?:com|cn|net|org)\b/", re.IGNORECASE)
_NUMBER_OF_A_PERSON = re.compile(r"\d(?:[\s-]?\d){6}")
_SAME_LETTER = re.compile(r"(.)(?:\W*\1){3,}\W*")
# 50亩 and 3亿 answer another question.
_AMOUNT = re.compile(
    r"(?:约|大概|大约)?(?:[\d.]+\s*(?:[万亿]|个亿|亿元|万元|万?(?:亩地?|平方米?|平米|公顷))|[零一二两三四五六七八九十百千万亿几来多]+(?:个亿|亿元|万元|亩地?|平方米?|平米|公顷))"
)
_ENDS_AS_A_QUESTION = re.compile(r"(?:[?？吗呢]|什么)$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field of free words."""

    name: str
    """As it is called in a message: 公司名称."""
    example: str
    least: int
    most: int
    """Lengths in characters."""
    is_name: bool = True
    """Whether it is a name or a few words, which hold no markup, address, question or long number."""

    def plain(self, text: str) -> str:
        """What was typed, made plain. Raises Unreadable where it is much longer than the value and some words around it."""
        typed = plain(text)
        if len(typed) > self.most * _WITH_WORDS_AROUND:
            raise self._too_long()
        return typed

    def checked(self, text: str) -> str:
        """The plain text itself. Raises Unreadable where it has no words, is no answer or not `fitting`."""
        if not letters(text) or _SAME_LETTER.fullmatch(text):
            raise self.unreadable(f"没有看明白。请用文字填写{self.name}")
        self.fitting(text)
        is_no_name = self.is_name and (_ENDS_AS_A_QUESTION.search(text) or _AMOUNT.fullmatch(simplified(text)))
        if is_no_answer(simplified(text)) or is_no_name:
            raise self.unreadable(f"请填写{self.name}")
        return text

    def fitting(self, text: str) -> str:
        """The plain text itself. Raises Unreadable for what is too long or too short, and in names for what no name holds."""
        if len(text) > self.most:
            raise self._too_long()
        if len(text) < self.least:
            raise self.unreadable(f"{self.name}至少写{self.least}个字")
        if self.is_name and (_MARKUP_OR_ADDRESS.search(text) or _NUMBER_OF_A_PERSON.search(text)):
            raise self.unreadable(f"请只填{self.name}，不要带网址、号码或特殊符号")
        return text

    def unreadable(self, said: str) -> Unreadable:
        """What is wrong, with an example."""
        return Unreadable(f"{said}，例如：{self.example}。")

    def _too_long(self) -> Unreadable:
        return self.unreadable(f"{self.name}请写在{self.most}个字以内")
