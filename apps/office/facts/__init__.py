"""What the office's own pages tell."""
