#!/usr/bin/env python3
"""The gateway of models: rate, latency, processor time, memory, against a mock model of no delay.

    bench/gateway.py [--rounds 5] [--seconds 4] [--connections 1,16,64] [--rate 3500]
                     [--off] [--peer portkey=DIR] [--base BIN]
    bench/gateway.py --streams 2000 | --body 4194304 | --soak 30

All processes of the gateway are on the first processor, mock model and load on the second, in a
network namespace with loopback alone. Contestants take turns: `direct` (past the gateway),
`guildhall` (records sealed, a budget), with --off `unrecorded` (a server without either), with
--peer a gateway from `npm install` in DIR, with --base the executables of another build. A table
is printed, and a line of JSON; medians over the rounds. The executables are those in
$GUILDHALL_BIN (build/release/bin)."""
import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
os.environ.setdefault("GUILDHALL_BIN", str(ROOT / "build/release/bin"))
sys.path[:0] = [str(HERE), str(ROOT / "tests/api")]
sys.dont_write_bytecode = True

import gateway_rig as stage  # noqa: E402
import rig  # noqa: E402

ALONE = "GUILDHALL_BENCH_ALONE"


def body_of(model, size=256, **more):
    """A request of so many bytes."""
    def text(words):
        return json.dumps({"model": model, **more, "messages": [
            {"role": "user", "content": words}]})
    return text("x" * max(size - len(text("")), 1))


def turns(options, contestants):
    """Figures by (level, contestant): a list of rounds each."""
    found = {}
    levels = [("connections", int(one)) for one in options.connections.split(",")]
    levels += [("rate", rate) for rate in options.rate]
    for _ in range(options.rounds):
        for level in levels:
            for one in contestants:
                found.setdefault((*level, one.name), []).append(
                    stage.measure(one, body_of(one.model), *level, options.seconds))
    return found


def table(found):
    print(f"{'':>16} {'contestant':>12} {'req/s':>8} {'p50 us':>8} {'p99 us':>8} {'CPU us':>7} "
          f"{'room':>6} {'all MB':>7}")
    rows = []
    for (kind, level, name), rounds in found.items():
        def mid(what, rounds=rounds):
            return rig.median([one[what] for one in rounds])
        row = {"load": f"{kind} {level}", "contestant": name,
               **{what: round(mid(what), 1) for what in stage.COLUMNS},
               "p50_range": sorted(one["p50_us"] for one in rounds)[::max(len(rounds) - 1, 1)],
               "p99_range": sorted(one["p99_us"] for one in rounds)[::max(len(rounds) - 1, 1)],
               "errors": sum(one["errors"] for one in rounds)}
        rows.append(row)
        print(f"{row['load']:>16} {name:>12} {row['requests_per_s']:>8.0f} {row['p50_us']:>8.0f} "
              f"{row['p99_us']:>8.0f} {row['cpu_us']:>7.1f} {row['room_mb']:>6.1f} "
              f"{row['all_mb']:>7.1f}" + (f"  {row['errors']} errors" if row["errors"] else ""))
    return rows


def speed(options):
    with stage.Stage() as at:
        contestants = [at.direct(), at.guildhall("guildhall")]
        if options.base:
            contestants.append(at.guildhall("base", options.base))
        if options.off:
            contestants.append(at.guildhall("unrecorded", at.unrecorded()))
        for given in options.peer:
            name, _, folder = given.partition("=")
            contestants.append(at.peer(name, folder))
        idle = {one.name: one.memory() for one in contestants if one.pids}
        rows = table(turns(options, contestants))
        rig.report("gateway", rounds=options.rounds, seconds=options.seconds, idle_mb=idle,
                   rows=rows)
        for one in contestants:
            one.check()


def streams(options):
    """So many streams of numbered tokens open at a time: each token once, in its order."""
    tokens = options.tokens
    with stage.Stage() as at:
        with_model = at.guildhall("guildhall", model=f"mock:numbered,tokens={tokens},token=20")
        said = stage.load(with_model, body_of(with_model.model, stream=True, max_tokens=4000),
                          "--streams", options.streams, "--numbered", tokens, "--seconds",
                          options.seconds, fails=True)
        rig.report("gateway streams", streams=options.streams, tokens=tokens, **said,
                   memory_mb=with_model.memory())
        with_model.check()
        if said["errors"] or said["lost"] or said["out_of_order"] or not said["requests"]:
            sys.exit("a stream was not whole")


def large(options):
    """A body of so many bytes arrives whole: the mock counts the same tokens as without us."""
    with stage.Stage() as at:
        past, through = at.direct(), at.guildhall("guildhall")
        rows = []
        for one in (past, through):
            body = body_of(one.model, options.body)
            counted = one.ask(body)["usage"]["prompt_tokens"]
            rows.append({"contestant": one.name, "prompt_tokens": counted, **stage.measure(
                one, body, "connections", 1, options.seconds)})
        rig.report("gateway body", bytes=options.body, rows=rows, memory_mb=through.memory())
        if rows[0]["prompt_tokens"] != rows[1]["prompt_tokens"] or rows[1]["errors"]:
            sys.exit("the body did not arrive as it was sent")
        through.check()


def soak(options):
    """Memory under a steady load; its growth over the last two thirds of the time."""
    with stage.Stage() as at:
        one = at.guildhall("guildhall")
        start, seen = one.memory(), []
        rounds = max(int(options.soak * 6), 3)
        for number in range(rounds):
            said = stage.measure(one, body_of(one.model), "rate", options.rate[0], 9)
            seen.append({"minute": round((number + 1) / 6, 1), **one.memory(),
                         "errors": said["errors"]})
        late = seen[rounds // 3:]
        growth = {what: round(stage.slope([(row["minute"], row[what]) for row in late]), 3)
                  for what in start}
        rig.report("gateway soak", minutes=options.soak, rate=options.rate[0], start_mb=start,
                   end_mb=one.memory(), growth_mb_per_minute=growth, seen=seen[::max(
                       rounds // 12, 1)])
        one.check()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", default="1,16,64")
    parser.add_argument("--rate", type=float, nargs="*", default=[3500])
    parser.add_argument("--off", action="store_true")
    parser.add_argument("--base", help="executables of another build")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--streams", type=int)
    parser.add_argument("--tokens", type=int, default=200, help="of each stream")
    parser.add_argument("--body", type=int)
    parser.add_argument("--soak", type=float, metavar="MINUTES")
    options = parser.parse_args()
    if not os.environ.get(ALONE):
        done = subprocess.run(["unshare", "--net", "sh", "-c",
                               'ip link set lo up && exec "$@"', "sh", sys.executable, *sys.argv],
                              env={**os.environ, ALONE: "1"}, check=False)
        sys.exit(done.returncode)
    chosen = [run for wanted, run in ((options.streams, streams), (options.body, large),
                                      (options.soak, soak)) if wanted]
    for run in chosen or [speed]:
        run(options)


if __name__ == "__main__":
    main()
