"""Which place suits an industry, and how places differ: clause 二（二）5 read in both directions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.answer import Answer
from knowledge.plan.industries import CLAUSE, MAIN_PLATFORM, Product, Seat
from knowledge.question.asking import asks_to_compare, asks_where
from knowledge.sources import Sources
from knowledge.telling.composer import Composer

_MOST_PLACES = 4
_MOST_COMPARED = 3
_ID = "places"


class PlaceTeller:
    """Answers from the map of industries."""

    def __init__(self, sources: Sources, composer: Composer) -> None:
        self._map = sources.industries
        self._clause = sources.plan.by_id[CLAUSE]
        self._composer = composer

    def suiting(self, text: str, score: float) -> Answer | None:
        """Where the products that a normalised text names are taken; None where it names none, or a place, or asks something else."""
        products = self._map.products_in(text)
        if not products or not asks_where(text) or self._map.places_in(text):
            return None
        product = products[0]
        seats = _most_particular(self._map.seats_of(product.called))[:_MOST_PLACES]
        if not seats:
            return None
        family = "、".join(f"“{word}”" for word in product.called)
        as_named = "" if product.name in product.called else f"，属于方案写的{family}产业"
        listed = "；".join(f"{seat.place}（{_part_with(seat, product)}）" for seat in seats)
        return self._tell(f"“{product.name}”{as_named}。方案把它安排在：{listed}", seats, score)

    def comparison(self, text: str, score: float) -> Answer | None:
        """What each of several named places takes; None where fewer than two are named or nothing is compared."""
        places = self._map.places_in(text)
        if len(places) < 2 or not asks_to_compare(text):
            return None
        seats = [seat for place in places[:_MOST_COMPARED] for seat in self._map.seats_at(place)[:1]]
        return self._tell("；".join(seat.quote.rstrip("。") for seat in seats), seats, score)

    def places_in(self, text: str) -> tuple[str, ...]:
        """The places that a normalised text names, as the plan writes them."""
        return self._map.places_in(text)

    def without_places(self, text: str) -> str:
        """What a normalised text says beside the places that it names."""
        for word, _ in self._map.names:
            text = text.replace(word, " ")
        return text

    def with_place(self, question: str, place: str) -> str | None:
        """A normalised question about another place; None where it names none."""
        named = [word for word, _ in self._map.names if word in question]
        return question.replace(named[0], place) if named else None

    def _tell(self, said: str, seats: Sequence[Seat], score: float) -> Answer:
        quoted = [(self._clause, seat.quote) for seat in seats]
        return self._composer.cite(f"{said}。", quoted, self._composer.in_charge(self._clause), score, _ID)


def _most_particular(seats: Sequence[Seat]) -> Sequence[Seat]:
    """Of the main platform's sentences the one that goes into the matter; they come before the districts."""
    own = [seat for seat in seats if seat.place == MAIN_PLATFORM]
    return [*own[-1:], *(seat for seat in seats if seat.place != MAIN_PLATFORM)]


def _part_with(seat: Seat, product: Product) -> str:
    """The half-sentences with the industry's word."""
    parts = [part for part in re.split(r"[，。]", seat.quote) if any(word in part for word in product.called)]
    return "，".join(parts).removeprefix(seat.place)
