"""A model server that owes nothing to Guildhall: OpenAI's chat completions, in Python's standard
library. It says one sentence, word for word, and keeps what it was asked."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SAID = "This is another server, and it has heard you."


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply({"object": "list", "data": [{"id": "small-one", "object": "model"}]})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, asked, self.headers.get("Authorization")))
        usage = {"prompt_tokens": 12, "completion_tokens": 9, "total_tokens": 21}
        if not asked.get("stream"):
            return self.reply(self.body("chat.completion", usage=usage, message={
                "role": "assistant", "content": SAID}, finish_reason="stop"))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.event(delta={"role": "assistant", "content": ""})
        for word in SAID.split(" "):
            self.event(delta={"content": word if word == "This" else " " + word})
        self.event(delta={}, finish_reason="stop")
        self.wfile.write(b"data: " + json.dumps(dict(
            self.body("chat.completion.chunk"), choices=[], usage=usage)).encode() + b"\n\n")
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def event(self, **choice):
        data = self.body("chat.completion.chunk", **dict({"finish_reason": None}, **choice))
        self.wfile.write(b"data: " + json.dumps(data).encode() + b"\n\n")
        self.wfile.flush()

    @staticmethod
    def body(kind, usage=None, **choice):
        out = {"id": "chatcmpl-1", "object": kind, "created": 1, "model": "small-one",
               "choices": [dict({"index": 0}, **choice)]}
        return out if usage is None else dict(out, usage=usage)

    def reply(self, data):
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class ModelServer(ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
