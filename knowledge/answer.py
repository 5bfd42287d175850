"""What the knowledge says to a question: an Answer with its citations, or a NoAnswer with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from knowledge.library import Entry
from knowledge.plan import Clause, Plan, Role

# Where the plan does not name a bureau for what is asked, this one takes enquiries about moving: clause 二（四）17.
FALLBACK_BUREAU = "市投资促进局"


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
        citations = tuple(
            Citation(clause.id, clause.number, clause.title, quote.text) for clause, quote in zip(clauses, entry.quotes, strict=True)
        )
        bureaus = self._bureaus(entry, clauses[0])
        numbers = "、".join(dict.fromkeys(clause.number for clause in clauses))
        where = f"（依据：《{self._plan.short_title}》{self._plan.standing} {numbers}）"
        lines = [f"{entry.answer}{where}"]
        if bureaus.principal:
            lines.append(f"这项工作由{'、'.join(bureaus.principal)}牵头。")
        return Answer("\n".join(lines), citations, bureaus, score, entry.id)

    def unstated(self, entry: Entry | None, score: float) -> NoAnswer:
        """The plan does not say it; the entry, where there is one, says so for this very question."""
        if entry is not None and entry.near is None and not entry.bureaus:
            return self.off_topic(entry, score)
        said = entry.answer if entry else f"《{self._plan.short_title}》（{self._plan.standing}）没有写明您问的这一点。"
        near = self._plan.by_id.get(entry.near or "") if entry else None
        principal = entry.bureaus if entry and entry.bureaus else near.bureaus(Role.PRINCIPAL) if near else ()
        bureaus = Bureaus(principal or (FALLBACK_BUREAU,))
        text = f"{said}\n具体情况建议向{'、'.join(bureaus.principal)}咨询。"
        return NoAnswer(Reason.UNSTATED, text, bureaus, score, entry.id if entry else None)

    def off_topic(self, entry: Entry | None, score: float) -> NoAnswer:
        """The question has nothing to do with the plan."""
        text = "这个问题不在我能回答的范围内。我只依据《{}》（{}）回答产业转移到湛江的用地、金融、人才、园区、绿色通道等问题。"
        said = text.format(self._plan.title, self._plan.standing)
        return NoAnswer(Reason.OFF_TOPIC, said, Bureaus(), score, entry.id if entry else None)

    def no_words(self) -> NoAnswer:
        """The message held no word, only signs or pictures."""
        text = "没有看到文字。请用一句话说明您想了解的事，例如“主平台制造业项目的用地指标怎么保障”。"
        return NoAnswer(Reason.NO_WORDS, text, Bureaus(), 1.0, None)

    def _bureaus(self, entry: Entry, clause: Clause) -> Bureaus:
        supporting = (*clause.bureaus(Role.SUPPORTING), *clause.bureaus(Role.PARTICIPATING))
        principal = entry.bureaus or clause.bureaus(Role.PRINCIPAL)
        return Bureaus(principal, tuple(name for name in supporting if name not in principal))
