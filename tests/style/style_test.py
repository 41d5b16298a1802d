#!/usr/bin/env python3
"""The style test: each rule of rules.py over the tracked (and new) files is one case, and so is
the proof that the rule can fail: it must report everything planted for it and nothing else.

usage: tests/style/style_test.py [RULE...]    ends with "N passed, N failed, N skipped"
"""
import pathlib
import subprocess
import sys

import planted
import rules

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def tracked_tree():
    """What git tracks or would; in a tree without git, what stands there."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT,
                                capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        skip = {"build", "node_modules", "dist", "__pycache__", "soak-results", ".git"}
        listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
                  if not skip.intersection(path.relative_to(ROOT).parts)]
    files = {}
    for name in sorted(set(listed)):
        path = ROOT / name
        if name and path.is_file() and not path.is_symlink():
            try:
                files[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # an image, a sample in another encoding
    return rules.Tree(files)


def edited(path, text):
    files = dict(planted.CLEAN)
    if text is None:
        files.pop(path)
    else:
        files[path] = text
        if path.startswith("src/"):
            files.setdefault("/".join(path.split("/")[:2]) + "/README.md", "It.\n")
    return rules.Tree(files)


def proof(rule):
    """What is wrong with the rule itself: a list of sentences."""
    name = rule.__name__
    wrong = [f"reports the clean tree: {hit}" for hit in rule(rules.Tree(planted.CLEAN))]
    if not planted.PLANTED.get(name):
        wrong.append("nothing is planted for it")
    for path, text, why in planted.PLANTED.get(name, []):
        if not list(rule(edited(path, text))):
            wrong.append(f"misses {path}: {why}")
    for path, text, why in planted.GOOD.get(name, []):
        for hit in rule(edited(path, text)):
            wrong.append(f"reports what is right ({why}): {hit}")
    return wrong


def main():
    wanted = sys.argv[1:]
    tree = tracked_tree()
    passed = failed = 0
    for rule in rules.RULES:
        if wanted and rule.__name__ not in wanted:
            continue
        reports = (
            (f"proof of {rule.__name__}", proof(rule)),
            (rule.__name__, [f"{path}:{line}: {text}" for path, line, text in rule(tree)]),
        )
        for name, wrong in reports:
            print(f"{'not ok' if wrong else 'ok'} {name}")
            for sentence in wrong:
                print(f"  {sentence}")
            passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
