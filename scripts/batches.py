#!/usr/bin/env python3
"""Sources of one module, compiled or checked several at a time, so that headers are read once.

usage: scripts/batches.py OUT SOURCE...

Writes OUT/0.cpp, OUT/1.cpp ... that include the sources, and prints their paths. Two sources share
a batch only if no name that one of them keeps to itself (in an unnamed namespace) stands anywhere
in the other: neither a clash nor something that is found instead of what was meant. What the
sources include comes first, so that no header sees those names; but what they include under a
condition stays there. A file that is as it should be is not written again.
"""
import pathlib
import re
import sys

SIZE = 12  # sources to a batch: more save little, and one change compiles them all
UNNAMED = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.M | re.S)
DECLARED = (re.compile(r"(?:struct|class|enum class|enum) (\w+)"), re.compile(r"using (\w+) ="),
            re.compile(r"[^#}/ ][\w:<>,&*\s\[\]\"]*?[\s&*](\w+)\s*[(={\[;]"))
INCLUDE = re.compile(r"#\s*include .*")
CONDITION = re.compile(r"#\s*(if|endif)")


def own_names(text):
    """What the unnamed namespaces of a source declare: by how clang-format lays lines out."""
    names = set()
    for block in UNNAMED.findall(text):
        for line in block.split("\n"):
            found = next(filter(None, (kind.match(line) for kind in DECLARED)), None)
            if found:
                names.add(found.group(1))
    return names


def includes(text):
    """The include lines of a source, those under a condition left out."""
    depth, found = 0, []
    for line in text.split("\n"):
        if condition := CONDITION.match(line):
            depth += 1 if condition.group(1) == "if" else -1
        elif depth == 0 and INCLUDE.match(line):
            found.append(line)
    return found


class Batch:
    def __init__(self, sources=()):
        self.sources, self.names, self.words, self.headers = [], set(), set(), {}
        for source in sources:
            self.add(source)

    def add(self, source):
        """Adds it; False, and nothing is added, where it does not go together with the others."""
        text = pathlib.Path(source).read_text()
        names, words = own_names(text), set(re.findall(r"\w+", text))
        if names & self.words or self.names & words:
            return False
        self.sources.append(source)
        self.names |= names
        self.words |= words
        self.headers.update(dict.fromkeys(includes(text)))
        return True

    def text(self):
        return "\n".join([*self.headers, *(f'#include "{source}"' for source in self.sources), ""])


def batches(sources):
    """The sources (paths) in as few batches as the rule above and SIZE allow, first fit."""
    made = []
    for source in sorted(sources):
        if not any(len(batch.sources) < SIZE and batch.add(source) for batch in made):
            made.append(Batch([source]))
    return made


def write(folder, made):
    """Writes the batches; returns their paths."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, batch in enumerate(made):
        path = folder / f"{number}.cpp"
        if not path.exists() or path.read_text() != batch.text():
            path.write_text(batch.text())
        paths.append(path)
    return paths


if __name__ == "__main__":
    print(*write(sys.argv[1], batches(sys.argv[2:])), sep=";", end="")
