#!/usr/bin/env python3
"""The two verifiers of a log against one another, and the Python one against the public vectors.

    tests/verify/run.py [--whole]   executables in GUILDHALL_BIN; last line: N passed, N failed

Every vector of transparency-dev; every kind of fault in both, with the same exit code; every byte
of a log of 1,000 entries changed, by the Python one in memory: with --whole all of them, otherwise
one in eight (the C++ one changes all of them in unit-tests).
"""
import base64
import functools
import http.server
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("GUILDHALL_BIN", ROOT / "build/dev/bin")).resolve()
DATA = pathlib.Path(os.environ.get("GUILDHALL_DATA", ROOT.parent / "shared" / "data"))
TWIN = ROOT / "sdk/python/guildhall_verify.py"
sys.path.insert(0, str(TWIN.parent))
sys.dont_write_bytecode = True
try:
    import guildhall_verify as twin
except ImportError as absent:
    print(f"skipped: {absent}\n0 passed, 0 failed, 1 skipped")
    sys.exit(0)

COUNT = {"passed": 0, "failed": 0, "skipped": 0}


def case(name, problem=None):
    COUNT["failed" if problem else "passed"] += 1
    if problem:
        print(f"not ok {name}: {problem}", flush=True)


def vectors():
    folder = DATA / "tlog-vectors"
    if not folder.is_dir():
        COUNT["skipped"] += 1
        return print("skip vectors: the real data is absent (set GUILDHALL_DATA)")
    raw = base64.b64decode
    for path in sorted(folder.rglob("*.json")):
        v = json.loads(path.read_text())
        proof = [raw(p) for p in v["proof"] or []]
        if "leafIdx" in v:
            held = v["leafHash"] and v["root"] and twin.verify_inclusion(
                v["leafIdx"], v["treeSize"], raw(v["leafHash"]), proof, raw(v["root"]))
        else:
            held = twin.verify_consistency(v["size1"], v["size2"], proof, raw(v["root1"]),
                                           raw(v["root2"]))
        case(str(path.relative_to(folder)), None if bool(held) != v["wantErr"] else f"held: {held}")
    case("vectors: all of them", None if COUNT["passed"] >= 196 else f"{COUNT['passed']} only")
    key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
    case("a published verifier key", None if twin.Key.parse(key).id.hex() == "33d7b496" else "id")


class Log:
    def __init__(self, folder, *sizes):
        self.folder = folder
        out = subprocess.run([BIN / "verify-make-log", folder, *map(str, sizes)], check=True,
                             capture_output=True, text=True).stdout.split("\n")
        self.key, self.witness = out[0], out[1]
        self.log = folder / "log"

    def at(self, size):
        return self.folder / f"at-{size}"

    def args(self, log=None, since=None):
        args = ["--log", str(log or self.log), "--key", self.key, "--witness", self.witness]
        return args + (["--since", str(since)] if since else [])


def both(name, args, code):
    """Runs both programs; each must end with the code and, for a fault, with a sentence."""
    for program in ([BIN / "guildhall-verify"], [sys.executable, TWIN]):
        done = subprocess.run([*program, *args], capture_output=True, text=True, timeout=60)
        problem = None
        if done.returncode != code:
            problem = f"{program[-1].name} gave {done.returncode}, not {code}: {done.stderr}"
        elif code and len(done.stderr) < 20:
            problem = f"{program[-1].name} says nothing"
        case(f"{name} ({program[-1].name})", problem)
    return done.stdout


def change(path, at=-1):
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)


