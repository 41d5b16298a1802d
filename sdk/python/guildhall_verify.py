#!/usr/bin/env python3
"""Checks a transparency log (C2SP tlog-tiles) by its files and the public keys: the independent
twin of `guildhall verify`, with the same checks and exit codes (docs/verify.md).

    guildhall_verify.py --log FOLDER_OR_URL --key VKEY [--witness VKEY]... [--since FILE]
    guildhall_verify.py --proof FILE --key VKEY [--witness VKEY]...

Standard library, and the package `cryptography` for Ed25519. One file, to be read in one sitting.
"""
import argparse
import base64
import collections
import functools
import hashlib
import json
import os
import re
import struct
import sys
import tempfile
import time
import urllib.error
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

USAGE, UNREACHABLE, BAD_CHECKPOINT, BAD_SIGNATURE, NO_WITNESS = 2, 3, 4, 5, 6
BAD_SINCE, ROLLBACK, FORK, MISSING_FILE, BAD_ENTRIES = 7, 8, 9, 10, 11
WRONG_ROOT, WRONG_TILE, UNLISTED_FILE = 12, 13, 14
BAD_PROOF, NOT_INCLUDED = 15, 16
# What a log that is being written to shows for a moment: looked at again.
MAY_PASS = {NO_WITNESS, MISSING_FILE, BAD_ENTRIES, WRONG_TILE, UNLISTED_FILE}

WIDTH = 256
MAX_SIZE, MAX_FILE = 1 << 62, 512 << 20
MAX_NOTE, MAX_SIGNATURES, MAX_ENTRY = 64 << 10, 64, 65535
ED25519, COSIGNATURE = 1, 4
NAME = re.compile(r"[^\s+\x00-\x1f\x7f\x85]+")
SIGNED = re.compile(f"\u2014 ({NAME.pattern}) (\\S+)")
PROOF = re.compile(rb"c2sp\.org/tlog-proof@v1\nextra ([A-Za-z0-9+/=]*)\n"
                   rb"index (0|[1-9][0-9]{0,18})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.+)", re.S)


class Found(Exception):
    """A fault: its exit code, and a sentence."""
    def __init__(self, code, sentence):
        super().__init__(sentence)
        self.code = code


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def subtrees(hashes):
    """The complete subtrees of a row of sibling hashes, the largest first."""
    roots, count = [], 0
    for one in hashes:
        bits = count
        while bits & 1:
            one = node_hash(roots.pop(), one)
            bits >>= 1
        roots.append(one)
        count += 1
    return roots


def join(roots):
    """The root above subtrees that stand in a row, the largest first."""
    if not roots:
        return hashlib.sha256(b"").digest()
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = node_hash(left, root)
    return root


def verify_inclusion(index, size, leaf, proof, root):
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def verify_consistency(first, second, proof, first_root, second_root):
    """RFC 9162, 2.1.4.2; nothing is proved of the empty tree."""
    if first == second > 0:
        return not proof and first_root == second_root
    if not 0 < first < second or not proof:
        return False
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


