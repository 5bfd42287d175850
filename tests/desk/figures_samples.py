"""Work for the pages of figures to count, and what a browser would read off them."""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.questions.model import Asked, Rating, Remark, Status
from actions.questions.register import Questions
from actions.tickets.history import utc_now
from desk.services import Desk
from tests.actions.officers.samples import BUREAU
from tests.desk.ticket_samples import change, open_ticket

HOSTILE = "</svg><script>alert(1)</script>{{7*7}}"


def fill(desk: Desk) -> list[str]:
    """Twelve questions, five thumbs, three tickets; the tickets' numbers."""
    now = utc_now()
    questions = Questions(desk.registry.database)
    for status, clause, entry, number in (
        (Status.ANSWERED, "task-09", "land", 6),
        (Status.UNSURE, "task-09", "land", 1),
        (Status.ABSTAINED, "task-12", HOSTILE, 3),
        (Status.OFF_TOPIC, "", "", 2),
    ):
        questions.record([Asked(now, "m", "web", "x", status, clause, entry)] * number)
    for rating, number in ((Rating.UP, 4), (Rating.DOWN, 1)):
        for _ in range(number):
            questions.remark(Remark(now, "m", "web", "x", rating))
    numbers = [open_ticket(desk, place).number for place in range(2)]
    numbers.append(open_ticket(desk, 2, industry=HOSTILE, district="", channel=HOSTILE[:16]).number)
    desk.registry.tickets.comment(numbers[0], BUREAU, "您好")
    desk.registry.tickets.close(numbers[0], BUREAU)
    change(desk, numbers[1], due=date(2020, 1, 1))
    return numbers


def numbers_of(page: Any) -> dict[str, tuple[str, str]]:
    """The cards: number and remark by title."""
    return {
        " ".join(card.xpath("./dt")[0].text_content().split()): (
            card.xpath("./dd")[0].text.strip(),
            card.xpath("./dd/small")[0].text_content(),
        )
        for card in page.xpath("//dl[@class='numbers']/div")
    }


def rows_of(page: Any, name: str) -> list[list[str]]:
    """The rows of a table, without bars."""
    found = page.xpath(f"//section[@aria-labelledby='sheet-{name}']//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("./th | ./td[not(@class='drawn')]")] for row in found]
