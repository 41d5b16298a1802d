"""The style test's rules. A rule takes a Tree (path -> text of the tracked files) and yields
(path, line, message) per violation; its planted violations are in planted.py."""
import re
from typing import NamedTuple

# Includes point upward only: module -> the modules of ours that it may include, besides itself.
ARROWS = {
    "base": set(),
    "crypto": {"base"},
    "store": {"base", "crypto"},
    "net": {"base", "crypto"},
    "tlog": {"base", "crypto"},
    "vault": {"base", "crypto", "tlog", "sandbox"},
    "sandbox": {"base"},
    "verify": {"base", "crypto", "net", "tlog"},
    "mock_model": {"base", "crypto", "net"},
}
DOMAINS = ("identity", "work", "people", "pay", "quality", "gateway", "supply", "guard")
SERVERS = ("room", "hall", "keeper", "connector", "converter")
for _domain in DOMAINS:
    ARROWS[_domain] = {"base", "crypto", "store", "tlog", "vault", *DOMAINS}
for _server in SERVERS:
    ARROWS[_server] = {"base", "crypto", "store", "net", "tlog", "vault", "sandbox", *DOMAINS}
ARROWS["room"] |= {"verify"}  # a backup is checked as anybody else would check it
ARROWS["quality"] = {"base"}  # pure functions over columns
ARROWS["cli"] = {"base", "crypto", "store", "net", "tlog", "vault", "sandbox", *DOMAINS, *SERVERS}

# Third-party header -> the only folder that may include it.
ENCLOSED = (
    (r"microhttpd\.h|curl/.*", "src/net/"),
    (r"sqlite3\.h", "src/store/sqlite/"),
    (r"libpq.*|pg_.*|postgresql/.*", "src/store/postgres/"),
    (r"openssl/.*|sodium.*", "src/crypto/"),
    (r"valijson/.*|re2/.*", "src/work/"),
    (r"seccomp\.h|linux/landlock\.h", "src/sandbox/"),
    (r"p11-kit/.*|dlfcn\.h", ("src/keeper/token_module.", "tests/keeper/")),
    (r"CLI/.*", ("src/cli/", "src/connector/launcher/", "main.cpp", "bench/", "tests/")),
)

