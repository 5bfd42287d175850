"""The FAQ library and its boundaries: YAML files kept by officers."""

from knowledge.library.model import Entry, Quote
from knowledge.library.reader import LibraryReader, LocatedEntry, References, read_library

__all__ = ["Entry", "LibraryReader", "LocatedEntry", "Quote", "References", "read_library"]
