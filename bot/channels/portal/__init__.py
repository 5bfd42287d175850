"""POST /api/leads: the lead of the chat form in one request, for portals with forms of their own; and the printable service sheet."""
