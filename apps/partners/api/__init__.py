"""The interface for programs of partner bureaus, under /api/v1/partners/."""