# (pattern over code without comments and literals, what to write instead, where it is right)
BANNED = (
    (r"\b(?:std::|::)?system\s*\(", "no shell: posix_spawn with an argument list", ()),
    (r"\bpopen\s*\(", "no shell: posix_spawn with an argument list", ()),
    (r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca)\s*\(", "std::string, fmt", ()),
    (r"\b(?:rand|srand|srandom|drand48)\s*\(", "the random port of base/random.h", ()),
    (r"\bstd::random_device\b", "the random port of base/random.h", ()),
    (r"\bstd::regex\b|#\s*include\s*<regex>", "RE2: std::regex recurses on its input", ()),
    (r"#\s*include\s*<iostream>", "fmt or base/log.h", ("src/cli/", "bench/", "tests/")),
    (r"\busing\s+namespace\b", "name what you use", ()),
    (r"\bco_(?:await|yield|return)\b", "no coroutines: g++ 12 miscompiles them", ()),
    (r"\bthrow\b", "errors are values: Result, fail, TRY", ("_test.cpp",)),
    (r"#\s*include\s*<format>|\bstd::format\b", "fmt: g++ 12 has no <format>", ()),
    (r"\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)", "the clock port of base/clock.h", ()),
    (r"\bsystem_clock::now\b", "the clock port of base/clock.h", ("src/base/clock",)),
    (r"\b(?:localtime|gmtime|ctime|asctime)\s*\(", "the _r form, or base/clock.h", ()),
    (r"\bstd::(?:thread::)?detach\b|\.detach\s*\(\s*\)", "threads are joined", ()),
    (r"\b(?:setjmp|longjmp)\s*\(", "return", ()),
    (r"\bNULL\b", "nullptr", ()),
)

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 70
MAX_COLUMNS = 100

# A package's address belongs to the client's settings, not here; nor does a builder's machine.
HOSTS = r"(?:registry\.(?:npmjs\.org|yarnpkg\.com)|pypi\.org|files\.pythonhosted\.org|" \
        r"proxy\.golang\.org|crates\.io|(?:deb|security|snapshot)\.debian\.org)"
MACHINE_PATHS = r"(?<![\w.$}])/(?:work|root|home/\w+)/(?!\*)|/tmp/(?:helper|build-)\w*"
UNFINISHED = r"\b(?:TODO|FIXME|XXX|HACK)\b"


class Tree(NamedTuple):
    files: dict  # path -> text; binary files are left out

    def under(self, folder, suffixes=(".h", ".cpp")):
        for path, text in self.files.items():
            if path.startswith(folder) and path.endswith(suffixes):
                yield path, text


TOKEN = re.compile(r'R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|//[^\n]*|/\*.*?\*/|'
                   r'"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'', re.S)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def code_of(text):
    """The text with comments and literals blanked, lines kept; include lines stay whole."""
    def blank(match):
        found = match.group()
        line = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
        if found.startswith('"') and re.match(r"\s*#\s*include\s*$", line):
            return found
        return re.sub(r"[^\n]", " ", found)
    return TOKEN.sub(blank, text)


def includes(text):
    for number, line in enumerate(code_of(text).splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def cpp(tree):
    for folder in ("src/", "bench/", "tests/"):
        yield from tree.under(folder)


def include_arrows(tree):
    for path, text in tree.under("src/"):
        module = path.split("/")[1]
        if module not in ARROWS:
            yield path, 1, f"module {module} has no line in the table of arrows"
            continue
        if path.startswith("src/base/test_main") or path.startswith("src/base/fuzz_main"):
            continue
        for number, bracket, name in includes(text):
            other = name.split("/")[0]
            if bracket == '"' and "/" not in name:
                yield path, number, f'"{name}": include from src/, with the module\'s name'
            elif bracket == '"' and other != module and other not in ARROWS[module]:
                yield path, number, f"{module} may not include {other}"


def enclosed_headers(tree):
    for path, text in cpp(tree):
        for number, _, name in includes(text):
            for pattern, homes in ENCLOSED:
                homes = (homes,) if isinstance(homes, str) else homes
                if re.fullmatch(pattern, name) and not any(
                        path.startswith(h) or path.endswith("/" + h) for h in homes):
                    yield path, number, f"<{name}> only in {' '.join(homes)}"


def banned_calls(tree):
    for path, text in cpp(tree):
        for number, line in enumerate(code_of(text).splitlines(), 1):
            for pattern, instead, homes in BANNED:
                at_home = any(path.startswith(home) or path.endswith(home) for home in homes)
                if re.search(pattern, line) and not at_home:
                    found = re.search(pattern, line).group().strip()
                    yield path, number, f"`{found}`: {instead}"


def file_length(tree):
    for path, text in tree.files.items():
        made = "Not to be edited." in text[:300]
        if not made and path.endswith((".h", ".cpp", ".py", ".sh", ".ts", ".tsx", ".mjs")):
            lines = text.count("\n")
            if lines > MAX_FILE_LINES:
                yield path, lines, f"{lines} lines, at most {MAX_FILE_LINES}"


PREFIX = re.compile(r"template <.*?> (?=\w)|(?<=operator)[=<>!+\-*/%^&|~]+")
NOT_FUNCTION = re.compile(r"(?:extern|namespace|class|struct|union|enum)\b")


DIRECTIVE = re.compile(r"^[ \t]*#(?:.*\\\n)*.*", re.M)


def without_directives(code):
    """Macros are not functions; what remains keeps its line numbers."""
    return DIRECTIVE.sub(lambda match: "\n" * match.group().count("\n"), code)


def function_bodies(text):
    """(line, lines) of each outermost block that is neither a namespace nor a type."""
    stack = []
    head = ""
    line = started = 1
    last = " "
    initializers = 0  # depth of braces such as those of `b_{a}`, which belong to the head
    for char in without_directives(code_of(text)):
        before, last = last, char
        if char == "\n":
            line += 1
        if initializers or (char == "{" and not before.isspace()):
            initializers += {"{": 1, "}": -1}.get(char, 0)
            head += char
        elif char == "{":
            plain = PREFIX.sub("", " ".join(head.split()))
            is_body = ("(" in plain and not NOT_FUNCTION.match(plain)
                       and "=" not in plain.split("(")[0])
            inside = any(kind for kind, _ in stack)
            stack.append((is_body and not inside, started))
            head = ""
        elif char == "}":
            if stack:
                body, first = stack.pop()
                if body:
                    yield first, line - first + 1
            head = ""
        elif char == ";":
            head = ""
        else:
            if not head.strip():
                started = line
            head += char


def function_length(tree):
    for path, text in cpp(tree):
        if path.endswith("_test.cpp"):
            continue  # a test case may list as many cases as there are
        for first, lines in function_bodies(text):
            if lines > MAX_FUNCTION_LINES:
                yield path, first, f"function of {lines} lines, at most {MAX_FUNCTION_LINES}"


def columns(tree):
    for path, text in tree.files.items():
        if path.endswith((".h", ".cpp", ".py", ".sh")):
            for number, line in enumerate(text.splitlines(), 1):
                if len(line) > MAX_COLUMNS:
                    yield path, number, f"{len(line)} columns, at most {MAX_COLUMNS}"


def plain_text(tree):
    for path, text in tree.files.items():
        if path.endswith((".h", ".cpp", ".py", ".sh", ".ts", ".tsx", ".mjs", ".css")):
            if text and not text.endswith("\n"):
                yield path, text.count("\n") + 1, "no newline at the end"
            for number, line in enumerate(text.split("\n"), 1):
                if "\t" in line or line.endswith((" ", "\r")):
                    yield path, number, "a tab, or blanks at the end of the line"


def pragma_once(tree):
    for path, text in cpp(tree):
        if path.endswith(".h"):
            if not re.search(r"^#pragma once$", text, re.M):
                yield path, 1, "no #pragma once"


def header_says_what_it_is(tree):
    for path, text in tree.under("src/", (".h",)):
        if not text.startswith("//"):
            yield path, 1, "a header opens with what it is"


def folder_readme(tree):
    folders = {path.split("/")[1] for path in tree.files if re.match(r"src/[^/]+/", path)}
    for folder in sorted(folders):
        if f"src/{folder}/README.md" not in tree.files:
            yield f"src/{folder}", 1, "no README.md"


def limits_listed(tree):
    headers = [text for path, text in tree.files.items()
               if re.fullmatch(r"src/base/limits(_\w+)?\.h", path)]
    table = tree.files.get("docs/limits.md", "")
    defined = {name for header in headers
               for name in re.findall(r"^inline constexpr [\w:]+ (k\w+)\b", code_of(header), re.M)}
    rows = re.findall(r"^\|\s*`(k\w+)`", table, re.M)
    listed = set(rows)
    if not defined:
        yield "src/base/limits.h", 1, "no constants found"
    for name in sorted(defined - listed):
        yield "docs/limits.md", 1, f"`{name}` of src/base/limits.h is not listed"
    for name in sorted(listed - defined):
        yield "docs/limits.md", 1, f"`{name}` is not in src/base/limits.h"
    for name in sorted(name for name in listed if rows.count(name) > 1):
        yield "docs/limits.md", 1, f"`{name}` is listed twice"


def everywhere(tree, pattern, message):
    for path, text in tree.files.items():
        if path.startswith("tests/style/"):
            continue  # the rules and what is planted for them
        for number, line in enumerate(text.splitlines(), 1):
            match = re.search(pattern, line)
            if match:
                yield path, number, f"{message}: {match.group()}"


def machine_paths(tree):
    yield from everywhere(tree, MACHINE_PATHS, "a path of one machine")


def registry_hosts(tree):
    yield from everywhere(tree, HOSTS, "a package registry's address")
    for path, text in tree.files.items():
        if path.endswith("package-lock.json"):
            for number, line in enumerate(text.splitlines(), 1):
                if '"resolved"' in line:
                    yield path, number, 'a "resolved" address in a lockfile'
            npmrc = path.replace("package-lock.json", ".npmrc")
            if "omit-lockfile-registry-resolved=true" not in tree.files.get(npmrc, ""):
                yield npmrc, 1, "does not set omit-lockfile-registry-resolved=true"


def unfinished(tree):
    yield from everywhere(tree, UNFINISHED, "unfinished")


RULES = (include_arrows, enclosed_headers, banned_calls, file_length, function_length, columns,
         plain_text, pragma_once, header_says_what_it_is, folder_readme, limits_listed,
         machine_paths, registry_hosts, unfinished)
