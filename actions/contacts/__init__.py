"""Persons who write from a platform that pushes: who they are to us, what they sent, and what is still to be said to them."""
