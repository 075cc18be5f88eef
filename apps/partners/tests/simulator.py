"""A bureau as a real HTTP server: honest, slow, wrong, forgetful, down."""

import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from apps.partners.sending import TRIAL, signature

# What may become of a request: how often in a hundred.
HONEST: dict[str, int] = {}
FAILS_AT_RANDOM = {"refuses": 10, "breaks_before": 6, "breaks_after": 6, "takes_and_says_no": 6, "cuts_the_answer": 4}


class Bureau:
    """Keeps what it was told once, whatever happens to its answers; ``hang`` is how long it says nothing."""

    def __init__(self, chances: dict[str, int], seed: int = 20240520) -> None:
        self.chances, self.random = chances, random.Random(seed)
        self.secret = ""
        self.hang = 0
        self.refuses_household = ""
        # By place in the line: how often it is refused, how long the first answer to it takes.
        self.refuses_times: Counter[int] = Counter()
        self.slow_once: dict[int, float] = {}
        self.heard: list[dict[str, Any]] = []
        self.kept: list[dict[str, Any]] = []
        self.seen: set[str] = set()
        self.moods: Counter[str] = Counter()
        self.forged = 0
        self.lock = threading.Lock()

    def mood(self) -> str:
        """What it does this time."""
        with self.lock:
            number = self.random.randrange(100)
        for mood, share in self.chances.items():
            number -= share
            if number < 0:
                self.moods[mood] += 1
                return mood
        return "takes"

    def take(self, told: dict[str, Any]) -> None:
        """Keep it, unless it is known by its id."""
        with self.lock:
            if told["id"] not in self.seen:
                self.seen.add(told["id"])
                self.kept.append(told)

    def by_family(self) -> dict[str, list[int]]:
        """The places in the line, family by family, in the order in which they took effect."""
        found: dict[str, list[int]] = defaultdict(list)
        for told in self.kept:
            found[told["household"]].append(told["sequence"])
        return found


@contextmanager
def bureau(chances: dict[str, int] | None = None, **given: Any) -> Iterator[tuple[Bureau, str]]:
    """The bureau and its address, open for business in threads of its own."""
    there = Bureau(HONEST if chances is None else chances, **given)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Handler,), {"there": there}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield there, f"http://127.0.0.1:{server.server_address[1]}/changes"
    finally:
        server.shutdown()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection; ``there`` is the bureau it belongs to."""

    there: Bureau
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.there.hang:
            time.sleep(self.there.hang)
        signed = signature(
            self.there.secret,
            timestamp=int(self.headers["X-Jiaohe-Timestamp"]),
            event=self.headers["X-Jiaohe-Id"],
            body=body,
        )
        if self.there.secret and signed != self.headers["X-Jiaohe-Signature"]:
            self.there.forged += 1
            return self.answer(401)
        return self.treat(json.loads(body), self.there.mood())

    def treat(self, told: dict[str, Any], mood: str) -> None:
        self.there.heard.append(told)
        if told["kind"] == TRIAL:
            return self.answer(503 if mood == "refuses" else 200)
        time.sleep(self.there.slow_once.pop(told["sequence"], 0))
        if told["household"] == self.there.refuses_household:
            return self.answer(422)
        if self.there.refuses_times[told["sequence"]] > 0:
            self.there.refuses_times[told["sequence"]] -= 1
            return self.answer(503)
        if mood == "breaks_before":
            return self.break_off()
        if mood == "refuses":
            return self.answer(503)
        self.there.take(told)
        if mood == "breaks_after":
            return self.break_off()
        if mood == "cuts_the_answer":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")
            return self.break_off()
        return self.answer(500 if mood == "takes_and_says_no" else 200)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def break_off(self) -> None:
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Quiet."""
