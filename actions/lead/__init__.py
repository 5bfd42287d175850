"""What an enquirer leaves with us: the lead, and how it is read from what they write."""
