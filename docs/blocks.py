"""Parts of a Markdown file that are made by a command, between two comments. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_BLOCK = re.compile(r"(<!-- made by `make docs`: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill_blocks(markdown: str, contents: Mapping[str, str]) -> str:
    """The text with each named block replaced; blocks without new content stay as they are."""

    def fill(match: re.Match[str]) -> str:
        return f"{match[1]}{contents[match[2]]}\n{match[3]}" if match[2] in contents else match[0]

    return _BLOCK.sub(fill, markdown)


def block_names(markdown: str) -> tuple[str, ...]:
    """Names of the blocks in a text."""
    return tuple(match[2] for match in _BLOCK.finditer(markdown))
