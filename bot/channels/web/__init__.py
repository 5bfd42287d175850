"""The web channel: the public chat API and the chat page that uses it."""
