"""Runs a program under what a systemd unit says of system calls, without systemd: its
SystemCallFilter (expanded by systemd-analyze), RestrictNamespaces, RestrictAddressFamilies,
MemoryDenyWriteExecute and NoNewPrivileges, as one filter of libseccomp.

  confine.py UNIT PROGRAM [ARGUMENT...]"""
import ctypes
import os
import pathlib
import re
import subprocess
import sys

ALLOW, EPERM, ENOSYS, EAFNOSUPPORT = 0x7FFF0000, 1, 38, 97
NOT_EQUAL, EQUAL, MASKED = 1, 4, 7
NAMESPACES = {"cgroup": 0x02000000, "uts": 0x04000000, "ipc": 0x08000000, "user": 0x10000000,
              "pid": 0x20000000, "net": 0x40000000, "mnt": 0x00020000}
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
PROT_EXEC, PROT_WRITE, NO_NEW_PRIVILEGES = 4, 2, 38


def errno(number):
    return 0x00050000 | number


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("how", ctypes.c_int), ("a", ctypes.c_uint64),
                ("b", ctypes.c_uint64)]


def directives(unit):
    """name -> its values, in order; lines are joined as systemd does."""
    found = {}
    for line in pathlib.Path(unit).read_text().splitlines():
        if match := re.match(r"([A-Z]\w+)=(.*)", line):
            found.setdefault(match[1], []).append(match[2])
    return found


def expanded(names):
    """The system calls of these names and groups."""
    out = set()
    for name in names:
        if not name.startswith("@"):
            out.add(name)
            continue
        told = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True,
                              capture_output=True, text=True).stdout
        out |= expanded(line.strip() for line in told.splitlines()[1:]
                        if line.strip() and not line.strip().startswith("#"))
    return out


def allowed_calls(said):
    allowed = set()
    for words in said["SystemCallFilter"]:
        if words.startswith("~"):
            allowed -= expanded(words[1:].split())
        else:
            allowed |= expanded(words.split())
    return allowed | expanded(["@default"])  # always there, as systemd has it


class Filter:
    def __init__(self, calls):
        self.library = ctypes.CDLL("libseccomp.so.2")
        self.library.seccomp_init.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.library.seccomp_init(errno(EPERM)))
        self.calls = calls
        self.conditional = {}

    def refuse(self, call, number, *comparisons):
        self.conditional.setdefault(call, []).append((number, comparisons))

    def load(self):
        for call in sorted(self.calls - set(self.conditional)):
            number = self.library.seccomp_syscall_resolve_name(call.encode())
            if number >= 0:
                self.library.seccomp_rule_add_array(self.context, ALLOW, number, 0, None)
        assert self.library.seccomp_load(self.context) == 0, "the filter is loaded"


def second(allowed):
    """Conditions are a filter of their own, which allows all else: the kernel asks both."""
    out = Filter(set())
    out.context = ctypes.c_void_p(out.library.seccomp_init(ALLOW))
    namespaces = allowed.get("RestrictNamespaces", ["no"])[-1].split()
    if namespaces != ["no"]:
        for name, flag in NAMESPACES.items():
            if name not in namespaces:
                for call in ("clone", "unshare"):
                    out.refuse(call, EPERM, Comparison(0, MASKED, flag, flag))
        out.refuse("clone3", ENOSYS)
        out.refuse("setns", EPERM)
    families = sorted(FAMILIES[name] for name in allowed["RestrictAddressFamilies"][-1].split())
    for family in range(0, 46):
        if family not in families:
            out.refuse("socket", EAFNOSUPPORT, Comparison(0, EQUAL, family, 0))
    for call in ("mmap", "mprotect"):
        both = PROT_EXEC | (PROT_WRITE if call == "mmap" else 0)
        out.refuse(call, EPERM, Comparison(2, MASKED, both, both))
    for call, rules in out.conditional.items():
        number = out.library.seccomp_syscall_resolve_name(call.encode())
        for refusal, comparisons in rules:
            array = (Comparison * max(len(comparisons), 1))(*comparisons)
            done = out.library.seccomp_rule_add_array(out.context, errno(refusal), number,
                                                      len(comparisons), array)
            assert done == 0, (call, done)
    return out


def main():
    said = directives(sys.argv[1])
    first, conditions = Filter(allowed_calls(said)), second(said)
    ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    # The wider one first: loading the other takes seccomp itself, which units of ours allow.
    assert conditions.library.seccomp_load(conditions.context) == 0, "the conditions are loaded"
    first.load()
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
