"""The lead form in the chat: what is asked next, and how an enquirer's message is taken. Pure: no Rasa, no database."""
