"""Figures as values. Every share knows what it is a share of, and every time of how many tickets it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def fraction(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Questions by what became of them."""

    answered: int = 0
    unsure: int = 0
    """Answered too, with the judgement near its edge."""
    abstained: int = 0
    """The plan does not say it."""
    off_topic: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.answered + self.unsure + self.abstained + self.off_topic

    @property
    def told(self) -> Share:
        """Those that were answered, of those on the subject."""
        told = self.answered + self.unsure
        return Share(told, told + self.abstained)


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """What was asked in a period: of all bureaus, as a question belongs to none."""

    total: Outcomes
    by_day: Mapping[date, Outcomes]
    """Only days on which anything was asked, in order."""
    by_topic: tuple[tuple[str, Outcomes], ...]
    """By the clause of the best citation, empty for none; most asked first. Without what was off topic."""
    by_channel: tuple[tuple[str, Outcomes], ...]
    most_asked: tuple[tuple[str, int], ...]
    """Library entries by how often they were told or, where nothing was told, were nearest."""
    satisfaction: Share
    """Thumbs up, of all thumbs."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long something took, in hours as the clock runs, nights and holidays included."""

    number: int
    """Of how many tickets."""
    pending: int
    """For how many more it has not happened yet."""
    median: float | None
    most: float | None
    """Nine of ten took no longer."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Tickets by their last deadline, a setting of the office."""

    kept: int
    """Closed by the end of that day."""
    missed: int
    """Closed later, or still open after it."""
    ahead: int
    """Open, and the day is not over."""
    none: int
    """Without one, or withdrawn before it was over."""

    @property
    def share(self) -> Share:
        """Kept, of those that are decided."""
        return Share(self.kept, self.kept + self.missed)


@dataclass(frozen=True, slots=True)
class BureauPart:
    """In how many tickets a bureau has which part."""

    bureau: str
    principal: int
    district: int
    supporting: int

    @property
    def total(self) -> int:
        """All of them; it has one part in each."""
        return self.principal + self.district + self.supporting


@dataclass(frozen=True, slots=True)
class TicketFigures:
    """Tickets that were opened in a period, as they stand now; what is counted otherwise says so."""

    opened: int
    repeats: int
    """Leads in the period that repeated an open ticket and were added to it."""
    closed_meanwhile: int
    """Closed in the period, whenever they were opened."""
    overdue_now: int
    """Open after their deadline, whenever they were opened."""
    closed: int
    withdrawn: int
    """Ended by erasure at the person's wish, before any bureau closed them."""
    by_state: tuple[tuple[str, int], ...]
    by_bureau: tuple[BureauPart, ...]
    by_industry: tuple[tuple[str, int], ...]
    """In the enquirers' own words, empty for none; the most frequent ones."""
    industries: int
    """How many different ones there are."""
    by_district: tuple[tuple[str, int], ...]
    by_track: tuple[tuple[str, int], ...]
    by_channel: tuple[tuple[str, int], ...]
    by_outcome: tuple[tuple[str, int], ...]
    """Closed ones; empty where nobody said."""
    first_answer: Waits
    """Until any bureau accepted it, wrote or closed it."""
    close: Waits
    deadlines: Deadlines
