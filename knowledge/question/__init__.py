"""How a message is read before anything is looked up: does it follow up, does it ask two things, which attribute, place or year."""
