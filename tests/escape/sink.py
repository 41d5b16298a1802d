"""What is outside the roles: a network with a sink on every address, and planted secrets."""

import ctypes
import fcntl
import itertools
import os
import selectors
import socket
import struct
import threading

SIOCSIFADDR, SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8916, 0x8913, 0x8914, 1


def bring_up(address, label=b"lo:meta"):
    """Loopback, and one more address on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as some:
        asked = fcntl.ioctl(some, SIOCGIFFLAGS, struct.pack("16s24x", b"lo"))
        flags, = struct.unpack_from("h", asked, 16)
        fcntl.ioctl(some, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | IFF_UP))
        fcntl.ioctl(some, SIOCSIFADDR, struct.pack("16sHH4s16x", label, socket.AF_INET, 0,
                                                   socket.inet_aton(address)))


def hide_behind_memory(path):
    """A tmpfs over a folder of the machine, so that nothing planted stays. False: not possible."""
    mount = ctypes.CDLL(None).mount
    return os.path.isdir(path) and mount(b"none", path.encode(), b"tmpfs", 0, None) == 0


class World:
    def __init__(self, folder, numbers):
        self.folder = folder
        self.tcp, self.udp, self.dns, self.web, self.peer = map(int, numbers[:5])
        self.metadata, self.abstract = numbers[5:]
        self.secret = os.environ["GUILDHALL_ESCAPE_SECRET"]
        self.root = os.environ["GUILDHALL_ESCAPE_ROOT"] == "1"
        self.count = itertools.count()
        bring_up(self.metadata)
        hide_behind_memory("/etc/cron.d")
        if hide_behind_memory("/run"):
            self._plant("/run/secrets/kubernetes.io/serviceaccount/token")

    def _plant(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.secret + "\n")

    def folder_of_a_run(self):
        """data/ is the role's, outside/ somebody else's, such as the home of who started it."""
        folder = os.path.join(self.folder, str(next(self.count)))
        os.makedirs(os.path.join(folder, "data"))
        for name in (".aws/credentials", ".env", ".ssh/id_ed25519", "room.key", "to-truncate",
                     "to-delete"):
            self._plant(os.path.join(folder, "outside", name))
        for name in ("stream.sock", "dgram.sock"):
            os.symlink(os.path.join(self.folder, name), os.path.join(folder, "outside", name))
        return folder


class Sink:
    """Takes all that arrives, on one thread, and keeps it."""

    def __init__(self, world):
        self.selector = selectors.DefaultSelector()
        self.bytes = bytearray()
        for port in (world.tcp, world.dns, world.web):
            self.listen(socket.create_server(("::", port), family=socket.AF_INET6, backlog=128,
                                              dualstack_ipv6=True))
        # Where a shim is connected to: it may send there, so it is taken and not kept.
        self.listen(socket.create_server(("127.0.0.1", world.peer), backlog=128), keep=False)
        for port in (world.udp, world.dns):
            udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            udp.bind(("::", port))
            self._take(udp)
        for name, kind in (("stream.sock", socket.SOCK_STREAM), ("dgram.sock", socket.SOCK_DGRAM),
                           ("\0" + world.abstract, socket.SOCK_STREAM)):
            some = socket.socket(socket.AF_UNIX, kind)
            some.bind(name if name[0] == "\0" else os.path.join(world.folder, name))
            if kind == socket.SOCK_STREAM:
                some.listen(128)
                self.listen(some)
            else:
                self._take(some)
        self.wake, self.woken = os.pipe()
        self.selector.register(self.wake, selectors.EVENT_READ)
        self.drained = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def listen(self, listener, keep=True):
        listener.setblocking(False)
        self.selector.register(listener, selectors.EVENT_READ, lambda: self._accept(listener, keep))

    def _accept(self, listener, keep):
        self._take(listener.accept()[0], keep)

    def _take(self, some, keep=True):
        some.setblocking(False)
        self.selector.register(some, selectors.EVENT_READ, lambda: self._read(some, keep))

    def _read(self, some, keep):
        try:
            got = some.recv(65536)
        except OSError:
            got = b""
        if keep:
            self.bytes += got
        if not got and some.type == socket.SOCK_STREAM:
            self.selector.unregister(some)
            some.close()

    def _serve(self):
        while True:
            ready = self.selector.select()
            others = [key for key, _ in ready if key.data]
            for key in others:
                key.data()
            if not others:  # only then is the wish to know answered: nothing else was waiting
                os.read(self.wake, 1)
                self.drained.set()

    def received(self):
        """All so far, once nothing waits to be taken."""
        self.drained.clear()
        os.write(self.woken, b"x")
        self.drained.wait()
        return bytes(self.bytes)
