"""`python -m bot run`: from a fresh installation to a ready service, and back to nothing on Ctrl-C."""
