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
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("GUILDHALL_BIN", ROOT / "build/dev/bin"))
DATA = pathlib.Path(os.environ.get("GUILDHALL_DATA", ROOT.parent / "shared/data")) / "quality"
LIMIT_S = 300
WORDS = [f"word{n}" for n in range(40)]


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
    more = "".join(f"i{i},{worker},{'yes' if i % 3 else 'no'}\n" for i in range(6, 18)
                   for worker in ("ann", "bob", "cid", "dot")) + "".join(
        f"i{i},eve,{'no' if i % 3 else 'yes'}\n" for i in range(6, 18))
    people = rows_of(quality("aggregate", "-", "--workers", stdin=SMALL + more).stdout)
    assert people[-1]["worker"] == "eve" and len(people) == 5, people
    assert float(people[-1]["skill"]) < 0.5 < float(people[0]["skill"]), people
    for row in people:
        for mean, low, high in (("skill", "low", "high"), ("right", "right_low", "right_high")):
            assert 0 <= float(row[low]) <= float(row[mean]) <= float(row[high]) <= 1, row
    lows = [float(row["low"]) for row in people]
    assert lows == sorted(lows, reverse=True), people
    assert float(people[-1]["top_20_percent"]) < 0.05, people
    told = json.loads(quality("aggregate", "-", "--workers", "--json", "--method", "ds",
                              stdin=SMALL + more).stdout)["workers"]
    assert told[-1]["worker"] == "eve" and told[-1]["skill"]["high"] < 0.8, told


def who_is_good_is_found():
    """Against the truth that the method has not seen."""
    out = rows_of(quality("aggregate", real("temp") / "label.csv", "--workers").stdout)
    truth = {row["item"]: row["truth"] for row in
             csv.DictReader((real("temp") / "truth.csv").open())}
    right, judged = {}, {}
    for row in csv.DictReader((real("temp") / "label.csv").open()):
        judged[row["worker"]] = judged.get(row["worker"], 0) + 1
        right[row["worker"]] = (right.get(row["worker"], 0)
                                + (row["label"] == truth[row["item"]]))
    ranked = [row["worker"] for row in out if judged[row["worker"]] >= 10]
    share = [right[worker] / judged[worker] for worker in ranked]
    quarter = len(share) // 4
    assert sum(share[:quarter]) / quarter > 0.9, share
    assert sum(share[:quarter]) / quarter > sum(share[-quarter:]) / quarter + 0.1, share
    inside = [float(row["right_low"]) <= right[row["worker"]] / judged[row["worker"]]
              <= float(row["right_high"]) for row in out]
    assert sum(inside) / len(inside) > 0.85, sum(inside) / len(inside)
    known = quality("aggregate", real("temp") / "label.csv", "--workers", "--gold", "--truth",
                    real("temp") / "truth.csv")
    for row in rows_of(known.stdout):
        true = right[row["worker"]] / judged[row["worker"]]
        assert abs(float(row["right"]) - true) < 1e-4, (row, true)
    assert "top 20 %" in known.stderr, known.stderr


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


def agreement_has_the_reference_values():
    """Values of the packages krippendorff and irrCAC on two public sets."""
    for name, wanted in (("rte", {"krippendorff-alpha": 0.241479, "gwet-ac1": 0.27273,
                                  "fleiss-kappa": 0.24138, "brennan-prediger": 0.25739}),
                         ("dog", {"krippendorff-alpha": 0.519418,
                                  "krippendorff-alpha-ordinal": 0.813085,
                                  "krippendorff-alpha-interval": 0.818009})):
        out = json.loads(quality("agreement", real(name) / "label.csv", "--scale",
                                 "--json").stdout)
        found = {one["name"]: one for one in out["coefficients"]}
        for coefficient, value in wanted.items():
            one = found[coefficient]
            assert abs(one["value"] - value) < 1e-5, (name, coefficient, one)
            assert 0 < one["error"] < 0.05, (name, coefficient, one)
    table = rows_of(quality("agreement", "-", stdin=SMALL).stdout)
    assert table[0]["coefficient"] == "krippendorff-alpha" and table[0]["items"] == "6", table


def agreement_without_a_value_says_why():
    alone = "item,worker,label\na,w1,x\nb,w1,x\n"
    done = quality("agreement", "-", stdin=alone, status=2)
    assert "No coefficient has a value" in done.stderr, done.stderr
    assert "krippendorff-alpha:" in done.stderr and not done.stdout, done.stderr


