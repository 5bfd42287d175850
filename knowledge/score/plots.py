"""Draws what the report says: how far a score can be relied on, and how each register fares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from knowledge.score.marks import Mark, Share
from knowledge.score.report import reliability

_SEA, _LINE = "#0f4a63", "#7b8d95"
_WITHOUT_DATE = {"Software": None}


def draw(marks: Sequence[Mark], folder: Path) -> None:
    """Write reliability.png and registers.png."""
    folder.mkdir(parents=True, exist_ok=True)
    _draw_reliability(marks, folder / "reliability.png")
    _draw_registers(marks, folder / "registers.png")


def _draw_reliability(marks: Sequence[Mark], file: Path) -> None:
    steps = list(reliability(marks))
    figure, axes = plt.subplots(figsize=(5, 4.2), layout="constrained")
    axes.plot([0.5, 1], [0.5, 1], color=_LINE, linestyle="--", label="as sure as right")
    values = [right.value for *_, right in steps]
    bounds = [right.interval for *_, right in steps]
    below = [value - low for value, (low, _) in zip(values, bounds, strict=True)]
    above = [high - value for value, (_, high) in zip(values, bounds, strict=True)]
    axes.errorbar(
        [sure for _, _, sure, _ in steps], values, yerr=[below, above], marker="o", color=_SEA, capsize=3, label="answers and refusals"
    )
    for _, _, sure, right in steps:
        axes.annotate(f"n={right.total}", (sure, right.value), textcoords="offset points", xytext=(6, -12), fontsize=8, color=_LINE)
    axes.set(xlim=(0.48, 1.02), ylim=(0, 1.02), xlabel="mean score", ylabel="share right")
    axes.legend(loc="lower right", frameon=False)
    figure.savefig(file, dpi=110, metadata=_WITHOUT_DATE)
    plt.close(figure)


def _draw_registers(marks: Sequence[Mark], file: Path) -> None:
    groups: dict[str, list[bool]] = {}
    for mark in marks:
        name = mark.question.register if mark.question.is_answerable else f"not answered: {mark.question.kind}"
        groups.setdefault(name, []).append(mark.right)
    names = list(groups)
    shares = [Share.of(groups[name]) for name in names]
    errors = [[max(0.0, s.value - s.interval[0]) for s in shares], [max(0.0, s.interval[1] - s.value) for s in shares]]
    figure, axes = plt.subplots(figsize=(7, 0.36 * len(names) + 1), layout="constrained")
    axes.barh(names, [s.value for s in shares], xerr=errors, color=_SEA, ecolor=_LINE, capsize=3)
    axes.set(xlim=(0, 1.02), xlabel="share right, with 95 % interval")
    axes.invert_yaxis()
    figure.savefig(file, dpi=110, metadata=_WITHOUT_DATE)
    plt.close(figure)
