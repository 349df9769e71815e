"""kill -9 of the broker during a stream of submissions, a hundred times."""
import os
import random
import struct
import subprocess
import threading

import kit
import wire

KILLS = int(os.environ.get("DUBAN_TEST_KILLS", "100"))
WINDOW = 32  # of one key: at most so many unanswered


class Stream(threading.Thread):
    """One key that sends as fast as it can over a connection of its own, and sends the
    very same bytes again, in order, whenever the connection breaks."""

    def __init__(self, url, signer, task):
        super().__init__(daemon=True)
        self.url, self.signer, self.task = url, signer, task
        self.waiting = {}  # number -> request
        self.acks = []     # (key, number, index)
        self.again = 0     # answered as standing there already
        self.error = None
        self.ending = threading.Event()

    def run(self):
        while self.waiting or not self.ending.is_set():
            try:
                with wire.Pipe(self.url, timeout=20) as pipe:
                    self.talk(pipe)
            except OSError:
                self.ending.wait(0.005)  # it is dead just now
            except AssertionError as e:
                self.error = e
                return

    def talk(self, pipe):
        for number in sorted(self.waiting):
            self.send(pipe, number)
        while self.waiting or not self.ending.is_set():
            while len(self.waiting) < WINDOW and not self.ending.is_set():
                self.send(pipe, self.make())
            if self.waiting:
                self.receive(pipe)

    def make(self):
        number = self.signer.next
        said = wire.statement(self.task, kit.City.quarter(1 + number % 4),
                              text=wire.message(f4=True))
        self.waiting[number] = wire.request(submit=wire.submit(
            *self.signer.make(wire.SUBMISSION, wire.submission([said]))))
        return number

    def send(self, pipe, number):
        pipe.send(struct.pack(">I", number | 0x80000000) + self.waiting[number])

    def receive(self, pipe):
        answer = pipe.receive()
        number = struct.unpack(">I", answer[:4])[0] & 0x7FFFFFFF
        reply = wire.Reply(answer[4:])
        assert reply.code == 0, "number %d: %s" % (number, reply)
        self.again += bool(wire.first(reply.receipt, 5))
        self.acks.append((self.signer.number, number, reply.index))
        del self.waiting[number]


class Crash(kit.Case):
    def setUp(self):
        super().setUp()
        root = self.found(drill="2023-12-31T09:00")
        self.server = self.broker().start()
        with self.server.asker() as asker:
            city = self.city = kit.City(root).found(asker)
        self.streams = [Stream(self.server.command, signer, task)
                        for signer, task in ((city.east, 1), (city.west, 1), (city.lead, 3))]
        for stream in self.streams:
            stream.start()

    def tearDown(self):
        for stream in self.streams:
            stream.ending.set()
            stream.waiting.clear()

    def acked(self):
        for stream in self.streams:
            self.assertIsNone(stream.error)
        return sum(len(s.acks) for s in self.streams)

    def wait_for_acks(self, beyond, seconds=30):
        grew = kit.poll(lambda: self.acked() > beyond, seconds, 0.001)
        self.assertTrue(grew, "nothing was acknowledged any more")

    def kill_often(self):
        chance = random.Random(2023)
        for n in range(KILLS):
            # Anywhere in a turn: a number of acknowledgements left to chance.
            self.wait_for_acks(self.acked() + chance.randrange(150))
            self.server.kill()
            before = max(a[2] for s in self.streams for a in s.acks[-WINDOW:])
            self.server.start()
            self.assertGreaterEqual(self.server.head, before, "kill %d: it fell back" % n)

    def check_journal(self):
        acks, seen = [a for s in self.streams for a in s.acks], {}
        with self.server.asker() as asker:
            self.city.reads(asker)
            for at, entry in enumerate(wire.all_entries(asker)):
                self.assertEqual(entry.index, at, "an index is missing")
                name = (entry.key, entry.number)
                self.assertNotIn(name, seen, "a number stands twice")
                seen[name] = at
        self.assertGreater(len(acks), KILLS)
        for key, number, index in acks:
            self.assertEqual(seen.get((key, number)), index)
        self.assertEqual(len({a[2] for a in acks}), len(acks))
        return len(acks), len(seen)

    def test_every_acknowledged_submission_survives_a_hundred_kills_and_none_stands_twice(
            self):
        self.kill_often()
        for stream in self.streams:
            stream.ending.set()
            stream.join(60)
            self.assertFalse(stream.is_alive() or stream.waiting, "an answer is missing")
        acked, entries = self.check_journal()
        again = sum(s.again for s in self.streams)
        print("%d kills, %d acknowledged, %d of them stood there already when sent again, "
              "%d entries" % (KILLS, acked, again, entries))
        self.assertGreater(again, 0, "no kill fell between commit and acknowledgement")
        digest = self.duban("digest", "--json", broker=self.server)
        self.assertTrue(digest.json()["equal"])
        self.assertEqual(self.server.stop(), 0)
        check = subprocess.run([kit.DUBAND, "--data", self.path("data"), "--check"],
                               env=kit.environment(), capture_output=True, timeout=120)
        self.assertEqual(check.returncode, 0, check.stderr)
        offline = self.duban("digest", "--json", "--data", self.path("data"))
        self.assertEqual(offline.json()["digest"], digest.json()["digest"])


if __name__ == "__main__":
    kit.main()
