"""Measures a turn of ours beside a turn of the stock `rasa init` bot, in one run on one machine: `python -m bench`."""
