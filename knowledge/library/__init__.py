"""The FAQ library and its boundaries: YAML files kept by officers."""

from knowledge.library.model import Entry, Quote
from knowledge.library.reader import LibraryReader, LocatedEntry, References, check_library, read_library

__all__ = ["Entry", "LibraryReader", "LocatedEntry", "Quote", "References", "check_library", "read_library"]
