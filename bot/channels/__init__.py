"""The ways in: one package a channel, the same file names in each."""
