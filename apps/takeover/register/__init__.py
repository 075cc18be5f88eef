"""Registers written as a whole: families with their files, decisions and running awards, by set-based inserts."""
