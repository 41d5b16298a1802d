"""One small tree that breaks no rule, and for each rule edits of it that must be found.

An edit is (path, text, why); `text` replaces the file, None removes it. GOOD edits must be passed:
they hold what a careless rule would report."""

CLEAN = {
    "src/base/limits.h": "// Limits.\n#pragma once\ninline constexpr int kMaxThings = 3;\n",
    "src/base/README.md": "Base.\n",
    "src/store/README.md": "Store.\n",
    "src/store/row.h": "// A row.\n#pragma once\n#include \"base/limits.h\"\n",
    "docs/limits.md": "| name | why |\n|---|---|\n| `kMaxThings` | enough |\n",
    "web/package-lock.json": "{}\n",
    "web/.npmrc": "omit-lockfile-registry-resolved=true\n",
}

HEAD = "// It.\n#pragma once\n"
LONG_BODY = "  step();\n" * 70


def include(name):
    return HEAD + f"#include {name}\n"


def function(line):
    return "void f() {\n  " + line + "\n}\n"


PLANTED = {
    "include_arrows": [
        ("src/base/a.h", include('"store/row.h"'), "base includes store"),
        ("src/store/a.h", include('"net/http.h"'), "store includes net"),
        ("src/net/a.cpp", include('"store/row.h"'), "net includes store"),
        ("src/crypto/a.cpp", include('"store/row.h"'), "crypto includes store"),
        ("src/work/a.cpp", include('"net/http.h"'), "a domain includes net"),
        ("src/work/a.cpp", include('"room/room.h"'), "a domain includes a server"),
        ("src/room/a.cpp", include('"cli/main.h"'), "a server includes cli"),
        ("src/store/a.cpp", include('"row.h"'), "a header without its module"),
        ("src/novel/a.h", HEAD, "a module without arrows"),
    ],
    "enclosed_headers": [
        ("src/room/a.cpp", include("<microhttpd.h>"), "HTTP server outside net"),
        ("src/room/a.cpp", include("<curl/curl.h>"), "HTTP client outside net"),
        ("src/store/a.cpp", include("<sqlite3.h>"), "SQLite outside its adapter"),
        ("src/store/sqlite/a.cpp", include("<libpq-fe.h>"), "libpq outside its adapter"),
        ("src/store/a.cpp", include("<postgresql/libpq-fe.h>"), "libpq by its long name"),
        ("src/identity/a.cpp", include("<openssl/evp.h>"), "OpenSSL outside crypto"),
        ("src/identity/a.cpp", include("<sodium.h>"), "libsodium outside crypto"),
        ("src/room/a.cpp", include("<valijson/validator.hpp>"), "valijson outside work"),
        ("src/keeper/page.cpp", include("<p11-kit/pkcs11.h>"), "PKCS#11 outside its module"),
        ("src/vault/a.cpp", include("<dlfcn.h>"), "libraries loaded at run time"),
    ],
    "banned_calls": [("src/store/a.cpp", function(line), line) for line in (
        'system("ls");', "std::system(text);", 'popen("ls", "r");', "strcpy(a, b);",
        'sprintf(a, "%d", 1);', "gets(a);", "int x = rand();", "std::regex pattern;",
        "using namespace std;", "co_await step();", "throw 1;", "auto t = time(nullptr);",
        "auto t = time(NULL);", "auto n = std::chrono::system_clock::now();",
        "auto* t = localtime(&now);", "std::random_device device;", "worker.detach();",
        'auto s = std::format("{}", 1);',
    )] + [("src/store/a.cpp", include("<iostream>"), "iostream in a module"),
          ("src/store/a.cpp", include("<regex>"), "regex")],
    "file_length": [
        ("src/store/a.cpp", "int a;\n" * 501, "501 lines"),
        ("tests/api/a.py", "a = 1\n" * 501, "501 lines of Python"),
    ],
    "function_length": [
        ("src/store/a.cpp", "void f() {\n" + LONG_BODY + "}\n", "72 lines"),
        ("src/store/a.cpp", "namespace a {\nResult<int> B::f(int x,\n  int y) const {\n"
         + LONG_BODY + "}\n}\n", "a method in a namespace"),
        ("src/store/a.h", HEAD + "class A {\n  void f() {\n" + LONG_BODY + "  }\n};\n",
         "a method in a class"),
        ("src/store/a.cpp", "template <class T>\n  requires(!A<T>)\nT f(T{}) {\n" + LONG_BODY
         + "}\n", "a template"),
        ("src/store/a.cpp", "bool operator==(A a, A b) {\n" + LONG_BODY + "}\n", "an operator"),
        ("src/store/a.cpp", "A::A(int a) : a_(a), b_{a} {\n" + LONG_BODY + "}\n",
         "a constructor with initialisers"),
        ("src/store/a.cpp", "void f() {\n  if (x) {\n" + LONG_BODY + "  }\n}\n", "a block in it"),
    ],
    "columns": [("src/store/a.cpp", "// " + "x" * 98 + "\n", "101 columns")],
    "plain_text": [
        ("src/store/a.cpp", "int a;", "no newline at the end"),
        ("src/store/a.cpp", "\tint a;\n", "a tab"),
        ("src/store/a.cpp", "int a; \n", "a blank at the end"),
    ],
    "pragma_once": [("src/store/a.h", "// It.\nint a();\n", "none")],
    "header_says_what_it_is": [("src/store/a.h", "#pragma once\n// late\n", "none")],
    "folder_readme": [("src/store/README.md", None, "removed")],
    "limits_listed": [
        ("docs/limits.md", "| `kMaxOther` | no |\n", "one missing, one unknown"),
        ("docs/limits.md", CLEAN["docs/limits.md"] + "| `kGone` | was |\n", "one unknown"),
        ("docs/limits.md", CLEAN["docs/limits.md"] + "| `kMaxThings` | again |\n", "twice"),
        ("src/base/limits.h", CLEAN["src/base/limits.h"]
         + "inline constexpr std::size_t kMaxMore = 4U << 20;\n", "one not listed"),
        ("docs/limits.md", None, "no table"),
    ],
    "machine_paths": [
        ("docs/a.md", "see /" + "work/x/src\n", "a checkout"),
        ("scripts/a.sh", "cd /tmp/helper-x\n", "a scratch folder"),
        ("scripts/a.sh", "cd /home/someone/guildhall\n", "a home"),
    ],
    "registry_hosts": [
        ("docs/a.md", "from registry.npmjs" + ".org\n", "npm's"),
        ("docs/a.md", "https://pypi" + ".org/simple\n", "Python's"),
        ("web/package-lock.json", '{"resolved": "x"}\n', "a resolved address"),
        ("web/.npmrc", "fund=false\n", "npm left to write them"),
    ],
    "unfinished": [
        ("src/store/a.cpp", "// TO" + "DO later\n", "a note to self"),
        ("web/src/a.ts", "// FIX" + "ME\n", "another"),
    ],
}

