"""What a conversation is about: what a follow-up such as 那廉江呢 or 原文是什么 refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from knowledge.answer import Answer, NoAnswer


@dataclass(frozen=True, slots=True)
class Context:
    """The last question and what was told to it; kept between the turns as a JSON object."""

    question: str
    """As if it had been asked in full: 遂溪主要承接什么产业 after 那遂溪呢."""
    entry: str
    """Id of the entry that was told, or of the nearest one where the plan is silent."""
    clause: str
    """The clause that was cited first, or the nearest one."""
    answered: bool
    topic: str = ""
    district: str = ""
    """As the plan writes it, 廉江市; empty where no place was named."""
    told: tuple[str, ...] = ()
    """Quotes that the enquirer has seen."""

    def as_fields(self) -> dict[str, Any]:
        """The JSON object."""
        return asdict(self) | {"told": list(self.told)}

    @classmethod
    def of_fields(cls, stored: object) -> Context | None:
        """Read what `as_fields` wrote; None for anything else, such as what an older version stored."""
        if not isinstance(stored, Mapping) or set(stored) != {field.name for field in fields(cls)}:
            return None
        told = stored["told"]
        texts = [stored[name] for name in ("question", "entry", "clause", "topic", "district")]
        is_sound = (
            isinstance(told, list) and all(isinstance(text, str) for text in (*texts, *told)) and isinstance(stored["answered"], bool)
        )
        return cls(**{**stored, "told": tuple(told)}) if is_sound else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What is told to one message, and what the conversation is about from then on."""

    told: Answer | NoAnswer
    context: Context | None
    called: Mapping[str, str] = field(default_factory=dict)
    """The bureaus that are named, in the language of the reply, by their canonical names; empty in Chinese."""
