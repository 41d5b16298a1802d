"""Holds every answer against the server's own OpenAPI document: is the route there, is the status
declared, does the body fit its schema; and remembers which routes were answered with success."""
import json
import re

# Answers that any route may give before or beside its own: they come from the server itself.
ANYWHERE = {405, 408, 411, 414, 429, 431, 500, 507}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def of_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def misfits(value, schema, schemas, at=""):
    """Why `value` does not fit `schema`; empty if it does. Members that no schema names count."""
    if "$ref" in schema:
        return misfits(value, schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, at)
    if "anyOf" in schema:
        tries = [misfits(value, one, schemas, at) for one in schema["anyOf"]]
        return [] if any(not one for one in tries) else min(tries, key=len)
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is none of {schema['enum']}"]
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(of_type(value, name) for name in names):
            return [f"{at}: {type(value).__name__} instead of {schema['type']}"]
    found = []
    if isinstance(value, dict):
        known = schema.get("properties")
        found += [f"{at}/{name}: missing" for name in schema.get("required", [])
                  if name not in value]
        for name, member in value.items():
            if known is None:
                break
            if name in known:
                found += misfits(member, known[name], schemas, f"{at}/{name}")
            elif schema.get("additionalProperties") is not True:
                found.append(f"{at}/{name}: not in the schema")
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            found += misfits(item, schema["items"], schemas, f"{at}/{index}")
    return found


ANSWERED = set()  # with success, by any server of the run: (method, path)


class Contract:
    def __init__(self, document):
        self.document = document
        self.schemas = document["components"]["schemas"]
        self.routes = []
        self.answered = ANSWERED
        self.breaches = []
        for path, methods in document["paths"].items():
            pattern = re.compile(re.sub(r"\{\w+\}", r"[^/]+", path) + "$")
            for method, route in methods.items():
                self.routes.append((method.upper(), path, pattern, route))
        # A literal segment comes before a parameter: /members/x is not /members/{member}.
        self.routes.sort(key=lambda route: route[1].count("{"))

    def find(self, method, path):
        return next((r for r in self.routes if r[0] == method and r[2].match(path)), None)

    def check(self, method, path, reply):
        """The breaches of this answer; `path` without prefix and query."""
        found = self.find(method, path)
        where = f"{method} {path} -> {reply.status}"
        if reply.status >= 400:
            if method == "HEAD":
                return []
            found_problems = self.check_problem(reply)
            if found and reply.status not in ANYWHERE and \
                    str(reply.status) not in found[3]["responses"]:
                found_problems.append("the status is not declared")
            return [f"{where}: {text}" for text in found_problems]
        if not found:
            return [f"{where}: not in the document"]
        if 300 <= reply.status:
            return []
        self.answered.add((method, found[1]))
        declared = found[3]["responses"].get(str(reply.status))
        if declared is None:
            return [] if reply.status == 206 else [f"{where}: the status is not declared"]
        content = declared.get("content", {}).get("application/json")
        if content is None or reply.type != "application/json":
            return []
        return [f"{where}: {text}" for text in
                misfits(reply.json, content["schema"], self.schemas)]

    def check_problem(self, reply):
        if reply.type != "application/problem+json":
            return [f"a refusal as {reply.type!r}"]
        problem = reply.json
        found = misfits(problem, {"$ref": "#/Problem"}, self.schemas)
        if problem.get("type") == "/problems/import-refused":
            found = [text for text in found if "not in the schema" not in text]
        if not str(problem.get("type", "")).startswith("/problems/"):
            found.append(f"type {problem.get('type')!r}")
        if problem.get("status") != reply.status:
            found.append(f"status {problem.get('status')} in the body")
        return found

    def missing(self):
        return sorted(f"{m} {p}" for m, p, _, _ in self.routes if (m, p) not in self.answered)


def load(text):
    return Contract(json.loads(text))
