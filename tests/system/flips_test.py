"""Two thousand bits flipped in the files of a stopped broker, one at a time, each followed
by a start-up: it is refused, or everything is what it was. Never silently different.

flip_driver does the flips and runs what a start-up runs; the programs themselves are
started on a hundred more."""
import collections
import concurrent.futures
import ctypes
import os
import random
import shutil
import struct
import subprocess
import tempfile

import kit
import wire

DRIVER = os.path.join(kit.BUILD, "flip_driver")
ENTRIES = 20000
FLIPS = 2000
CHECKS = 60
STARTS = 40
WORKERS = 2
SEED = 20230101
IN_FLIGHT = 32
INTEGRITY = 4
# Codes of what is wrong with a journal (proto/status.h).
REFUSALS = {"CORRUPT", "ROOT", "SHORTER", "NOTE", "DIGEST", "SIGNATURE", "ORIGIN"}
# A body whose key was hit, when it is asked for.
READING = {"NOT_FOUND"}


class Sodium:
    """Signs as ed25519.py does, a thousand times as fast: the flips are what is tested
    here, not the signing."""

    def __init__(self, key):
        self.library = ctypes.CDLL("libsodium.so.23")
        self.secret = ctypes.create_string_buffer(64)
        public = ctypes.create_string_buffer(32)
        self.library.crypto_sign_seed_keypair(public, self.secret, key.seed)
        assert public.raw == key.public

    def sign(self, data):
        out = ctypes.create_string_buffer(64)
        self.library.crypto_sign_detached(out, None, data, ctypes.c_ulonglong(len(data)),
                                          self.secret)
        return out.raw


class Stream:
    """Many signed texts over one connection, so many at a time."""

    def __init__(self, url, signer, statement):
        self.pipe = wire.Pipe(url)
        self.signer, self.statement = signer, statement
        self.number = 0

    def ask(self, n):
        reference, body = kit.City.body(*self.words(n))
        payload = wire.submission([self.statement(wire.message(f1=reference))])
        data, signature = self.signer.make(wire.SUBMISSION, payload)
        return wire.request(submit=wire.submit(data, signature, [body]))

    def words(self, n):
        """Most are a few words, some fill pages of their own."""
        size = 12000 if n % 500 == 0 else 8 + n % 30
        return ("进展" * size)[:size], struct.pack(">QQ", n, self.signer.number)

    def send(self, count, at):
        """All are answered afterwards; what found the broker busy goes again."""
        waiting = {}
        for i in range(count):
            self.number += 1
            head = struct.pack(">I", self.number | 0x80000000)
            waiting[head] = self.ask(at + i)
        for head, data in waiting.items():
            self.pipe.send(head + data)
        while waiting:
            answer = self.pipe.receive()
            reply = wire.Reply(answer[4:])
            if reply.code in (603, 612):  # busy, or above the quota
                self.pipe.send(answer[:4] + waiting[answer[:4]])
                continue
            assert reply.code == 0, reply
            del waiting[answer[:4]]


def flip(path, byte, bit):
    with open(path, "r+b") as f:
        f.seek(byte)
        was = f.read(1)[0]
        f.seek(byte)
        f.write(bytes([was ^ 1 << bit]))


class Copy:
    """A stopped broker's folder to be harmed, and how to make it whole again."""

    FILES = ("journal.mdb", "heads")
    PAGE = 4096
    SLOTS, RECORD = 64, 1024  # storage/heads.h

    def __init__(self, data):
        self.data = data
        self.files = {}
        for name in self.FILES:
            with open(self.path(name), "rb") as f:
                self.files[name] = f.read()
        last = [struct.unpack_from("<QQ", self.files["journal.mdb"], page * self.PAGE + 136)
                for page in (0, 1)]
        self.used = (max(last, key=lambda words: words[1])[0] + 1) * self.PAGE

    def path(self, name):
        return os.path.join(self.data, "journal", name)

    def draw(self, chance):
        """Three in four anywhere in what LMDB uses, the others in the signed heads."""
        if chance.random() < 0.25:
            at = chance.randrange(self.SLOTS) * self.PAGE + chance.randrange(self.RECORD)
            return "heads", at, chance.randrange(8)
        return "journal.mdb", chance.randrange(self.used), chance.randrange(8)

    def restore(self):
        for name, data in self.files.items():
            with open(self.path(name), "r+b") as f:
                f.write(data)
                f.truncate()


