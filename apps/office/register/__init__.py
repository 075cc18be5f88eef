"""Made-up registers: by seed, and the demo's."""
