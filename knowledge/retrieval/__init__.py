"""Finds what a question is about, and judges whether the plan answers it."""
