"""What is typed on the office's own pages."""
