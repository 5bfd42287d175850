"""Conversations as they go on: who waits, what was said, and speaking in the bot's place."""
