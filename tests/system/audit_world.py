"""A journal with a conflict, a revoked key and a digest for each day, made by a real broker
and fetched once: what the tests of the audit copy and edit."""
import os
import shutil
import tempfile

import audit_kit as audit
import kit
import wire
from ed25519 import key_of_file

DAYS = 230  # each brings Time, Clock and Digest: two full bundles and more


def day_of(n):
    return (2023 + (n - 1) // 336, 1 + (n - 1) % 336 // 28, 1 + (n - 1) % 28, 9, 0)


class World:
    """One journal for the whole file: made once, fetched once, copied by each test."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="duban-audit-")
        try:
            self.make()
        except BaseException:
            self.close()
            raise

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def make(self):
        kit.run_duban("init", "--city", "--data", self.path("data"), "--origin",
                      kit.ORIGIN, "--code", "zfbgs", "--name", "市政府办公室", "--drill",
                      "2023-01-11T09:00", home=self.path("city"))
        self.root = key_of_file(self.path("city", "key"))
        self.log = key_of_file(self.path("data", "broker.key"))
        self.vkey = audit.vkey(kit.ORIGIN, self.log.public)
        self.broker = kit.Broker(self.path("data")).start()
        self.city = kit.City(self.root)
        with self.broker.asker() as asker:
            self.fill(asker)
        self.fetched = self.path("fetched")
        kit.run_duban("audit", "fetch", self.fetched, "--data", self.path("data"),
                      home=self.path("city"))
        self.entries = audit.entries_of(self.fetched)
        self.leaves = [audit.leaf_hash(e) for e in self.entries]
        self.note = audit.get(self.fetched, "checkpoint").decode()
        assert 512 < len(self.entries) < 768, len(self.entries)

    def fill(self, asker):
        city = self.city.found(asker)
        days = [day_of(n) for n in range(12, DAYS)]
        for at in days[:10]:
            city.set_time(asker, *at)
        report = city.report("40")
        city.set_time(asker, 2023, 3, 30, 9, 0)
        self.submitted = city.ok(city.east.send(asker, wire.SUBMISSION, report))
        # the same number for other bytes: refused, and a CONFLICT entry says so
        reply = city.east.send(asker, wire.SUBMISSION, city.report("41"),
                               number=city.east.next - 1)
        assert reply.code == 213, reply
        # west's key is revoked: whatever it signs later is refused
        revoked = wire.field(1, wire.message(f1=3, f2=3, f3=1, f5=1))
        self.revoked = city.ok(city.root.send(asker, wire.KEYS, revoked))
        for at in days:
            if at > (2023, 3, 30, 9, 0):
                city.set_time(asker, *at)

    def close(self):
        if getattr(self, "broker", None):
            self.broker.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
