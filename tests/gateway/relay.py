"""A mail relay that keeps what it takes: SMTP over TLS, at once or by STARTTLS, and one that
refuses (RFC 5321, RFC 3207, RFC 4954)."""
import base64
import email
import email.policy
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading


class Relay:
    """`starttls` False: TLS from the first byte. `offers` False: no STARTTLS although it begins
    without. `login`: USER:PASSWORD that it asks for. `taken`: (sender, receivers, message)."""

    def __init__(self, starttls=True, offers=True, login=None, refuse=None):
        self.starttls, self.offers, self.login, self.refuse = starttls, offers, login, refuse
        self.taken, self.seen = [], []
        self.folder = tempfile.TemporaryDirectory(prefix="guildhall-relay-")
        self.ca_file = pathlib.Path(self.folder.name) / "ca.pem"
        key = pathlib.Path(self.folder.name) / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                        str(key), "-out", str(self.ca_file)], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.ca_file, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def url(self):
        return f"{'smtp' if self.starttls else 'smtps'}://localhost:{self.port}"

    def accept(self):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    def serve(self, link):
        try:
            if not self.starttls:
                link = self.context.wrap_socket(link, server_side=True)
            Talk(self, link).run()
        except (OSError, ValueError):
            pass  # it hung up
        finally:
            link.close()

    def close(self):
        self.listener.close()
        self.folder.cleanup()


class Talk:
    def __init__(self, relay, link):
        self.relay, self.link, self.lines = relay, link, link.makefile("rb")
        self.secure, self.known = not relay.starttls, relay.login is None
        self.sender, self.receivers = None, []

    def say(self, text):
        self.link.sendall(text.encode() + b"\r\n")

    def run(self):
        self.say("220 relay")
        while line := self.lines.readline():
            self.relay.seen.append((self.secure, line))
            word, _, rest = line.decode().strip().partition(" ")
            if word.upper() == "QUIT":
                return self.say("221 bye")
            self.answer(word.upper(), rest)

    def answer(self, word, rest):
        if word == "EHLO":
            extra = ["STARTTLS"] if not self.secure and self.relay.offers else []
            extra += ["AUTH PLAIN"] if self.secure and self.relay.login else []
            words = ["relay", *extra, "SIZE 1000000"]
            for one in words[:-1]:
                self.say(f"250-{one}")
            return self.say(f"250 {words[-1]}")
        if word == "STARTTLS" and self.relay.offers:
            self.say("220 go on")
            self.link = self.relay.context.wrap_socket(self.link, server_side=True)
            self.lines, self.secure = self.link.makefile("rb"), True
            return None
        if word == "AUTH":
            said = rest.split()[1:] or [self.more()]
            self.known = base64.b64decode(said[0]).decode() == \
                "\0" + self.relay.login.replace(":", "\0")
            return self.say("235 welcome" if self.known else "535 no")
        if not self.known:
            return self.say("530 who are you?")
        if word in ("MAIL", "RCPT") and self.relay.refuse == word:
            return self.say("550 no such mailbox")
        if word == "MAIL":
            self.sender, self.receivers = rest, []
        elif word == "RCPT":
            self.receivers.append(rest)
        elif word == "DATA":
            self.say("354 go on")
            return self.take()
        return self.say("250 fine")

    def more(self):
        self.say("334 ")
        return self.lines.readline().decode().strip()

    def take(self):
        body = b""
        while (line := self.lines.readline()) != b".\r\n":
            body += line[1:] if line.startswith(b".") else line
        message = email.message_from_bytes(body, policy=email.policy.default)
        self.relay.taken.append((self.sender, self.receivers, message))
        self.say("250 taken")


def main():
    """Serves until its input ends; says where it is, then what it takes, a line of JSON each."""
    relay = Relay()
    print(json.dumps({"url": relay.url(), "ca_file": str(relay.ca_file)}), flush=True)
    relay.taken = Aloud()
    sys.stdin.read()
    relay.close()


class Aloud(list):
    def append(self, one):
        sender, receivers, message = one
        print(json.dumps({"sender": sender, "receivers": receivers, "subject": message["Subject"],
                          "text": message.get_content()}), flush=True)


if __name__ == "__main__":
    main()