GOOD = {
    "include_arrows": [
        ("src/room/a.cpp", include('"work/task.h"') + '#include "net/http.h"\n', "a server"),
        ("src/cli/a.cpp", include('"room/room.h"'), "cli uses servers"),
        ("src/base/a.h", HEAD + '// #include "store/row.h"\n', "in a comment"),
    ],
    "enclosed_headers": [
        ("src/net/a.cpp", include("<microhttpd.h>"), "at home"),
        ("src/store/sqlite/a.cpp", include("<sqlite3.h>"), "at home"),
        ("src/room/main.cpp", include("<CLI/CLI.hpp>"), "a role's main"),
    ],
    "banned_calls": [
        ("src/store/a.cpp", function('log("system(x) throw using namespace");'), "in a literal"),
        ("src/store/a.cpp", "// we never throw or use std::regex\n", "in a comment"),
        ("src/store/a.cpp", function('auto s = R"(throw "x" gets(y))";'), "in a raw literal"),
        ("src/store/a.cpp", function("snprintf(a, b); operand(x); file_system(y);"), "longer"),
        ("src/store/a_test.cpp", function("throw 1;"), "a test of a module's edge"),
        ("src/base/clock.cpp", function("auto n = std::chrono::system_clock::now();"), "the port"),
        ("src/store/a.cpp", function("const int kMany = 1'000; int brand(1'0);"), "separators"),
    ],
    "file_length": [("src/store/a.cpp", "int a;\n" * 500, "500 lines")],
    "function_length": [
        ("src/store/a.cpp", "void f() {\n" + LONG_BODY[:-len("  step();\n") * 2] + "}\n", "70"),
        ("src/store/a.cpp", "namespace a {\n" + "void f();\n" * 100 + "}\n", "a namespace"),
        ("src/store/a.h", HEAD + "struct A {\n" + "  int a();\n" * 100 + "};\n", "a type"),
        ("src/store/a.cpp", "constexpr Row kRows[] = {\n" + "  {f(1)},\n" * 99 + "};\n",
         "a table"),
    ],
    "columns": [("src/store/a.cpp", "// " + "é" * 97 + "\n", "100 columns, more bytes")],
    "machine_paths": [("docs/a.md", "https://example.org/work/list, ../work/x\n", "no machine's")],
    "unfinished": [("src/store/a.cpp", "int todo_count;\n", "a word in a name")],
}
