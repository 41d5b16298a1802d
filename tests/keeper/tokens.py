"""A keeper under a token: SoftHSM, and SoftHSM behind a module that misbehaves (odd_token/).

Called by run.py with its helpers, and by page.py. All lies in a scratch folder: each "machine" is a
SOFTHSM2_CONF of its own, with the tokens that are plugged into it.
"""

import glob
import hashlib
import os
import shutil
import subprocess

PIN = "7391-secret"
WRONG = "1937-secret"


def module():
    """SoftHSM's module, or None."""
    found = sorted(glob.glob("/usr/lib/*/softhsm/libsofthsm2.so")
                   + glob.glob("/usr/lib/softhsm/libsofthsm2.so"))
    return found[0] if found and shutil.which("softhsm2-util") else None


class Machine:
    """Tokens that are there. `plug()` makes this the machine that keepers run on."""

    def __init__(self, scratch, name, *labels):
        self.folder = os.path.join(scratch, f"tokens-{name}")
        os.makedirs(self.folder)
        self.conf = os.path.join(scratch, f"tokens-{name}.conf")
        with open(self.conf, "w") as file:
            file.write(f"directories.tokendir = {self.folder}\nlog.level = ERROR\n")
        self.plug()
        for label in labels:
            self.util("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", PIN)

    def plug(self):
        os.environ["SOFTHSM2_CONF"] = self.conf
        return self

    def util(self, *args):
        subprocess.run(["softhsm2-util", *args], check=True, capture_output=True,
                       env={**os.environ, "SOFTHSM2_CONF": self.conf})


def write(scratch, name, text):
    path = os.path.join(scratch, name)
    with open(path, "w") as file:
        file.write(text + "\n")
    return path


class Under:
    """A keeper's commands with a module and PIN files."""

    def __init__(self, rig, scratch):
        self.rig, self.scratch, self.module = rig, scratch, module()
        # A copy that others may write, wherever the build lies: no folder may choose such a module.
        self.odd = os.path.join(scratch, "libkeeper-odd-token.so")
        if not os.path.exists(self.odd):
            shutil.copy(os.path.join(rig.BIN, "libkeeper-odd-token.so"), self.odd)
            os.chmod(self.odd, 0o777)
        self.pin = write(scratch, "pin", PIN)
        self.wrong = write(scratch, "wrong-pin", WRONG)

    def keeper(self, command, folder, *args, pin=None, **more):
        return self.rig.keeper(command, folder, *args, "--pin-file", pin or self.pin, **more)

    def init(self, folder, label, *args, pin=None, by=None):
        return self.keeper("init", folder, "--pkcs11", by or self.module, "--token", label, *args,
                           pin=pin)

    def kit(self, folder, *args, pin=None):
        return self.keeper("kit", folder, "--shares", "2/3", *args, pin=pin)

    def taken(self, label, *args):
        """What a thief with the PIN gets: {key: what}, the control among them."""
        command = [os.path.join(self.rig.BIN, "keeper-token"), self.module, label, PIN, *args]
        out = subprocess.run(command, text=True, capture_output=True, timeout=60).stdout
        return dict(line.split(": ", 1) for line in out.splitlines())


def refused(done, words, code=2):
    return done.returncode == code and words in done.stderr


def made_under(suite, on, folder):
    several = on.keeper("init", folder, "--pkcs11", on.module)
    suite.check("of several tokens one is to be named",
                refused(several, "--token LABEL") and '"one"' in several.stderr, several.stderr)
    none = on.init(folder, "three")
    suite.check("a token that is not there is named", refused(none, '"three" is not there', 1),
                none.stderr)
    wrong = on.init(folder, "one", pin=on.wrong)
    suite.check("a wrong PIN makes nothing", refused(wrong, "The PIN is wrong")
                and not os.listdir(folder) and set(on.taken("one")) == {"control"}, wrong.stderr)
    both = on.init(folder, "one", "--no-passphrase")
    suite.check("under a token and under nothing cannot be both", both.returncode != 0)
    made = on.init(folder, "one")
    suite.check("a keeper is made under a token", made.returncode == 0, made.stderr)
    again = on.init(folder, "one")
    suite.check("and none over it, nor another key",
                refused(again, "a keeper in") and len(on.taken("one")) == 2, again.stderr)
    status = on.rig.keeper("status", folder).stdout
    suite.check("status says so", 'keys under a token: "one"' in status and on.module in status,
                status)
    texts = made.stdout + made.stderr + status
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            texts += file.read().decode("latin-1")
    suite.check("the PIN is in no file and in no output", PIN not in texts)
    return on.rig.keeper_id(made.stdout)


