"""Who works at the desk: for administrators."""
