"""Who takes which industry: the places and industries of clause 二（二）5, and the products that people make.

The places, their industries and the words for them are read from the plan itself; industries.yml only says what a
product is called there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import PlanError
from knowledge.plan.model import Clause

CLAUSE = "task-05"
MAIN_PLATFORM = "主平台"
_DISTRICT = re.compile(r"(?P<name>\w{1,4}[区市县])积极承接[^；。]+")
_MAIN_PLATFORM_SENTENCE = re.compile(r"(主平台着力发展|新能源产业|新材料产业|电子信息产业|装备制造产业|现代轻工纺织产业)\w")


@dataclass(frozen=True, slots=True)
class Seat:
    """A place and what it takes, in one sentence or half-sentence of the plan."""

    place: str
    """As the plan writes it: 廉江市."""
    quote: str
    """Verbatim in the clause."""


@dataclass(frozen=True, slots=True)
class Product:
    """What a company makes, as people say it."""

    name: str
    called: tuple[str, ...]
    """The plan's words for the industry, each standing in the clause."""


@dataclass(frozen=True)
class IndustryMap:
    """Places and products of one plan."""

    seats: tuple[Seat, ...]
    """The main platform's sentences first, then the districts, in the plan's order."""
    products: tuple[Product, ...]
    names: tuple[tuple[str, str], ...]
    """Pairs of a word for a place, in normalised text, and its name in the plan; longest words first."""

    def products_in(self, text: str) -> tuple[Product, ...]:
        """Products that a normalised text names, in its order; a name inside a longer one is not counted."""
        return tuple(self._by_name[name] for name in dict.fromkeys(self._names_of_products.findall(text)))

    def places_in(self, text: str) -> tuple[str, ...]:
        """Places that a normalised text names, in their order, each once."""
        found: dict[int, str] = {}
        for word, place in self.names:
            if (at := text.find(word)) >= 0:
                found[at] = place
                text = text.replace(word, "\0" * len(word))
        return tuple(dict.fromkeys(found[at] for at in sorted(found)))

    def seats_of(self, called: Sequence[str]) -> tuple[Seat, ...]:
        """Where an industry is taken, by any of the plan's words for it."""
        return tuple(seat for seat in self.seats if any(word in seat.quote for word in called))

    def seats_at(self, place: str) -> tuple[Seat, ...]:
        """What one place takes."""
        return tuple(seat for seat in self.seats if seat.place == place)

    @cached_property
    def _by_name(self) -> Mapping[str, Product]:
        return {product.name: product for product in self.products}

    @cached_property
    def _names_of_products(self) -> re.Pattern[str]:
        longest_first = sorted(self._by_name, key=lambda name: -len(name))
        chinese = "|".join(re.escape(name) for name in longest_first if not name.isascii())
        latin = "|".join(re.escape(name) for name in longest_first if name.isascii())
        return re.compile(rf"{chinese}|(?<![a-z0-9])(?:{latin})(?![a-z0-9])")


def read_industry_map(file: Path, clause: Clause) -> IndustryMap:
    """Read the product words and the clause. Raises PlanError for a word that the clause does not have."""
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        products = tuple(_products(document["families"]))
        names = [(str(word).lower(), str(place)) for place, words in document["places"].items() for word in (place, *words)]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise PlanError(f"cannot read the product words: {error}", file=file, hint="see the comment at its top") from error
    for product in products:
        for word in product.called:
            if word not in clause.text:
                raise PlanError(f"{product.name}: {word} does not stand in {clause.id}", file=file, hint="use the plan's own words")
    seats = (*_main_platform_seats(clause), *_district_seats(clause))
    if unknown := {place for _, place in names} - {seat.place for seat in seats}:
        raise PlanError(f"{clause.id} says nothing of {'、'.join(sorted(unknown))}", file=file, hint="use the plan's own names")
    return IndustryMap(seats, products, tuple(sorted(names, key=lambda pair: -len(pair[0]))))


def _products(families: Sequence[dict[str, Any]]) -> Iterator[Product]:
    for family in families:
        called = tuple(map(str, family["called"]))
        yield from (Product(str(name).lower(), called) for name in (*family["products"], *family["english"]))


def _main_platform_seats(clause: Clause) -> Iterator[Seat]:
    return (Seat(MAIN_PLATFORM, sentence.text) for sentence in clause.sentences if _MAIN_PLATFORM_SENTENCE.match(sentence.text))


def _district_seats(clause: Clause) -> Iterator[Seat]:
    return (Seat(match["name"], match[0]) for sentence in clause.sentences for match in _DISTRICT.finditer(sentence.text))
