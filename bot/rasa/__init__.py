"""What runs inside the Rasa process: its command line with our replacements, and its memory of conversations."""
