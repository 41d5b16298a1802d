#!/usr/bin/env python3
"""What each executable links, against a list: a bad library is absent where it is not used. And
that only the keeper can load one later: a token's module.

Reads DT_NEEDED of the executables in GUILDHALL_BIN with readelf. Last line: N passed, N failed.
"""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("GUILDHALL_BIN", os.path.join(ROOT, "build/dev/bin"))

SYSTEM = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2",
          "ld-linux-aarch64.so.1"}
ALLOWED = {
    # The front for people: opens no store and parses nothing from the network.
    "guildhall": {"libfmt.so.9", "libboost_json.so.1.81.0", "libboost_container.so.1.81.0"},
    "guildhall-room": {"libfmt.so.9", "libboost_json.so.1.81.0", "libboost_container.so.1.81.0",
                       "libmicrohttpd.so.12", "libsqlite3.so.0", "libpq.so.5", "libsodium.so.23",
                       "libcrypto.so.3", "libre2.so.9", "libseccomp.so.2"},
    # On the way to a model: TLS and HTTP in the shim alone. OpenSSL's and sodium's share is the
    # check of the signed list.
    "guildhall-launcher": {"libfmt.so.9", "libboost_json.so.1.81.0", "libsodium.so.23",
                           "libcrypto.so.3", "libseccomp.so.2"},
    "guildhall-dialler": {"libfmt.so.9", "libboost_json.so.1.81.0", "libsodium.so.23",
                          "libcrypto.so.3", "libseccomp.so.2"},
    "guildhall-shim": {"libfmt.so.9", "libboost_json.so.1.81.0", "libsodium.so.23",
                       "libcrypto.so.3", "libseccomp.so.2", "libcurl.so.4"},
    "guildhall-translator": {"libfmt.so.9", "libboost_json.so.1.81.0", "libsodium.so.23",
                             "libcrypto.so.3", "libseccomp.so.2"},
    # No store. The server is for its page on loopback.
    "guildhall-keeper": {"libfmt.so.9", "libboost_json.so.1.81.0", "libboost_container.so.1.81.0",
                         "libcurl.so.4", "libmicrohttpd.so.12", "libsodium.so.23",
                         "libcrypto.so.3"},
    "guildhall-verify": {"libfmt.so.9", "libboost_json.so.1.81.0", "libboost_container.so.1.81.0",
                         "libsodium.so.23", "libcrypto.so.3", "libcurl.so.4"},
    # For tests and demonstrations: no store, no outbound HTTP.
    "guildhall-mock-model": {"libfmt.so.9", "libboost_json.so.1.81.0",
                             "libboost_container.so.1.81.0", "libmicrohttpd.so.12",
                             "libsodium.so.23", "libcrypto.so.3"},
    # Holds keys: no HTTP, no database.
    "guildhall-vault": {"libfmt.so.9", "libboost_json.so.1.81.0", "libboost_container.so.1.81.0",
                        "libsodium.so.23", "libcrypto.so.3", "libseccomp.so.2"},
}


def needed(path):
    out = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"\(NEEDED\).*\[(.+?)\]", out))


def loads_libraries(path):
    """Whether it calls dlopen itself; what its libraries do is theirs."""
    out = subprocess.run(["readelf", "--dyn-syms", "-W", path], capture_output=True, text=True,
                         check=True).stdout
    return bool(re.search(r" UND dlm?open\b", out))


def unexpected(name, libraries):
    return libraries - SYSTEM - ALLOWED[name]


def main():
    passed = failed = 0

    def case(title, problem):
        nonlocal passed, failed
        if problem:
            failed += 1
            print(f"FAILED {title}: {problem}")
        else:
            passed += 1

    for name in ALLOWED:
        libraries = needed(os.path.join(BIN, name))
        case(name, ", ".join(sorted(unexpected(name, libraries))))
        loads, may = loads_libraries(os.path.join(BIN, name)), name == "guildhall-keeper"
        case(f"{name} loads libraries: {may}", "" if loads == may else f"it is {loads}")
    # The control: a library that no list has is found.
    case("control", "" if unexpected("guildhall", {"libcurl.so.4"}) else "not noticed")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
