"""What stands in another process's memory, as root sees it through /proc/PID/mem: every page that
can be read. Pages of memfd_secret cannot, by nobody: that is what keys lie in."""
import os
import re


def regions(pid):
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            span, mode, _, _, _, *name = line.split(maxsplit=5)
            if mode.startswith("r") and name[:1] not in (["[vvar]\n"], ["[vsyscall]\n"]):
                start, end = (int(part, 16) for part in span.split("-"))
                yield start, end


def counts(pid, words):
    """How often each of these bytes stands there, and how many bytes were read."""
    found, read = {word: 0 for word in words}, 0
    pattern = re.compile(b"|".join(re.escape(word) for word in words))
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for start, end in regions(pid):
            tail = b""
            while start < end:
                size = min(1 << 22, end - start)
                try:
                    memory.seek(start)
                    data = memory.read(size)
                except OSError:
                    data, tail = b"", b""  # secret, or gone
                for hit in pattern.finditer(tail + data):
                    found[hit.group()] += 1
                read += len(data)
                tail = data[-255:] if len(data) >= 255 else b""
                start += size
    return found, read


def readable():
    return os.geteuid() == 0
