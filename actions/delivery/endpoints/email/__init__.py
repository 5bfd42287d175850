"""Bureaus' official mailboxes."""
