"""Where the desk begins, and the choice of language."""
