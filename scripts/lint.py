#!/usr/bin/env python3
"""clang-format and clang-tidy over src/, bench/ and tests/, in parallel and only what changed.

usage: scripts/lint.py [--format] [--no-tidy] [--deep] [FILE...]

A file's verdict depends on its bytes, those of every header of ours that it includes, the two
configurations and this script; a stamp named by their hash in build/lint says "clean". clang-tidy
reads several sources at a time (batches.py), and each alone where that finds something. Ends with
"N passed, N failed, N skipped": one case per file and tool.
"""
import argparse
import collections
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import batches

ROOT = pathlib.Path(__file__).resolve().parent.parent
STAMPS = ROOT / "build" / "lint"
BUILD = ROOT / "build" / "dev"
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.M)


def sources():
    for folder in ("src", "bench", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".cpp", ".h") and path.is_file():
                yield path


@functools.lru_cache(maxsize=None)
def read(path):
    return path.read_bytes()


def closure(path, seen):
    """All our files that `path` includes, itself among them."""
    if path in seen or not path.is_file():
        return seen
    seen.add(path)
    for name in INCLUDE.findall(read(path)):
        name = name.decode()
        for base in (ROOT / "src", path.parent):
            closure((base / name).resolve(), seen)
    return seen


def key(tool, config, files):
    digest = hashlib.sha256(tool.encode())
    digest.update(read(ROOT / config) + read(pathlib.Path(__file__).resolve()))
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + read(path))
    return digest.hexdigest()


def check_format(path):
    result = subprocess.run(["clang-format-19", "--dry-run", "-Werror", str(path)],
                            capture_output=True, text=True)
    return result.returncode == 0, result.stderr


DEEP = "clang-analyzer-core.*,clang-analyzer-cplusplus.*,clang-analyzer-unix.*"


@functools.lru_cache(maxsize=None)
def flags():
    """How the modules are compiled, by any source of them, without the precompiled headers."""
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    words = next(shlex.split(one["command"]) for one in commands
                 if one["file"].endswith("/src/room/room.cpp"))
    return [word for word in words if re.match(r"-(I|D|isystem|std=|W)|/usr/include/", word)]


def check_deep(path):
    return check_tidy(path, DEEP)


def check_tidy(path, more_checks=""):
    result = subprocess.run(["clang-tidy-19", "--quiet", f"--checks={more_checks}",
                             "--warnings-as-errors=*", str(path), "--", *flags()],
                            capture_output=True, text=True)
    errors = result.stderr if result.returncode and not result.stdout else ""
    return result.returncode == 0, result.stdout + errors


def together(paths, check):
    """What a check finds in files that it reads as one: [(path, text)], by each file alone."""
    with tempfile.NamedTemporaryFile("w", suffix=".cpp", dir=STAMPS) as file:
        file.write(batches.Batch(paths).text())
        file.flush()
        if check(file.name)[0]:
            return []
    return alone(paths, check)


def alone(paths, check):
    results = ((path, *check(path)) for path in paths)
    return [(path, text) for path, good, text in results if not good]


def run(job):
    name, check, paths, stamp = job
    if stamp.exists():
        return name, []
    found = together(paths, check) if len(paths) > 1 else alone(paths, check)
    if not found:
        stamp.touch()
    return name, found


def wants_tidy(path):
    if path.suffix != ".cpp" or (ROOT / "src") not in path.parents:
        return False
    return not re.search(r"_(test|fuzz|main)\.cpp$", path.name)


def tidied(files):
    """The files that clang-tidy reads, in batches of one module each."""
    modules = collections.defaultdict(list)
    for path in filter(wants_tidy, files):
        modules[path.relative_to(ROOT / "src").parts[0]].append(path)
    for module in sorted(modules):
        yield from (batch.sources for batch in batches.batches(modules[module]))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--format", action="store_true", help="rewrite the files instead")
    arguments.add_argument("--no-tidy", action="store_true", help="clang-format only")
    arguments.add_argument("--deep", action="store_true", help="with clang's analyzer: slow")
    arguments.add_argument("files", nargs="*", type=pathlib.Path)
    options = arguments.parse_args()
    files = [path.resolve() for path in options.files] or list(sources())
    if options.format:
        if files:
            subprocess.run(["clang-format-19", "-i", *map(str, files)], check=True)
        return 0
    STAMPS.mkdir(parents=True, exist_ok=True)
    jobs = [("clang-format", check_format, [path], STAMPS / key("format", ".clang-format", [path]))
            for path in files]
    tool, check = ("deep", check_deep) if options.deep else ("tidy", check_tidy)
    for paths in [] if options.no_tidy else tidied(files):
        read_too = set()
        for path in paths:
            closure(path, read_too)
        jobs.append(("clang-tidy", check, paths, STAMPS / key(tool, ".clang-tidy", read_too)))
    if not (BUILD / "compile_commands.json").exists():
        subprocess.run(["cmake", "--preset", "dev"], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, found in pool.map(run, jobs):
            for path, text in found:
                failed += 1
                print(f"{name}: {path.relative_to(ROOT)}\n{text}", flush=True)
    cases = sum(len(paths) for _, _, paths, _ in jobs)
    print(f"{cases - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
