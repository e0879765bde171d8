"""What the memory tests share: many programs through few processes, and each program run every way."""
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

FAULT = 98  # The interpreter's shadow state found something.
SECONDS = 60
WORKERS = os.cpu_count() or 2


class Outcome:
    """How a process ended: its status (negative: a signal; None: the time was over) and its output."""

    def __init__(self, status, stdout, stderr):
        self.status = status
        self.stdout = stdout
        self.stderr = stderr


def run(command, folder, text=None, seconds=SECONDS, **variables):
    """Runs a command to its end."""
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=dict(os.environ, SWIFT_BACKTRACE="enable=no", **variables), text=True, errors="replace")
    try:
        stdout, stderr = process.communicate(text or "", timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return Outcome(None, "", "")
    return Outcome(process.returncode, stdout, stderr)


def each(function, items):
    """The results of `function` for all items, worked on by as many threads as there are processors."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(function, items))


class Toolchain:
    """The executables in a folder, and a folder for what they write."""

    def __init__(self, tools, folder):
        self.tools = os.path.abspath(tools)
        self.folder = folder

    def tool(self, name):
        return os.path.join(self.tools, name)

    def data(self, name):
        return os.path.join(self.tools, "lib", "janus", name)

    def path(self, name):
        return os.path.join(self.folder, name)

    def check(self, names):
        """janus-front on `name.jan` for each name: its outcome."""
        jobs = [{"package": name, "profile": "core", "root": "", "files": [name + ".jan"], "kind": "exe",
                 "dependencies": []} for name in names]
        database = self.path("programs.sqlite")
        if os.path.exists(database):
            os.remove(database)
        return run([self.tool("janus-front"), "--db", database, "--jobs", "--message-format", "json",
                    "--std", self.data("std.astdb")], self.folder,
                   "".join(json.dumps(job) + "\n" for job in jobs), seconds=300)

    def lower(self, names, suffix="", release=False, options=()):
        """janus-mir on the checked programs: `name + suffix + .jmir` for each; its outcome."""
        jobs = [{"module": name, "entry": "main", "output": self.path(name + suffix + ".jmir"),
                 "release": release} for name in names]
        return run([self.tool("janus-mir"), "--db", self.path("programs.sqlite"), "--jobs",
                    "--message-format", "json", *options], self.folder,
                   "".join(json.dumps(job) + "\n" for job in jobs), seconds=300, JANUS_VERIFY="all")

    def interpret(self, mir, *options, **variables):
        """Runs a MIR file under the interpreter, with shadow state."""
        return run([self.tool("janus-mir"), "run", "--shadow", *options, mir], self.folder, **variables)

    def jit(self, mir, **variables):
        return run([self.tool("janus-back"), "run", mir, "--"], self.folder, **variables)

    def build(self, mir, program, release=False, runtime=None):
        """Compiles and links a MIR file; None, or what went wrong."""
        command = [self.tool("janus-back"), mir, "-o", program + ".o"] + (["--release"] if release else [])
        outcome = run(command, self.folder)
        if outcome.status != 0:
            return f"janus-back ended with {outcome.status}: {outcome.stderr[-500:]}"
        library = runtime or [self.data("core/libjanus_rt.a")]
        outcome = run(["clang-19", "-fuse-ld=lld", program + ".o", *library, "-lm", "-lgcc_s", "-lpthread",
                       "-o", program], self.folder)
        if outcome.status != 0:
            return f"the linker ended with {outcome.status}: {outcome.stderr[-500:]}"
        return None

    def execute(self, program, **variables):
        return run([program], self.folder, **variables)


def records(text):
    """The JSON objects on the lines of a tool's output."""
    found = []
    for line in text.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            found.append(record)
    return found
