"""Questions asked of what passes between this office and other bureaus."""
