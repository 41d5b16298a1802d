#!/usr/bin/env python3
"""The documentation against the code.

    tests/docs/run.py [PART...]     parts: types routes settings links examples

types     every problem type that the source can name is listed in docs/api.md, and no other
routes    every route of the source is in docs/api.md, and no other
settings  every setting of a project is in docs/api.md with the default and range that it has
links     every relative link of the Markdown files leads somewhere, its #heading included
examples  every block opened by ```sh test runs without error: the blocks of one file in order, in
          one bash with -eu -o pipefail, in an empty folder, against a room of their own. They find
          $ROOM (address of the API), $DIR (the room's folder), $MANAGER and $EXPERT (tokens), and
          `guildhall` in $PATH

The executables are those in $GUILDHALL_BIN (build/dev/bin).
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("GUILDHALL_BIN", ROOT / "build/dev/bin")).resolve()
STARTED_S = 30
PAGE_S = 120

FAULT = re.compile(r'Fault::(?P<fault>\w+)\s*,\s*(?:[^",;{}()]*\?\s*)?"(?P<one>[a-z0-9-]+)"'
                   r'(?:\s*:\s*"(?P<other>[a-z0-9-]+)")?')
LISTED = re.compile(r"^\| `([a-z0-9-]+)` \|(?: ([0-9, ]+) \|)?", re.M)
STATUS = re.compile(r"case Fault::(\w+): return (\d+);")
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
EXAMPLE = re.compile(r"^```sh test\n(.*?)^```$", re.M | re.S)
ROUTE = re.compile(r'Method::(\w+),\s*"(/[^"]*)"')
NAMED = re.compile(r"`(GET|POST|PUT|PATCH|DELETE)(?: (/[^`? ]*)[^`]*)?`")
FENCE = re.compile(r"^```.*?^```$", re.M | re.S)


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def case(self, name, wrong):
        """`wrong` is a list of sentences, empty when all is well."""
        print(f"{'not ok' if wrong else 'ok'} {name}", flush=True)
        for sentence in wrong:
            print(f"  {sentence}", flush=True)
        self.passed, self.failed = self.passed + (not wrong), self.failed + bool(wrong)

    def skip(self, name, why):
        self.skipped += 1
        print(f"skip {name}: {why}", flush=True)


def pages():
    listed = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    listed += [*sorted(ROOT.glob("src/*/README.md")), *sorted(ROOT.glob("*/README.md"))]
    return [page for page in dict.fromkeys(listed) if page.exists()]


# ---- types

def types_in(text):
    """{(type, fault)} that a source text can name."""
    found = set()
    for match in FAULT.finditer(text):
        found.add((match["one"], match["fault"]))
        if match["other"]:
            found.add((match["other"], match["fault"]))
    return found


def types_of_source():
    """Of all but the mock model, whose errors are in its dialects' form."""
    found = {}
    for path in sorted((ROOT / "src").rglob("*")):
        if path.is_relative_to(ROOT / "src/mock_model"):
            continue
        is_test = path.name.endswith(("_test.cpp", "_fuzz.cpp")) or "test" in path.name
        if path.suffix not in (".h", ".cpp") or is_test:
            continue
        for name, fault in types_in(path.read_text(encoding="utf-8")):
            found.setdefault(name, {}).setdefault(fault, path.relative_to(ROOT))
    return found


def check_types(count):
    api = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    table = api[api.index("\n## Problem types"):]
    listed = {name: status for name, status in LISTED.findall(table)}
    codes = dict(STATUS.findall((ROOT / "src/base/result.h").read_text(encoding="utf-8")))
    source = types_of_source()
    known = 'fail(Fault::gone, "a-b", x); {Fault::invalid,\n why == 1 ? "c" : "d", {}}'
    missed = {("a-b", "gone"), ("c", "invalid"), ("d", "invalid")} - types_in(known)
    count.case("types: the search finds what it is to find", [f"misses {name}" for name in missed])
    count.case("types: there are some", [] if len(source) > 50 and len(listed) > 50 else
               [f"{len(source)} in the source, {len(listed)} listed"])
    count.case("types: every one of the source is listed", [
        f"`{name}` of {next(iter(faults.values()))} is not in docs/api.md"
        for name, faults in sorted(source.items()) if name not in listed])
    count.case("types: every listed one is in the source", [
        f"`{name}` is in docs/api.md only" for name in sorted(set(listed) - set(source))])
    wrong = []
    for name, status in sorted(listed.items()):
        if not status or name not in source:
            continue  # of the command line
        meant = {codes[fault] for fault in source[name] if fault in codes}
        given = set(re.findall(r"\d+", status))
        if not meant <= given | {"507"}:  # 507 may stand for any failed write
            wrong.append(f"`{name}`: {', '.join(sorted(given))} listed, the source has "
                         f"{', '.join(sorted(meant))}")
    count.case("types: their statuses are those of the source", wrong)


