"""The load: people who claim, draft, submit, skip, revise and review, each in a thread of their
own, and the ledger of everything the server has acknowledged, kept outside of it.

A request has three ends: acknowledged (2xx), refused (a problem), unknown (no whole reply). What
was sent under an Idempotency-Key and ended unknown is sent again, as a careful client does."""
import json
import random
import threading
import time

from room import Lost


class Ledger:
    """What was acknowledged, and what was tried. Written to a file as it comes, line by line."""

    def __init__(self, path, project):
        self.file = path.open("a")
        self.project = project
        self.lock = threading.Lock()
        self.submissions = {}  # id -> {task, member, assignment}
        self.revisions = {}    # id -> {revision: answers}
        self.verdicts = {}     # id -> (verdict, revision when judged)
        self.skips = set()     # (task, member)
        self.drafts = {}       # assignment -> (person, revision, answers)
        self.ended = set()     # assignments submitted or skipped, or perhaps so
        self.attempted = set()  # every text that was sent, acknowledged or not
        self.repeats = []      # (person, path, body, key, status, reply)
        self.imported = 0
        self.unexpected = []   # replies that no fault explains
        self.problems = {}     # problem -> count
        self.lost = 0

    def note(self, what, **fields):
        self.file.write(json.dumps({"ack": what, **fields}) + "\n")
        self.file.flush()

    def submitted(self, person, made, answers):
        with self.lock:
            self.note("submission", id=made["id"], revision=made["revision"], answers=answers)
            self.submissions.setdefault(made["id"], {"task": made["task"],
                                                     "member": person.member,
                                                     "assignment": made["assignment"]})
            self.revisions.setdefault(made["id"], {})[made["revision"]] = answers
            self.ended.add(made["assignment"])

    def judged(self, review, verdict, answers):
        with self.lock:
            made = review["submission"]
            self.note("verdict", id=made["id"], verdict=verdict)
            self.verdicts[made["id"]] = (verdict, made["revision"])
            if answers:
                self.revisions.setdefault(made["id"], {})[made["revision"]] = answers

    def count(self):
        with self.lock:
            return len(self.submissions)


class Load:
    """Starts, pauses and stops the people. `think_s` keeps the lists short enough to recount."""

    def __init__(self, room, project, seed, overlap, think_s=0.01, close_each=False):
        self.room, self.project, self.overlap, self.think_s = room, project, overlap, think_s
        self.ledger = Ledger(room.work / f"ledger-{project}.ndjson", project)
        self.go, self.over, self.draining = threading.Event(), threading.Event(), False
        self.busy, self.busy_lock = 0, threading.Lock()
        self.feeding = True
        self.latency_s = 0.0  # the longest a request took
        jobs = [(Expert, person) for person in room.experts]
        jobs += [(Reviewer, person) for person in room.reviewers]
        jobs += [(Feeder, room.manager)]
        self.people = [kind(self, person.clone(close_each=close_each), random.Random(f"{seed}-{n}"))
                       for n, (kind, person) in enumerate(jobs)]
        self.threads = [threading.Thread(target=self.run, args=(one,)) for one in self.people]
        self.errors = []
        self.go.set()
        for thread in self.threads:
            thread.start()

    def run(self, one):
        while not self.over.is_set():
            if not self.go.wait(0.1):
                continue
            with self.busy_lock:
                self.busy += 1
            try:
                one.step()
            except Lost:
                self.ledger.lost += 1
                time.sleep(0.01)
            except Exception as error:  # noqa: BLE001 - shown at the end
                self.errors.append(f"{type(one).__name__}: {error!r}")
            finally:
                with self.busy_lock:
                    self.busy -= 1
            time.sleep(self.think_s * one.random.random() * 2)
        one.person.close()

    def pause(self):
        self.go.clear()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with self.busy_lock:
                if self.busy == 0:
                    return
            time.sleep(0.005)
        raise AssertionError("a request is still unanswered after 60 s")

    def resume(self):
        self.go.set()

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(60)
        self.ledger.file.close()

    def drain(self, seconds):
        """Everybody finishes what is open; nothing may be stuck for good."""
        self.feeding, self.draining, self.think_s = False, True, 0.001
        self.resume()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            seen = self.room.manager.sure("GET", f"/projects/{self.project}/progress").json
            if seen["tasks"]["open"] == 0 and seen["reviews"]["open"] == 0:
                return
            time.sleep(0.1)
        raise AssertionError(f"work is stuck: {seen}")


class Worker:
    def __init__(self, load, person, rng):
        self.load, self.person, self.random, self.pending = load, person, rng, None
        self.ledger = load.ledger
        self.count = 0

    def ask(self, method, path, body=None, **more):
        started = time.monotonic()
        try:
            reply = self.person.call(method, path, body, **more)
        finally:
            self.load.latency_s = max(self.load.latency_s, time.monotonic() - started)
        if reply.status >= 400:
            name = f"{reply.status} {reply.problem}"
            with self.ledger.lock:
                self.ledger.problems[name] = self.ledger.problems.get(name, 0) + 1
                if reply.status not in self.load.room.PASSING:
                    self.ledger.unexpected.append(f"{method} {path}: {reply!r}")
        return reply

    def text(self):
        """Answers that are like no others, so that each can be found again."""
        self.count += 1
        word = f"{self.person.member[-6:]} {self.count} {self.random.getrandbits(32):08x}"
        with self.ledger.lock:
            self.ledger.attempted.add(word)
        return {"choice": self.random.choice(["yes", "no"]), "justification": word}

    def mine(self):
        reply = self.ask("GET", f"/assignments?mine&project={self.load.project}")
        return reply.json["items"] if reply.status == 200 else []

    def send_keyed(self, path, body, answers):
        self.pending = (path, body, answers, f"k-{self.random.getrandbits(64):x}")
        self.settle_pending()

    def settle_pending(self):
        path, body, answers, key = self.pending
        reply = self.ask("POST", path, body, key=key)
        again = self.load.room.PASSING - {409}
        if reply.problem == "idempotency-running" or reply.status in again:
            return
        self.pending = None
        if reply.status == 201:
            self.ledger.submitted(self.person, reply.json, answers)
            with self.ledger.lock:
                self.ledger.repeats.append((self.person, path, body, key, reply.body))


