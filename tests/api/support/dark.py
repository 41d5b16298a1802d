"""A stopwatch: from the command to withdraw until the last opening that still succeeded, while
readers open tasks without a pause."""
import subprocess
import threading
import time

from support.servers import GUILDHALL

READERS = 4
PAUSE_S = 0.04  # each reader stays within its budget of openings


class Reader(threading.Thread):
    def __init__(self, client, path):
        super().__init__(daemon=True)
        self.client, self.path = client.clone(), path
        self.last, self.opened, self.refused, self.ending = 0.0, 0, 0, False
        self.other = []

    def run(self):
        while not self.ending:
            reply = self.client.call("GET", self.path)
            now = time.monotonic()
            if reply.status == 200:
                self.last, self.opened = now, self.opened + 1
            elif reply.status == 423:
                self.refused += 1
            else:
                self.other.append(reply.status)
            time.sleep(PAUSE_S)


def withdraw_and_restore(room, readers):
    """Milliseconds from the command to the last success; negative: there was none after it."""
    before = [reader.refused for reader in readers]
    started = time.monotonic()
    subprocess.run([GUILDHALL, "keeper", "withdraw", str(room.keeper.folder)], check=True,
                   stdout=subprocess.DEVNULL)
    end = started + 10
    while any(reader.refused == had for reader, had in zip(readers, before)):
        assert time.monotonic() < end, "some reader is still not refused"
        time.sleep(0.005)
    last = max(reader.last for reader in readers)
    subprocess.run([GUILDHALL, "keeper", "restore", str(room.keeper.folder)], check=True,
                   stdout=subprocess.DEVNULL)
    room.wait_open()
    opened = [reader.opened for reader in readers]
    while any(reader.opened == had for reader, had in zip(readers, opened)):
        assert time.monotonic() < end + 10, "some reader is still refused"
        time.sleep(0.005)
    return (last - started) * 1000


def dark_rounds(room, rounds, told=None):
    try:
        room.open()
        owner = room.add("owner")
        made = [room.add("manager", f"reader{n}") for n in range(READERS)]
        project = owner.post("/projects", {"title": "dark", "template": "choice",
                                           "guidelines": ""})["id"]
        owner.post(f"/projects/{project}/tasks", None, 200, raw=b'{"data": {"prompt": "p"}}\n',
                   kind="application/x-ndjson")
        task = owner.items(f"/projects/{project}/tasks")[0]["id"]
        readers = [Reader(client, f"/tasks/{task}") for client in made]
        for reader in readers:
            reader.start()
        time.sleep(0.5)
        times = []
        for number in range(rounds):
            times.append(withdraw_and_restore(room, readers))
            if told:
                told(number + 1, times)
        for reader in readers:
            reader.ending = True
        for reader in readers:
            reader.join()
            assert not reader.other, reader.other
        return times
    finally:
        room.close()