def faults(work):
    log = Log(work / "one", 700, 900, 1000)
    other = Log(work / "other", 1000)
    text = both("right", log.args(), 0)
    case("counts", None if "334  v0" in text and "1000 entries" in text else text)
    both("a key that is none", ["--log", str(log.log), "--key", "x"], twin.USAGE)
    both("nothing there", log.args(work / "nowhere"), twin.UNREACHABLE)

    def tampered(name, code, spoil, since=None):
        copy = work / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(log.log, copy)
        spoil(copy)
        both(name, log.args(copy, since), code)

    def at(size):
        kept = work / "since"
        shutil.copy(log.at(size), kept)
        return kept

    tampered("no note", twin.BAD_CHECKPOINT, lambda c: (c / "checkpoint").write_text("x\n"))
    tampered("a changed root", twin.BAD_SIGNATURE, lambda c: change(c / "checkpoint", 25))
    unwitnessed = log.log.joinpath("checkpoint").read_text().rsplit("\u2014", 1)[0]
    tampered("no cosignature", twin.NO_WITNESS,
             lambda c: (c / "checkpoint").write_text(unwitnessed))
    tampered("no tile", twin.MISSING_FILE, lambda c: (c / "tile/0/001").unlink())
    tampered("no bundle", twin.MISSING_FILE, lambda c: (c / "tile/entries/003.p/232").unlink())
    tampered("a torn bundle", twin.BAD_ENTRIES,
             lambda c: (c / "tile/entries/000").write_bytes(b"\0"))
    tampered("a changed entry", twin.WRONG_TILE, lambda c: change(c / "tile/entries/000"))
    tampered("a changed tile", twin.WRONG_TILE, lambda c: change(c / "tile/1/000.p/3"))
    tampered("an earlier partial tile", twin.WRONG_TILE, lambda c: change(c / "tile/0/003.p/132"))
    tampered("one file more", twin.UNLISTED_FILE, lambda c: (c / "tile/0/004").write_bytes(b"x"))
    tampered("a link more", twin.UNLISTED_FILE, lambda c: (c / "more").symlink_to("tile"))
    tampered("rolled back", twin.ROLLBACK,
             lambda c: (c / "checkpoint").write_bytes(log.at(900).read_bytes()), at(1000))
    tampered("a since that is none", twin.BAD_SINCE, lambda c: (work / "since").write_text("x"),
             at(900))
    case("since is rewritten after success only",
         None if (work / "since").read_text() == "x" else "it was rewritten")
    both("since", log.args(since=at(700)), 0)
    # 300 entries since, then none: success rewrote the file. The first program already did.
    case("since is rewritten", None if (work / "since").read_bytes() == log.at(1000).read_bytes()
         else "it was not")
    fork(work, log, at)
    proofs(work, log)
    served(work, log, tampered)
    return other


def proofs(work, log):
    """One entry's proof: right, then with every byte changed, then with something else missing."""
    right = (log.folder / "proof-1000").read_bytes()
    file = work / "proof"
    keys = ["--key", log.key, "--witness", log.witness]

    def tried(name, raw, code, args=keys):
        file.write_bytes(raw)
        return both(f"proof: {name}", ["--proof", str(file), *args], code)
    text = tried("right", right, 0)
    case("proof: what it is of", None if "entry 500 of 1000" in text and '{"verb":"v2","n":500}'
         in text else text)
    raw = bytes([twin.COSIGNATURE]) + bytes(32)
    key_id = twin.hashlib.sha256(b"other.example\n" + raw).hexdigest()[:8]
    stranger = f"other.example+{key_id}+{base64.b64encode(raw).decode()}"
    tried("another witness", right, twin.NO_WITNESS, [*keys, "--witness", stranger])
    tried("empty", b"", twin.BAD_PROOF)
    tried("cut off", right[:200], twin.BAD_PROOF)
    tried("without its entry", re.sub(rb"extra .*\n", b"", right), twin.BAD_PROOF)
    tried("another entry", right.replace(base64.b64encode(b'{"verb":"v2","n":500}'),
                                         base64.b64encode(b'{"verb":"v2","n":501}')),
          twin.NOT_INCLUDED)
    tried("another number", right.replace(b"index 500", b"index 501"), twin.NOT_INCLUDED)
    unsigned = right[:right.rindex("\u2014 witness".encode())]
    tried("not witnessed", unsigned, twin.NO_WITNESS)
    tried("not witnessed, and none named", unsigned, 0, keys[:2])
    file.unlink()
    both("proof: no file", ["--proof", str(file), *keys], twin.UNREACHABLE)
    both("proof and log", ["--proof", str(file), *keys, "--log", str(log.log)], twin.USAGE)
    key, witness = twin.Key.parse(log.key), twin.Key.parse(log.witness)
    missed = []
    for at, byte in enumerate(right):
        for bit in range(8):
            try:
                twin.verify_proof(right[:at] + bytes([byte ^ 1 << bit]) + right[at + 1:], key,
                                  [witness])
                missed.append((at, bit))
            except twin.Found:
                pass
    case(f"proof: every bit of {len(right)} bytes", f"missed {missed[:5]}" if missed else None)


