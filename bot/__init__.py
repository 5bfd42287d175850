"""What speaks: the channels, one dialogue turn, the Rasa process, and the application that holds them together."""
