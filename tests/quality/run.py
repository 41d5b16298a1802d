#!/usr/bin/env python3
"""`guildhall quality` on files: what it says, what it refuses, and every real set as it lies there.

    tests/quality/run.py [--only TEXT]

The executables are those in $GUILDHALL_BIN (build/dev/bin), the real sets in $GUILDHALL_DATA
(../shared/data beside the repository); without those their cases are skipped."""
import argparse
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("GUILDHALL_BIN", ROOT / "build/dev/bin"))
DATA = pathlib.Path(os.environ.get("GUILDHALL_DATA", ROOT.parent / "shared/data")) / "quality"
LIMIT_S = 300


class Skip(Exception):
    pass


def quality(*words, status=0, stdin=None):
    done = subprocess.run([BIN / "guildhall", "quality", *map(str, words)], capture_output=True,
                          text=True, timeout=LIMIT_S, input=stdin)
    assert done.returncode == status, f"exit {done.returncode}: {done.stderr}"
    return done


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def real(name):
    path = DATA / name
    if not path.exists():
        raise Skip(f"{path} is absent")
    return path


SMALL = "item,worker,label\n" + "".join(
    f"i{i},{worker},{label}\n" for i in range(6)
    for worker, label in (("ann", "yes"), ("bob", "yes" if i else "no"), ("eve", "no")))


def labels_and_people_come_out():
    for method in ("majority", "ds", "one-coin", "auto"):
        rows = rows_of(quality("aggregate", "-", "--method", method, stdin=SMALL).stdout)
        assert [row["item"] for row in rows] == [f"i{i}" for i in range(6)], rows
        assert all(row["label"] == "yes" for row in rows[1:]), (method, rows)
        assert all(0.5 <= float(row["posterior"]) <= 1 for row in rows), (method, rows)
    people = rows_of(quality("aggregate", "-", "--method", "one-coin", "--workers",
                             stdin=SMALL).stdout)
    assert people[-1]["worker"] == "eve" and float(people[-1]["skill"]) < 0.5, people


def json_has_posteriors_that_sum_to_one():
    out = json.loads(quality("aggregate", "-", "--json", stdin=SMALL).stdout)
    assert len(out["items"]) == 6 and len(out["workers"]) == 3 and out["why"], out
    assert abs(sum(out["items"][1]["posterior"].values()) - 1) < 1e-6, out["items"][1]
    assert abs(sum(one["weight"] for one in out["candidates"]) - 1) < 1e-6, out["candidates"]


def known_truth_is_compared_with_or_clamped():
    text = "item,worker,label,truth\na,w1,x,y\na,w2,x,y\nb,w1,y,y\nb,w2,y,\n"
    done = quality("aggregate", "-", "--method", "majority", stdin=text)
    assert rows_of(done.stdout)[0]["label"] == "x", done.stdout
    assert "Right on 50.00 % of the 2 items" in done.stderr, done.stderr
    done = quality("aggregate", "-", "--method", "majority", "--gold", stdin=text)
    assert rows_of(done.stdout)[0]["label"] == "y", done.stdout


def odd_files_are_taken():
    spreadsheet = "\ufeffTask ID;Annotator;Answer\r\n1;a;\"x;y\"\r\n\r\n1;b;\"x;y\"\r\n2;a;#N/A\r\n"
    done = quality("aggregate", "-", "--method", "majority", stdin=spreadsheet)
    assert [row["label"] for row in rows_of(done.stdout)] == ["x;y", "#N/A"], done.stdout
    bare = quality("aggregate", "-", "--columns", "worker,item,label", "--method", "majority",
                   stdin="w1,7,0\nw2,7,0\n")
    assert rows_of(bare.stdout)[0]["item"] == "7", bare.stdout
    holes = quality("aggregate", "-", "--method", "majority",
                    stdin="item,worker,label\na,w1,x\na,,x\nb\na,w1,y\n")
    assert len(rows_of(holes.stdout)) == 1, holes.stdout
    assert "2 rows without" in holes.stderr and "1 further judgments" in holes.stderr, holes.stderr


def what_cannot_be_read_is_refused_in_a_sentence():
    for stdin, word in (("", "no column"), ("item,worker,label\n", "no rows"),
                        ("a,b\n1,2\n", "There is no column 'item'"),
                        ("item,worker,label\na,w,\n", "Every row lacks"),
                        ("item,worker,label\na,w,\"x\n", "never closed")):
        done = quality("aggregate", "-", stdin=stdin, status=2)
        assert word in done.stderr and not done.stdout, (stdin, done.stderr)
    assert "There is no /nowhere" in quality("aggregate", "/nowhere", status=2).stderr
    assert "--gold needs" in quality("aggregate", "-", "--gold", stdin=SMALL, status=2).stderr
    with tempfile.TemporaryDirectory() as folder:
        assert "Cannot read" in quality("aggregate", folder, status=2).stderr
    many = "item,worker,label\n" + "".join(f"a,w{n},l{n}\n" for n in range(5000))
    assert "4096 different labels" in quality("aggregate", "-", stdin=many, status=2).stderr


def every_real_set_is_aggregated():
    sets = sorted(path.parent for path in real("").glob("*/label.csv"))
    assert len(sets) >= 14, sets
    told = []
    for folder in sets:
        done = quality("aggregate", folder / "label.csv", "--truth", folder / "truth.csv",
                       "--method", "ds")
        rows = rows_of(done.stdout)
        assert rows and all(0 <= float(row["posterior"]) <= 1 for row in rows), folder
        told.append(float(done.stderr.split("Right on ")[1].split(" %")[0]))
    assert sum(told) / len(told) > 70, told


CASES = [labels_and_people_come_out, json_has_posteriors_that_sum_to_one,
         known_truth_is_compared_with_or_clamped, odd_files_are_taken,
         what_cannot_be_read_is_refused_in_a_sentence, every_real_set_is_aggregated]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    only = parser.parse_args().only
    passed = failed = skipped = 0
    for case in CASES:
        name = case.__name__.replace("_", " ")
        if only not in name:
            continue
        try:
            case()
            passed += 1
            print(f"ok    {name}", flush=True)
        except Skip as why:
            skipped += 1
            print(f"skip  {name}: {why}", flush=True)
        except Exception as error:  # a case may fail in any way
            failed += 1
            print(f"FAIL  {name}: {type(error).__name__}: {error}", flush=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
