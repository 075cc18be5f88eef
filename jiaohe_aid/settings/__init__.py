"""Settings: base holds what is the same everywhere; dev, test and prod say what differs."""
