"""Whether a message sounds as if it followed up, and what it wants: learnt from wordings, as nobody can list all of them.

One logistic regression a kind of follow-up, each against all other wordings, those of the library among them, over the
same terms as the search and the message's length, beginning and end: follow-ups are short and end in particles.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from knowledge.index.linear import NOTHING, LinearTerms, weigh_terms
from knowledge.question.follow_up import FollowUpKind
from knowledge.question.follow_up_wordings import FollowUpWordings
from knowledge.terms import TermReader, Terms

_SEEN_OFTEN = 5
_KINDS, _FUNCTIONS = "kinds.json", "functions"
_STEP, _LATIN_STEP, _LONGEST = 4, 12, 9


class FollowUpSense:
    """Tells follow-ups by their sound."""

    def __init__(self, kinds: Iterable[FollowUpKind], functions: LinearTerms) -> None:
        """One function a kind."""
        self._kinds = tuple(kinds)
        self._functions = functions

    def of(self, terms: Terms) -> tuple[FollowUpKind | None, float]:
        """The likeliest kind and its log-odds; none at all where nothing was learnt."""
        if not self._kinds:
            return None, -np.inf
        odds = self._functions.of(_sound(terms))
        best = int(odds.argmax())
        return self._kinds[best], float(odds[best])

    def save(self, folder: Path) -> None:
        """Write into a folder of its own."""
        folder.mkdir()
        (folder / _KINDS).write_text(json.dumps([kind.value for kind in self._kinds]), encoding="utf-8")
        self._functions.save(folder / _FUNCTIONS)

    @classmethod
    def open(cls, folder: Path) -> FollowUpSense:
        """Open what was saved."""
        kinds = json.loads((folder / _KINDS).read_text(encoding="utf-8"))
        return cls(map(FollowUpKind, kinds), LinearTerms.open(folder / _FUNCTIONS))


def train_follow_ups(wordings: FollowUpWordings, others: Iterable[Terms], reader: TermReader) -> FollowUpSense:
    """Train on how people follow up, and on wordings that stand for themselves."""
    kinds = [kind for kind in wordings if kind]
    if not kinds:
        return FollowUpSense((), NOTHING)
    # Imported here because only building needs it.
    from sklearn.linear_model import LogisticRegression

    read = [(kind, reader.read(text)) for kind, texts in wordings.items() for text in texts]
    owners = np.array([kind.value if kind else "" for kind, _ in read] + [""] * len(others := list(others)))
    weighed = weigh_terms([_sound(terms) for terms in (*(terms for _, terms in read), *others)], _SEEN_OFTEN)
    learnt = []
    for kind in kinds:
        learner = LogisticRegression(C=10.0, solver="liblinear", dual=True, class_weight="balanced", random_state=0, max_iter=300)
        learner.fit(weighed.rows, owners == kind.value)
        learnt.append((learner.coef_[0], learner.intercept_[0]))
    return FollowUpSense(kinds, weighed.functions(learnt))


def _sound(terms: Terms) -> tuple[str, ...]:
    text = terms.text
    length = min(_LONGEST, len(text) // (_LATIN_STEP if text.isascii() else _STEP))
    return (*terms.characters, f"<length {length}>", *terms.ends)
