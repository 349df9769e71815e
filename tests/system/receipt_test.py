"""What a receipt proves, and what a log is caught at: with hashes of the test's own for
the wire, and with the commands as a clerk runs them."""
import base64
import hashlib
import os
import shutil
import struct

import kit
import wire
from ed25519 import Key

# --- RFC 6962 by its letter ---------------------------------------------------------------


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root_of(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root_of(leaves[:k]), root_of(leaves[k:]))


def path_of(index, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return path_of(index, leaves[:k]) + [root_of(leaves[k:])]
    return path_of(index - k, leaves[k:]) + [root_of(leaves[:k])]


def consistency_of(old, leaves, whole=True):
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = split(len(leaves))
    if old <= k:
        return consistency_of(old, leaves[:k], whole) + [root_of(leaves[k:])]
    return consistency_of(old - k, leaves[k:], False) + [root_of(leaves[:k])]


def size_and_root(checkpoint):
    lines = checkpoint.decode().split("\n")
    return int(lines[1]), base64.b64decode(lines[2])


def vkey(name, public, kind):
    material = bytes([kind]) + public
    number = hashlib.sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return "%s+%s+%s" % (name, number, base64.b64encode(material).decode())


class Witness:
    """Signs checkpoints as C2SP tlog-cosignature says."""

    def __init__(self, name, seed=None):
        self.name = name
        self.key = Key(hashlib.sha256((seed or name).encode()).digest())
        self.vkey = vkey(name, self.key.public, 4)

    def line(self, text, seconds):
        message = b"cosignature/v1\ntime %d\n" % seconds + text
        raw = (bytes.fromhex(self.vkey.split("+")[1]) + struct.pack(">Q", seconds) +
               self.key.sign(message))
        return ("— %s %s\n" % (self.name, base64.b64encode(raw).decode())).encode()


class OnTheWire(kit.Case):
    """Anybody may ask for proofs; every receipt carries one."""

    def setUp(self):
        super().setUp()
        self.key = self.found(drill="2023-12-31T09:00")
        self.server = self.broker().start()
        self.asker = self.server.asker()
        self.addCleanup(self.asker.close)
        self.city = kit.City(self.key).found(self.asker)

    def check_receipt(self, reply, entry):
        self.assertEqual(reply.code, 0, reply)
        size, root = size_and_root(reply.receipt[4][0])
        leaf, index = leaf_hash(entry), reply.index
        self.assertEqual(wire.first(reply.receipt, 2), leaf)
        got, last = leaf, size - 1
        for other in reply.receipt.get(7, []):
            self.assertGreater(last, 0)
            if index & 1 or index == last:
                got = node(other, got)
                while not index & 1 and index:
                    index, last = index >> 1, last >> 1
            else:
                got = node(got, other)
            index, last = index >> 1, last >> 1
        self.assertEqual((last, got), (0, root))
        return size

    def test_every_receipt_proves_itself_when_it_comes_and_ever_after(self):
        sent = []
        for n in range(80):
            data, signature = self.city.east.make(
                wire.SUBMISSION, wire.submission([wire.statement(
                    1, self.city.quarter(), text=wire.message(f4=True))]))
            reply = self.asker.ask(submit=wire.submit(data, signature))
            entry = wire.first(reply.receipt, 6, b"") + data + signature
            self.check_receipt(reply, entry)
            sent.append((data, signature, entry, n + 1))
        head = self.check_receipt(reply, entry)
        for data, signature, entry, number in sent[::13]:
            again = self.asker.ask(submit=wire.submit(data, signature))
            self.assertEqual(self.check_receipt(again, entry), head)

    def test_the_tree_of_every_size_is_proved_to_be_the_beginning(self):
        size, root = size_and_root(self.asker.ask(proof=b"").proof[1][0])
        self.assertGreater(size, 5)
        proofs = [self.asker.ask(proof=wire.message(f2=True, f3=i)).proof
                  for i in range(size)]
        leaves = [proof[4][0] for proof in proofs]
        self.assertEqual(root_of(leaves), root)
        for i, proof in enumerate(proofs):
            self.assertEqual(proof.get(3, []), path_of(i, leaves))
        for old in range(1, size + 1):
            proof = self.asker.ask(proof=wire.message(f1=old)).proof
            self.assertEqual(proof.get(2, []), consistency_of(old, leaves))
            proof = self.asker.ask(proof=wire.message(f1=1, f5=old)).proof
            self.assertEqual(proof.get(2, []), consistency_of(1, leaves[:old]))

    def test_what_is_not_there_is_ahead_and_nobody_witnesses(self):
        size, _ = size_and_root(self.asker.ask(proof=b"").proof[1][0])
        for number, asked in (("index", wire.message(f2=True, f3=size)),
                              ("old_size", wire.message(f1=size + 1)),
                              ("size", wire.message(f1=1, f5=size + 1)),
                              ("old_size", wire.message(f1=5, f5=4))):
            reply = self.asker.ask(proof=asked)
            self.assertEqual((reply.code, reply.field), (512, number))
        self.assertEqual(self.asker.ask(proof=wire.message(f4=True)).code, 514)


class AtTheDesk(kit.Case):
    """A clerk's home: the city office's, which sets the drill's time."""

    def setUp(self):
        super().setUp()
        self.found(drill="2023-01-11T09:00")
        self.server = self.broker().start()
        self.day = 11

    def city(self, *words, home=None, expect=0):
        return self.duban(*words, home=home or self.path("city"), broker=self.server,
                          expect=expect)

    def go_on(self, home=None, expect=0):
        """Entries: a day later."""
        self.day += 1
        return self.city("time", "set", "2023-01-%02dT09:00" % self.day, home=home,
                         expect=expect)

    def kept(self, home="city"):
        with open(self.path(home, "checkpoint"), "rb") as f:
            return f.read()

    def last_index(self):
        return self.city("receipt", "list", "--json").lines()[-1]["index"]

    def log_key(self):
        rows = self.city("config", "--json").lines()
        return next(row["value"] for row in rows if row["key"] == "log")

    def evidence(self):
        folder = self.path("city", "evidence")
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    def rolled_back(self):
        """The broker on a copy that is older than what the clerk has seen; the clerk's
        folder of that time goes with it."""
        self.go_on()
        self.server.stop()
        shutil.copytree(self.path("data"), self.path("old"))
        shutil.copytree(self.path("city"), self.path("old-city"))
        self.server.start()
        self.go_on()
        self.go_on()
        self.server.stop()
        shutil.rmtree(self.path("data"))
        shutil.copytree(self.path("old"), self.path("data"))
        self.server.start()

    def check_alarm(self, done, code, size, shown):
        self.assertIn(code, done.refusals())
        for word in ("ALARM", "evidence", self.path("city")):
            self.assertIn(word, done.err)
        name = "E%d-%d.txt" % (code, size)
        self.assertIn(name, self.evidence())
        with open(self.path("city", "evidence", name), "rb") as f:
            text = f.read()
        self.assertIn(self.kept(), text)
        self.assertEqual(text.count("\n— ".encode()), 2)  # both are signed
        self.assertIn(("\n%d\n" % shown).encode(), text)

    def test_a_broker_restored_from_an_older_copy_is_shorter(self):
        self.rolled_back()
        before = self.kept()
        size, _ = size_and_root(before)
        done = self.city("whoami", expect=4)
        self.check_alarm(done, 502, size, size_and_root(self.kept("old-city"))[0])
        self.assertEqual(self.kept(), before)

    def test_a_restored_broker_that_went_on_otherwise_has_diverged(self):
        self.rolled_back()
        before = self.kept()
        size, _ = size_and_root(before)
        self.day = 20
        while size_and_root(self.kept("old-city"))[0] <= size:
            self.go_on(home=self.path("old-city"))
        shown, _ = size_and_root(self.kept("old-city"))
        for words in (("whoami",), ("status",), ("outbox",)):
            done = self.city(*words, expect=4)
            self.assertIn(508, done.refusals())
        self.check_alarm(done, 508, size, shown)
        self.assertEqual(self.kept(), before)
        # Another who saw less is not alarmed, and goes on.
        self.go_on(home=self.path("old-city"))
        # In Chinese, and to programs.
        done = self.city("whoami", "--lang", "zh", expect=4)
        self.assertIn("严重警告", done.err)
        done = self.city("whoami", "--json", expect=4)
        self.assertIn("E508", done.err)

    def test_another_log_key_is_not_believed(self):
        self.go_on()
        other = vkey(kit.ORIGIN, hashlib.sha256(b"other").digest(), 1)
        self.duban("init", "--log", other, home=self.path("new"))
        done = self.duban("whoami", home=self.path("new"), broker=self.server, expect=None)
        good = self.duban("init", "--log", self.log_key(), home=self.path("good"))
        self.assertEqual(good.code, 0)
        self.assertEqual(self.duban("whoami", home=self.path("good"), broker=self.server,
                                    expect=None).code, 0)
        self.assertEqual(done.code, 4, done.err)

    def test_the_journal_grows_and_nobody_is_alarmed(self):
        sizes = []
        for _ in range(5):
            self.go_on()
            sizes.append(size_and_root(self.kept())[0])
        self.assertEqual(sizes, sorted(set(sizes)))
        self.assertEqual(self.evidence(), [])

    def save(self):
        self.go_on()
        index = self.last_index()
        file = self.path("a.receipt")
        self.city("receipt", "save", str(index), "-o", file)
        return index, file

    def test_a_receipt_is_verified_after_everything_else_is_deleted(self):
        index, file = self.save()
        key = self.log_key()
        public = self.city("whoami", "--json").json()
        self.server.stop()
        for folder in ("city", "data"):
            shutil.rmtree(self.path(folder))
        none = self.path("nothing")
        said = self.duban("receipt", "verify", file, "--key", key, "--json", home=none).json()
        self.assertEqual((said["holds"], said["index"], said["kind"], said["office"]),
                         (True, index, "time", 1))
        self.assertFalse(said["signature_verified"])
        said = self.duban("receipt", "verify", file, "--key", key, "--public",
                          public["key"], "--json", home=none).json()
        self.assertEqual(said["fingerprint"], public["fingerprint"])
        self.assertTrue(said["signature_verified"])
        for lang in ("zh", "en"):
            text = self.duban("receipt", "verify", file, "--key", key, "--lang", lang,
                              home=none).out
            self.assertIn(str(index), text)
        self.assertFalse(os.path.exists(none))

    def test_another_key_verifies_nothing(self):
        _, file = self.save()
        other = vkey(kit.ORIGIN, hashlib.sha256(b"other").digest(), 1)
        done = self.duban("receipt", "verify", file, "--key", other, expect=4)
        self.assertEqual(done.refusals(), [511])
        done = self.duban("receipt", "verify", file, "--key", "x+0+AQ==", expect=1)
        self.assertEqual(done.refusals(), [219])
        stranger = base64.b64encode(Key(hashlib.sha256(b"x").digest()).public).decode()
        done = self.duban("receipt", "verify", file, "--key", self.log_key(), "--public",
                          "duban-public/1 ed25519 " + stranger, expect=4)
        self.assertEqual(done.refusals(), [510])

    def test_witnesses_are_named_and_verified_when_their_key_is_given(self):
        _, file = self.save()
        key, seconds = self.log_key(), 1700000000
        one, two = Witness("one.example/w"), Witness("two.example/w")
        with open(file, "rb") as f:
            good = f.read()
        text = good.split(b"\n\n")[-2].split(b"\n\n")[-1] + b"\n"
        line = one.line(text, seconds)

        def verify(data, *witnesses, expect=0):
            with open(file, "wb") as f:
                f.write(data)
            words = [w for each in witnesses for w in ("--witness", each.vkey)]
            return self.duban("receipt", "verify", file, "--key", key, "--json", *words,
                              home=self.path("nothing"), expect=expect)

        said = verify(good + line).json()["witnesses"]
        self.assertEqual([(w["name"], w["verified"]) for w in said], [(one.name, False)])
        said = verify(good + line, one).json()["witnesses"]
        self.assertEqual([(w["name"], w["verified"]) for w in said], [(one.name, True)])
        self.assertTrue(said[0]["moment"].startswith("2023-11-15T06:13:20"), said)
        # A line of somebody else's key under that name, with a time of his choice.
        forged = Witness(one.name, seed="somebody else").line(text, seconds - 86400 * 365)
        said = verify(good + line + forged, one).json()["witnesses"]
        self.assertEqual([w["verified"] for w in said], [True, False])
        self.assertIn("E514", verify(good + forged, one, expect=None).err)
        self.assertIn("E514", verify(good, one, expect=None).err)
        self.assertIn("E514", verify(good + line, one, two, expect=None).err)
        start = len(good) + line.rindex(b" ") + 1
        for at in range(start + 8, len(good + line) - 1, 7):
            bad = bytearray(good + line)
            bad[at] = ord("A") if bad[at] != ord("A") else ord("B")
            self.assertNotEqual(verify(bytes(bad), one, expect=None).code, 0, at)

    def test_the_city_can_save_the_receipt_of_any_entry(self):
        self.go_on()
        head = self.last_index()
        for index in range(head + 1):
            file = self.path("%d.receipt" % index)
            self.city("receipt", "save", str(index), "-o", file)
            said = self.city("receipt", "verify", file, "--json").json()
            self.assertEqual((said["index"], said["signature_verified"]), (index, True))
        done = self.city("receipt", "save", "999999", "-o", self.path("x"), expect=1)
        self.assertFalse(os.path.exists(self.path("x")))
        self.assertTrue(done.refusals())

    def test_a_byte_changed_anywhere_in_a_receipt_is_refused(self):
        _, file = self.save()
        key = self.log_key()
        with open(file, "rb") as f:
            good = f.read()
        for at in range(0, len(good), max(1, len(good) // 60)):
            with open(file, "wb") as f:
                f.write(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
            done = self.duban("receipt", "verify", file, "--key", key, expect=None)
            self.assertIn(done.code, (1, 4), "byte %d: %s" % (at, done.out))
        with open(file, "wb") as f:
            f.write(good)
        self.duban("receipt", "verify", file, "--key", key)

    def test_an_outbox_of_an_older_version_gets_its_proofs_when_asked(self):
        index, file = self.save()
        with open(file, "rb") as f:
            wanted = f.read().split(b"\n")[1]
        folder = self.path("city", "outbox", "receipts")
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if name.endswith(".receipt"):
                os.unlink(path)
            elif name.endswith(".reply"):
                with open(path, "rb") as f:
                    reply = wire.parse(f.read())
                receipt = wire.parse(reply[3][0])
                receipt.pop(7, None)
                fields = b"".join(wire.field(n, v) for n, vs in sorted(receipt.items())
                                  for v in vs)
                with open(path, "wb") as f:
                    f.write(wire.field(1, 1) + wire.field(3, fields))
        self.assertEqual(self.city("receipt", "list", "--json").lines()[-1]["index"], index)
        self.city("receipt", "save", str(index), "-o", file)
        with open(file, "rb") as f:
            self.assertEqual(f.read().split(b"\n")[1], wanted)
        self.server.stop()
        said = self.duban("receipt", "show", str(index), "--json").json()
        self.assertEqual((said["holds"], said["index"]), (True, index))


if __name__ == "__main__":
    kit.main()
