"""A client of the API for tests: one connection, JSON in and out, every answer held against the
contract. Clones share who they are, not the connection, so that each thread has its own."""
import http.client
import json

API = "/api/v1"


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.type = (headers.get("Content-Type") or "").split(";")[0]

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        return self.json["type"].removeprefix("/problems/")

    def __repr__(self):
        return f"{self.status} {self.body[:600]!r}"


class Unexpected(AssertionError):
    pass


class Client:
    def __init__(self, server, token=None, cookie=None, member=None):
        self.server, self.token, self.cookie, self.member = server, token, cookie, member
        self.connection = None

    def clone(self, server=None):
        return Client(server or self.server, self.token, self.cookie, self.member)

    def headers(self):
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        if self.cookie:
            return {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        return {}

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def send(self, method, path, body=None, headers=None):
        """The bare exchange; a connection that the server had closed is opened once more."""
        for attempt in (1, 2):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port,
                                                             timeout=60)
            try:
                self.connection.request(method, path, body, headers or {})
                reply = self.connection.getresponse()
                return Reply(reply.status, reply.headers, reply.read())
            except (ConnectionError, http.client.HTTPException, OSError):
                self.close()
                if fresh or attempt == 2:
                    raise

    def call(self, method, path, body=None, headers=None, key=None, raw=None, kind=None):
        """One request under /api/v1, checked against the contract. `body` is sent as JSON; `raw`
        as it is, with content type `kind`."""
        sent = dict(self.headers())
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        if kind:
            sent["Content-Type"] = kind
        if key:
            sent["Idempotency-Key"] = key
        sent.update(headers or {})
        reply = self.send(method, API + path, data, sent)
        contract = self.server.contract
        if contract:
            contract.breaches += contract.check(method, path.split("?")[0], reply)
        return reply

    def expect(self, status, method, path, body=None, **more):
        reply = self.call(method, path, body, **more)
        if reply.status != status:
            raise Unexpected(f"{method} {path}: {status} expected, got {reply!r}")
        return reply.json if reply.body and reply.type.endswith(("/json", "+json")) else reply

    def get(self, path, status=200, **more):
        return self.expect(status, "GET", path, **more)

    def post(self, path, body=None, status=201, **more):
        return self.expect(status, "POST", path, body, **more)

    def patch(self, path, body, status=200, **more):
        return self.expect(status, "PATCH", path, body, **more)

    def put(self, path, body, status=200, **more):
        return self.expect(status, "PUT", path, body, **more)

    def delete(self, path, status=204, **more):
        return self.expect(status, "DELETE", path, **more)

    def items(self, path):
        """A whole list, page by page."""
        cursor, items = "", []
        while cursor is not None:
            joint = "&" if "?" in path else "?"
            page = self.get(path + (f"{joint}cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["next"]
        return items

    # ---- the work
    def claim(self, project, kind=None):
        """An assignment, or the reason why there is none."""
        path = f"/projects/{project}/assignments" + (f"?kind={kind}" if kind else "")
        reply = self.call("POST", path)
        if reply.status == 204:
            return reply.headers["Guildhall-Reason"]
        if reply.status != 201:
            raise Unexpected(f"claim: {reply!r}")
        return reply.json

    def submit(self, assignment, answers, status=201, active_ms=0, **more):
        return self.post(f"/assignments/{assignment['id']}/submission",
                         {"token": assignment["lease"]["token"], "answers": answers,
                          "active_ms": active_ms}, status, **more)