class Flips(kit.Case):
    store = None

    @classmethod
    def tearDownClass(cls):
        if cls.store:
            shutil.rmtree(cls.store)

    def setUp(self):
        """The journal is made once and copied for each test and worker."""
        super().setUp()
        if not Flips.store:
            made = self.make_journal()
            Flips.store = tempfile.mkdtemp(prefix="duban-test-")
            shutil.copytree(made, os.path.join(Flips.store, "data"))
        self.data = os.path.join(Flips.store, "data")
        self.whole = self.look(self.data).stdout

    def make_journal(self):
        root = self.found(drill="2023-12-31T09:00")
        server = self.broker().start()
        with server.asker() as asker:
            city = kit.City(root).found(asker)
        streams = []
        for signer, task in ((city.east, 1), (city.west, 1), (city.lead, 3)):
            signer.key = Sodium(signer.key)
            streams.append(Stream(server.command, signer, lambda text, task=task:
                                  wire.statement(task, city.quarter(1), text=text)))
        done = 0
        while done < ENTRIES:
            for stream in streams:
                stream.send(IN_FLIGHT, done)
                done += IN_FLIGHT
        for stream in streams:
            stream.pipe.close()
        self.assertEqual(server.stop(), 0, server.log())
        return self.path("data")

    def look(self, data):
        return subprocess.run([DRIVER, data, "look"], capture_output=True, text=True,
                              env=kit.environment())

    def copies(self):
        out = [self.path("copy%d" % n) for n in range(WORKERS)]
        for copy in out:
            shutil.copytree(self.data, copy)
        return out

    # --- two thousand, by the driver -------------------------------------------------

    def flip_all(self):
        workers = [subprocess.Popen(
            [DRIVER, copy, "flip", str(SEED + n), str(FLIPS // WORKERS)],
            stdout=subprocess.PIPE, text=True, env=kit.environment())
            for n, copy in enumerate(self.copies())]
        lines = []
        for worker in workers:
            self.addCleanup(worker.kill)
            lines += worker.communicate()[0].splitlines()
            self.assertEqual(worker.returncode, 0, lines)
        return lines

    def test_no_flipped_bit_makes_a_journal_silently_different(self):
        lines = self.flip_all()
        told = [line for line in lines if line.startswith("!")]
        counts, statuses = {}, {}
        for line in lines:
            words = line.split()
            if words[0].startswith("E"):
                statuses[words[1]] = statuses.get(words[1], 0) + int(words[2])
            elif words[0] != "!":
                seen = counts.setdefault(words[0], [0] * 5)
                counts[words[0]] = [a + int(b) for a, b in zip(seen, words[1:])]
        print("kind: refused, found when read, same, different, crashed")
        for kind, seen in counts.items():
            print("%s: %s" % (kind, ", ".join(map(str, seen))))
        print(statuses)
        refused, found, same, different, crashed = map(sum, zip(*counts.values()))
        self.assertEqual(refused + found + same + different + crashed, FLIPS)
        self.assertEqual((different, crashed), (0, 0), told)
        for kind, seen in counts.items():
            self.assertGreater(seen[0], 0, kind)
        self.assertLessEqual(set(statuses), REFUSALS | READING)

    # --- the programs themselves -----------------------------------------------------

    def check(self, copy):
        """What `duband --check` made of it: refused, or the same page word for word."""
        done = subprocess.run([kit.DUBAND, "--check", "--data", copy.data],
                              capture_output=True, text=True, timeout=120,
                              env=kit.environment())
        if done.returncode == 0:
            return "same" if done.stdout == self.page else "different"
        self.assertEqual((done.returncode, done.stdout), (INTEGRITY, ""), done.stderr)
        return "refused"

    def start(self, copy):
        """A start of the service, until the verification behind it is done."""
        log = copy.data + ".log"
        open(log, "w", encoding="utf-8").close()
        server = self.broker(copy.data)
        server.log_path = log
        try:
            server.start()
        except AssertionError as ended:
            self.assertIn("(exit %d)" % INTEGRITY, str(ended))
            return "refused"
        kit.poll(lambda: "verified again" in server.log() or not server.alive(), 60)
        if not server.alive():
            self.assertEqual(server.stop(), INTEGRITY, server.log())
            return "stopped"
        self.assertIn("verified again", server.log())
        with server.asker() as asker:
            self.assertEqual(asker.ask(info=b"").code, 0)
        self.assertEqual(server.stop(), 0, server.log())
        return self.read(copy)

    def read(self, copy):
        done = self.look(copy.data)
        if done.returncode == 0:
            return "same" if done.stdout == self.whole else "different"
        self.assertIn(done.stderr.split()[-1], REFUSALS | READING)
        return "found"

    def work(self, number, data, outcomes):
        copy = Copy(data)
        chance = random.Random(SEED + number)
        for n in range((CHECKS + STARTS) // WORKERS):
            name, byte, bit = copy.draw(chance)
            flip(copy.path(name), byte, bit)
            kind, act = ("check", self.check) if n < CHECKS // WORKERS else \
                ("start", self.start)
            outcomes.append((kind, act(copy), name, byte, bit))
            copy.restore()

    def test_no_flipped_bit_gets_past_the_programs(self):
        self.page = subprocess.run([kit.DUBAND, "--check", "--data", self.data],
                                   capture_output=True, text=True, check=True,
                                   env=kit.environment()).stdout
        outcomes = []
        copies = self.copies()
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for job in [pool.submit(self.work, n, copy, outcomes)
                        for n, copy in enumerate(copies)]:
                job.result()
        counts = collections.Counter(outcome[:2] for outcome in outcomes)
        print(dict(counts))
        self.assertEqual(len(outcomes), CHECKS + STARTS)
        self.assertEqual([o for o in outcomes if o[1] == "different"], [])
        self.assertGreater(counts["check", "refused"], CHECKS / 4)
        self.assertGreater(counts["start", "refused"], STARTS / 4)
        for copy in copies:
            self.assertEqual(self.look(copy).stdout, self.whole)


if __name__ == "__main__":
    kit.main()
