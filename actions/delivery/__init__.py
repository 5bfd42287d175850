"""How tickets reach bureaus: signed, retried, never lost."""
