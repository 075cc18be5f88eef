"""Questions asked of a case: what the check found, whether it is ready, and who decides it."""
