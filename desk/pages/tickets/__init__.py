"""The queue of tickets, and one ticket with everything that is done to it."""