def unbase64(text):
    """Bytes of canonical base64 with padding; None for any other text."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if base64.b64encode(raw).decode() == text else None


class Key(collections.namedtuple("Key", "name id type public")):
    """A verifier key: who may sign."""

    @staticmethod
    def parse(text):
        name, _, rest = text.partition("+")
        hex_id, _, encoded = rest.partition("+")
        raw = unbase64(encoded)
        if not NAME.fullmatch(name) or raw is None or len(raw) != 33 or raw[0] not in (1, 4):
            raise Found(USAGE, "a verifier key is NAME+ID+KEY")
        key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if key_id.hex() != hex_id:
            raise Found(USAGE, "the verifier key has another key's id")
        return Key(name, key_id, raw[0], raw[1:])

    def verifies(self, text, signature):
        message = text
        if self.type == COSIGNATURE:
            if len(signature) != 72:
                return False
            made = struct.unpack(">Q", signature[:8])[0]
            message, signature = b"cosignature/v1\ntime %d\n" % made + text, signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


Note = collections.namedtuple("Note", "text signatures")
Checkpoint = collections.namedtuple("Checkpoint", "origin size root")


def parse_note(raw):
    try:
        text = raw.decode() if len(raw) <= MAX_NOTE else ""
    except UnicodeDecodeError:
        text = ""
    body, gap, tail = text.rpartition("\n\n")
    lines = [SIGNED.fullmatch(line) for line in tail[:-1].split("\n")]
    signatures = [(line[1], unbase64(line[2]) or b"") for line in lines if line]
    if not gap or tail[-1:] != "\n" or None in lines or len(lines) > MAX_SIGNATURES or \
            any(ord(c) < 32 and c != "\n" for c in text) or \
            any(len(signature) < 5 for _, signature in signatures):
        raise Found(BAD_CHECKPOINT, "the checkpoint is not a signed note")
    return Note((body + "\n").encode(), [(name, s[:4], s[4:]) for name, s in signatures])


def signed_by(note, key):
    """Whether the key signed; a signature under its name and id that fails is a fault."""
    mine = [s for name, key_id, s in note.signatures if (name, key_id) == (key.name, key.id)]
    if not all(key.verifies(note.text, s) for s in mine):
        code = NO_WITNESS if key.type == COSIGNATURE else BAD_SIGNATURE
        raise Found(code, f"the signature of {key.name} does not verify")
    return bool(mine)


def parse_checkpoint(text):
    lines = text.decode().split("\n")
    size = lines[1] if len(lines) >= 4 else ""
    root = unbase64(lines[2]) if len(lines) >= 4 else None
    if not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,18}", size) or int(size) > MAX_SIZE \
            or root is None or len(root) != 32 or "" in lines[3:-1] or lines[-1]:
        raise Found(BAD_CHECKPOINT, "the checkpoint is not of its form")
    return Checkpoint(lines[0], int(size), root)


def open_checkpoint(raw, log, witnesses=()):
    note = parse_note(raw)
    if not signed_by(note, log):
        raise Found(BAD_SIGNATURE, f"{log.name} has not signed this checkpoint")
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log.name:
        raise Found(BAD_SIGNATURE, f"the checkpoint is of {checkpoint.origin}, not of {log.name}")
    for witness in witnesses:
        if not signed_by(note, witness):
            raise Found(NO_WITNESS, f"{witness.name} has not signed this checkpoint")
    return checkpoint


class Folder:
    def __init__(self, path):
        self.path = path

    def read(self, name):
        try:
            with open(os.path.join(self.path, name), "rb") as file:
                return file.read(MAX_FILE)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Found(UNREACHABLE, f"{name}: {error.strerror}") from None

    def list(self):
        names = set()
        for folder, below, files in os.walk(self.path):
            links = [name for name in below if os.path.islink(os.path.join(folder, name))]
            names.update(os.path.relpath(os.path.join(folder, n), self.path) for n in files + links)
        return names


class Address:
    def __init__(self, url):
        self.url = url.rstrip("/") + "/"
        direct = urllib.request.ProxyHandler({})
        self.opener = urllib.request.build_opener(direct)

    def read(self, name):
        try:
            with self.opener.open(self.url + name, timeout=30) as response:
                return response.read(MAX_FILE)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise Found(UNREACHABLE, f"{name} was answered with {error.code}") from None
        except OSError as error:
            raise Found(UNREACHABLE, f"{name}: {error}") from None

    def list(self):
        return None


def tile_name(row, index):
    groups = f"{index % 1000:03}"
    while index := index // 1000:
        groups = f"x{index % 1000:03}/{groups}"
    return f"tile/{row}/{groups}"


def partial_name(name, width):
    return name if width == WIDTH else f"{name}.p/{width}"


@functools.lru_cache(maxsize=16)
def read_bundle(raw):
    """(entries, where each ends, their leaf hashes), or None where it is not well formed."""
    entries, ends, at = [], [], 0
    while at < len(raw):
        size = int.from_bytes(raw[at:at + 2], "big")
        end = at + 2 + size
        if end > len(raw) or at + 2 > len(raw):
            return None
        entries.append(raw[at + 2:end])
        ends.append(end)
        at = end
    return entries, ends, [leaf_hash(entry) for entry in entries]


@functools.lru_cache(maxsize=16)
def tile_root(hashes):
    return join(subtrees(hashes))


def verb_of(entry):
    try:
        verb = json.loads(entry)["verb"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return verb if isinstance(verb, str) else ""


class Rebuild:
    """The tree from the entries, every file held against it."""

    def __init__(self, source, files):
        self.source, self.files = source, files
        self.rows = [(0, [])]  # a row of the tree: the tile that is filling, and its hashes

    def fetch(self, name, width):
        wanted = partial_name(name, width)
        raw = self.source.read(wanted)
        if self.files is None:
            if raw is None and width < WIDTH:
                raw = self.source.read(name)  # it has become a full one since
        else:
            self.files.discard(wanted)
        if raw is None:
            raise Found(MISSING_FILE, f"{wanted} is missing")
        return raw

    def earlier(self, name, width, prefix):
        """Partial files of earlier sizes may stay, with the beginning of what is there now."""
        for wide in range(1, width if width < WIDTH else WIDTH):
            old = f"{name}.p/{wide}"
            if self.files and old in self.files:
                if self.source.read(old) not in (None, prefix(wide)):  # None: gone, as tiles fill
                    raise Found(WRONG_TILE, f"{old} is not what the entries give")
                self.files.discard(old)

    def check_tile(self, level):
        index, hashes = self.rows[level]
        name, right = tile_name(level, index), b"".join(hashes)
        raw = self.fetch(name, len(hashes))
        if self.files is None:
            raw = raw[:len(right)] if len(raw) % 32 == 0 else raw
        if raw != right:
            wanted = partial_name(name, len(hashes))
            raise Found(WRONG_TILE, f"{wanted} is not what the entries give")
        self.earlier(name, len(hashes), lambda wide: right[:wide * 32])

    def add(self, level, hashes):
        """Hashes of one bundle, or the one of a tile: they never cross a tile's end."""
        if level == len(self.rows):
            self.rows.append((0, []))
        index, row = self.rows[level]
        row.extend(hashes)
        if len(row) == WIDTH:
            self.check_tile(level)
            self.rows[level] = (index + 1, [])
            self.add(level + 1, [tile_root(tuple(row))])

    def root(self, last=()):
        """Of the entries so far, and of `last` in the bundle at hand."""
        roots = []
        for _, row in reversed(self.rows[1:]):
            roots += subtrees(row)
        return join(roots + subtrees(self.rows[0][1] + list(last)))

    def run(self, size, since, verbs):
        """(the root, the root at `since`)."""
        then = self.root()
        for first in range(0, size, WIDTH):
            width = min(WIDTH, size - first)
            name = tile_name("entries", first // WIDTH)
            raw = self.fetch(name, width)
            bundle = read_bundle(raw)
            if bundle and self.files is None:
                bundle = tuple(part[:width] for part in bundle)
            if not bundle or len(bundle[0]) != width:
                raise Found(BAD_ENTRIES,
                            f"{partial_name(name, width)} does not hold {width} entries")
            entries, ends, leaves = bundle
            if first < since <= first + width:
                then = self.root(leaves[:since - first])
            for entry in entries[max(0, since - first):]:
                verbs[verb_of(entry)] += 1
            self.add(0, leaves)
            self.earlier(name, width, lambda wide, r=raw, e=ends: r[:e[wide - 1]])
        for level, (_, row) in enumerate(self.rows):
            if row:
                self.check_tile(level)
        return self.root(), then


def verify_log(source, log, witnesses=(), since_note=None):
    """(checkpoint, its note, the size at the last time, entries by verb since); raises Found."""
    files = source.list()
    raw = source.read("checkpoint")
    if raw is None:
        raise Found(UNREACHABLE, "there is no checkpoint")
    checkpoint = open_checkpoint(raw, log, witnesses)
    since = Checkpoint(log.name, 0, b"")
    if since_note is not None:
        try:
            since = open_checkpoint(since_note, log)
        except Found as fault:
            raise Found(BAD_SINCE, f"the last checkpoint cannot be used: {fault}") from None
    if checkpoint.size < since.size:
        raise Found(ROLLBACK, f"the log has {checkpoint.size} entries; it had {since.size} before")
    if files is not None:
        files.discard("checkpoint")
    verbs = collections.Counter()
    root, then = Rebuild(source, files).run(checkpoint.size, since.size, verbs)
    if root != checkpoint.root:
        raise Found(WRONG_ROOT, "the entries do not give the root that the log signed")
    if since.size and then != since.root:
        raise Found(FORK, f"the first {since.size} entries are not those that were verified "
                          "before: the log has been rewritten, or forked")
    if files:
        raise Found(UNLISTED_FILE, f"{min(files)} belongs to no log of this size")
    return checkpoint, raw, since.size, verbs


def verify_proof(raw, log, witnesses=()):
    """(checkpoint, index, entry) of a proof with its entry as extra data; raises Found."""
    form = PROOF.fullmatch(raw)
    entry = unbase64(form[1].decode()) if form else None
    path = [unbase64(line) for line in form[3].decode().split()] if form else []
    if entry is None or len(entry) > MAX_ENTRY or None in path:
        raise Found(BAD_PROOF, "this is no proof, or it does not hold the entry it is of")
    checkpoint, index = open_checkpoint(form[4], log, witnesses), int(form[2])
    if not verify_inclusion(index, checkpoint.size, leaf_hash(entry), path, checkpoint.root):
        raise Found(NOT_INCLUDED, f"the signed log does not have this entry as number {index}")
    return checkpoint, index, entry


def read_since(path):
    if not path or not os.path.exists(path):
        return None
    try:
        with open(path, "rb") as file:
            return file.read(MAX_NOTE + 1)
    except OSError as error:
        raise Found(BAD_SINCE, f"--since: {error.strerror}") from None


def keep(path, raw):
    handle, draft = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)))
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def settled(options, source, log, witnesses, attempts=3):
    try:
        return verify_log(source, log, witnesses, read_since(options.since))
    except Found as fault:
        if fault.code not in MAY_PASS or attempts == 1:
            raise
    time.sleep(0.3)
    return settled(options, source, log, witnesses, attempts - 1)


