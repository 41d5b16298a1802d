"""An address that leads to a server of this machine, and can be led to another."""
import socket
import threading


class Way:
    """`url` leads to `port`."""

    def __init__(self, port):
        self.port, self.pairs, self.lock = port, [], threading.Lock()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                front = self.door.accept()[0]
                back = socket.create_connection(("127.0.0.1", self.port))
            except ConnectionRefusedError:
                front.close()
                continue
            except OSError:
                return
            with self.lock:
                self.pairs.append((front, back))
            for pair in ((front, back), (back, front)):
                threading.Thread(target=self.carry, args=pair, daemon=True).start()

    @staticmethod
    def carry(source, to):
        try:
            while data := source.recv(65536):
                to.sendall(data)
            to.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def lead(self, port):
        """Whoever is on the way is cut off."""
        with self.lock:
            self.port, cut, self.pairs = port, self.pairs, []
        for one in [one for pair in cut for one in pair]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def close(self):
        self.door.close()
        self.lead(0)
