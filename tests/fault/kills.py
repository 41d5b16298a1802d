"""The kill -9 loop, and the mutant server that proves it would notice."""
import pathlib
import random
import shutil
import tempfile
import time

from cases import Skip
from check import check
from load import Load
from room import BIN, Room
from room import Lost as UnknownOutcome

OVERLAP = 3
SETTINGS = {"overlap": OVERLAP, "review_percent": 40, "max_open": 2, "lease_s": 600}
KILLS_PER_CHECK = 5
KILLS_PER_PROJECT = 25  # then a fresh one, so that recounting stays quick
SHOWN_FAULTS = 12
MUTANT_KILLS = 20
MUTANT_ATTEMPTS = 8


class Loss(AssertionError):
    def __init__(self, faults):
        self.faults = faults
        more = len(faults) - SHOWN_FAULTS
        super().__init__("\n  " + "\n  ".join(faults[:SHOWN_FAULTS]) +
                         (f"\n  and {more} more" if more > 0 else ""))


def checked(room, load):
    room.wait_healthy()
    load.pause()
    faults = check(room, load)
    if faults:
        raise Loss(faults)


def kill_some(room, load, rng, count):
    """`count` kills at random moments. The supervisor waits longer before each restart of a
    server that keeps dying, so every fifth time it is killed as well and begins anew."""
    for number in range(count):
        time.sleep(rng.uniform(0.02, 0.35))
        if number % 5 == 4:
            room.kill_all()
        else:
            room.kill_child()
            room.wait_healthy()


def kill_loop(chosen, postgres, binaries=BIN, kills=None):
    rng, room = random.Random(chosen.seed), Room(postgres, binaries=binaries)
    kills, done, acknowledged, lost, failed = kills or chosen.kills, 0, 0, 0, True
    try:
        while done < kills:
            project = room.project(**SETTINGS)
            load = Load(room, project, f"{chosen.seed}-{done}", OVERLAP)
            try:
                time.sleep(0.2)
                epoch = min(KILLS_PER_PROJECT, kills - done)
                for first in range(0, epoch, KILLS_PER_CHECK):
                    kill_some(room, load, rng, min(KILLS_PER_CHECK, epoch - first))
                    checked(room, load)
                    load.resume()
                done += epoch
                load.drain(60)
                checked(room, load)
            finally:
                load.stop()
            acknowledged += load.ledger.count()
            lost += load.ledger.lost
            if not chosen.slice:
                print(f"  {done} kills, {acknowledged} acknowledged, {lost} replies unknown; "
                      f"last problems {load.ledger.problems}", flush=True)
        if acknowledged < done:
            raise AssertionError(f"only {acknowledged} submissions in {done} kills: no load")
        failed = False
        return f"{done} kills, {acknowledged} submissions acknowledged, {lost} replies unknown"
    finally:
        if failed and chosen.keep:
            print(f"  room kept in {room.folder}, ledger and log in {room.work}")
            if room.process.poll() is None:
                room.stop()
        else:
            room.close()


def mutant_is_caught(chosen):
    """The loop against a server whose SQLite writer answers before it commits: it must report
    acknowledged submissions as lost, and nothing less counts."""
    mutant = BIN / "guildhall-room-mutant"
    if not mutant.exists():
        raise Skip(f"not built: scripts/build.sh {BIN.parent.name} guildhall-room-mutant")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-fault-mutant-"))
    try:
        shutil.copy2(BIN / "guildhall", folder / "guildhall")
        (folder / "guildhall-room").symlink_to(mutant)
        (folder / "guildhall-vault").symlink_to(BIN / "guildhall-vault")
        for attempt in range(MUTANT_ATTEMPTS):
            chosen.seed += attempt
            try:
                kill_loop(chosen, None, folder, kills=MUTANT_KILLS)
            except Loss as found:
                lost = [fault for fault in found.faults if fault.startswith("LOST")]
                if lost:
                    return f"{len(lost)} things acknowledged and lost, {lost[0]}"
            except (AssertionError, UnknownOutcome):
                pass  # a server that forgets breaks other things as well; only a loss counts
        raise AssertionError("the loop did not notice a server that acknowledges before commit")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