def tell(checkpoint, what, witnesses, more):
    root = base64.b64encode(checkpoint.root).decode()
    print(f"{checkpoint.origin}: {what}, root {root}\nSigned by the log and {len(witnesses)} of "
          f"{len(witnesses)} named witnesses. {more}")


def check_proof(options, log, witnesses):
    try:
        with open(options.proof, "rb") as file:
            checkpoint, index, entry = verify_proof(file.read(MAX_FILE), log, witnesses)
    except OSError as error:
        raise Found(UNREACHABLE, f"--proof: {error.strerror}") from None
    tell(checkpoint, f"entry {index} of {checkpoint.size}", witnesses,
         f"The entry:\n{entry.decode(errors='replace')}")


def check_log(options, log, witnesses):
    remote = options.log.startswith(("http://", "https://"))
    source = Address(options.log) if remote else Folder(options.log)
    checkpoint, raw, before, verbs = settled(options, source, log, witnesses)
    if options.since:
        keep(options.since, raw)
    tell(checkpoint, f"{checkpoint.size} entries", witnesses, "Every entry and tile is in place.")
    print(f"{checkpoint.size - before} entries since the last time:")
    for verb, count in sorted(verbs.items()):
        print(f"  {count:>10}  {verb or '(others)'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--log", help="the log's folder, or its address")
    what.add_argument("--proof", help="one proof (tlog-proof) that holds its entry")
    parser.add_argument("--key", required=True, help="the log's verifier key")
    parser.add_argument("--witness", action="append", default=[], help="each must have signed")
    parser.add_argument("--since", help="file with the checkpoint of the last time")
    options = parser.parse_args()
    try:
        log, witnesses = Key.parse(options.key), [Key.parse(text) for text in options.witness]
        if log.type != ED25519 or any(w.type != COSIGNATURE for w in witnesses):
            raise Found(USAGE, "--key takes a log's key, --witness a witness's")
        (check_proof if options.proof else check_log)(options, log, witnesses)
    except Found as fault:
        print(f"guildhall_verify: {fault}", file=sys.stderr)
        return fault.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
