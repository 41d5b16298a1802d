"""The kill -9 loop, and the mutants that prove it would notice."""
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
from sealed_room import SealedRoom

OVERLAP = 3
SETTINGS = {"overlap": OVERLAP, "review_percent": 40, "max_open": 2, "lease_s": 600}
KILLS_PER_CHECK = 5
KILLS_PER_PROJECT = 25  # then a fresh one, so that recounting stays quick
SHOWN_FAULTS = 12
SLICE_SEALED_KILLS = 8
MUTANT_KILLS = 20
MUTANT_ATTEMPTS = 8


class Loss(AssertionError):
    def __init__(self, faults):
        self.faults = faults
        more = len(faults) - SHOWN_FAULTS
        super().__init__("\n  " + "\n  ".join(faults[:SHOWN_FAULTS]) +
                         (f"\n  and {more} more" if more > 0 else ""))


def checked(room, load):
    room.wait_ready()
    load.pause()
    faults = check(room, load) + room.faults(load)
    if faults:
        raise Loss(faults)


def kill_loop(chosen, postgres, binaries=BIN, kills=None, kind=Room):
    rng, room = random.Random(chosen.seed), kind(postgres, binaries=binaries)
    kills, done, acknowledged, lost, failed = kills or chosen.kills, 0, 0, 0, True
    try:
        while done < kills:
            project = room.project(**SETTINGS)
            load = Load(room, project, f"{chosen.seed}-{done}", OVERLAP)
            try:
                time.sleep(0.2)
                epoch = min(KILLS_PER_PROJECT, kills - done)
                for first in range(0, epoch, KILLS_PER_CHECK):
                    for number in range(min(KILLS_PER_CHECK, epoch - first)):
                        room.strike(rng, number)
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
        return (f"{done} kills, {acknowledged} submissions acknowledged, {lost} replies unknown"
                f"{room.told()}")
    finally:
        if failed and chosen.keep:
            print(f"  room kept in {room.folder}, ledger and log in {room.work}")
            if room.process.poll() is None:
                room.stop()
        else:
            room.close()


def sealed_loop(chosen, postgres):
    """The room's process, its vault or both, and what the log says of it all."""
    kills = SLICE_SEALED_KILLS if chosen.slice else chosen.kills
    return kill_loop(chosen, postgres, kills=kills, kind=SealedRoom)


def caught(chosen, role, mutant, word, kind=Room):
    """The loop against executables of which one has a planted fault: it must report what begins
    with `word`, and nothing less counts."""
    if not (BIN / mutant).exists():
        raise Skip(f"not built: scripts/build.sh {BIN.parent.name} {mutant}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-fault-mutant-"))
    try:
        shutil.copy2(BIN / "guildhall", folder / "guildhall")
        for name in ("guildhall-room", "guildhall-vault", "guildhall-launcher", "guildhall-verify"):
            (folder / name).symlink_to(BIN / (mutant if name == role else name))
        for attempt in range(MUTANT_ATTEMPTS):
            chosen.seed += attempt
            try:
                kill_loop(chosen, None, folder, kills=MUTANT_KILLS, kind=kind)
            except Loss as found:
                told = [fault for fault in found.faults if fault.startswith(word)]
                if told:
                    return f"{len(told)} faults, {told[0][:200]}"
            except (AssertionError, UnknownOutcome):
                pass  # it breaks other things as well
        raise AssertionError(f"the loop did not notice {mutant}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def mutant_is_caught(chosen):
    """A server whose SQLite writer answers before it commits loses what was acknowledged."""
    return caught(chosen, "guildhall-room", "guildhall-room-mutant", "LOST")


def late_vault_is_caught(chosen):
    """A vault that answers an opening before its leaf is durable: somebody saw what the log does
    not know."""
    return caught(chosen, "guildhall-vault", "guildhall-vault-late", "UNSEEN", SealedRoom)


def twice_vault_is_caught(chosen):
    """A vault that writes down where the deeds stand only after them: they come twice."""
    return caught(chosen, "guildhall-vault", "guildhall-vault-twice", "DEED", SealedRoom)
