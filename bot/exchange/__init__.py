"""What is the same for all platforms that push: each message taken once, answered in time or later, officers' words sent."""
