"""The mock model as a peer of a served room: what needs a model that answers."""
import itertools
import re
import subprocess

from support.exchanges import PRICE
from support.servers import BIN, run, wait_for

count = itertools.count(1)


class Mock:
    """While it is used as a context the room reaches it as a peer of its own."""

    def __init__(self, rig):
        self.rig = rig

    def __enter__(self):
        self.process = subprocess.Popen([str(BIN / "guildhall-mock-model"), "--port", "0"],
                                        stdout=subprocess.PIPE, text=True)
        port = re.search(r"(\d{4,5})", self.process.stdout.readline()).group(1)
        folder = str(self.rig.folder)
        key = self.rig.folder / "credential"
        key.write_text("sk-any\n")
        self.name = f"mock-{next(count)}"
        run("room", "peer", "add", folder, "--name", self.name, "--url",
            f"http://127.0.0.1:{port}/v1", "--allow", "127.0.0.1", "--dialect", "openai",
            "--key-file", str(key))
        key.unlink()
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def model(self, project, purpose, behaviour=""):
        """A model that the project may use for this purpose; its name."""
        name = f"model-{next(count)}-of-{self.name}"
        model = self.rig.owner.post("/models", {"name": name, "currency": "USD", "targets": [
            {"peer": self.name, "dialect": "openai", "model": "mock-a" + behaviour,
             "price": PRICE, "default_output": 2_000, "context": 100_000}]})["id"]
        budget = self.rig.manager.post(f"/projects/{project}/budgets",
                                       {"name": "b", "currency": "USD", "tokens": 10**9})["id"]
        self.rig.manager.post(f"/projects/{project}/virtual-keys", {
            "name": "k", "purpose": purpose, "budget": budget, "models": [model]})
        return name


def work(rig, project, kind, template, model, **more):
    return rig.manager.post(f"/projects/{project}/model-work", {
        "kind": kind, "template": template, "model": model, **more})["id"]


def done(rig, work_id, seconds=60):
    """The work, once it is."""
    wait_for(lambda: rig.manager.get(f"/model-work/{work_id}")["state"] == "done", seconds,
             "the model has done its work")
    return rig.manager.get(f"/model-work/{work_id}")


def made_up(rig, project):
    """A work that made up tasks, and one of its proposals."""
    with Mock(rig) as mock:
        model = mock.model(project, "drafting", ':json={"tasks":[{"prompt":"One?"}]}')
        made = work(rig, project, "generate", "generate.variants", model, count=1,
                    brief="Questions of tenants.")
        done(rig, made)
    return made, rig.manager.get(f"/projects/{project}/proposals")["items"][0]["id"]
