"""What was not answered, or badly: groups of questions, and what officers decide about each."""
