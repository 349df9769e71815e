"""kill -9 of the broker during a stream of submissions, a hundred times."""
import os
import random
import signal
import subprocess
import unittest

import kit
import wire

KILLS = int(os.environ.get("DUBAN_TEST_KILLS", "100"))
RATE = 1500  # submissions a second: the journal stays small enough to reopen quickly
DRIVER = os.path.join(kit.BUILD, "stream_driver")


class Crash(kit.Case):
    def setUp(self):
        super().setUp()
        subprocess.run([DRIVER, "found", self.folder], check=True, env=kit.environment())
        self.acks = self.path("acks")
        self.driver = None

    def tearDown(self):
        if self.driver:
            self.driver.kill()
            self.driver.wait()
            self.driver.stdout.close()

    def start_driver(self, broker):
        self.driver = subprocess.Popen(
            [DRIVER, "run", broker.command, self.acks, str(RATE)],
            stdout=subprocess.PIPE, env=kit.environment())
        self.assertEqual(self.driver.stdout.readline(), b"streaming\n")

    def acked_bytes(self):
        return os.path.getsize(self.acks)

    def wait_for_acks(self, beyond, seconds=30):
        grew = kit.poll(lambda: self.acked_bytes() > beyond, seconds, 0.002)
        self.assertTrue(grew, "nothing was acknowledged any more")

    def kill_often(self, broker):
        chance = random.Random(2023)
        for n in range(KILLS):
            self.wait_for_acks(self.acked_bytes())
            # Anywhere in the turn: a moment of chance counted in acknowledgements.
            self.wait_for_acks(self.acked_bytes() + chance.randrange(2000))
            broker.kill()
            before = broker.head
            broker.start()
            self.assertGreater(broker.head, before, "kill %d: the journal fell back" % n)

    def end_driver(self):
        self.driver.send_signal(signal.SIGTERM)
        self.assertEqual(self.driver.wait(60), 0)

    def read_acks(self):
        with open(self.acks, encoding="ascii") as f:
            return [tuple(map(int, line.split())) for line in f]

    def check_journal(self, broker):
        acks, seen = self.read_acks(), {}
        with broker.asker() as asker:
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
        broker = self.broker().start()
        self.start_driver(broker)
        self.kill_often(broker)
        self.wait_for_acks(self.acked_bytes())
        self.end_driver()
        acked, entries = self.check_journal(broker)
        print("%d kills, %d acknowledged, %d entries" % (KILLS, acked, entries))
        digest = self.duban("digest", "--json", home=self.path("home"), broker=broker)
        self.assertTrue(digest.json()["equal"])
        self.assertEqual(broker.stop(), 0)
        check = subprocess.run([kit.DUBAND, "--data", self.path("data"), "--check"],
                               env=kit.environment(), capture_output=True, timeout=120)
        self.assertEqual(check.returncode, 0, check.stderr)
        offline = self.duban("digest", "--json", "--data", self.path("data"),
                             home=self.path("home"))
        self.assertEqual(offline.json()["digest"], digest.json()["digest"])


if __name__ == "__main__":
    kit.main()
