"""What an edit changes: all known questions, answered by the files as they are and as they would be."""
