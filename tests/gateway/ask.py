"""Who asks the gateway: a program with a virtual key, by bare HTTP."""
import http.client
import json
import socket


class Said:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        """Kind and code of a refusal, in either dialect."""
        error = self.json["error"]
        return error["type"], error.get("code")

    @property
    def events(self):
        return events_of(self.body)

    def __repr__(self):
        return f"{self.status} {dict(self.headers)} {self.body[:500]!r}"


def events_of(body):
    """Name and data of each event; data as JSON where it is."""
    made = []
    for block in body.decode().split("\n\n"):
        lines = [line.partition(":") for line in block.split("\n") if line]
        fields = {name: value.strip() for name, _, value in lines}
        if "data" in fields:
            data = fields["data"]
            made.append((fields.get("event"), json.loads(data) if data[:1] == "{" else data))
    return made


def ask(port, path, body=None, secret=None, method="POST", headers=None, seconds=30):
    """`body` is sent as JSON, bytes as they are."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        return ask_on(connection, path, body, secret, method, headers)
    finally:
        connection.close()


def ask_on(connection, path, body=None, secret=None, method="POST", headers=None):
    sent = {"Authorization": f"Bearer {secret}"} if secret else {}
    if body is not None:
        sent["Content-Type"] = "application/json"
    sent.update(headers or {})
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    connection.request(method, path, raw, sent)
    reply = connection.getresponse()
    return Said(reply.status, reply.headers, reply.read())


class Caller:
    """One request on a connection of its own, to be read slowly or left."""

    def __init__(self, port, path, body, secret):
        raw = json.dumps(body).encode()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.sendall(
            f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw)
        self.text = b""

    def until(self, mark):
        """Reads until these bytes came; all that was read."""
        while mark not in self.text:
            piece = self.socket.recv(65536)
            assert piece, f"ended before {mark!r}: {self.text[-500:]!r}"
            self.text += piece
        return self.text

    def rest(self):
        while piece := self.socket.recv(65536):
            self.text += piece
            if piece.endswith(b"0\r\n\r\n"):
                break
        return self.text

    def leave(self):
        self.socket.close()
