#!/usr/bin/env python3
"""The faults of memory that shadow state finds (E9003): faults.py TOOLCHAIN_FOLDER.

Each program in Faults does one thing wrong by `unsafe` means; its first line says what the report must
contain. One does nothing wrong.
"""
import glob
import os
import shutil
import sys
import tempfile

import toolbox


def main():
    failed = 0
    paths = sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "Faults", "*.jan")))
    with tempfile.TemporaryDirectory(prefix="janus-faults-") as folder:
        tools = toolbox.Toolchain(sys.argv[1], folder)
        for path in paths:
            shutil.copy(path, tools.path("main.jan"))
            for outcome in [tools.check(["main"]), tools.lower(["main"])]:
                if outcome.status != 0:
                    raise SystemExit(f"{path}: {outcome.stdout}{outcome.stderr}")
            outcome = tools.interpret(tools.path("main.jmir"))
            wanted = open(path).readline().removeprefix("// fault:").strip()
            status = toolbox.FAULT if wanted else 0
            if outcome.status != status or ("[E9003]" in outcome.stderr) != bool(wanted) \
                    or wanted not in outcome.stderr:
                failed += 1
                print(f"{path}: ended with {outcome.status}: {outcome.stderr}")
    print(f"faults: {len(paths) - failed} of {len(paths)} are found")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
