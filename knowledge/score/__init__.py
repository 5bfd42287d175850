"""Measures the knowledge against questions whose right answers are known."""
