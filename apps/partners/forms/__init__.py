"""What is typed about other bureaus."""
