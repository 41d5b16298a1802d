#!/usr/bin/env python3
"""The figures of docs/benchmarks.md, one command each:

    python3 bench/run.py FIGURE… [--store sqlite|postgres] [--runs 3] [--tasks N] [--seconds S]

Figures: cycles, sealing, claim, imports, export, idle; all of them when none is named. Each prints
a line of JSON per store. --tasks makes a smaller room, for a first look."""

import argparse
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import rig
from rig import median, output, program, report

FIGURES = {}


def figure(function):
    FIGURES[function.__name__] = function
    return function


def http_load(server, room, *args):
    return rig.last_json(output(program("bench-http-load"), server.address, "--people",
                                room.people, *map(str, args)))


def submitted(server, room):
    """What the server says it holds, to be held against what the client counted."""
    status, body = server.get(f"/api/v1/projects/{room.project}/progress", room.manager)
    if status != 200:
        raise RuntimeError(f"progress: {status}")
    return json.loads(body)["submissions"]["submitted"]


@figure
def cycles(options):
    """Claim and submit cycles per second; latency at half that load; the store alone."""
    for store, url, folder in stores(options):
        room = rig.Room(folder, f"cycles-{store}", url, tasks=options.tasks)
        room.manager = room.manager_token()
        bare = [rig.last_json(output(program("bench-store-load"), room.dir, "--people", room.people,
                                     *(["--store", url] if url else []), "--seconds",
                                     str(options.seconds)))["cycles_per_s"]
                for _ in range(options.runs)]
        server = rig.Server(room.dir, url)
        try:
            before = submitted(server, room)
            full = [http_load(server, room, "--seconds", options.seconds)
                    for _ in range(options.runs)]
            rate = median([r["cycles_per_s"] for r in full])
            paced = [http_load(server, room, "--seconds", options.seconds, "--rate", rate / 2)
                     for _ in range(options.runs)]
            kept = submitted(server, room) - before
            counted = sum(r["acknowledged"] for r in full + paced)
            if kept != counted:
                raise RuntimeError(f"{counted} acknowledged, {kept} kept")
        finally:
            server.stop()
        report("cycles", store=store, tasks=options.tasks, cycles_per_s=rate,
               runs=[r["cycles_per_s"] for r in full],
               half_load_claim_p99_ms=median([r["claim"]["p99_us"] for r in paced]) / 1000,
               half_load_submission_p99_ms=median(
                   [r["submission"]["p99_us"] for r in paced]) / 1000,
               client_cpu_share=median([r["client_cpu_share"] for r in full]),
               store_alone_cycles_per_s=median(bare), of_store_alone=round(rate / median(bare), 2))


@figure
def sealing(options):
    """What sealing costs the cycles: plain bodies, sealed in the server's own process, and by the
    vault with its hop and the leaf of each opening. In turns, each on a room of its own."""
    for store, url, folder in stores(options):
        rates = {kind: [] for kind in ("plain", "sealing", "vault")}
        for number in range(options.runs):
            for kind, found in rates.items():
                real = contextlib.nullcontext() if kind == "vault" else rig.binaries(folder, kind)
                with real:
                    room = rig.Room(folder, f"sealing-{store}-{kind}-{number}", url,
                                    tasks=options.tasks)
                    server = rig.Server(room.dir, url)
                    try:
                        found.append(http_load(server, room, "--seconds",
                                               options.seconds)["cycles_per_s"])
                    finally:
                        server.stop()
        plain = median(rates["plain"])
        report("sealing", store=store, tasks=options.tasks, runs=rates,
               cycles_per_s={kind: median(found) for kind, found in rates.items()},
               sealing_alone=round(1 - median(rates["sealing"]) / plain, 3),
               with_hop_and_leaf=round(1 - median(rates["vault"]) / plain, 3))


