"""How several things that are to be said become one message, and under whose name officers' words go out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from actions.contacts.model import Answer, Waiting, Words
from actions.conversations.model import Author, Said

_LATE = "您上一个问题的答复："
_SENTENCE_END = re.compile(r"[。！？；!?;]+[”’」』）》]*|\n")
_LEAST_BYTES = 40


def officers_words(said: Said, most_bytes: int) -> tuple[str, ...]:
    """An officer's words under their bureau's name, as a platform shows all of ours under one; the service's as they are.

    In as many messages as they need: an answer of the bot's that is cut can be read elsewhere, a person's words shall arrive.
    """
    head = f"【{' '.join(filter(None, (said.bureau, said.name)))}】" if said.author is Author.OFFICER else ""
    return tuple(head + piece for piece in _pieces(said.text, max(most_bytes - _size(head), _LEAST_BYTES)))


def _pieces(text: str, most_bytes: int) -> Iterator[str]:
    """The text in parts of so many bytes at most, parted behind a sentence where one ends in the second half of a part."""
    while _size(text) > most_bytes:
        part = text.encode(errors="ignore")[:most_bytes].decode(errors="ignore")
        ends = [match.end() for match in _SENTENCE_END.finditer(part)]
        part = part[: ends[-1]] if ends and ends[-1] * 2 >= len(part) else part
        yield part.strip()
        text = text[len(part) :]
    yield text.strip()


def _size(text: str) -> int:
    return len(text.encode(errors="ignore"))


def late(waiting: Waiting) -> Answer:
    """As it is said with the answer to a later message."""
    answer = waiting.answer
    return Answer(f"{_LATE}{answer.text}", answer.choices, answer.whole_url) if waiting.words is Words.ANSWER else answer


def joined(answers: Sequence[Answer]) -> Answer:
    """One message of several, parted by blank lines; the last choices are those that count. Needs at least one."""
    texts = "\n\n".join(answer.text for answer in answers if answer.text)
    choices = next((answer.choices for answer in reversed(answers) if answer.choices), ())
    return Answer(texts, choices, next((answer.whole_url for answer in reversed(answers) if answer.whole_url), ""))


def fitting(answers: Sequence[Answer], most_bytes: int, beside: int = 0) -> int:
    """How many from the first on fit into one message of so many bytes, of which `beside` are taken; at least one."""
    number, length = 0, beside
    for answer in answers:
        length += _size(answer.text) + 2
        if number and length > most_bytes:
            break
        number += 1
    return number
