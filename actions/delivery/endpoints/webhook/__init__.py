"""Bureaus' own servers."""