# ---- routes

def routes_in(text):
    """{(method, path)} that a page names. A method alone is of the path before it."""
    found, last = set(), None
    for method, path in NAMED.findall(text):
        last = path or last
        if last:
            found.add((method, last))
    return found


def check_routes(count):
    source = set()
    for path in sorted((ROOT / "src/room").glob("routes_*.cpp")):
        for method, route in ROUTE.findall(path.read_text(encoding="utf-8")):
            source.add(({"del": "DELETE"}.get(method, method.upper()), route))
    api = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    listed = routes_in(api[:api.index("\n## Examples")])
    known = routes_in("| `GET /a/{b}?c=d&e`, `POST`, `PATCH /f` | `POST` |")
    count.case("routes: the search finds what it is to find", [] if known == {
        ("GET", "/a/{b}"), ("POST", "/a/{b}"), ("PATCH", "/f"), ("POST", "/f")} else [str(known)])
    count.case("routes: there are some", [] if len(source) > 40 else [f"{len(source)} found"])
    count.case("routes: every one of the source is in docs/api.md", [
        f"{method} {path}" for method, path in sorted(source - listed)])
    count.case("routes: every one of docs/api.md is in the source", [
        f"{method} {path}" for method, path in sorted(listed - source)])


# ---- settings

SETTING = re.compile(r"`(\w+)` \[(\w+)\](?: (\d+)…(\d+))?")
NUMBER_RULE = re.compile(r'\{"(\w+)", &Settings::\w+, ([\d\']+), ([\d\']+),')
FLAG_RULE = re.compile(r'\{"(\w+)", &Settings::\w+\}')
TEXT_RULE = re.compile(r'\{"(\w+)", &Settings::\w+, is_\w+,')
DEFAULT = re.compile(r"""^  (?:std::int64_t|bool|std::string) (\w+) = "?([\w']+)"?;""", re.M)


def check_settings(count):
    rules = (ROOT / "src/work/settings.cpp").read_text(encoding="utf-8")
    defaults = {name: value.replace("'", "") for name, value in DEFAULT.findall(
        (ROOT / "src/work/settings.h").read_text(encoding="utf-8"))}
    ranges = {name: (least.replace("'", ""), most.replace("'", ""))
              for name, least, most in NUMBER_RULE.findall(rules)}
    names = set(ranges) | set(FLAG_RULE.findall(rules)) | set(TEXT_RULE.findall(rules))
    api = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    listed = {name: (value, least, most) for name, value, least, most in SETTING.findall(api)}
    count.case("settings: there are some", [] if len(names) > 8 and names <= set(defaults) else
               [f"{len(names)} with a rule, {len(defaults)} with a default"])
    wrong = [f"`{name}` is listed in one of the two only" for name in sorted(names ^ set(listed))]
    for name in sorted(names & set(listed)):
        value, *bounds = listed[name]
        if value != defaults.get(name):
            wrong.append(f"`{name}`: default {value} listed, {defaults.get(name)} in the source")
        if bounds[0] and tuple(bounds) != ranges.get(name):
            wrong.append(f"`{name}`: {'…'.join(bounds)} listed, {ranges.get(name)} in the source")
    count.case("settings: names, defaults and ranges are those of the source", wrong)


# ---- links

