"""Which groups a page shows, as its address says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from actions.questions.groups import PAGE, Tab
from desk.refusals import NotFound

PERIODS: tuple[int, ...] = (7, 30, 90, 0)
"""Days to choose from; 0 for all time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tab, a period, and the page of it."""

    tab: Tab = Tab.OPEN
    days: int = 30
    page: int = 1

    @property
    def period(self) -> int | None:
        """Days; None for all time."""
        return self.days or None

    @property
    def skip(self) -> int:
        """Groups on the pages before."""
        return (self.page - 1) * PAGE

    def query(self, tab: Tab | None = None, page: int = 1) -> str:
        """Of another tab or page of the same period."""
        return "?" + urlencode({"tab": (tab or self.tab).value, "days": self.days, **({"page": page} if page > 1 else {})})


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """Raises NotFound for what no page of ours asks for."""
    tab, days, page = query.get("tab", Tab.OPEN.value), query.get("days", "30"), query.get("page", "1")
    if tab not in {each.value for each in Tab} or days not in map(str, PERIODS) or not re.fullmatch("[1-9][0-9]{0,4}", page):
        raise NotFound
    return Wanted(Tab(tab), int(days), int(page))
