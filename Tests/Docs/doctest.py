#!/usr/bin/env python3
"""Runs the examples of the documents and of std: doctest.py TOOLCHAIN_FOLDER [PAGE...].

In a page, fenced blocks mean, by the words after the backquotes:
  janus              a file that is accepted (as a library when it has no main) without a warning
  janus warn W2204   a file that is accepted with that warning
  janus run          a program; the next `output` block is what it prints
  janus reject E3101 a file in which that code is reported
  janus file=NAME    written to NAME in the page's folder (also toml, c, ...)
  console            commands after `$ `, each followed by what it prints
In docs/diagnostics the block after `Rejected:` or `Reported for:` must report the page's code, and the
one after `Accepted:` must not and must be accepted; a fix that the first one's diagnostic offers is
applied. Each example counts as one test.

A page may be a source file (.jan): the blocks then stand in its `///` comments. There an example that
declares no `main` is the body of one: its `profile`, `import` and `use` lines stay outside.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

TOOLS = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FENCE = re.compile(r"^```(\S*)[ ]?(.*)$")
HAS_MAIN = re.compile(r"^(pub )?func main\(", re.MULTILINE)
WARNING = re.compile(r"^warning\[(W\d+)\]", re.MULTILINE)
OUTSIDE_MAIN = re.compile(r"^(profile|import|use|pub import)\b|^\{\.profile")


def lines_of(path: str) -> "list[tuple[int, str]]":
    """The numbered lines of a page; of a source file, those of its documentation comments."""
    numbered = list(enumerate(open(path, encoding="utf-8").read().split("\n"), 1))
    if not path.endswith(".jan"):
        return numbered
    comments = [(number, line.strip()) for number, line in numbered]
    return [
        (number, line[4:] if line.startswith("/// ") else line[3:])
        for number, line in comments
        if line.startswith("///")
    ]


def program(text: str) -> str:
    """An example of a documentation comment as a whole file."""
    if HAS_MAIN.search(text):
        return text
    lines = text.split("\n")
    outside = [line for line in lines if OUTSIDE_MAIN.match(line)]
    inside = [line for line in lines if not OUTSIDE_MAIN.match(line)]
    return "\n".join(outside + ["func main() {"] + inside + ["}", ""])


class Page:
    def __init__(self, path: str):
        self.path = path
        self.blocks = []  # (line, language, words, text, paragraph before)
        self.folder = tempfile.mkdtemp(prefix="janus-doc-")
        self.passed = 0
        self.failed = 0
        before, block = "", None
        for number, line in lines_of(path):
            fence = FENCE.match(line)
            if block is not None:
                if line == "```":
                    self.blocks.append(block)
                    block = None
                else:
                    block[3].append(line)
            elif fence:
                block = (number, fence[1], fence[2].split(), [], before)
            elif line.strip():
                before = line.strip()
        if block is not None:
            self.expect(block[0], False, "this block has no end")

    def expect(self, line: int, good: bool, why: str) -> None:
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"{os.path.relpath(self.path, ROOT)}:{line}: {why}")

    def run(self) -> None:
        is_code_page = os.path.basename(os.path.dirname(self.path)) == "diagnostics"
        for index, (line, language, words, lines, before) in enumerate(self.blocks):
            text = "\n".join(lines) + "\n"
            if language == "janus" and self.path.endswith(".jan"):
                text = program(text)
            named = [word[5:] for word in words if word.startswith("file=")]
            if named:
                path = os.path.join(self.folder, named[0])
                os.makedirs(os.path.dirname(path), exist_ok=True)
                open(path, "w", encoding="utf-8").write(text)
            elif language == "console":
                self.console(line, lines)
            elif language == "janus" and is_code_page:
                self.code_page(line, before, text)
            elif language == "janus" and words[:1] == ["reject"]:
                status, out = self.check(text)
                self.expect(line, f"[{words[1]}]" in out and status == 1, f"no {words[1]}:\n{out}")
            elif language == "janus" and words[:1] == ["run"]:
                after = self.blocks[index + 1 : index + 2]
                wanted = "".join(part + "\n" for part in after[0][3]) if after else ""
                out = self.run_program(text)
                self.expect(line, out == wanted, f"printed:\n{out}instead of:\n{wanted}")
            elif language == "janus":
                status, out = self.check(text)
                wanted = words[1:2] if words[:1] == ["warn"] else []
                good = status == 0 and WARNING.findall(out) == wanted
                self.expect(line, good, f"not accepted, or other warnings:\n{out}")

    def code_page(self, line: int, before: str, text: str) -> None:
        code = os.path.basename(self.path)[:-3]
        status, out = self.check(text)
        if before == "Accepted:":
            good = status == 0 and not WARNING.search(out)
            self.expect(line, good, f"not accepted:\n{out}")
        else:
            wanted = 0 if code.startswith("W") else 1
            good = f"[{code}]" in out and status == wanted
            self.expect(line, good, f"does not report {code}:\n{out}")
            self.fixes(line, code)

    def fixes(self, line: int, code: str) -> None:
        """Where the example's diagnostic offers a fix that needs no judgement, it must take it away."""
        build = os.path.join(TOOLS, "janus-build")
        found = self.command([build, "check", "--message-format", "json", "example.jan"]).stdout
        messages = [json.loads(text) for text in found.split("\n") if text.startswith("{")]
        if not any(
            fix["certainty"] == "certain"
            for message in messages if message.get("code") == code
            for fix in message["fixes"]
        ):
            return
        self.command([build, "fix", "example.jan"])
        result = self.command([build, "check", "example.jan"])
        good = f"[{code}]" not in result.stdout
        self.expect(line, good, f"the fix leaves {code}:\n{result.stdout}")

    def check(self, text: str) -> "tuple[int, str]":
        path = os.path.join(self.folder, "example.jan")
        open(path, "w", encoding="utf-8").write(text)
        result = self.command([os.path.join(TOOLS, "janus-build"), "check", "example.jan"])
        return result.returncode, result.stdout

    def run_program(self, text: str) -> str:
        path = os.path.join(self.folder, "example.jan")
        open(path, "w", encoding="utf-8").write(text)
        return self.command([os.path.join(TOOLS, "janus-build"), "run", "example.jan"]).stdout

    def command(self, command, shell: bool = False):
        environment = dict(os.environ, PATH=TOOLS + ":" + os.environ["PATH"], NO_COLOR="1")
        return subprocess.run(
            command, shell=shell, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")

    def console(self, line: int, lines: "list[str]") -> None:
        commands = []  # (line, command, output)
        for offset, text in enumerate(lines):
            if text.startswith("$ "):
                commands.append((line + 1 + offset, text[2:], []))
            elif commands and commands[-1][1].endswith("\\") and not commands[-1][2]:
                place, command, output = commands[-1]
                commands[-1] = (place, command[:-1] + text.strip(), output)
            elif commands:
                commands[-1][2].append(text)
        for place, command, output in commands:
            out = self.command(command, shell=True).stdout
            wanted = "".join(text + "\n" for text in output)
            self.expect(place, out == wanted, f"`{command}` printed:\n{out}instead of:\n{wanted}")


def main() -> None:
    paths = sys.argv[2:]
    if not paths:
        for folder in ["docs", "docs/diagnostics"]:
            for name in sorted(os.listdir(os.path.join(ROOT, folder))):
                if name.endswith(".md"):
                    paths.append(os.path.join(ROOT, folder, name))
        library = os.path.join(ROOT, "Sources", "janus-runtime", "Std")
        for name in sorted(os.listdir(library)):
            if name.endswith(".jan"):
                paths.append(os.path.join(library, name))
    passed = failed = 0
    for path in paths:
        page = Page(os.path.abspath(path))
        page.run()
        passed += page.passed
        failed += page.failed
    print(f"documents: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
