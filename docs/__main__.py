"""`make docs`: fills the generated parts of the Markdown files. `--check` only says whether they are up to date."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

from bot.settings import PROJECT, SETTINGS
from docs.blocks import block_names, fill_blocks
from docs.payload import payload_table
from knowledge.sources import read_sources

PAGES = ("README.md", "README.zh-CN.md", "docs/architecture.md", "docs/quality.md", "docs/bureaus.md", "CONTRIBUTING.md")
_CLAUSE_LINE = re.compile(r"(overview|task|safeguard)-\d+ ")
_GOALS = ("clause and facts right", "  everyday", "  the other", "principal", "wrongly", "plain BM25", "TF-IDF", "quotes")


def main() -> int:
    """Write or check all pages; 1 where a page that was to be checked is out of date."""
    parser = argparse.ArgumentParser(prog="python -m docs")
    parser.add_argument("--check", action="store_true", help="write nothing, fail where a block is out of date")
    parser.add_argument("--only", nargs="+", choices=sorted(MAKERS), help="only these blocks: some take minutes to measure")
    chosen = parser.parse_args()
    names = frozenset(chosen.only or MAKERS)
    stale = [page for page in map(PROJECT.joinpath, PAGES) if not _bring_up_to_date(page, names, chosen.check)]
    for page in stale:
        print(f"docs: {page.relative_to(PROJECT)} is out of date; run `make docs`", file=sys.stderr)
    return 1 if stale else 0


def _bring_up_to_date(page: Path, names: Collection[str], check: bool) -> bool:
    text = page.read_text(encoding="utf-8")
    fresh = fill_blocks(text, {name: MAKERS[name]() for name in block_names(text) if name in names})
    if not check:
        page.write_text(fresh, encoding="utf-8")
        return True
    return fresh == text


def settings_table() -> str:
    """Every setting with its default and meaning."""
    rows = (f"| `{s.name}` | {f'`{s.default}`' if s.default else ''} | {s.help} |" for s in SETTINGS)
    return "\n".join(["| Setting | Default | Meaning |", "| --- | --- | --- |", *rows])


def make_targets() -> str:
    """What `make help` prints."""
    printed = subprocess.run(["make", "--no-print-directory", "help"], cwd=PROJECT, text=True, capture_output=True, check=True)  # noqa: S607
    return f"```\n{printed.stdout.rstrip()}\n```"


def library_size() -> str:
    """How much officers have written down."""
    entries = read_sources().entries
    boundaries = [entry for entry in entries if entry.is_boundary and not entry.is_about_the_service]
    wordings = sum(len(entry.wordings) for entry in entries)
    head = ["| FAQ entries 问答 | boundaries 边界 | wordings 问法 |", "| --- | --- | --- |"]
    return "\n".join([*head, f"| {len(entries) - len(boundaries)} | {len(boundaries)} | {wordings} |"])


def evaluation() -> str:
    """What `make eval` prints, without the lines of single clauses."""
    return _block(line for line in _score() if not _CLAUSE_LINE.match(line))


def strangers() -> str:
    """The same of the questions that nobody looked at while the library grew."""
    lines = _score("tests/evaluation/strangers.yml")
    return _block(lines[: lines.index("") + 1] + [line for line in lines if line.startswith(_GOALS)])


def clauses() -> str:
    """How each clause fares."""
    return _block(line for line in _score() if _CLAUSE_LINE.match(line))


def ablation() -> str:
    """What each part is worth; the pictures are drawn by the way."""
    lines = _score("--ablation", "--plots", "docs/images")
    return _block(lines[next(i for i, line in enumerate(lines) if line.startswith("the best match")) :])


def search() -> str:
    """How fast and how complete the search is; takes minutes."""
    return _block(_printed("bench.search"))


@cache
def lead() -> str:
    """A lead's whole way, really taken."""
    return _block(_printed("docs.lead_session"))


def commands() -> str:
    """What `python -m actions` can do."""
    printed = subprocess.run([sys.executable, "-m", "actions", "--help"], cwd=PROJECT, text=True, capture_output=True, check=True).stdout
    return _block(printed[printed.index("positional arguments:\n") :].split("\n\n")[0].split("\n")[2:])


@cache
def _score(*options: str) -> list[str]:
    return _printed("knowledge", "score", *options)


def _printed(module: str, *options: str) -> list[str]:
    command = [sys.executable, "-m", module, *options]
    return subprocess.run(command, cwd=PROJECT, text=True, capture_output=True, check=True).stdout.rstrip().split("\n")


def _block(lines: Iterable[str]) -> str:
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return f"```\n{text.strip()}\n```"


MAKERS: Mapping[str, Callable[[], str]] = {
    "settings": settings_table,
    "targets": make_targets,
    "library": library_size,
    "evaluation": evaluation,
    "strangers": strangers,
    "clauses": clauses,
    "ablation": ablation,
    "search": search,
    "lead": lead,
    "commands": commands,
    "payload": payload_table,
}

if __name__ == "__main__":
    sys.exit(main())
