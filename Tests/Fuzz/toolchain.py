"""What the fuzz programs share: running a tool within limits, and saying what went wrong with it."""
import json
import os
import resource
import subprocess

MEMORY = 2 << 30  # Bytes of address space that a stage may use.
SECONDS = 10


class Outcome:
    """How a process ended: its status (negative: a signal; None: the time was over) and its output."""

    def __init__(self, status, stdout: bytes, stderr: bytes):
        self.status = status
        self.stdout = stdout
        self.stderr = stderr

    def records(self) -> list:
        """The JSON objects on standard output, one from each line that is one."""
        found = []
        for line in self.stdout.splitlines():
            try:
                record = json.loads(line)
            except (ValueError, UnicodeDecodeError):
                continue
            if isinstance(record, dict):
                found.append(record)
        return found

    def fault(self):
        """Why no tool may end like this, or None: only 0 and 1 are answers to a bad input."""
        if self.status is None:
            return f"still running after {SECONDS} s"
        if self.status not in (0, 1):
            return f"ended with status {self.status}"
        for stream in (self.stdout, self.stderr):
            try:
                stream.decode()
            except UnicodeDecodeError:
                return "printed text that is not UTF-8"
        if b"E9001" in self.stdout or b"E9001" in self.stderr:
            return "reported an internal error"
        return None


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(command: list, text: str = "", seconds: float = SECONDS, folder=None) -> Outcome:
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", JANUS_VERIFY="all")
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=limit, env=environment, cwd=folder)
    try:
        stdout, stderr = process.communicate(text.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return Outcome(None, b"", b"")
    return Outcome(process.returncode, stdout, stderr)