class Expert(Worker):
    def step(self):
        if self.pending:
            return self.settle_pending()
        if self.random.random() < (0.3 if self.load.draining else 0.05):
            return self.catch_up()
        reply = self.ask("POST", f"/projects/{self.load.project}/assignments")
        if reply.status == 204:
            if reply.headers["Guildhall-Reason"] == "quota" or self.load.draining:
                self.catch_up()
            return time.sleep(0.01)
        if reply.status == 201:
            self.work(reply.json)

    def catch_up(self):
        """What is still mine: replies that were lost, tasks that came back."""
        for held in self.mine():
            if held["state"] == "returned":
                self.revise(held)
            else:
                self.work(held)

    def work(self, held):
        token, path = held["lease"]["token"], f"/assignments/{held['id']}"
        dice = 1.0 if self.load.draining else self.random.random()
        if dice < 0.05:
            return  # put aside: found again by catch_up
        if dice < 0.5:
            self.draft(held, token)
        if dice < 0.12:
            with self.ledger.lock:
                self.ledger.ended.add(held["id"])
            reply = self.ask("POST", f"{path}/skip", {"token": token, "reason": "other"})
            if reply.status == 204:
                with self.ledger.lock:
                    self.ledger.note("skip", task=held["task"]["id"])
                    self.ledger.skips.add((held["task"]["id"], self.person.member))
            return
        answers = self.text()
        body = {"token": token, "answers": answers, "active_ms": 5}
        with self.ledger.lock:
            self.ledger.ended.add(held["id"])
        if self.random.random() < 0.7:
            return self.send_keyed(f"{path}/submission", body, answers)
        reply = self.ask("POST", f"{path}/submission", body)
        if reply.status == 201:
            self.ledger.submitted(self.person, reply.json, answers)

    def draft(self, held, token):
        revision = ((held.get("draft") or {}).get("revision") or 0) + self.random.randint(1, 3)
        answers = self.text()
        reply = self.ask("PUT", f"/assignments/{held['id']}/draft",
                         {"token": token, "revision": revision, "answers": answers})
        if reply.status == 200:
            with self.ledger.lock:
                self.ledger.note("draft", assignment=held["id"], revision=revision)
                self.ledger.drafts[held["id"]] = (self.person, revision, answers)

    def revise(self, held):
        answers = self.text()
        body = {"token": held["lease"]["token"], "answers": answers, "active_ms": 5}
        self.send_keyed(f"/submissions/{held['submission']}/revision", body, answers)


class Reviewer(Worker):
    VERDICTS = ["accept"] * 5 + ["return"] * 2 + ["reject"] * 2 + ["fix"] * 2

    def step(self):
        reply = self.ask("POST", f"/projects/{self.load.project}/assignments?kind=review")
        if reply.status == 204 and (self.load.draining or
                                    reply.headers["Guildhall-Reason"] == "quota"):
            for held in self.mine():
                whole = self.ask("GET", f"/assignments/{held['id']}")
                if whole.status == 200 and whole.json.get("review"):
                    self.judge(whole.json)
            return time.sleep(0.02)
        if reply.status != 201:
            return time.sleep(0.02)
        if self.random.random() < 0.95 or self.load.draining:
            self.judge(reply.json)

    def judge(self, held):
        verdict = "accept" if self.load.draining else self.random.choice(self.VERDICTS)
        body = {"token": held["lease"]["token"], "verdict": verdict, "reason": "wrong"}
        answers = self.text() if verdict == "fix" else None
        if answers:
            body["answers"] = answers
        reply = self.ask("POST", f"/submissions/{held['review']['submission']['id']}/reviews", body)
        if reply.status == 201:
            self.ledger.judged(reply.json, verdict, answers)


class Feeder(Worker):
    """Sees to it that there is always something to claim: imports, each key tried until known."""
    BATCH = 60

    def __init__(self, load, person, rng):
        super().__init__(load, person, rng)
        self.number, self.sent = 0, None

    def step(self):
        if self.sent is None:
            if not self.load.feeding:
                return time.sleep(0.05)
            seen = self.ask("GET", f"/projects/{self.load.project}/progress")
            if seen.status != 200 or seen.json["tasks"]["open"] > self.BATCH:
                return time.sleep(0.05)
            self.sent = b"".join(
                b'{"key":"t%d","data":{"prompt":"Number %d?"}}\n' % (n, n)
                for n in range(self.number, self.number + self.BATCH))
        reply = self.ask("POST", f"/projects/{self.load.project}/tasks", raw=self.sent,
                         kind="application/x-ndjson")
        if reply.status == 200:
            report = reply.json
            if report["imported"] + report["duplicate"] != self.BATCH:
                raise AssertionError(f"import: {report}")
            self.sent, self.number = None, self.number + self.BATCH
            with self.ledger.lock:
                self.ledger.imported += self.BATCH
