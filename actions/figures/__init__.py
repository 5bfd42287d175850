"""Figures on questions and tickets, and the assessment sheet; read from daily sums and by the database's own aggregates."""
