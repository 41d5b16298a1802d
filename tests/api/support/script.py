"""Cases as text, in files `cases/*.test`:

    # what this file is about
    == setup                          run before every case of the file
    manager POST /projects {"title": "T", "template": "choice"}
    < 201 {"id": "{project}"}

    == who may read                   a case
    expert1 GET /projects/{project}
    < 404 {"type": "/problems/not-found"}

A request is a line `who METHOD path [body]`; the body may go on in indented lines, `Name: value`
lines before it are headers (Content-Type: the rest is sent as it is). `< status [json]` says what
must come: objects need the members named and may have others, lists must match one by one, "*" is
anything, {name} inside a text takes what stands there if the name is new, and stands for it
everywhere else. `< Name: value` holds a header of the answer. {expert1} … are ids of people,
{hour_ago} and {half_hour_ago} are times.
"""
import datetime
import json
import re

NAME = re.compile(r"\{([a-z_0-9]+)\}")
REQUEST = re.compile(r"(\w+) (GET|POST|PUT|PATCH|DELETE|HEAD) (\S+) ?(.*)$")


class Step:
    def __init__(self, number, who, method, path, body):
        self.number, self.who, self.method, self.path = number, who, method, path
        self.body, self.headers, self.expected = [body] if body else [], [], []


def parse(text, name):
    """{case name: [Step]}, in order; "setup" among them."""
    cases, steps, into = {}, None, None
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip() or row.startswith("#"):
            continue
        if row.startswith("== "):
            steps = cases.setdefault(row[3:].strip(), [])
            continue
        found = REQUEST.match(row)
        if found:
            steps.append(Step(number, *found.groups()))
            into = steps[-1].body
        elif row.startswith("< "):
            steps[-1].expected.append(row[2:])
            into = steps[-1].expected
        elif row.startswith("  ") and re.match(r"  [A-Z][A-Za-z-]+: \S", row) and \
                into is steps[-1].body and not steps[-1].body:
            steps[-1].headers.append(row.strip())
        elif row.startswith("  "):
            into.append(row[2:])
        else:
            raise SyntaxError(f"{name}:{number}: {row}")
    return cases


class Run:
    def __init__(self, rig, name):
        self.rig, self.name = rig, name
        self.names = {who: client.member for who, client in rig.clients.items() if client.member}
        now = datetime.datetime.now(datetime.timezone.utc)
        for name, minutes in (("hour_ago", 60), ("half_hour_ago", 30)):
            then = now - datetime.timedelta(minutes=minutes)
            self.names[name] = then.strftime("%Y-%m-%dT%H:%M:%SZ")

    def fill(self, text):
        return NAME.sub(lambda m: str(self.names.get(m[1], m[0])), text)

    def misfit(self, wanted, got, at=""):
        """Why `got` is not what the case wants; None if it is. Takes what {new} names stand for."""
        if wanted == "*":
            return None
        if isinstance(wanted, dict) and isinstance(got, dict):
            for key, value in wanted.items():
                if key not in got:
                    return f"{at}/{key}: missing"
                found = self.misfit(value, got[key], f"{at}/{key}")
                if found:
                    return found
            return None
        if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
            return next(filter(None, (self.misfit(w, g, f"{at}/{i}")
                                      for i, (w, g) in enumerate(zip(wanted, got)))), None)
        if isinstance(wanted, str) and isinstance(got, str):
            wanted = self.fill(wanted)
            new = NAME.findall(wanted)
            if new:
                pattern = NAME.sub("(.+)", re.sub(r"([.?*+()|^$\[\]\\])", r"\\\1", wanted))
                found = re.fullmatch(pattern, got, re.S)
                if not found:
                    return f"{at}: {got!r} instead of {wanted!r}"
                self.names.update(zip(new, found.groups()))
                return None
        same = wanted == got and isinstance(wanted, bool) == isinstance(got, bool)
        return None if same else f"{at}: {got!r} instead of {wanted!r}"

    def step(self, step):
        body = self.fill("\n".join(step.body)).encode() if step.body else None
        headers = dict(self.fill(row).split(": ", 1) for row in step.headers)
        if body and "Content-Type" not in headers:
            headers["Content-Type"] = "application/json"
        client = self.rig.clients[step.who]
        reply = client.call(step.method, self.fill(step.path), raw=body, headers=headers)
        where = f"{self.name}:{step.number}: {step.method} {step.path}"
        checks = [row for row in step.expected if re.match(r"[A-Z][A-Za-z-]+: ", row)]
        status, _, wanted = "\n".join(
            row for row in step.expected if row not in checks).partition(" ")
        if str(reply.status) != status.strip():
            raise AssertionError(f"{where}: {status.strip()} expected, got {reply!r}")
        for row in checks:
            name, value = row.split(": ", 1)
            found = self.misfit(value, reply.headers.get(name, ""))
            if found:
                raise AssertionError(f"{where}: {name}{found}")
        if wanted.strip():
            found = self.misfit(json.loads(wanted), reply.json)
            if found:
                raise AssertionError(f"{where}: {found} in {reply!r}")

    def steps(self, steps):
        for step in steps:
            if not step.expected:
                raise SyntaxError(f"{self.name}:{step.number}: nothing is expected")
            self.step(step)
