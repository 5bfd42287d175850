"""Figures on questions and tickets, read from sums and by the database's own aggregates."""