@figure
def claim(options):
    """The closure of a claim at three sizes, for a fresh person and one who did 90 %."""
    sizes = [10_000, options.tasks, 10 * options.tasks]
    for store, url, folder in stores(options):
        rooms = []
        for size in sizes:
            one = url.replace("/postgres?", f"/claim{size}?")
            if url:
                options.postgres.sql(f"CREATE DATABASE claim{size}")
            room = rig.Room(folder, f"claim-{store}-{size}", one, tasks=size, bytes=200, experts=2)
            rooms.append(",".join([room.dir, room.people] + ([one] if one else [])))
        args = [part for room in rooms for part in ("--room", room)]
        lines = output(program("bench-claim-cost"), *args, "--prepare", "0.9").splitlines()
        control = output(program("bench-claim-cost"), "--room", rooms[0], "--rounds", "50",
                         "--forget-cursor").splitlines()
        costs = [json.loads(line) for line in lines]
        medians = [c["closure"]["p50_us"] for c in costs]
        control_us = json.loads(control[-1])["closure"]["p50_us"]
        if control_us < 2 * max(medians):
            raise RuntimeError("the control, a claim without its cursor, was not found slow")
        report("claim", store=store, sizes=sizes, closure_p50_us=medians,
               whole_p50_us=[c["claim"]["p50_us"] for c in costs],
               spread_fresh=round(max(medians[0::2]) / min(medians[0::2]), 2),
               spread_most=round(max(medians[1::2]) / min(medians[1::2]), 2),
               without_cursor_p50_us=control_us)


def post_file(server, room, path):
    """The import of a file: seconds and the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=3600)
    began = time.monotonic()
    with open(path, "rb") as file:
        connection.putrequest("POST", f"/api/v1/projects/{room.project}/tasks")
        connection.putheader("Authorization", f"Bearer {room.manager}")
        connection.putheader("Content-Type", "application/x-ndjson")
        connection.putheader("Content-Length", str(os.path.getsize(path)))
        connection.endheaders()
        connection.sock.sendfile(file)
    reply = connection.getresponse()
    answer = json.loads(reply.read())
    if reply.status != 200:
        raise RuntimeError(f"import: {reply.status} {answer.get('type')}")
    return time.monotonic() - began, answer


def write_lines(folder, count, first):
    path = os.path.join(folder, "tasks.ndjson")
    with open(path, "wb") as file:
        subprocess.run([program("bench-lines"), str(count), "2048", str(first)], stdout=file,
                       check=True)
    return path


@figure
def imports(options):
    """Keyed 2 KB lines by HTTP: lines a second, peak memory; then the same beside claims."""
    for store, url, folder in stores(options):
        room = rig.Room(folder, f"import-{store}", url, tasks=20_000)
        room.manager = room.manager_token()
        server = rig.Server(room.dir, url)
        try:
            calm = http_load(server, room, "--seconds", 5, "--rate", 200)
            path = write_lines(folder, options.tasks, 1_000_000_000)
            seconds, answer = post_file(server, room, path)
            if answer["imported"] != options.tasks:
                raise RuntimeError(f"imported {answer}")
            peak = server.memory_mb("VmHWM")
            again_s, again = post_file(server, room, path)
            if again["duplicate"] != options.tasks:
                raise RuntimeError("the second import was not all duplicates")
            path = write_lines(folder, options.tasks // 2, 2_000_000_000)
            beside = []
            load = threading.Thread(target=lambda: beside.append(http_load(
                server, room, "--seconds", max(4, 0.4 * seconds), "--rate", 200)))
            load.start()
            beside_s, _ = post_file(server, room, path)
            load.join()
            os.unlink(path)
        finally:
            server.stop()
        report("imports", store=store, tasks=options.tasks,
               lines_per_s=round(options.tasks / seconds), peak_mb=round(peak, 1),
               duplicates_per_s=round(options.tasks / again_s),
               beside_claims_lines_per_s=round(options.tasks / 2 / beside_s),
               claim_p99_ms_calm=calm["claim"]["p99_us"] / 1000,
               claim_p99_ms_beside=beside[0]["claim"]["p99_us"] / 1000)


def drain(server, room, fmt):
    """An export read to its end: records, bytes, seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=3600)
    began = time.monotonic()
    connection.request("GET", f"/api/v1/projects/{room.project}/export?format={fmt}",
                       headers=server.headers(room.manager))
    reply = connection.getresponse()
    if reply.status != 200:
        raise RuntimeError(f"export: {reply.status}")
    buffer = bytearray(1 << 20)
    view = memoryview(buffer)
    records = size = 0
    while got := reply.readinto(view):
        records += buffer.count(b"\n", 0, got)
        size += got
    return records, size, time.monotonic() - began


