"""The office's own pages: its date, its people, their accounts and posts."""
