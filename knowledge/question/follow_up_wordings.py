"""How people follow up, as a list of wordings by what they want; what was learnt from it is in `knowledge.index.follow_ups`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from knowledge.errors import PlanError
from knowledge.question.follow_up import FollowUpKind

FILE = Path(__file__).resolve().parent.parent / "follow_ups.yml"
_OTHER = "other"
FollowUpWordings = Mapping[FollowUpKind | None, tuple[str, ...]]
"""None: wordings that only look like follow-ups."""


def read_follow_up_wordings(file: Path = FILE) -> FollowUpWordings:
    """Read the list. Raises PlanError for an unknown kind or a wording that stands twice."""
    hint = f"the kinds are {', '.join(kind.value for kind in FollowUpKind)} and {_OTHER}, each with a list of texts"
    try:
        listed = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        wordings = {None if name == _OTHER else FollowUpKind(name): tuple(map(str, texts)) for name, texts in listed.items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise PlanError(f"cannot read how people follow up: {error}", file=file, hint=hint) from error
    seen: set[str] = set()
    for text in (text for texts in wordings.values() for text in texts):
        if text in seen:
            raise PlanError(f"“{text}” stands twice", file=file, hint="keep it where it belongs")
        seen.add(text)
    return wordings
