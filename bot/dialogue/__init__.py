"""One turn of a conversation: an enquirer's message in, the assistant's messages out, whatever the channel."""
