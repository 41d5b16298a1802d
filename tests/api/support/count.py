"""Runs cases, prints a line for each and counts. A case fails, too, where an answer was not as the
OpenAPI document says."""
import time
import traceback

from support import registry


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def skip(self, what, why):
        self.skipped += 1
        print(f"skip  {what}: {why}", flush=True)

    def one(self, case, rig, store):
        started, label = time.monotonic(), f"{store:8} {case.name}"
        before = len(rig.server.contract.breaches)
        try:
            case.run(rig)
            breaches = rig.server.contract.breaches[before:]
            if breaches:
                raise AssertionError("not as the OpenAPI document says:\n  " +
                                     "\n  ".join(dict.fromkeys(breaches)))
        except registry.Skip as why:
            self.skip(label, why)
            return
        except Exception:
            self.failed += 1
            print(f"FAIL  {label}\n{traceback.format_exc()}", flush=True)
            return
        self.passed += 1
        print(f"ok    {label}  {time.monotonic() - started:.2f} s", flush=True)