def anchors(text):
    """What GitHub makes of headings."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.M):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def broken_links(page, text):
    for one, other in LINK.findall(FENCE.sub("", text)):
        target = one or other
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        path, _, heading = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if not place.exists():
            yield f"{target}: there is no such file"
        elif heading and place.suffix == ".md" and heading not in anchors(
                place.read_text(encoding="utf-8")):
            yield f"{target}: there is no such heading"


def check_links(count):
    planted = "[a](no-such-file.md) ![b](none.png) [c](#nowhere) [d](https://example.org/x)"
    count.case("links: broken ones are found", [] if len(
        list(broken_links(ROOT / "README.md", planted))) == 3 else ["not all of three"])
    for page in pages():
        wrong = list(broken_links(page, page.read_text(encoding="utf-8")))
        count.case(f"links: {page.relative_to(ROOT)}", wrong)


# ---- examples

class Room:
    """A room in a folder of its own, served on a free port of loopback."""

    def __init__(self, folder):
        self.dir = folder / "room"
        self.guildhall("room", "init", str(self.dir), "--no-passphrase")
        self.manager = self.guildhall("room", "token", str(self.dir), "--role", "manager",
                                      "--name", "Examples").strip()
        self.expert = self.guildhall("room", "token", str(self.dir), "--role", "expert",
                                     "--name", "Example").strip()
        web = ROOT / "web/dist"
        if not (web / "index.html").exists():  # the pages are not what is looked at here
            web = folder / "web"
            web.mkdir()
            (web / "index.html").write_text("<!doctype html><title>.</title>")
        self.log = (folder / "server.log").open("w+")
        self.process = subprocess.Popen(
            [BIN / "guildhall", "room", "serve", self.dir, "--listen", "127.0.0.1:0", "--web",
             web], stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=folder)
        line = self.process.stdout.readline()
        match = re.search(r"port (\d+)", line)
        if not match:
            self.stop()
            raise RuntimeError(f"the server did not start: {line}{self.tail()}")
        self.url = f"http://127.0.0.1:{match[1]}/api/v1"

    @staticmethod
    def guildhall(*args):
        done = subprocess.run([BIN / "guildhall", *args], capture_output=True, text=True,
                              timeout=STARTED_S)
        if done.returncode != 0:
            raise RuntimeError(f"guildhall {' '.join(args[:2])}: {done.stderr}")
        return done.stdout

    def tail(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()[-2000:]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STARTED_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def script_of(blocks):
    text = "set -eu -o pipefail\n"
    for number, block in enumerate(blocks, 1):
        text += f"{block}\nprintf '\\n@@ block %s ran\\n' {number}\n"
    return text


def run_blocks(blocks, environment, folder):
    """How many of the blocks ran, and what was said."""
    done = subprocess.Popen(["bash", "-c", script_of(blocks)], cwd=folder, env=environment,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        said, _ = done.communicate(timeout=PAGE_S)
    except subprocess.TimeoutExpired:
        os.killpg(done.pid, signal.SIGKILL)
        said = done.communicate()[0] + f"\nstopped after {PAGE_S} s"
    return len(re.findall(r"^@@ block \d+ ran$", said, re.M)), said


def run_page(count, page, blocks):
    with tempfile.TemporaryDirectory(prefix="guildhall-docs-") as name:
        folder = pathlib.Path(name)
        work = folder / "work"
        work.mkdir()
        try:
            room = Room(folder)
        except (OSError, RuntimeError, subprocess.SubprocessError) as why:
            count.case(f"examples: {page.relative_to(ROOT)}", [str(why)])
            return
        environment = {"PATH": f"{BIN}:{os.environ.get('PATH', '/usr/bin:/bin')}",
                       "LANG": "C.UTF-8", "HOME": str(work), "ROOM": room.url, "DIR": str(room.dir),
                       "MANAGER": room.manager, "EXPERT": room.expert}
        ran, said = run_blocks(blocks, environment, work)
        for number in range(1, len(blocks) + 1):
            wrong = [] if number <= ran else said.splitlines()[-20:] if number == ran + 1 else [
                "an earlier block failed"]
            count.case(f"examples: {page.relative_to(ROOT)}, block {number}", wrong)
        status = room.stop()
        count.case(f"examples: {page.relative_to(ROOT)}, the server stops", [] if status == 0 else [
            f"exit status {status}", room.tail()])


def check_examples(count):
    ran, _ = run_blocks(["true", "false | true", "true"], dict(os.environ), ROOT)
    count.case("examples: a block that fails is seen", [] if ran == 1 else [f"{ran} of 3 ran"])
    found = [(page, EXAMPLE.findall(page.read_text(encoding="utf-8"))) for page in pages()]
    found = [(page, blocks) for page, blocks in found if blocks]
    if not (BIN / "guildhall").exists() or not (BIN / "guildhall-room").exists():
        count.case("examples", [f"no executables in {BIN}"])
    elif not shutil.which("curl"):
        count.skip("examples", "curl is not installed")
    else:
        count.case("examples: there are some", [] if found else ["no block opened by ```sh test"])
        for page, blocks in found:
            run_page(count, page, blocks)


PARTS = {"types": check_types, "routes": check_routes, "settings": check_settings,
         "links": check_links, "examples": check_examples}


def main():
    unknown = [name for name in sys.argv[1:] if name not in PARTS]
    if unknown:
        print(f"no part is called {unknown[0]}; there are: {' '.join(PARTS)}")
        return 2
    count = Count()
    for name, check in PARTS.items():
        if not sys.argv[1:] or name in sys.argv[1:]:
            check(count)
    print(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main())
