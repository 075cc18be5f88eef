"""How a month's calculation is portioned out. Part of base."""

# Awards in one transaction of a worker: what a portion costs by itself (13 ms) is little beside them (17 µs each when
# carried over, 75 when calculated), and what a power cut loses is done again in a moment.
CHUNK_SIZE = 2000
# Awards in one transaction of a rehearsal: it writes only what would change.
WHAT_IF_CHUNK_SIZE = 1000
# A portion that was begun this often without coming to an end is set aside for a person to look at.
CHUNK_ATTEMPTS_CAP = 8
# A portion not done this long after it was sent is sent again.
CHUNK_REDISPATCH_SECONDS = 60
# Fault injection, tests only: the worker waits this long before it commits a portion.
FAULT_PAUSE_MS = 0
