"""gongkit as a process: commands that end, and the pages that are served until they are told to stop."""

import json
import os
import queue
import re
import subprocess
import threading
import time

GONGKIT = os.environ["GONGKIT"]
# Longer than anything here takes on a busy machine.
PATIENCE = 60


def environment(data, **more):
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(data.parent),
        "GONGKIT__MODEL__NAME": "hash",
        "GONGKIT__FORECAST__TARGET": "1500000 USD",
        "GONGKIT__PIPELINE__STAGES": "Discovery,Evaluation,Technical Review,Proposal,Negotiation",
        **more,
    }


def gongkit(data, *arguments, **more):
    """Runs a command over a data folder; what it said."""
    done = subprocess.run([GONGKIT, "--data-dir", str(data), *map(str, arguments)], env=environment(data, **more),
                          capture_output=True, text=True, timeout=2 * PATIENCE)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


class Process:
    """A process whose lines are read as they come, so that it never waits for a reader."""

    def __init__(self, command, env, stream):
        pipes = {stream: subprocess.PIPE}
        self.process = subprocess.Popen(list(map(str, command)), env=env, text=True, **pipes)
        self.said = []
        self.lines = queue.Queue()
        self.pipe = getattr(self.process, stream)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.pipe:
            self.said.append(line)
            self.lines.put(line)
        self.lines.put(None)

    def told(self, pattern):
        """What the next line that fits says; lines before it are done with."""
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self.lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError(f"it never said {pattern}; it said {''.join(self.said[-20:])}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


class Served(Process):
    """The pages over an archive, and the links that let the person at this machine in."""

    def __init__(self, data, *options):
        command = [GONGKIT, "--data-dir", data, "serve", "--dashboard", "--admin", "127.0.0.1:0",
                   "--dashboard-listen", "127.0.0.1:0", *options]
        super().__init__(command, environment(data), "stderr")
        self.data = data
        self.url = self.told(r"pages on (\S+);").rstrip("/")

    def link(self):
        return self.told(r"it works once: (\S+)")

    def key(self, role, user=None):
        of = ["--user", user] if user else []
        made = gongkit(self.data, "--json", "auth", "keys", "create", "--role", role, *of, f"{role}-{user or 'any'}")
        return json.loads(made)["secret"]
