"""How bureaus are reached, and what they have not got yet: for administrators."""