def not_extractable(suite, on):
    taken = on.taken("one")
    control = taken.pop("control", "")
    suite.check("the control: a key that may be had is had",
                "value 32 bytes" in control and "wrapped 40 bytes" in control, control)
    suite.check("the token's key names the keeper",
                len(taken) == 1 and "guildhall keeper " in next(iter(taken)), str(taken))
    suite.check("and nobody gets it, with the PIN neither", [*taken.values()] ==
                ["value refused, wrapped refused, copied refused"], str(taken))


def served(suite, on, folder, keeper):
    rig = on.rig
    vault = rig.Vault(keeper)
    rig.keeper("add-room", folder, "--url", vault.url, "--room-key", vault.key)
    vault.say("want 1")
    serving = rig.Serving(folder, "--pin-file", on.pin)
    suite.check("under a token, a key arrives", vault.wait({1}))
    suite.check("withdrawing asks for nothing",
                rig.keeper("withdraw", folder).returncode == 0 and vault.wait(set()))
    wrong = on.keeper("restore", folder, pin=on.wrong)
    suite.check("restoring with a wrong PIN is refused",
                refused(wrong, "The PIN is wrong") and not vault.wait({1}, 1), wrong.stderr)
    right = on.keeper("restore", folder)
    suite.check("with the right one it is done", right.returncode == 0 and vault.wait({1}),
                right.stderr)
    suite.check("it stops when told", serving.stop() == 0)
    serving = rig.Serving(folder, "--pin-file", on.wrong)
    suite.check("with a wrong PIN it does not serve", serving.process.wait(20) == 2)
    vault.say("restart")
    vault.wait(set())
    serving = rig.Serving(folder, "--pin-file", on.pin)
    suite.check("after a restart the same keys are there", vault.wait({1}))
    alarms = rig.keeper("status", folder).stdout
    suite.check("without an alarm", "alarm" not in alarms, alarms)
    serving.stop()
    return vault


def copied(suite, on, folder, scratch):
    """The folder without the token, and with it; then with a token that only looks like it."""
    copy = os.path.join(scratch, "copied")
    shutil.copytree(folder, copy)
    home = os.environ["SOFTHSM2_CONF"]
    Machine(scratch, "bare")
    suite.check("elsewhere the copied folder opens nothing",
                refused(on.kit(copy), '"one"', 1)
                and on.rig.Serving(copy, "--pin-file", on.pin).process.wait(20) == 1)
    Machine(scratch, "alike", "one")
    suite.check("nor with a token of the same name and PIN", refused(on.kit(copy), "not there", 1))
    os.environ["SOFTHSM2_CONF"] = home
    opened = on.kit(copy)
    suite.check("the control: with the token it opens", opened.returncode == 0, opened.stderr)
    asked = on.rig.keeper("kit", copy, "--shares", "2/3", "--passphrase-file", on.pin)
    suite.check("a passphrase is none of it", asked.returncode == 2 and "PIN" in asked.stderr,
                asked.stderr)
    changed(suite, on, copy)


def changed(suite, on, copy):
    """keeper.key, with a digest that fits, names another keeper: the token does not open it."""
    path = os.path.join(copy, "keeper.key")
    with open(path, "rb") as file:
        whole = file.read()
    at = whole.index(b"\n") + 1 + 4
    other = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:-32]
    with open(path, "wb") as file:
        file.write(other + hashlib.sha256(other).digest())
    done = on.kit(copy)
    suite.check("a root is bound to its keeper", refused(done, "another keeper's"), done.stderr)
    with open(path, "wb") as file:
        file.write(whole)
    suite.check("the control: the file as it was opens", on.kit(copy).returncode == 0)


def modules(suite, on, folder, scratch):
    gone = on.kit(folder, "--pkcs11", "/usr/lib/no-such-module.so")
    suite.check("a missing module is named", refused(gone, "no such module", 1), gone.stderr)
    text = on.kit(folder, "--pkcs11", on.pin)
    suite.check("what is no library is refused", refused(text, "cannot be loaded", 1), text.stderr)
    other = glob.glob("/usr/lib/*/libsodium.so.23")
    if other:
        done = on.kit(folder, "--pkcs11", other[0])
        suite.check("and a library that is no module", refused(done, "no PKCS#11 module", 1),
                    done.stderr)
    own, mine = os.path.join(scratch, "own"), os.path.join(scratch, "mine.so")
    shutil.copy(on.module, mine)
    suite.check("a module of one's own, by name",
                on.init(own, "one", by=mine).returncode == 0)
    done = on.kit(own)
    suite.check("what the folder alone names is loaded only where root put it",
                refused(done, "others than root"), done.stderr)
    suite.check("named by hand it is", on.kit(own, "--pkcs11", mine).returncode == 0)
    os.unlink(mine)
    suite.check("a module that moved is named anew",
                on.kit(own, "--pkcs11", on.module).returncode == 0)
    plain = os.path.join(scratch, "plain")
    on.rig.keeper("init", plain, "--no-passphrase")
    done = on.kit(plain)
    suite.check("without a token a PIN is told to be none", refused(done, "not under a token"),
                done.stderr)


