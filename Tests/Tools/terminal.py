#!/usr/bin/env python3
"""What janus-build writes to a terminal: terminal.py TOOLCHAIN_FOLDER.

On a terminal, one line says what is being done and is gone at the end; elsewhere, with NO_COLOR,
TERM=dumb or --quiet there is none. The completions for bash complete, in bash.
"""
import os
import pty
import subprocess
import sys
import tempfile

TOOLS = os.path.abspath(sys.argv[1])
BUILD = os.path.join(TOOLS, "janus-build")
ERASE = "\r\x1b[K"


def on_terminal(folder: str, *arguments: str, **variables: str) -> str:
    """Standard error of a run, which is a terminal."""
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environment.update(TERM="xterm", JANUS_CACHE=os.path.join(folder, "cache"))
    environment.update(variables)
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [BUILD, *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=child)
    os.close(child)
    text = b""
    while True:
        try:
            part = os.read(parent, 4096)
        except OSError:
            break
        if not part:
            break
        text += part
    process.wait()
    os.close(parent)
    return text.decode()


def fresh() -> str:
    folder = tempfile.mkdtemp(prefix="janus-terminal-")
    with open(os.path.join(folder, "a.jan"), "w", encoding="utf-8") as file:
        file.write("func main() { print(1) }\n")
    return folder


def check_progress() -> None:
    text = on_terminal(fresh(), "build", "a.jan")
    assert ERASE + "checking a" in text, repr(text)
    assert ERASE + "compiling a: 0 of" in text, repr(text)
    assert ERASE + "linking a" in text, repr(text)
    # Nothing of it stays: the last status is erased before the summary.
    assert ERASE + "built (dev) in " in text, repr(text)
    for variables in [{"NO_COLOR": "1"}, {"TERM": "dumb"}]:
        text = on_terminal(fresh(), "build", "a.jan", **variables)
        assert "checking" not in text and "built (dev)" in text, repr(text)
    text = on_terminal(fresh(), "build", "--quiet", "a.jan")
    assert text == "", repr(text)
    text = on_terminal(fresh(), "run", "a.jan")
    assert text.endswith(ERASE), repr(text)


def check_completions() -> None:
    script = subprocess.run([BUILD, "completions", "bash"], capture_output=True, text=True).stdout
    question = """
        COMP_WORDS=(janus-build me); COMP_CWORD=1; COMP_LINE='janus-build me'; COMP_POINT=14
        complete -p janus-build
        eval "$(complete -p janus-build | sed 's/.*-F \\([^ ]*\\).*/\\1/') janus-build me janus-build"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    answer = subprocess.run(
        ["bash", "-c", script + question], capture_output=True, text=True, check=False)
    assert "metadata" in answer.stdout, answer


check_progress()
check_completions()
