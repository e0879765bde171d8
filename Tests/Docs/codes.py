#!/usr/bin/env python3
"""Codes that no source text of reasonable size can cause: codes.py TOOLCHAIN_FOLDER.

E1018  a file of two gigabytes (a hole: it takes no room on the disk)
E2005  packages in a circle, given to janus-front by hand
E7008  a toolchain without its stages, or without its library
E9001  a stage that ends without a word
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

TOOLS = os.path.abspath(sys.argv[1])
BUILD = os.path.join(TOOLS, "janus-build")


def run(command, folder, text=None, **variables):
    result = subprocess.run(
        command, cwd=folder, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=dict(os.environ, NO_COLOR="1", **variables), text=True, errors="replace", timeout=300)
    return result.returncode, result.stdout


def too_large(folder):
    path = os.path.join(folder, "large.jan")
    with open(path, "w") as file:
        file.truncate((1 << 31) - 32)
    try:
        return run([BUILD, "check", "large.jan"], folder)
    finally:
        os.remove(path)


def circle(folder):
    open(os.path.join(folder, "a.jan"), "w").write("func f() { }\n")
    job = {
        "package": "a", "profile": "core", "root": "", "files": ["a.jan"], "kind": "lib",
        "dependencies": [{"name": "a", "package": "a"}],
    }
    front = os.path.join(TOOLS, "janus-front")
    return run([front, "--db", "a.sqlite", "--jobs"], folder, json.dumps(job) + "\n")


def without_stages(folder):
    home = os.path.join(folder, "alone")
    os.makedirs(os.path.join(home, "bin"))
    shutil.copy(BUILD, os.path.join(home, "bin", "janus-build"))
    open(os.path.join(folder, "x.jan"), "w").write("func main() { }\n")
    return run([os.path.join(home, "bin", "janus-build"), "check", "x.jan"], folder)


def without_library(folder):
    """A toolchain whose library was not built says so, and nothing else."""
    home = os.path.join(folder, "bare")
    os.makedirs(os.path.join(home, "lib"))
    for name in ["janus-build", "janus-front", "janus-mir", "janus-back", "janus-runtime"]:
        shutil.copy(os.path.join(TOOLS, name), os.path.join(home, name))
    shutil.copytree(
        os.path.join(TOOLS, "lib", "janus"), os.path.join(home, "lib", "janus"),
        ignore=shutil.ignore_patterns("std.astdb*"))
    open(os.path.join(folder, "z.jan"), "w").write("import std.fs\nfunc main() { print([1].len) }\n")
    status, text = run([os.path.join(home, "janus-build"), "check", "z.jan"], folder)
    return status if text.count("error[") == 1 and "janus-build std" in text else 3, text


def silent_stage(folder):
    home = os.path.join(folder, "broken")
    os.makedirs(home)
    for name in ["janus-build", "janus-mir", "janus-back", "janus-runtime"]:
        shutil.copy(os.path.join(TOOLS, name), os.path.join(home, name))
    os.symlink(os.path.join(TOOLS, "lib"), os.path.join(home, "lib"))
    front = os.path.join(home, "janus-front")
    open(front, "w").write("#!/bin/sh\nkill -SEGV $$\n")
    os.chmod(front, 0o755)
    open(os.path.join(folder, "y.jan"), "w").write("func main() { }\n")
    return run([os.path.join(home, "janus-build"), "check", "y.jan"], folder)


def main():
    failed = 0
    cases = [("E1018", too_large), ("E2005", circle), ("E7008", without_stages)]
    cases.append(("E7008", without_library))
    for code, cause in cases + [("E9001", silent_stage)]:
        with tempfile.TemporaryDirectory(prefix="janus-codes-") as folder:
            status, text = cause(folder)
            if status != 1 or f"[{code}]" not in text:
                failed += 1
                print(f"{code}: ended with {status}:\n{text[:2000]}")
    print(f"codes: {len(cases) + 1 - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
