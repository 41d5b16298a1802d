"""A served room with models: the mock's and those of two providers that do what a case says."""
import itertools
import re
import subprocess

from ask import ask
from peer import Peer
from support.rig import Rig
from support.servers import BIN, run, wait_for

CREDENTIAL = "sk-room-0123456789abcdef"
# A token costs one millionth of a dollar, one of the answer two.
PRICE = {"input": 1_000_000, "cached_input": 500_000, "output": 2_000_000}
PLENTY = 1_000_000_000_000
count = itertools.count(1)


class Mock:
    def __init__(self):
        self.process = subprocess.Popen(
            [str(BIN / "guildhall-mock-model"), "--port", "0", "--key", CREDENTIAL],
            stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r"(\d{4,5})", self.process.stdout.readline()).group(1))

    def ask(self, path, body, headers=None):
        """Past the gateway."""
        return ask(self.port, path, body, CREDENTIAL, headers=headers)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Key:
    """A virtual key in a project and budget of its own, and the one model that it may use."""

    def __init__(self, rig, project, budget, made, model):
        self.rig, self.project, self.budget_id, self.model = rig, project, budget, model
        self.secret, self.id = made["secret"], made["key"]["id"]
        self.server = rig.server

    def ask(self, path, body, server=None, **more):
        if isinstance(body, dict):
            body = {"model": self.model, **body}
        return ask((server or self.server).port, path, body, self.secret, **more)

    def chat(self, text="Hello there", server=None, headers=None, **more):
        return self.ask("/v1/chat/completions",
                        {"messages": [{"role": "user", "content": text}], **more}, server,
                        headers=headers)

    def message(self, text="Hello there", server=None, headers=None, **more):
        return self.ask("/v1/messages", {"max_tokens": 200, "messages": [
            {"role": "user", "content": text}], **more}, server, headers=headers)

    def budget(self):
        path = f"/projects/{self.project}/budgets"
        return next(one for one in self.rig.manager.get(path)["items"]
                    if one["id"] == self.budget_id)

    def exchanges(self):
        return self.rig.manager.items(f"/projects/{self.project}/exchanges")

    def recorded(self, number=1, seconds=10):
        """So many exchanges, newest first, once all is settled that was under way."""
        wait_for(lambda: len(self.exchanges()) >= number, seconds, f"{number} exchanges")
        found = self.exchanges()
        assert len(found) == number, found
        return found

    def settled(self, seconds=15):
        """The budget once nothing of it is reserved."""
        wait_for(lambda: self.budget()["reserved"]["money"] == 0, seconds, "nothing is reserved")
        return self.budget()


class ModelRig(Rig):
    def __init__(self, store_name, postgres):
        super().__init__(store_name, postgres, experts=1)
        self.models = []
        self.mock, self.openai, self.anthropic = Mock(), Peer(), Peer()
        self.add_peer("mock-o", self.mock.port, "openai")
        self.add_peer("mock-a", self.mock.port, "anthropic")
        self.add_peer("openai", self.openai.port, "openai")
        self.add_peer("anthropic", self.anthropic.port, "anthropic")

    def add_peer(self, name, port, dialect, *more):
        key = self.folder / "credential"
        key.write_text(CREDENTIAL + "\n")
        said = run("room", "peer", "add", str(self.folder), "--name", name, "--url",
                   f"http://127.0.0.1:{port}/v1", "--allow", "127.0.0.1", "--dialect", dialect,
                   "--key-file", str(key), *more)
        key.unlink()
        return said

    def target(self, peer, model="", **more):
        """Of a name that no other case uses, so that no breaker is shared."""
        dialect = "anthropic" if peer in ("mock-a", "anthropic") else "openai"
        name = model if model.startswith("=") else f"t{next(count)}{model and ':'}{model}"
        return {"peer": peer, "dialect": dialect, "model": name.removeprefix("="), "price": PRICE,
                "default_output": 256, "most_output": 4096, "context": 100_000, **more}

    def model(self, *targets, **more):
        """Its name and id."""
        name = f"model-{next(count)}"
        made = self.owner.post("/models", {"name": name, "currency": "USD",
                                           "targets": list(targets), **more})
        self.models.append(made["id"])
        return name, made["id"]

    def drop_models(self):
        """A room has so many at most; a case's end with it."""
        while self.models:
            self.owner.delete(f"/models/{self.models.pop()}")

    def budget(self, project, money=PLENTY, tokens=None):
        return self.manager.post(f"/projects/{project}/budgets", {
            "name": "Budget", "currency": "USD", "money": money, "tokens": tokens})["id"]

    def key(self, *targets, money=PLENTY, tokens=None, model=None, purpose="drafting", **rates):
        """`targets` as from target(), or names of peers."""
        made = [self.target(one) if isinstance(one, str) else one for one in targets]
        name, model_id = model or self.model(*made)
        project = self.manager.post("/projects", {"title": "A project", "template": "choice"})["id"]
        budget = self.budget(project, money, tokens)
        key = self.manager.post(f"/projects/{project}/virtual-keys", {
            "name": "Key", "purpose": purpose, "budget": budget, "models": [model_id], **rates})
        return Key(self, project, budget, key, name)

    def content(self, exchange):
        return self.owner.get(f"/exchanges/{exchange['id']}")["content"]

    def metric(self, name):
        text = self.owner.send("GET", "/metrics", None, self.owner.headers()).body.decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        assert found, f"no metric {name}"
        return float(found.group(1))

    def under_way(self):
        return self.metric("guildhall_model_under_way")

    def wait_idle(self, seconds=15):
        wait_for(lambda: self.under_way() == 0 and
                 self.metric("guildhall_model_records_waiting") == 0, seconds, "nothing under way")

    def role(self, role, peer):
        """The process that does this for a peer, below this room's supervisor; or None."""
        return next(iter(descendants(self.server.process.pid, f"guildhall-{role} --peer {peer} ")),
                    None)

    def close(self):
        status = super().close()
        self.mock.close()
        self.openai.close()
        self.anthropic.close()
        return status


def descendants(parent, command):
    """Whose command line begins so; also those in another namespace of process ids."""
    text = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True,
                          check=True).stdout
    rows = [line.split(None, 2) for line in text.splitlines()]
    below, size = {parent}, 0
    while len(below) > size:
        size = len(below)
        below |= {int(pid) for pid, above, *_ in rows if int(above) in below}
    return [int(pid) for pid, _, *args in rows
            if int(pid) in below and args and args[0].startswith(command)]
