"""What officers did: for administrators."""