@figure
def export(options):
    """One accepted answer per task; every format that the figures name."""
    for store, url, folder in stores(options):
        room = rig.Room(folder, f"export-{store}", url, tasks=options.tasks, answered=1)
        room.manager = room.manager_token()
        server = rig.Server(room.dir, url)
        try:
            values = {}
            for fmt in ("guildhall", "trl-preference"):
                rates = []
                for _ in range(options.runs):
                    records, size, seconds = drain(server, room, fmt)
                    if records != options.tasks:
                        raise RuntimeError(f"{fmt}: {records} records")
                    rates.append(records / seconds)
                values[fmt.replace("-", "_") + "_records_per_s"] = round(median(rates))
                values[fmt.replace("-", "_") + "_mb_per_s"] = round(
                    median(rates) * size / records / 1e6)
            peak = server.memory_mb("VmHWM")
        finally:
            server.stop()
        report("export", store=store, tasks=options.tasks, peak_mb=round(peak, 1), **values)


def open_streams(server, room, count):
    streams = []
    request = (f"GET /api/v1/projects/{room.project}/events HTTP/1.1\r\nHost: {server.address}\r\n"
               f"Authorization: Bearer {room.manager}\r\n"
               "Accept: text/event-stream\r\n\r\n").encode()
    for _ in range(count):
        stream = socket.create_connection(("127.0.0.1", server.port))
        stream.sendall(request)
        streams.append(stream)
    for stream in streams:
        if not stream.recv(64).startswith(b"HTTP/1.1 200"):
            raise RuntimeError("a stream was refused")
    return streams


@figure
def idle(options):
    """Start on the large room, memory at rest, memory with open event streams."""
    import resource
    wanted = options.streams + 200
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(wanted, 1024), max(
        wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    for store, url, folder in stores(options):
        room = rig.Room(folder, f"idle-{store}", url, tasks=options.tasks, experts=2)
        room.manager = room.manager_token()
        starts, rest = [], []
        for _ in range(max(5, options.runs)):
            server = rig.Server(room.dir, url)
            time.sleep(2)
            starts.append(server.start_ms)
            rest.append(server.memory_mb())
            server.stop()
        server = rig.Server(room.dir, url)
        try:
            time.sleep(2)
            before = server.memory_mb()
            streams = open_streams(server, room, options.streams)
            time.sleep(3)
            held = server.memory_mb()
            for stream in streams:
                stream.close()
        finally:
            server.stop()
        report("idle", store=store, tasks=options.tasks, start_ms=round(median(starts)),
               starts_ms=[round(s) for s in starts], idle_mb=round(median(rest), 1),
               streams=options.streams, streams_mb_more=round(held - before, 1))


def stores(options):
    """Each store with a scratch folder that goes when its figure is done."""
    names = [options.store] if options.store else ["sqlite", "postgres"]
    for name in names:
        if name == "postgres" and not os.path.exists(rig.PG):
            print("no postgresql-15 package: not measured", file=sys.stderr)
            continue
        with rig.Scratch() as folder:
            options.postgres = rig.Postgres(folder) if name == "postgres" else None
            try:
                yield name, options.postgres.url if options.postgres else "", folder
            finally:
                if options.postgres:
                    options.postgres.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", choices=[[], *FIGURES])
    parser.add_argument("--store", choices=["sqlite", "postgres"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--streams", type=int, default=5_000)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the scratch folders go then too
    for name in options.figures or FIGURES:
        FIGURES[name](options)


if __name__ == "__main__":
    main()
