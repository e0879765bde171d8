#!/usr/bin/env python3
"""Runs the examples of the documents: doctest.py TOOLCHAIN_FOLDER [PAGE...].

In a page, fenced blocks mean, by the words after the backquotes:
  janus              a file that is accepted (as a library when it has no main)
  janus run          a program; the next `output` block is what it prints
  janus reject E3101 a file in which that code is reported
  janus file=NAME    written to NAME in the page's folder (also toml, c, ...)
  console            commands after `$ `, each followed by what it prints
In docs/diagnostics the block after `Rejected:` or `Reported for:` must report the page's code, and the
one after `Accepted:` must not and must be accepted. Each example counts as one test.
"""
import os
import re
import subprocess
import sys
import tempfile

TOOLS = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FENCE = re.compile(r"^```(\S*)[ ]?(.*)$")


class Page:
    def __init__(self, path: str):
        self.path = path
        self.blocks = []  # (line, language, words, text, paragraph before)
        self.folder = tempfile.mkdtemp(prefix="janus-doc-")
        self.passed = 0
        self.failed = 0
        before, block = "", None
        for number, line in enumerate(open(path, encoding="utf-8").read().split("\n"), 1):
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
                following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
                wanted = "\n".join(following[3]) + "\n" if following else ""
                out = self.run_program(text)
                self.expect(line, out == wanted, f"printed:\n{out}instead of:\n{wanted}")
            elif language == "janus":
                status, out = self.check(text)
                self.expect(line, status == 0, f"not accepted:\n{out}")

    def code_page(self, line: int, before: str, text: str) -> None:
        code = os.path.basename(self.path)[:-3]
        status, out = self.check(text)
        if before == "Accepted:":
            good = status == 0 and f"[{code}]" not in out
            self.expect(line, good, f"not accepted:\n{out}")
        else:
            wanted = 0 if code.startswith("W") else 1
            good = f"[{code}]" in out and status == wanted
            self.expect(line, good, f"does not report {code}:\n{out}")

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
    passed = failed = 0
    for path in paths:
        page = Page(os.path.abspath(path))
        page.run()
        passed += page.passed
        failed += page.failed
    print(f"documents: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
