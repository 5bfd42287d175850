"""POST /api/callbacks/{bureau}: a bureau tells, signed, what became of a ticket."""
