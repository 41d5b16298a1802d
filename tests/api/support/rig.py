"""What a case is given: a served room with people of every role, and short ways to the usual
situations. Cases share one room per store and make projects of their own in it."""
import json
import pathlib
import re
import shutil
import tempfile
import threading
import time

from support.client import Client
from support.servers import Server, run

EXPERTS = 16
CHOICE = {"prompt": "Is water wet?"}
YES, NO = {"choice": "yes"}, {"choice": "no"}


def line(key=None, data=None, **more):
    made = {"data": data or CHOICE, **more}
    if key is not None:
        made["key"] = key
    return made


def ndjson(lines):
    return "".join(json.dumps(one) + "\n" for one in lines).encode()


def together(jobs):
    """Runs the functions at once; the first error is raised."""
    errors, gate = [], threading.Barrier(len(jobs))

    def work(job):
        try:
            gate.wait(60)
            job()
        except BaseException as error:  # noqa: BLE001 - handed to the caller below
            errors.append(error)
    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


class Rig:
    def __init__(self, store_name, postgres, experts=EXPERTS):
        self.store_name, self.postgres = store_name, postgres
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-api-"))
        self.url = postgres.database() if postgres else None
        run("room", "init", str(self.folder), "--no-passphrase",
            *(["--store", self.url] if self.url else []))
        self.server = Server(self.folder).start()
        self.clients = {"anonymous": Client(self.server)}
        for role in ("owner", "manager", "auditor"):
            self.add(role, role)
        self.add("reviewer", "reviewer")
        for number in range(1, experts + 1):
            self.add("expert", f"expert{number}")

    def add(self, role, name):
        token = run("room", "token", str(self.folder), "--role", role, "--name", name).strip()
        client = Client(self.server, token=token)
        client.member = client.get("/me")["member"]["id"]
        self.clients[name] = client
        return client

    def __getattr__(self, name):
        if name in self.__dict__.get("clients", {}):
            return self.__dict__["clients"][name]
        raise AttributeError(name)

    def expert(self, number):
        return self.clients[f"expert{number}"]

    def experts(self, count):
        return [self.expert(number) for number in range(1, count + 1)]

    def invite(self, role, projects=(), **more):
        """Somebody with a session of their own, by link and password. Not everywhere."""
        email = f"{role}-{len(self.clients)}@x.example"
        made = self.owner.post("/members", {"role": role, "name": f"a {role}", "email": email,
                                            "projects": list(projects), **more})
        code = made["link"].rsplit("/", 1)[1]
        reply = Client(self.server).call("POST", "/invites/accept",
                                         {"code": code, "password": "correct horse battery"})
        assert reply.status == 201, reply
        cookie = re.match(r"[^;]+", reply.headers["Set-Cookie"]).group()
        client = Client(self.server, cookie=cookie, member=made["member"]["id"])
        self.clients[client.member] = client
        return client

    def project(self, lines=(), template="choice", experts=3, state="open", **settings):
        """An open project with these tasks and people; its id."""
        project = self.manager.post("/projects", {
            "title": "A project", "template": template, "guidelines": "Be kind.\n",
            "settings": settings})["id"]
        for client in [self.reviewer, *self.experts(experts)]:
            self.manager.post(f"/projects/{project}/members", {"member": client.member}, 204)
        if lines:
            report = self.load(project, lines)
            assert report["imported"] == len(lines), report
        if state == "open":
            self.manager.patch(f"/projects/{project}", {"state": "open"})
        return project

    def load(self, project, lines, status=200, query="", kind="application/x-ndjson", by=None):
        raw = lines if isinstance(lines, bytes) else ndjson(lines)
        return (by or self.manager).post(f"/projects/{project}/tasks{query}", None, status,
                                         raw=raw, kind=kind)

    def tasks(self, project, query=""):
        return self.manager.items(f"/projects/{project}/tasks{query}")

    def progress(self, project):
        time.sleep(0.3)  # counts are computed four times a second at most
        return self.manager.get(f"/projects/{project}/progress")

    def close(self):
        status = self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        return status
