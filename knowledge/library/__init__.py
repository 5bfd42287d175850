"""The FAQ library and its boundaries: YAML files kept by officers."""

from knowledge.library.model import Entry, Quote
from knowledge.library.reader import read_library

__all__ = ["Entry", "Quote", "read_library"]
