"""Puts what is told into English: the renderings of the library, the plan's own words as they are, names from `plan/english.yml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.answer import Answer, NoAnswer, Reason
from knowledge.library import Entry
from knowledge.sources import Sources

_EXAMPLE = "How is land secured for manufacturing projects on the main platform?"


class EnglishTeller:
    """Translates nothing: where a rendering is missing, the plan's own words stand in its place."""

    def __init__(self, sources: Sources, entries: Mapping[str, Entry]) -> None:
        """`entries`: all that may be told, by id."""
        self._sources = sources
        self._names = sources.english
        self._entries = entries
        self._rendered = [entry for entry in sources.entries if entry.answer and entry.answer_en]

    def tell(self, told: Answer | NoAnswer) -> Answer | NoAnswer:
        """The same in English; citations, bureaus and score stay as they are."""
        return replace(told, text=self._answer(told) if isinstance(told, Answer) else self._no_answer(told))

    def called(self, bureaus: Sequence[str]) -> Mapping[str, str]:
        """English names by the canonical ones."""
        return {name: self._names.bureau(name) for name in bureaus}

    def _answer(self, told: Answer) -> str:
        renderings = self._renderings(told)
        if not told.citations:
            return " ".join(renderings) or told.text
        said = renderings[0] if len(renderings) == 1 else "\n".join(f"{n}. {text}" for n, text in enumerate(renderings, 1))
        if not said:
            said = f"The plan says on this, in its own words: “{told.citations[0].quote}”"
        in_charge = f"\nIn charge: {self._listed(told.bureaus.principal)}." if told.bureaus.principal else ""
        return f"{said} (Source: {self._cited(told)}){in_charge}"

    def _renderings(self, told: Answer) -> Sequence[str]:
        """English answers of the entries whose answers stand in the text, in its order.

        Of one that stands within another, the longer; of those that are answered alike, the one that was told.
        """
        found = [(told.text.find(entry.answer), -len(entry.answer), entry.id != told.entry_id, entry) for entry in self._rendered]
        rendered, end = [], 0
        for place, length, _, entry in sorted((each for each in found if each[0] >= 0), key=lambda each: each[:3]):
            if place >= end:
                rendered.append(entry.answer_en or "")
                end = place - length
        return rendered

    def _cited(self, told: Answer) -> str:
        """Clauses as a person would cite them: Implementation Plan (draft for comment), 二（三）9 “Securing land and forest land”."""
        cited: dict[str, list[str]] = {}
        for citation in told.citations:
            title = self._names.clauses.get(citation.clause)
            document = f"{self._names.short_title} ({self._names.standing})" if title else self._sources.titled(citation.clause)
            number = f"{citation.number} “{title or citation.title}”"
            if number not in cited.setdefault(document, []):
                cited[document].append(number)
        return "; ".join(f"{document}, {', '.join(numbers)}" for document, numbers in cited.items())

    def _no_answer(self, told: NoAnswer) -> str:
        if told.reason is Reason.NO_WORDS:
            return f"I see no words. Please ask in a sentence, such as “{_EXAMPLE}”"
        if told.reason is Reason.OFF_TOPIC:
            plan = f"{self._names.title} ({self._names.standing})"
            return f"That is beyond what I can answer. I answer from the {plan} only: on land, finance, talent, parks and green channels."
        entry = self._entries.get(told.entry_id or "")
        # The nearest entry of the plan has an answer too, but to another question.
        said = entry.answer_en if entry and not entry.quotes else None
        near = self._near(entry) if entry and not said else ""
        return f"{said or 'The plan does not say this.'}{near}\nPlease ask the {self._listed(told.bureaus.principal)}."

    def _near(self, entry: Entry) -> str:
        """The clause that says something near to it."""
        clause = entry.near or (entry.quotes[0].clause if entry.quotes else "")
        title = self._names.clauses.get(clause)
        return f" What comes nearest is {self._sources.clauses[clause].number} “{title}”." if title else ""

    def _listed(self, bureaus: Sequence[str]) -> str:
        return ", ".join(map(self._names.bureau, bureaus))
