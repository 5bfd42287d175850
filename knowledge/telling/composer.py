"""What is told of a single entry: its answer with citation and bureau, or that the plan does not say it."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.answer import FALLBACK_BUREAU, Answer, Bureaus, Citation, NoAnswer, Reason
from knowledge.library import Entry
from knowledge.plan import Clause, Role
from knowledge.sources import Sources

_READABLE_CHARACTERS = 180


class Composer:
    """Puts what was found into words."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._plan = sources.plan

    def answer(self, entry: Entry, score: float, related: Sequence[Entry] = ()) -> Answer:
        """The answer that an entry with quotes gives; the first quotes of `related` entries are cited after its own."""
        quotes = (*entry.quotes, *(other.quotes[0] for other in related))
        clauses = [self._sources.clauses[quote.clause] for quote in quotes]
        quoted = [(clause, in_context(clause, quote.text)) for clause, quote in zip(clauses, quotes, strict=True)]
        return self.cite(entry.answer, quoted, self.in_charge(clauses[0], entry.bureaus), score, entry.id)

    def cite(self, said: str, quoted: Sequence[tuple[Clause, str]], bureaus: Bureaus, score: float, entry_id: str) -> Answer:
        """An answer in given words, followed by where it stands and who is in charge."""
        citations = tuple(Citation(clause.id, clause.number, clause.title, text) for clause, text in dict.fromkeys(quoted))
        lines = [f"{said}（依据：{self.cited_as([clause for clause, _ in quoted])}）"]
        if bureaus.principal:
            lines.append(f"这项工作由{'、'.join(bureaus.principal)}牵头。")
        return Answer("\n".join(lines), citations, bureaus, score, entry_id)

    def cited_as(self, clauses: Sequence[Clause]) -> str:
        """How a person would cite clauses: 《实施方案》征求意见稿 二（三）9."""
        numbers: dict[str, list[str]] = {}
        for clause in dict.fromkeys(clauses):
            numbers.setdefault(self._sources.titled(clause.id), []).append(clause.number)
        return "；".join(f"{title} {'、'.join(own)}" for title, own in numbers.items())

    def boundary(self, entry: Entry, score: float) -> NoAnswer:
        """The plan does not say it, in the words of the entry that says so for this very question."""
        if entry.near is None and not entry.bureaus:
            return self._off_topic(entry, score)
        near = self._plan.by_id[entry.near].bureaus(Role.PRINCIPAL) if entry.near else ()
        return self.silent(entry.answer, entry.bureaus or near, score, entry.id)

    def about_the_service(self, entry: Entry, score: float) -> Answer:
        """What is to be said of the assistant itself; there is nothing to cite, and no bureau in charge."""
        return Answer(entry.answer, (), Bureaus(), score, entry.id)

    def unstated(self, nearest: Entry, score: float) -> NoAnswer:
        """The plan does not say it; the nearest thing that it does say is pointed to."""
        clause = self._sources.clauses[nearest.quotes[0].clause]
        said = f"方案没有写明您问的这一点，相近的内容见{self.cited_as([clause])}“{clause.title}”。"
        return self.silent(said, nearest.bureaus or clause.bureaus(Role.PRINCIPAL), score, nearest.id)

    def silent(self, said: str, principal: tuple[str, ...], score: float, entry_id: str | None) -> NoAnswer:
        """In given words that the plan does not say it, and who would know."""
        bureaus = Bureaus(principal or (FALLBACK_BUREAU,))
        text = f"{said}\n具体情况建议向{'、'.join(bureaus.principal)}咨询。"
        return NoAnswer(Reason.UNSTATED, text, bureaus, score, entry_id)

    def _off_topic(self, entry: Entry, score: float) -> NoAnswer:
        title = f"《{self._plan.title}》（{self._plan.standing}）"
        said = f"这个问题不在我能回答的范围内。我只依据{title}回答产业转移到湛江的用地、金融、人才、园区、绿色通道等问题。"
        return NoAnswer(Reason.OFF_TOPIC, said, Bureaus(), score, entry.id)

    def no_words(self) -> NoAnswer:
        """The message held no word, only signs or pictures."""
        text = "没有看到文字。请用一句话说明您想了解的事，例如“主平台制造业项目的用地指标怎么保障”。"
        return NoAnswer(Reason.NO_WORDS, text, Bureaus(), 1.0, None)

    def in_charge(self, clause: Clause, instead: tuple[str, ...] = ()) -> Bureaus:
        """Who is in charge of a clause; `instead` takes the place of its principal bureaus."""
        supporting = (*clause.bureaus(Role.SUPPORTING), *clause.bureaus(Role.PARTICIPATING))
        principal = instead or clause.bureaus(Role.PRINCIPAL)
        return Bureaus(principal, tuple(name for name in supporting if name not in principal))


def in_context(clause: Clause, quote: str) -> str:
    """The whole sentence that a quote is part of, where that is not too long to read: half a sentence may mislead."""
    sentence = clause.sentence_with(quote)
    return sentence.text if quote in sentence.text and len(sentence.text) <= _READABLE_CHARACTERS else quote
