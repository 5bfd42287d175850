"""What the knowledge says to a question: an Answer with its citations, or a NoAnswer with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from knowledge.library import Entry
from knowledge.plan import Clause, Plan, Role

# Where the plan does not name a bureau for what is asked, this one takes enquiries about moving: clause 二（四）17.
FALLBACK_BUREAU = "市投资促进局"
_READABLE_CHARACTERS = 180


@dataclass(frozen=True, slots=True)
class Citation:
    """The plan's own words for an answer."""

    clause: str
    number: str
    title: str
    quote: str
    """Verbatim substring of the clause."""


@dataclass(frozen=True, slots=True)
class Bureaus:
    """Who is in charge, canonical names."""

    principal: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The plan answers the question."""

    text: str
    """What a person reads: the answer, where it stands, who is in charge. At most 500 characters."""
    citations: tuple[Citation, ...]
    bureaus: Bureaus
    score: float
    """0 to 1, how sure the judgement is that this answers the question."""
    entry_id: str


class Reason(Enum):
    """Why there is no answer."""

    UNSTATED = "unstated"
    """It is about moving to Zhanjiang, and the plan does not say it."""
    OFF_TOPIC = "off_topic"
    """It has nothing to do with the plan."""
    NO_WORDS = "no_words"
    """There was no word in it."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The plan does not answer the question."""

    reason: Reason
    text: str
    bureaus: Bureaus
    """Who would know; empty when off topic."""
    score: float
    """0 to 1, how sure the judgement is that the plan does not say it."""
    entry_id: str | None


class Composer:
    """Puts what was found into words."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def answer(self, entry: Entry, score: float) -> Answer:
        """The answer that an entry with quotes gives."""
        clauses = [self._plan.by_id[quote.clause] for quote in entry.quotes]
        quoted = ((clause, _in_context(clause, quote.text)) for clause, quote in zip(clauses, entry.quotes, strict=True))
        citations = tuple(Citation(clause.id, clause.number, clause.title, text) for clause, text in dict.fromkeys(quoted))
        bureaus = self._bureaus(entry, clauses[0])
        numbers = "、".join(dict.fromkeys(clause.number for clause in clauses))
        where = f"（依据：《{self._plan.short_title}》{self._plan.standing} {numbers}）"
        lines = [f"{entry.answer}{where}"]
        if bureaus.principal:
            lines.append(f"这项工作由{'、'.join(bureaus.principal)}牵头。")
        return Answer("\n".join(lines), citations, bureaus, score, entry.id)

    def boundary(self, entry: Entry, score: float) -> NoAnswer:
        """The plan does not say it, in the words of the entry that says so for this very question."""
        if entry.near is None and not entry.bureaus:
            return self._off_topic(entry, score)
        near = self._plan.by_id[entry.near].bureaus(Role.PRINCIPAL) if entry.near else ()
        return self._unstated(entry.answer, entry.bureaus or near, score, entry)

    def unstated(self, nearest: Entry, score: float) -> NoAnswer:
        """The plan does not say it; the nearest thing that it does say is pointed to."""
        clause = self._plan.by_id[nearest.quotes[0].clause]
        said = f"方案没有写明您问的这一点，相近的内容见《{self._plan.short_title}》{self._plan.standing} {clause.number}“{clause.title}”。"
        return self._unstated(said, nearest.bureaus or clause.bureaus(Role.PRINCIPAL), score, nearest)

    def _unstated(self, said: str, principal: tuple[str, ...], score: float, entry: Entry) -> NoAnswer:
        bureaus = Bureaus(principal or (FALLBACK_BUREAU,))
        text = f"{said}\n具体情况建议向{'、'.join(bureaus.principal)}咨询。"
        return NoAnswer(Reason.UNSTATED, text, bureaus, score, entry.id)

    def _off_topic(self, entry: Entry, score: float) -> NoAnswer:
        title = f"《{self._plan.title}》（{self._plan.standing}）"
        said = f"这个问题不在我能回答的范围内。我只依据{title}回答产业转移到湛江的用地、金融、人才、园区、绿色通道等问题。"
        return NoAnswer(Reason.OFF_TOPIC, said, Bureaus(), score, entry.id)

    def no_words(self) -> NoAnswer:
        """The message held no word, only signs or pictures."""
        text = "没有看到文字。请用一句话说明您想了解的事，例如“主平台制造业项目的用地指标怎么保障”。"
        return NoAnswer(Reason.NO_WORDS, text, Bureaus(), 1.0, None)

    def _bureaus(self, entry: Entry, clause: Clause) -> Bureaus:
        supporting = (*clause.bureaus(Role.SUPPORTING), *clause.bureaus(Role.PARTICIPATING))
        principal = entry.bureaus or clause.bureaus(Role.PRINCIPAL)
        return Bureaus(principal, tuple(name for name in supporting if name not in principal))


def _in_context(clause: Clause, quote: str) -> str:
    """The whole sentence that a quote is part of, where that is not too long to read: half a sentence may mislead."""
    sentence = clause.sentence_with(quote)
    return sentence.text if quote in sentence.text and len(sentence.text) <= _READABLE_CHARACTERS else quote
