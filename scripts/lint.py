#!/usr/bin/env python3
"""clang-format and clang-tidy over src/, bench/ and tests/, in parallel and only what changed.

usage: scripts/lint.py [--format] [--no-tidy] [--deep] [FILE...]

A file's verdict depends on its bytes, those of every header of ours that it includes, the two
configurations and this script; a stamp named by their hash in build/lint says "clean". Ends with
"N passed, N failed, N skipped": one case per file and tool.
"""
import argparse
import concurrent.futures
import functools
import hashlib
import os
import pathlib
import re
import subprocess
import sys

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


def check_deep(path):
    return check_tidy(path, DEEP)


def check_tidy(path, more_checks=""):
    result = subprocess.run(["clang-tidy-19", "-p", str(BUILD), "--quiet",
                             f"--checks={more_checks}", "--warnings-as-errors=*", str(path)],
                            capture_output=True, text=True)
    errors = result.stderr if result.returncode and not result.stdout else ""
    return result.returncode == 0, result.stdout + errors


def run(job):
    name, check, path, stamp = job
    if stamp.exists():
        return name, path, True, ""
    good, text = check(path)
    if good:
        stamp.touch()
    return name, path, good, text


def wants_tidy(path):
    if path.suffix != ".cpp" or (ROOT / "src") not in path.parents:
        return False
    return not re.search(r"_(test|fuzz|main)\.cpp$", path.name)


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
    jobs = []
    for path in files:
        stamp = STAMPS / key("format", ".clang-format", [path])
        jobs.append(("clang-format", check_format, path, stamp))
    for path in files:
        if wants_tidy(path) and not options.no_tidy:
            tool, check = ("deep", check_deep) if options.deep else ("tidy", check_tidy)
            stamp = STAMPS / key(tool, ".clang-tidy", closure(path, set()))
            jobs.append(("clang-tidy", check, path, stamp))
    if not (BUILD / "compile_commands.json").exists():
        subprocess.run(["cmake", "--preset", "dev"], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, path, good, text in pool.map(run, jobs):
            if not good:
                failed += 1
                print(f"{name}: {path.relative_to(ROOT)}\n{text}", flush=True)
    print(f"{len(jobs) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