def rankings_come_out_with_intervals():
    text = "left,right,winner\n" + "a,b,left\n" * 6 + "a,b,tie\n" + "c,b,left\nb,c,b\n" * 4
    rows = rows_of(quality("rank", "-", stdin=text).stdout)
    assert rows[0]["item"] == "a" and len(rows) == 3, rows
    for row in rows:
        assert float(row["low"]) < float(row["score"]) < float(row["high"]), row
    lost = rows_of(quality("rank", "-", stdin="winner,loser\nx,y\ny,z\n").stdout)
    assert [row["item"] for row in lost] == ["x", "y", "z"], lost
    asked = rows_of(quality("rank", "-", "--next", 2, stdin=text).stdout)
    assert len(asked) == 2 and float(asked[0]["gain_nats"]) > 0, asked
    done = quality("rank", "-", stdin="left,right,winner\na,b,left\nc,d,right\nc,d,maybe\n")
    assert "2 groups" in done.stderr and "1 rows whose winner" in done.stderr, done.stderr
    assert "left, right and winner" in quality("rank", "-", stdin=SMALL, status=2).stderr


def rankings_are_the_reference_ones():
    """evalica's scores of the crowd's comparisons in llmfao."""
    rows = list(csv.DictReader(real("pairwise_llmfao/pairs.csv").open()))
    crowd = [row for row in rows if not row["worker"].startswith("gpt")]
    text = "left,right,winner\n" + "".join(
        f"{row['left']},{row['right']},{row['winner']}\n" for row in crowd)
    names = [json.loads(line) for line in real("pairwise_llmfao/models.jsonl").open()]
    wanted = sorted((float(row["score"]) for row in
                     csv.DictReader(real("pairwise_llmfao/golden_evalica.csv").open())
                     if row["algorithm"] == "average_win_rate"), reverse=True)
    found = [float(row["score"]) for row in
             rows_of(quality("rank", "-", "--method", "average-win-rate", stdin=text).stdout)]
    assert len(names) >= len(found) == len(wanted), (len(names), len(found), len(wanted))
    worst = max(abs(a - b) for a, b in zip(found, wanted))
    assert worst < 1e-4, worst  # four places are printed; the unit test has more


def every_real_comparison_is_ranked():
    for name in ("pairwise_llmfao/pairs.csv", "pairwise_crowdea/night.csv"):
        for method in ("crowd", "bradley-terry", "newman", "pagerank"):
            rows = rows_of(quality("rank", real(name), "--method", method).stdout)
            assert len(rows) >= 59, (name, method, len(rows))


def what_is_odd_is_found_with_its_figures():
    rng = random.Random(5)
    rows = []
    for item in range(60):
        truth = rng.choice("abcd")
        first = truth if rng.random() < 0.6 else rng.choice("abcd")
        for person in range(12):
            label = truth if rng.random() < 0.7 else rng.choice("abcd")
            text = " ".join(rng.choice(WORDS) for _ in range(30))
            seconds = max(1, rng.lognormvariate(4, 0.4))
            if person == 3 or person in (4, 5) and rng.random() < 0.9:
                label = first
            if person == 7:
                label, seconds = "a", rng.lognormvariate(0.5, 0.3)
            if person in (8, 9, 10) and item == 0:
                text = " ".join(WORDS) * 3
            rows.append(f"i{item},p{person},{label},{seconds:.1f},{text}\n")
    text = "item,worker,label,seconds,text\n" + "".join(rows)
    found = rows_of(quality("anomalies", "-", stdin=text).stdout)
    kinds = {row["kind"]: row["people"] for row in found}
    assert kinds["copying"] == "p3 p4 p5", found
    assert kinds["spam"] == "p7" and kinds["speed"] == "p7", found
    assert kinds["pasted"] == "p8 p9 p10" and len(found) == 4, found


def what_is_ordinary_is_not_odd():
    found = rows_of(quality("anomalies", real("dog") / "label.csv").stdout)
    assert not found, found
    timed = quality("anomalies", real("timing_sp_amt/raw.csv"), "--columns",
                    "worker,item,label,truth,seconds")
    fast = [row for row in rows_of(timed.stdout) if row["kind"] == "speed"]
    assert fast and all(float(row["p"]) < 0.01 for row in fast), fast


CASES = [labels_and_people_come_out, who_is_good_is_found, json_has_posteriors_that_sum_to_one,
         known_truth_is_compared_with_or_clamped, odd_files_are_taken,
         what_cannot_be_read_is_refused_in_a_sentence, every_real_set_is_aggregated,
         agreement_has_the_reference_values, agreement_without_a_value_says_why,
         rankings_come_out_with_intervals, rankings_are_the_reference_ones,
         every_real_comparison_is_ranked, what_is_odd_is_found_with_its_figures,
         what_is_ordinary_is_not_odd]


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
