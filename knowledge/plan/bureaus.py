"""Bureau names: the plan's slips and people's short forms resolved to one canonical name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from knowledge.errors import PlanError


@dataclass(frozen=True)
class BureauNames:
    """Every known way to write a bureau, each with the canonical name."""

    canonical_by_name: Mapping[str, str]

    @cached_property
    def _longest_first(self) -> tuple[str, ...]:
        return tuple(sorted(self.canonical_by_name, key=len, reverse=True))

    def split(self, listing: str) -> tuple[str, ...]:
        """Canonical names in a listing such as 市财政局、市税务局.

        Known names are cut off the front, longest first, so that a missing 、 in the source does no harm.
        Raises ValueError with the part that no name fits.
        """
        found: list[str] = []
        rest = listing.strip("、 ")
        while rest:
            name = next((n for n in self._longest_first if rest.startswith(n)), None)
            if name is None:
                raise ValueError(rest)
            found.append(self.canonical_by_name[name])
            rest = rest[len(name) :].lstrip("、 ")
        return tuple(found)

    def mentioned_in(self, text: str) -> tuple[str, ...]:
        """Canonical names of the bureaus that a free text mentions, in the order of their mention, each once."""
        found: dict[int, str] = {}
        for name in self._longest_first:
            at = text.find(name)
            if at >= 0 and not any(at <= other < at + len(name) for other in found):
                found[at] = self.canonical_by_name[name]
                text = text.replace(name, "\0" * len(name))
        return tuple(dict.fromkeys(found[at] for at in sorted(found)))


def read_bureau_names(path: Path) -> BureauNames:
    """Read bureaus.yml: a list of {name, aliases?}. Raises PlanError."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))["bureaus"]
        pairs = [(str(n), str(e["name"])) for e in entries for n in (e["name"], *e.get("aliases", ()))]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise PlanError(f"cannot read the bureau names: {error}", file=path, hint="see the comment at its top") from error
    canonical: dict[str, str] = {}
    for name, owner in pairs:
        if canonical.setdefault(name, owner) != owner:
            raise PlanError(f"{name} stands for both {canonical[name]} and {owner}", file=path, hint="keep one of the two")
    return BureauNames(canonical)
