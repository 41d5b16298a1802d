#!/usr/bin/env python3
"""A Debian 12 machine with its own kernel and service manager, made here and thrown away: the room
as docs/operations.md installs it, under both units; every way out of every role; the demo as an
ordinary user.

    tests/machine/run.py [--keep]      --keep: the machine's disk stays, build/machine/disk.img

What a kernel offers decides what holds a role, and the kernel below these tests need not be the
one that rooms run on: Debian 12's has Landlock 2. The machine is emulated, so nothing of it is a
measure of speed. Needs root, debootstrap, qemu-system-x86 and e2fsprogs (`make soak
SUITES=machine` installs them). GUILDHALL_BIN names the executables (build/release/bin), the
probes are those of build/dev/bin. guest.py is what runs inside. Last line: N passed, N failed."""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("GUILDHALL_BIN", ROOT / "build/release/bin"))
PROBES = ROOT / "build/dev/bin/escape-probes"
AT = ROOT / "build/machine"
ROLES = [f"guildhall{role}" for role in (
    "", "-room", "-vault", "-keeper", "-verify", "-launcher", "-dialler", "-shim", "-translator",
    "-mock-model")]
SYSTEM = ("adduser", "ca-certificates", "initramfs-tools", "linux-image-amd64", "openssl",
          "procps", "python3", "systemd", "systemd-sysv")
SECONDS = 1800


def run(*command, **more):
    return subprocess.run([str(one) for one in command], check=True, text=True, **more)


def libraries():
    """The packages of what the executables are linked with, as this machine has them."""
    files = set()
    for one in (*(BIN / role for role in ROLES), PROBES):
        said = run("ldd", one, capture_output=True).stdout
        files |= {os.path.realpath(path) for path in re.findall(r"=> (/\S+)", said)}
    # By the end of the path: /lib may be a link to /usr/lib, and dpkg know it by either.
    ends = {"/".join(pathlib.Path(path).parts[-2:]) for path in files}
    said = run("dpkg-query", "-S", *(f"*/{end}" for end in sorted(ends)),
               capture_output=True).stdout
    return sorted({line.split(":")[0] for line in said.splitlines()})


def system(folder):
    """Debian 12 with a kernel, once; what is ours is put in anew each time."""
    if (folder / "made").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wanted = ",".join((*SYSTEM, *libraries()))
    with open(AT / "debootstrap.log", "w", encoding="utf-8") as log:
        run("debootstrap", "--variant=minbase", f"--include={wanted}", "bookworm", folder,
            stdout=log, stderr=log)
    run("chroot", folder, "useradd", "--create-home", "--shell", "/bin/bash", "person")
    # The console is ours: no login is wanted on it.
    (folder / "etc/systemd/system/serial-getty@ttyS0.service").symlink_to("/dev/null")
    (folder / "made").touch()


def install(folder):
    """As docs/operations.md has it; and what is tried inside."""
    for role in ROLES:
        shutil.copy2(BIN / role, folder / "usr/local/bin" / role)
    copied = {ROOT / "web/dist": "usr/local/share/guildhall/web", ROOT / "packaging": "packaging",
              ROOT / "tests/escape": "tests/escape"}
    for source, target in copied.items():
        shutil.rmtree(folder / target, ignore_errors=True)
        shutil.copytree(source, folder / target)
    units = folder / "etc/systemd/system"
    for unit in (ROOT / "packaging").glob("*.service"):
        shutil.copy2(unit, units)
    shutil.copy2(PROBES, folder / "usr/local/bin")
    shutil.copy2(ROOT / "tests/machine/guest.py", folder / "usr/local/bin")
    (units / "guest.service").write_text(
        "[Unit]\nAfter=multi-user.target\n[Service]\nType=oneshot\nTimeoutStartSec=infinity\n"
        "StandardOutput=journal+console\n"
        "ExecStart=/usr/bin/python3 /usr/local/bin/guest.py\n"
        "ExecStopPost=/usr/bin/systemctl poweroff --force\n")
    wants = units / "multi-user.target.wants"
    wants.mkdir(exist_ok=True)
    (wants / "guest.service").unlink(missing_ok=True)
    (wants / "guest.service").symlink_to("../guest.service")


def boot(folder, disk):
    """Runs until the machine has put itself off."""
    disk.unlink(missing_ok=True)
    run("truncate", "--size=6G", disk)
    run("mke2fs", "-q", "-t", "ext4", "-d", folder, disk)
    kernel, first = (next((folder / "boot").glob(f"{name}-*")) for name in
                     ("vmlinuz", "initrd.img"))
    with open(AT / "console.log", "w", encoding="utf-8") as log:
        run("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m",
            "3G", "-nographic", "-no-reboot", "-nic", "none", "-kernel", kernel, "-initrd", first,
            "-append", "console=ttyS0 root=/dev/vda rw panic=-1 quiet systemd.show_status=0",
            "-drive", f"file={disk},format=raw,if=virtio,cache=unsafe", stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, timeout=SECONDS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("machine: debootstrap needs root")
    AT.mkdir(parents=True, exist_ok=True)
    folder, disk = AT / "root", AT / "disk.img"
    system(folder)
    install(folder)
    boot(folder, disk)
    said = run("debugfs", "-R", "cat /var/log/guest.jsonl", disk, capture_output=True).stdout
    counts = {"passed": 0, "failed": 0}
    for row in map(json.loads, said.splitlines()):
        counts["passed" if row["holds"] else "failed"] += 1
        more = "" if row["holds"] and not row["shown"] else f": {row['more']}"
        print(f"{'ok   ' if row['holds'] else 'FAIL '} {row['what']}{more}")
    if '"the end"' not in said:
        counts["failed"] += 1
        print("FAIL  the machine came to the end of its list: see build/machine/console.log")
    if not options.keep:
        disk.unlink()
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    sys.exit(counts["failed"] > 0)


if __name__ == "__main__":
    main()
