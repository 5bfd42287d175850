"""How many leads a second the service takes, and how soon bureaus have them, beside what the database alone can do."""
