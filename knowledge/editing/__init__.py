"""Edits one entry of a library file as text, so that every other byte of the file stays as its officer wrote it."""

from knowledge.editing.blocks import Block, Uneditable, hash_of, read_blocks
from knowledge.editing.edit import Edit, Edited, EditKind, NoSuchEntry, edited
from knowledge.editing.fields import EntryFields, read_fields
from knowledge.editing.written import written

__all__ = [
    "Block",
    "Edit",
    "EditKind",
    "Edited",
    "EntryFields",
    "NoSuchEntry",
    "Uneditable",
    "edited",
    "hash_of",
    "read_blocks",
    "read_fields",
    "written",
]
