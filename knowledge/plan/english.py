"""English names of the plan, its clauses and its bureaus, from english.yml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import PlanError

_HINT = "every clause and every bureau has one English name in it"


@dataclass(frozen=True, slots=True)
class EnglishNames:
    """What is called what."""

    title: str
    short_title: str
    standing: str
    clauses: Mapping[str, str]
    """Titles by clause id."""
    bureaus: Mapping[str, str]
    """By canonical Chinese name."""

    def bureau(self, name: str) -> str:
        """In English; as it is written in Chinese where there is no English name."""
        return self.bureaus.get(name, name)


def read_english_names(path: Path, clauses: Iterable[str], bureaus: Iterable[str]) -> EnglishNames:
    """Read the file, which has to name just these clauses and bureaus. Raises PlanError."""
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        title, short_title, standing = (str(read[key]) for key in ("title", "short_title", "standing"))
        names = EnglishNames(title, short_title, standing, _texts(read["clauses"]), _texts(read["bureaus"]))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise PlanError(f"cannot read the English names: {error}", file=path, hint=_HINT) from error
    for named, wanted in ((names.clauses, clauses), (names.bureaus, bureaus)):
        if odd := sorted(set(named) ^ set(wanted)):
            raise PlanError(f"English names are missing, or name nothing: {'、'.join(odd)}", file=path, hint=_HINT)
    return names


def _texts(read: Mapping[Any, Any]) -> Mapping[str, str]:
    return {str(key): str(value) for key, value in read.items()}
