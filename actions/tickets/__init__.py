"""Tickets: what became of a lead, step by step, in a database."""
