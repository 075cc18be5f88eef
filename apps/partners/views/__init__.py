"""Pages about other bureaus."""
