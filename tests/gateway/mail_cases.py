"""Mail by the room's relay: an invitation arrives, from one sender, over TLS or not at all."""
import contextlib
import itertools

from relay import Relay
from support.registry import case
from support.servers import run

FROM = "guildhall@lab.example"
number = itertools.count(1)


@contextlib.contextmanager
def relay(rig, credential=None, **how):
    at = Relay(**how)
    name = f"mail-{next(number)}"
    key = rig.folder.parent / f"{name}.key"
    key.write_text(credential or "")
    run("room", "peer", "add", str(rig.folder), "--name", name, "--kind", "mail", "--url",
        at.url(), "--from", FROM, "--allow", "127.0.0.1", "--allow", "::1", "--ca-file",
        str(at.ca_file), *(["--key-file", str(key)] if credential else []))
    try:
        yield at
    finally:
        run("room", "peer", "remove", str(rig.folder), "--name", name)
        key.unlink()
        at.close()


def invite(rig, address, wanted="yes"):
    reply = rig.manager.call("POST", f"/members?mail={wanted}", {"role": "expert",
                                                                 "email": address})
    assert reply.status == 201, reply
    return reply.json


def address():
    return f"new{next(number)}@example.org"


@case()
def an_invitation_arrives_by_mail(rig):
    with relay(rig) as at:
        to = address()
        said = invite(rig, to)
        assert said["mail"] == "sent" and said["link"].startswith("http"), said
        (sender, receivers, message), = at.taken
        assert sender.split()[0] == f"FROM:<{FROM}>" and receivers == [f"TO:<{to}>"]
        assert [one.addr_spec for one in message["From"].addresses] == [FROM]
        assert [one.addr_spec for one in message["To"].addresses] == [to]
        assert message["Subject"] and message["Date"].datetime and message["Message-ID"]
        text = message.get_content()
        assert said["link"] in text.splitlines(), text
        # A fresh link goes the same way, over a connection that may be the same.
        again = rig.manager.call("POST", f"/members/{said['member']['id']}/link?mail=yes").json
        assert again["mail"] == "sent" and again["link"] != said["link"]
        assert again["link"] in at.taken[1][2].get_content()
        assert at.taken[1][2]["Message-ID"] != message["Message-ID"]


@case()
def nobody_is_written_to_who_was_not_to_be(rig):
    with relay(rig) as at:
        said = rig.manager.post("/members", {"role": "expert", "email": address()})
        assert "mail" not in said and not at.taken
    assert invite(rig, address())["mail"] == "no-mail-relay"


@case()
def without_tls_nothing_is_said(rig):
    with relay(rig, "robot:secret", offers=False, login="robot:secret") as at:
        said = invite(rig, address())
        assert said["mail"] == "mail-failed" and said["link"], said
        words = [line.split()[0] for _, line in at.seen]
        assert not at.taken and set(words) <= {b"EHLO", b"HELO", b"QUIT"}, at.seen


@case()
def a_relay_of_tls_from_the_first_byte_that_asks_who_it_is(rig):
    with relay(rig, "robot:a secret", starttls=False, login="robot:a secret") as at:
        assert invite(rig, address())["mail"] == "sent" and len(at.taken) == 1
    with relay(rig, "robot:wrong", login="robot:a secret") as at:
        assert invite(rig, address())["mail"] in ("mail-refused", "mail-failed")
        assert not at.taken


@case()
def a_relay_that_refuses_is_believed(rig):
    for word in ("MAIL", "RCPT"):
        with relay(rig, refuse=word) as at:
            assert invite(rig, address())["mail"] == "mail-refused"
            assert not at.taken


@case()
def an_address_that_would_be_more_than_one_is_not_sent_to(rig):
    with relay(rig) as at:
        for to in (f"<a{next(number)}@example.org>", f"a,b{next(number)}@example.org",
                   f"ü{next(number)}@example.org"):
            assert invite(rig, to)["mail"] == "mail-failed"
        assert not at.taken
