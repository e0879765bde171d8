"""The tables of mistakes, one module each; every one has `build(table)`."""
import importlib

NAMES = [
    "operators", "calls", "assignments", "moves", "exclusivity", "names", "flow", "matches",
    "optionals", "profiles", "casts", "literals", "attributes", "visibility", "types", "foreign"]


def modules() -> list:
    return [(name, importlib.import_module(f"tables.{name}")) for name in NAMES]
