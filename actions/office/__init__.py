"""What the office keeps in YAML: bureaus with their endpoints, green-channel tracks, the consent text."""
