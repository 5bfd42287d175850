"""Traditional characters in, traditional characters out."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.message import Choice, IncomingMessage, OutgoingMessage
from knowledge.question.language import language_of, to_traditional


def in_script_of(message: IncomingMessage, said: tuple[OutgoingMessage, ...]) -> tuple[OutgoingMessage, ...]:
    """What is said, in the script that the enquirer writes or has chosen. Quotes beside the text stay as the plan has them."""
    if language_of(message.text, message.language) != "zh-Hant":
        return said
    return tuple(replace(each, text=to_traditional(each.text), choices=tuple(map(_choice, each.choices))) for each in said)


def _choice(choice: Choice) -> Choice:
    """Its payload too: what is tapped is the next message, and is to be answered in the same script."""
    return Choice(to_traditional(choice.title), to_traditional(choice.payload))
