"""The assessment sheet: each bureau in each month of a year, and over the year.

The plan (safeguard-4) asks that the work be counted and assessed every year. It names no indicators: these are ours.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from actions.figures.model import Share
from actions.figures.stints import Stint
from actions.office.workdays import due_date, is_estimate, local_date

PROMPT_WORKDAYS = 1
"""Until a bureau should have answered or at least accepted: a measure of ours."""
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Row:
    """A bureau's tickets, by the month in which it received them, as they stand now."""

    received: int
    prompt: Share
    """Answered by the end of the next working day, of those that this bureau answered, or that no bureau had answered when that day
    was over. Where another bureau was faster it is neither praised nor blamed."""
    answered: int
    """By this bureau: accepted, written or closed."""
    closed: int
    deadlines: Share
    """Closed in time, of those closed and of those open whose deadline is over; without tickets that have none."""
    days_to_answer: float | None
    """Median of those answered, in days as the clock runs."""
    handed_on: int
    """Given to another bureau in the month, whenever they were received."""


@dataclass(frozen=True, slots=True)
class BureauYear:
    """One bureau's year."""

    bureau: str
    months: Mapping[int, Row]
    """Only months in which anything was received or handed on."""
    year: Row


@dataclass(frozen=True, slots=True)
class Assessment:
    """The sheet of a year."""

    year: int
    bureaus: tuple[BureauYear, ...]
    """In order of name."""
    satisfaction: Mapping[int, Share]
    """Thumbs up on the assistant's answers in each month, of all thumbs: they belong to no bureau."""
    is_estimate: bool
    """The year's working days are not all published yet."""


def assess(
    year: int,
    stints: Iterable[Stint],
    handed_on: Mapping[tuple[str, int], int],
    satisfaction: Mapping[int, Share],
    today: date,
    known: Collection[str] = (),
) -> Assessment:
    """The sheet, from what began in the year. `known`: bureaus, of which any may have handed on all that it had."""
    by_month: dict[str, dict[int, _Tally]] = {}
    prompt_by = _PromptBy()
    for stint in stints:
        received_on = local_date(stint.received_at)
        by_month.setdefault(stint.bureau, {}).setdefault(received_on.month, _Tally()).add(stint, prompt_by[received_on], today)
    for (bureau, month), number in handed_on.items():
        if bureau in known or bureau in by_month:
            by_month.setdefault(bureau, {}).setdefault(month, _Tally()).handed_on = number
    bureaus = (
        BureauYear(bureau, {month: tally.row() for month, tally in sorted(months.items())}, _together(months.values()).row())
        for bureau, months in sorted(by_month.items())
    )
    return Assessment(year, tuple(bureaus), satisfaction, is_estimate(date(year, 1, 1)))


class _PromptBy(dict[date, date]):
    """The day by which a bureau should have answered what it received on a day, worked out once for each."""

    def __missing__(self, received: date) -> date:
        self[received] = due_date(received, PROMPT_WORKDAYS)
        return self[received]


@dataclass(slots=True)
class _Tally:
    """A row that is being counted."""

    received: int = 0
    prompt: int = 0
    measured: int = 0
    closed: int = 0
    in_time: int = 0
    due: int = 0
    handed_on: int = 0
    seconds: list[float] = field(default_factory=list)
    """Until each answer."""

    def add(self, stint: Stint, prompt_by: date, today: date) -> None:
        """Count one more; `prompt_by`: the day by which it should have been answered."""
        self.received += 1
        closed_on = None if stint.closed_at is None else local_date(stint.closed_at)
        self.closed += closed_on is not None
        if stint.answered_at is not None:
            self.seconds.append((stint.answered_at - stint.received_at).total_seconds())
            self.prompt += local_date(stint.answered_at) <= prompt_by
            self.measured += 1
        elif not stint.is_withdrawn and prompt_by < today:
            self.measured += stint.first_answered_at is None or local_date(stint.first_answered_at) > prompt_by
        if stint.due is not None and not stint.is_withdrawn and (closed_on is not None or stint.due < today):
            self.due += 1
            self.in_time += closed_on is not None and closed_on <= stint.due

    def row(self) -> Row:
        """As it stands."""
        return Row(
            received=self.received,
            prompt=Share(self.prompt, self.measured),
            answered=len(self.seconds),
            closed=self.closed,
            deadlines=Share(self.in_time, self.due),
            days_to_answer=statistics.median(self.seconds) / _SECONDS_A_DAY if self.seconds else None,
            handed_on=self.handed_on,
        )


def _together(tallies: Iterable[_Tally]) -> _Tally:
    whole = _Tally()
    for tally in tallies:
        whole.received += tally.received
        whole.prompt += tally.prompt
        whole.measured += tally.measured
        whole.closed += tally.closed
        whole.in_time += tally.in_time
        whole.due += tally.due
        whole.handed_on += tally.handed_on
        whole.seconds += tally.seconds
    return whole
