"""What is told to messages that follow up: who is in charge, the plan's very words, what else there is, how to go about it."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from knowledge.answer import Answer, NoAnswer
from knowledge.context import Context
from knowledge.library import Entry
from knowledge.plan import Clause, Sentence
from knowledge.question.follow_up import FollowUpKind
from knowledge.sources import Sources
from knowledge.telling.composer import Composer, in_context

_AT_ONCE = 200
"""Characters of the plan that are told in one message, unless a single sentence is longer."""


class FollowUpTeller:
    """Tells more about what was told before."""

    def __init__(self, sources: Sources, composer: Composer) -> None:
        self._sources = sources
        self._entries = {entry.id: entry for entry in sources.entries}
        self._composer = composer

    def tell(self, kind: FollowUpKind, context: Context) -> Answer | NoAnswer | None:
        """None where the context is of an earlier state of the library and its clause is gone, or the kind is another's."""
        clause = self._sources.clauses.get(context.clause)
        if clause is None:
            return None
        if kind is FollowUpKind.BUREAU:
            return self._bureau(context, clause)
        if not context.answered:
            return self._still_unstated(context, clause)
        if kind is FollowUpKind.QUOTE:
            return self._quote(context, clause)
        if kind is FollowUpKind.DETAIL:
            return self._detail(context, clause)
        if kind is FollowUpKind.MORE:
            return self._more(context, clause)
        if kind is FollowUpKind.HOW:
            return self._how(context, clause)
        return None

    def not_stated(self, context: Context) -> NoAnswer | None:
        """Something was asked about the last answer that the plan does not say of it."""
        clause = self._sources.clauses.get(context.clause)
        if clause is None:
            return None
        said = f"关于“{clause.title}”，方案没有写明您追问的这一点。"
        return self._composer.silent(said, self._principal(context, clause), 0.6, context.entry)

    def _bureau(self, context: Context, clause: Clause) -> Answer | NoAnswer:
        bureaus = self._composer.in_charge(clause, self._instead(context))
        if not context.answered or not bureaus.principal:
            said = "刚才问的这一点，方案没有写明内容。" if not context.answered else f"“{clause.title}”没有单独写明责任单位。"
            return self._composer.silent(said, bureaus.principal, 0.9, context.entry)
        supporting = f"，配合单位有{'、'.join(bureaus.supporting)}" if bureaus.supporting else ""
        said = f"“{clause.title}”由{'、'.join(bureaus.principal)}牵头{supporting}。"
        note = next((sentence.text for sentence in clause.sentences if sentence.names_responsibility), clause.text)
        told = self._composer.cite(said, [(clause, note)], bureaus, 0.9, context.entry)
        return replace(told, text=told.text.split("\n")[0])  # who leads was just said

    def _still_unstated(self, context: Context, clause: Clause) -> NoAnswer:
        said = "刚才问的这一点，方案没有写明，所以没有更多内容或原文可以提供。"
        return self._composer.silent(said, self._principal(context, clause), 0.9, context.entry)

    def _quote(self, context: Context, clause: Clause) -> Answer:
        quoted = self._quoted(context, clause)
        said = f"原文是：{''.join(f'“{quote}”' for quote in quoted)}"
        bureaus = self._composer.in_charge(clause, self._instead(context))
        return self._composer.cite(said, [(clause, quote) for quote in quoted], bureaus, 0.9, context.entry)

    def _detail(self, context: Context, clause: Clause) -> Answer:
        """The sentences that were quoted, whole, and what follows them."""
        quoted = self._quoted(context, clause)
        following = _at_once(_unseen(clause, context.told))
        said = f"方案的原文是：{''.join(f'“{quote}”' for quote in quoted)}"
        if following:
            said += f"同一条还写明：{''.join(sentence.text.strip() for sentence in following)}"
        shown = [(clause, text) for text in (*quoted, *(sentence.text for sentence in following))]
        return self._composer.cite(said, shown, self._composer.in_charge(clause, self._instead(context)), 0.9, context.entry)

    def _more(self, context: Context, clause: Clause) -> Answer:
        bureaus = self._composer.in_charge(clause, self._instead(context))
        following = _at_once(_unseen(clause, context.told))
        if not following:
            said = f"“{clause.title}”这一条的内容已经都告诉您了，方案没有写更多。"
            return self._composer.cite(said, [(clause, self._quoted(context, clause)[-1])], bureaus, 0.9, context.entry)
        said = f"同一条还写明：{''.join(sentence.text.strip() for sentence in following)}"
        return self._composer.cite(said, [(clause, sentence.text) for sentence in following], bureaus, 0.9, context.entry)

    def _how(self, context: Context, clause: Clause) -> Answer:
        bureaus = self._composer.in_charge(clause, self._instead(context))
        entry = self._entries.get(context.entry)
        quote = self._quoted(context, clause)[0]
        known = entry.answer.rstrip("。") if entry and entry.quotes else f"“{quote}”"
        asked = "、".join(bureaus.principal) or "责任单位"
        said = f"方案写到的是：{known}。具体的办理步骤、材料和时限方案没有写，请向{asked}确认。"
        return self._composer.cite(said, [(clause, quote)], bureaus, 0.8, context.entry)

    def _quoted(self, context: Context, clause: Clause) -> list[str]:
        """The sentences of the clause that were told, the first one where none was."""
        told = (quote for quote in context.told if quote in clause.text)
        return list(dict.fromkeys(in_context(clause, quote) for quote in told)) or [clause.sentences[0].text]

    def _entry(self, context: Context) -> Entry | None:
        return self._entries.get(context.entry)

    def _instead(self, context: Context) -> tuple[str, ...]:
        entry = self._entry(context)
        return entry.bureaus if entry else ()

    def _principal(self, context: Context, clause: Clause) -> tuple[str, ...]:
        return self._composer.in_charge(clause, self._instead(context)).principal


def _unseen(clause: Clause, told: tuple[str, ...]) -> list[Sentence]:
    """The sentences not yet told in full, without heading and 责任单位 note: from the last one that was told, then from the beginning."""
    known = [i for i, sentence in enumerate(clause.sentences) if any(quote in sentence.text or sentence.text in quote for quote in told)]
    start = max(known, default=0)
    in_order = (*clause.sentences[start:], *clause.sentences[:start])
    return [sentence for sentence in in_order if not sentence.names_responsibility and not _is_seen(sentence, clause, told)]


def _is_seen(sentence: Sentence, clause: Clause, told: tuple[str, ...]) -> bool:
    is_heading = len(sentence.text) <= len(clause.title) + 4 and clause.title in sentence.text
    return is_heading or any(sentence.text in quote for quote in told)


def _at_once(sentences: list[Sentence]) -> list[Sentence]:
    """As many of the first sentences as are read at once, but one at least."""
    lengths = accumulate(len(sentence.text) for sentence in sentences)
    return [sentence for i, (sentence, length) in enumerate(zip(sentences, lengths, strict=True)) if i == 0 or length <= _AT_ONCE]
