"""Both stores at once, a process each: a case waits most of its time."""
import re
import subprocess
import sys
import tempfile
import time

STORES = ("sqlite", "postgres")
SUM = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")


def at_once():
    """Runs this very command once for each store and prints what each said, one after the other.
    The last line is their sum; what ends without one has failed. The exit status."""
    started = time.monotonic()
    runs = [Run(store) for store in STORES]
    sums = [run.end() for run in runs]
    passed, failed, skipped = map(sum, zip(*sums))
    print(f"{time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


class Run:
    def __init__(self, store):
        self.said = tempfile.TemporaryFile("w+")
        words = [sys.executable, *sys.argv, "--store", store]
        self.process = subprocess.Popen(words, stdout=self.said, stderr=subprocess.STDOUT)

    def end(self):
        status = self.process.wait()
        self.said.seek(0)
        *lines, last = self.said.read().splitlines() or [""]
        print("\n".join(lines), flush=True)
        found = SUM.match(last)
        if not found:
            print(f"{last}\nFAIL  a run ended with {status} before its sum")
            return 0, 1, 0
        passed, failed, skipped = map(int, found.groups())
        return passed, failed or int(status != 0), skipped
