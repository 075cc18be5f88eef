"""python -m jiaohe_aid.runway run | reset | servers"""

import signal
import sys

from jiaohe_aid.runway.embedded import VAR, locked, servers
from jiaohe_aid.runway.run import reset, run


def only_servers() -> None:
    """Keep the embedded servers up for a while of development; manage.py finds them by itself."""
    with locked(VAR / "servers.lock"), servers() as urls:
        print(f"DATABASE_URL={urls.database}\nREDIS_URL={urls.broker}", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


COMMANDS = {"run": run, "reset": reset, "servers": only_servers}

if __name__ == "__main__":
    wanted = COMMANDS.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if wanted is None:
        raise SystemExit(f"用法：python -m jiaohe_aid.runway {' | '.join(COMMANDS)}")
    wanted()