def odd(suite, on, scratch):
    """Each fault is refused; without one the same module does."""
    home = os.path.join(scratch, "odd")
    os.environ.update(ODD_TOKEN_REAL=on.module, ODD_TOKEN_LOG=os.path.join(scratch, "sign-ins"))
    keys = len(on.taken("two"))
    for fault, words in (("asks-no-pin", "asks for no PIN"), ("no-gcm", "no AES-GCM"),
                         ("gives-away", "give its keys away"), ("forgets", "does not give back"),
                         ("locked", "takes no PIN any more")):
        os.environ["ODD_TOKEN"] = fault
        done = on.init(home, "two", by=on.odd)
        suite.check(f"a token that is {fault} is refused, and nothing stays in it",
                    refused(done, words) and len(on.taken("two")) == keys
                    and not os.path.exists(os.path.join(home, "keeper.key")), done.stderr)
    os.environ["ODD_TOKEN"] = "own-nonce"
    done = on.init(home, "two", by=on.odd)
    os.environ["ODD_TOKEN"] = ""
    with open(os.path.join(home, "keeper.key"), "rb") as file:
        kept = b"N" * 12 in file.read()
    suite.check("a token that chooses its nonce is taken at its word",
                kept and on.kit(home, "--pkcs11", on.odd).returncode == 0, done.stderr)
    os.environ["ODD_TOKEN"] = "signed-in"
    done = on.kit(home, "--pkcs11", on.odd, pin=on.wrong)
    suite.check("nobody passes since somebody is signed in", done.returncode == 1, done.stderr)
    os.environ["ODD_TOKEN"] = "last-try"
    os.unlink(os.environ["ODD_TOKEN_LOG"])
    done = on.kit(home, "--pkcs11", on.odd, pin=on.wrong)
    with open(os.environ["ODD_TOKEN_LOG"]) as file:
        tries = len(file.readlines())
    suite.check("a wrong PIN is tried once, and the last try is told",
                refused(done, "one more") and tries == 1, f"{done.stderr} {tries} sign-ins")
    for name in ("ODD_TOKEN", "ODD_TOKEN_REAL", "ODD_TOKEN_LOG"):
        os.environ.pop(name)


def moved(suite, on, folder, machine, vault, scratch):
    """By kit and keys.box to another token; then the first one is destroyed."""
    kit = on.kit(folder)
    shares = [block.split("\n")[1] for block in kit.stdout.split("\nShare ")[1:]]
    typed, new = "\n".join(shares[:2]) + "\n", os.path.join(scratch, "other-token")
    box = os.path.join(folder, "keys.box")
    to = ("--box", box, "--pkcs11", on.module, "--token", "two")
    wrong = on.keeper("recover", new, *to, pin=on.wrong, typed=typed)
    suite.check("recovering with a wrong PIN leaves nothing",
                refused(wrong, "The PIN is wrong") and not os.listdir(new), wrong.stderr)
    rebuilt = on.keeper("recover", new, *to, typed=typed)
    suite.check("recovered under another token", rebuilt.returncode == 0
                and on.rig.keeper_id(rebuilt.stdout) == on.rig.keeper_id(kit.stdout),
                rebuilt.stderr)
    on.taken("one", "delete")
    lost = on.kit(folder)
    suite.check("a token without the key says so", refused(lost, "does not have"), lost.stderr)
    machine.util("--delete-token", "--token", "one")
    suite.check("the old folder is nothing without its token", on.kit(folder).returncode == 1)
    on.rig.keeper("add-room", new, "--url", vault.url, "--room-key", vault.key)
    vault.say("restart")
    vault.wait(set())
    serving = on.rig.Serving(new, "--pin-file", on.pin)
    suite.check("the new one leases the keys that the vault had", vault.wait({1}))
    serving.stop()


def run(suite, scratch, rig):
    if not module():
        suite.skip("a keeper under a token: softhsm2 is not installed")
        return
    before = os.environ.get("SOFTHSM2_CONF")
    machine = Machine(scratch, "home", "one", "two")
    on, folder, vault = Under(rig, scratch), os.path.join(scratch, "under-token"), None
    os.makedirs(folder)
    try:
        keeper = made_under(suite, on, folder)
        not_extractable(suite, on)
        vault = served(suite, on, folder, keeper)
        copied(suite, on, folder, scratch)
        modules(suite, on, folder, scratch)
        odd(suite, on, scratch)
        moved(suite, on, folder, machine, vault, scratch)
    finally:
        if vault:
            vault.stop()
        os.environ.pop("SOFTHSM2_CONF", None)
        if before:
            os.environ["SOFTHSM2_CONF"] = before
