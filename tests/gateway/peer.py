"""A provider of models that does what a case tells it to, and keeps what it was sent: the bytes of
every request, and when who asked has gone."""
import socket
import struct
import threading
import time

CHAT = (b'{"id": "chatcmpl-1" ,"object":"chat.completion","created":1,"model":"theirs",' b"\n"
        b' "choices":[{"index":0,"message":{"role":"assistant","content":"Gr\\u00fc'
        b'\xc3\x9fe, 1.0e0"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,'
        b'"completion_tokens":5,"total_tokens":12},"extra":{"kept":[1.50, null ]}}' b"\n")
MESSAGE = (b'{"id":"msg_1","type":"message", "role":"assistant","model":"theirs","content":'
           b'[{"type":"text","text":"Gr\\u00fc\xc3\x9fe"}],"stop_reason":"end_turn",'
           b'"stop_sequence":null ,"usage":{"input_tokens":7,"output_tokens":5},"extra":1.50}\n')


def chat_event(text, finish="null", usage=b""):
    return (b'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"theirs",'
            b'"choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":%s}]%s}\n\n'
            % (text.encode(), finish.encode(), usage))


USAGE = (b'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"theirs",'
         b'"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}\n\n')
DONE = b"data: [DONE]\n\n"
CHAT_STREAM = [chat_event("Hello"), chat_event(" there"), chat_event("", '"stop"'), USAGE, DONE]
MESSAGE_STREAM = [
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message",'
    b'"role":"assistant","content":[],"model":"theirs","stop_reason":null,"stop_sequence":null,'
    b'"usage":{"input_tokens":7,"output_tokens":1}}}\n\n',
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":'
    b'{"type":"text","text":""}}\n\n',
    b'event: ping\ndata: {"type": "ping"}\n\n',
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":'
    b'{"type":"text_delta","text":"Hello there"}}\n\n',
    b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn",'
    b'"stop_sequence":null},"usage":{"output_tokens":5}}\n\n',
    b'event: message_stop\ndata: {"type":"message_stop"}\n\n']


class Asked:
    """One request, and the way back to who asked."""

    def __init__(self, method, path, headers, body, connection):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.connection = connection

    def header(self, name):
        return [value for key, value in self.headers if key == name]

    def whole(self, status, body, **headers):
        lines = {"Content-Type": "application/json", **{name.replace("_", "-"): value for
                                                        name, value in headers.items()}}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.connection.sendall(f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n{head}"
                                "\r\n".encode() + body)

    def begin(self, kind="text/event-stream", headers=""):
        self.connection.sendall(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: "
                                f"{kind}\r\n{headers}\r\n".encode())

    def piece(self, data):
        self.connection.sendall(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self):
        self.connection.sendall(b"0\r\n\r\n")

    def stream(self, pieces):
        self.begin()
        for data in pieces:
            self.piece(data)
        self.end()

    def cut(self):
        self.connection.shutdown(socket.SHUT_RDWR)

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionResetError

    def left(self, seconds=10):
        """True once who asked is gone."""
        self.connection.settimeout(seconds)
        try:
            return self.connection.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            return True
        finally:
            self.connection.settimeout(None)


class Peer:
    """On a free port of loopback. `answer` is called for each request, in a thread of its own."""

    def __init__(self):
        self.door = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.door.getsockname()[1]
        self.lock, self.asked, self.answer = threading.Lock(), [], None
        threading.Thread(target=self.accept, daemon=True).start()

    def will(self, answer):
        """From now on; what was asked is forgotten. Also bytes, or the pieces of a stream."""
        if isinstance(answer, bytes):
            said = answer
            answer = lambda asked: asked.whole(200, said)  # noqa: E731
        elif isinstance(answer, list):
            pieces = answer
            answer = lambda asked: asked.stream(pieces)  # noqa: E731
        with self.lock:
            self.asked, self.answer = [], answer
        return self

    def wait_asked(self, count=1, seconds=10):
        end = time.monotonic() + seconds
        while len(self.asked) < count:
            assert time.monotonic() < end, f"asked {len(self.asked)} times, not {count}"
            time.sleep(0.005)
        return self.asked

    def accept(self):
        while True:
            try:
                connection = self.door.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        reader = connection.makefile("rb")
        try:
            while asked := self.read(reader, connection):
                with self.lock:
                    self.asked.append(asked)
                    answer = self.answer
                answer(asked)
        except (OSError, ValueError):
            pass
        finally:
            reader.close()
            connection.close()

    @staticmethod
    def read(reader, connection):
        first = reader.readline().decode().split()
        if len(first) < 3:
            return None
        headers = []
        while (line := reader.readline().decode("latin-1").strip()):
            name, _, value = line.partition(":")
            headers.append((name.lower(), value.strip()))
        size = int(dict(headers).get("content-length", 0))
        return Asked(first[0], first[1], headers, reader.read(size), connection)

    def close(self):
        self.door.close()