def fork(work, log, at):
    """A log of the same key with another history: it is right in itself, and no continuation."""
    other = Log(work / "forked", 1000)
    both("the same history continues", other.args(since=at(900)), 0)
    raw = at(900).read_text().split("\n")
    case("fork: what is tried is a checkpoint of 900", None if raw[1] == "900" else raw[1])
    forked = work / "rewritten"
    subprocess.run([BIN / "verify-make-log", forked, "--other", "1000"], check=True,
                   capture_output=True)
    both("forked", log.args(forked / "log", at(900)), twin.FORK)
    mixed = work / "mixed"
    shutil.copytree(forked / "log", mixed)
    shutil.copy(log.log / "checkpoint", mixed / "checkpoint")
    both("another history under the checkpoint", log.args(mixed), twin.WRONG_ROOT)


def served(work, log, tampered):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    def serve(folder):
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server, f"http://127.0.0.1:{server.server_port}/"

    server, url = serve(log.log)
    both("by address", log.args(url), 0)
    both("by address, nothing there", log.args(url + "tile/"), twin.UNREACHABLE)
    server.shutdown()
    tampered("before it is served", twin.WRONG_TILE, lambda c: change(c / "tile/0/002", 100))
    server, url = serve(work / "copy")
    both("by address, a changed tile", log.args(url), twin.WRONG_TILE)
    server.shutdown()


class Memory:
    def __init__(self, folder):
        self.files = {str(p.relative_to(folder)): p.read_bytes()
                      for p in folder.rglob("*") if p.is_file()}

    def read(self, name):
        return self.files.get(name)

    def list(self):
        return set(self.files)


def every_byte(log, seed, step):
    source = Memory(log.log)
    key, witnesses = twin.Key.parse(log.key), [twin.Key.parse(log.witness)]

    def is_found():
        try:
            twin.verify_log(source, key, witnesses)
        except twin.Found:
            return True
        return False

    case("every byte: right before", "found" if is_found() else None)
    generator, tried, missed, began = random.Random(seed), 0, [], time.monotonic()
    twin.verb_of = lambda entry: ""  # what is printed, and no check
    for name, right in source.files.items():
        for at in range(generator.randrange(step), len(right), step):
            byte = right[at]
            source.files[name] = right[:at] + bytes([byte ^ generator.randint(1, 255)]) \
                + right[at + 1:]
            tried += 1
            if not is_found():
                missed.append(f"{name}:{at}")
        source.files[name] = right
    print(f"every byte: {tried} changed, {len(missed)} missed, seed {seed}, "
          f"{time.monotonic() - began:.0f} s", flush=True)
    case("every byte", f"missed {missed[:5]}" if missed else None)
    case("every byte: enough of them", None if tried > 40_000 // step else tried)
    case("every byte: right after", "found" if is_found() else None)


def main():
    seed, step = int.from_bytes(os.urandom(4), "big"), 1 if "--whole" in sys.argv else 8
    vectors()
    with tempfile.TemporaryDirectory() as folder:
        every_byte(faults(pathlib.Path(folder)), seed, step)
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**COUNT))
    return 1 if COUNT["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
