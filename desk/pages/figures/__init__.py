"""Figures: questions, tickets, the map of districts, and the assessment sheet."""
