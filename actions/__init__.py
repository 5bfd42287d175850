"""What is done in a turn: the actions that Rasa calls, thin adapters to the knowledge."""
