"""Puts into words what was found: single answers, what follows them up, several at once, places for an industry."""
