"""Conversations as officers see them: who said what, who speaks now, how the bot's place is taken and given back."""
