"""The officers: who they are and what they may do, how they sign in, and the log of what they did."""
