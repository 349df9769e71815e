"""Attacks on a broker, its files and its keys: each is refused, or shows where somebody
looks. docs/security.md says which row of its table each of these stands for."""
import base64
import os
import subprocess
import time
import unittest

import audit_kit as audit
import insider_kit
import kit
import wire
from ed25519 import Key, key_of_file

INTEGRITY = 4
CLOCK_SHIFT = os.path.join(kit.BUILD, "clock_shift.so")
DAY_MS = 86400000


class Attack(kit.Case):
    def serve(self, name="data", origin=kit.ORIGIN):
        """A broker with the small city in it."""
        root = self.found(drill="2023-12-31T09:00", home=self.path(name + "-home"),
                          data=self.path(name), origin=origin)
        server = self.broker(self.path(name)).start()
        with server.asker() as asker:
            city = kit.City(root, origin).found(asker)
        return server, city

    def ask(self, server, signer, kind, payload, **other):
        with server.asker() as asker:
            return signer.send(asker, kind, payload, **other)

    def head(self, server):
        with server.asker() as asker:
            return wire.first(asker.ask(info=b"").info, 2)

    def entries(self, server, city):
        with server.asker() as asker:
            self.assertEqual(city.root.session(asker).code, 0)
            return list(wire.all_entries(asker))


class SpoofedOffice(Attack):
    def test_nobody_speaks_for_another_office(self):
        server, city = self.serve()
        report = city.report("25")
        before = self.head(server)
        # East's key under west's name, and east's name under a key of nobody.
        as_west = kit.Signer(city.east.key, city.west.office, city.east.number)
        reply = self.ask(server, as_west, wire.SUBMISSION, report)
        self.assertEqual(reply.code, 212, reply)
        as_east = kit.Signer(Key(b"\7" * 32), city.east.office, city.east.number)
        reply = self.ask(server, as_east, wire.SUBMISSION, report)
        self.assertEqual(reply.code, 209, reply)
        # East signs with its own key, and states what is west's to state.
        for_west = city.report("25", office=city.west.office)
        reply = self.ask(server, city.east, wire.SUBMISSION, for_west)
        self.assertEqual(reply.code, 301, reply)
        # Nobody but the city office founds offices, gives keys or sets the time.
        for kind, payload in ((wire.OFFICES, city.offices()), (wire.KEYS, city.keys()),
                              (wire.TIME, wire.message(f1=wire.zigzag(1)))):
            reply = self.ask(server, city.lead, kind, payload)
            self.assertEqual(reply.code, 301, reply)
        # Nobody is the broker, whose office is 0.
        as_broker = kit.Signer(city.root.key, 0, 0)
        reply = self.ask(server, as_broker, wire.CLOCK, wire.message(f1=wire.zigzag(1)))
        self.assertNotEqual(reply.code, 0)
        self.assertEqual(self.head(server), before)


class Replay(Attack):
    def test_what_was_signed_for_one_journal_is_refused_by_another(self):
        server, city = self.serve()
        other, _ = self.serve("other", origin="duban.test/other")
        data, signature = city.east.make(wire.SUBMISSION, city.report("25"))
        before = self.head(other)
        with other.asker() as asker:
            reply = asker.ask(submit=wire.submit(data, signature))
        self.assertEqual(reply.code, 206, reply)
        self.assertEqual(self.head(other), before)
        with server.asker() as asker:
            self.assertEqual(asker.ask(submit=wire.submit(data, signature)).code, 0)

    def test_a_token_is_worth_nothing_on_another_connection_or_door(self):
        server, city = self.serve()
        with server.asker() as reader, server.asker() as thief, \
                wire.Asker(server.feed) as at_the_feed:
            self.assertEqual(city.root.session(reader).code, 0)
            wanted = wire.message(f1=0, f2=10)
            self.assertEqual(reader.ask(entries=wanted).code, 0)
            self.assertEqual(thief.ask(entries=wanted).code, 610)
            thief.token = at_the_feed.token = reader.token
            self.assertEqual(thief.ask(entries=wanted).code, 611)
            topic = wire.message(f1=kit.City.CODE)
            self.assertEqual(at_the_feed.ask(feed=topic).code, 611)
            for at in range(len(reader.token)):
                thief.token = reader.token[:at] + bytes([reader.token[at] ^ 1]) + \
                    reader.token[at + 1:]
                self.assertEqual(thief.ask(entries=wanted).code, 611)
            self.assertEqual(reader.ask(entries=wanted).code, 0)

    def test_an_answer_to_one_challenge_opens_no_other_session(self):
        server, city = self.serve()
        with server.asker() as reader, server.asker() as thief:
            challenge = reader.ask(challenge=b"").challenge
            data, signature = city.east.make(wire.SESSION, wire.message(
                f1=challenge, f2=wire.RIGHT_OFFICE), number=0)
            answer = wire.field(1, data) + wire.field(2, signature)
            self.assertNotEqual(thief.ask(session=answer).code, 0)
            self.assertEqual(reader.ask(session=answer).code, 0)


class UnauthorisedReader(Attack):
    def setUp(self):
        super().setUp()
        self.server, self.city = self.serve()
        reference, self.text = self.city.body("内部情况")
        said = wire.statement(3, self.city.quarter(1), text=wire.message(f1=reference))
        with self.server.asker() as asker:
            self.city.ok(self.city.lead.send(asker, wire.SUBMISSION,
                                             wire.submission([said]), [self.text]))
        self.hash = wire.first(wire.parse(reference), 1)

    def codes(self, asker):
        """What it gets of everything that is not public."""
        asks = {"all entries": {"entries": wire.message(f2=10)},
                "west's slice": {"entries": wire.message(f2=10, f3=True, f4=3)},
                "a bundle": {"tile": wire.message(f1=True, f4=1)},
                "the journal's page": {"page": b""},
                "west's page": {"page": wire.message(f1=kit.City.CODE, f2=3)},
                "lead's receipt": {"receipt": wire.message(f1=4, f2=1)},
                "the body": {"body": wire.message(f1=self.hash)}}
        return {name: asker.ask(**ask).code for name, ask in asks.items()}

    def test_a_stranger_gets_nothing_that_is_not_public(self):
        with self.server.asker() as asker:
            codes = self.codes(asker)
            self.assertEqual(set(codes.values()), {610}, codes)
            self.assertEqual(asker.ask(info=b"").code, 0)

    def test_an_office_gets_nothing_that_is_anothers(self):
        with self.server.asker() as asker:
            self.assertEqual(self.city.east.session(asker, wire.RIGHT_OFFICE).code, 0)
            codes = self.codes(asker)
            # Any office may read a body whose salted hash it was given.
            self.assertEqual(codes.pop("the body"), 0)
            whole = codes.pop("all entries")
            self.assertEqual(set(codes.values()), {301}, codes)
            self.assertIn(whole, (0, 301))
            # Those of all entries that its own slice would not hold are refused.
            for index in range(self.read_head(asker) + 1):
                reply = asker.ask(entries=wire.message(f1=index, f2=1))
                if reply.code:
                    self.assertEqual(reply.code, 301, (index, reply))
                else:
                    entry = wire.Entry(reply.entries[1][0])
                    self.assertNotEqual(entry.kind, wire.SUBMISSION, index)

    @staticmethod
    def read_head(asker):
        return wire.first(asker.ask(info=b"").info, 2)

    def test_nobody_takes_a_right_that_was_not_given(self):
        with self.server.asker() as asker:
            self.city.east.session(asker, wire.RIGHT_JOURNAL, "给我看看", entry=True)
            self.assertEqual(asker.token, b"")
        with self.server.asker() as asker:
            self.city.east.session(asker, wire.RIGHT_BOARD)  # it gets what it has
            page = wire.message(f1=kit.City.CODE, f2=self.city.west.office)
            self.assertNotEqual(asker.ask(page=page).code, 0)

    def test_no_key_opens_a_session_of_another_office(self):
        with self.server.asker() as asker:
            spoof = kit.Signer(self.city.east.key, self.city.west.office,
                               self.city.east.number)
            reply = spoof.session(asker, wire.RIGHT_OFFICE)
            self.assertEqual((reply.code, reply.field), (212, "office"), reply)
            self.assertEqual(asker.token, b"")


class StolenKey(Attack):
    def test_a_revoked_key_opens_signs_and_holds_nothing_any_more(self):
        server, city = self.serve()
        stands = city.ok(self.ask(server, city.east, wire.SUBMISSION, city.report("25")))
        with server.asker() as thief:
            self.assertEqual(city.east.session(thief, wire.RIGHT_OFFICE).code, 0)
            own = wire.message(f2=10, f3=True, f4=city.east.office)
            opened = thief.ask(entries=own).code
            revoked = wire.field(1, wire.message(f1=city.east.number, f2=city.east.office,
                                                 f3=1, f5=1))
            since = city.ok(self.ask(server, city.root, wire.KEYS, revoked))
            self.assertEqual(opened, 0)
            self.assertEqual(thief.ask(entries=own).code, 611)
            thief.token = b""
            self.assertNotEqual(city.east.session(thief, wire.RIGHT_OFFICE).code, 0)
        reply = self.ask(server, city.east, wire.SUBMISSION, city.report("26"))
        self.assertEqual(reply.code, 211, reply)
        # What it signed before stands where it stood.
        entries = self.entries(server, city)
        self.assertEqual((entries[stands].kind, entries[stands].key),
                         (wire.SUBMISSION, city.east.number))
        self.assertEqual([e.index for e in entries if e.key == city.east.number and
                          e.index > since], [])
        self.assertEqual(server.stop(), 0)
        server.start()
        reply = self.ask(server, city.east, wire.SUBMISSION, city.report("26"))
        self.assertEqual(reply.code, 211, reply)


class Clock(kit.Case):
    """A city that runs in earnest: its day is the broker's clock's."""

    def setUp(self):
        super().setUp()
        self.duban("init", "--city", "--data", self.path("data"), "--origin", kit.ORIGIN,
                   "--code", "zfbgs", "--name", "市政府办公室")
        self.city = kit.City(key_of_file(self.path("city", "key")))

    def server(self, days=0):
        """A broker whose clock is off by so many days."""
        wrap = ["env", "LD_PRELOAD=" + CLOCK_SHIFT, "CLOCK_SHIFT_S=%d" % (86400 * days)]
        return self.broker(wrap=wrap if days else ()).start()

    def found_office(self, server, number):
        """Something that may be sent at any time; the reply."""
        office = wire.message(f1=number, f2="office%d" % number, f3="单位%d" % number, f5=2, f6=1)
        with server.asker() as asker:
            return self.city.root.send(asker, wire.OFFICES, wire.field(1, office))

    def received(self, server):
        with server.asker() as asker:
            self.assertEqual(self.city.root.session(asker).code, 0)
            return [e.received_ms for e in wire.all_entries(asker)]

    def test_no_message_says_when_it_was_received(self):
        server = self.server()
        begun = int(time.time() * 1000)
        self.city.ok(self.found_office(server, 2))
        ended = int(time.time() * 1000)
        received = self.received(server)
        self.assertTrue(begun <= received[-1] <= ended, (begun, received, ended))
        self.assertEqual(received, sorted(received))

    def test_a_clock_moved_back_moves_no_entry_back(self):
        server = self.server()
        self.city.ok(self.found_office(server, 2))
        last = self.received(server)[-1]
        self.assertEqual(server.stop(), 0)
        server = self.server(days=-40)
        self.city.ok(self.found_office(server, 3))
        received = self.received(server)
        self.assertGreaterEqual(received[-1], last)
        self.assertEqual(received, sorted(received))

    def test_a_clock_moved_far_ahead_takes_nothing_in_without_a_signature(self):
        server = self.server()
        self.city.ok(self.found_office(server, 2))
        last = self.received(server)[-1]
        self.assertEqual(server.stop(), 0)
        server = self.server(days=40)
        reply = self.found_office(server, 3)
        self.assertEqual(reply.code, 429, reply)
        self.assertLess(max(self.received(server)), last + 3 * DAY_MS)
        self.assertEqual(server.stop(), 0)
        server = self.server()
        self.city.ok(self.found_office(server, 3))


def figures(entry, old, new):
    """The entry with another figure in its signed bytes."""
    p = audit.Parts(entry)
    at = p.signed.rindex(wire.decimal(old))
    p.signed = p.signed[:at] + wire.decimal(new) + p.signed[at + len(wire.decimal(old)):]
    return p.bytes()


class Files(Attack):
    """The broker is stopped, and somebody has its folder."""

    def setUp(self):
        super().setUp()
        self.server, self.city = self.serve()
        asked = self.city.report
        self.report = self.city.ok(self.ask(self.server, self.city.east, wire.SUBMISSION,
                                            asked("25")))
        reference, self.body = self.city.body("情况属实，尚未公开")
        text = wire.statement(3, self.city.quarter(1), text=wire.message(f1=reference))
        with self.server.asker() as asker:
            self.city.ok(self.city.lead.send(asker, wire.SUBMISSION,
                                             wire.submission([text]), [self.body]))
        self.ok = self.city.ok(self.ask(self.server, self.city.west, wire.SUBMISSION,
                                        asked("40")))
        self.assertEqual(self.server.stop(), 0)
        self.data = self.path("data")

    def key(self):
        return key_of_file(os.path.join(self.data, "broker.key"))

    def check(self):
        return subprocess.run([kit.DUBAND, "--check", "--data", self.data], text=True,
                              capture_output=True, env=kit.environment())

    def refused(self, code):
        """By --check and by a start, twice; nothing was signed."""
        with open(os.path.join(self.data, "journal", "heads"), "rb") as f:
            heads = f.read()
        for _ in range(2):
            with self.assertRaises(AssertionError) as ended:
                self.broker(self.data).start()
            self.assertIn("(exit %d)" % INTEGRITY, str(ended.exception))
            self.assertIn("E%d " % code, str(ended.exception))
        with open(os.path.join(self.data, "journal", "heads"), "rb") as f:
            self.assertEqual(f.read(), heads)


@unittest.skipUnless(insider_kit.has_tools(), "lmdb-utils is not installed")
class InsiderWithTheDatabase(Files):
    """He edits whatever he likes, every tile and the state consistent; he has no key."""

    def setUp(self):
        super().setUp()
        self.books = insider_kit.Books(self.data)

    def test_his_tools_put_together_what_they_took_apart(self):
        before = self.check()
        self.books.write()
        self.assertEqual((before.returncode, self.check().stdout), (0, before.stdout))
        self.server.start()

    def test_a_changed_figure_is_refused(self):
        self.books.entries[self.report] = figures(self.books.entries[self.report], "25",
                                                  "35")
        self.books.write()
        self.refused(503)
        self.assertEqual(self.check().returncode, INTEGRITY)

    def test_an_entry_left_out_is_refused(self):
        del self.books.entries[-1]
        self.books.write()
        self.refused(502)

    def test_two_entries_in_another_order_are_refused(self):
        e = self.books.entries
        e[-1], e[self.report] = e[self.report], e[-1]
        self.books.entries = audit.renumbered(e)
        self.books.write()
        self.refused(503)

    def test_an_entry_put_in_is_refused(self):
        e = self.books.entries
        e.insert(self.report, e[self.report])
        self.books.entries = audit.renumbered(e)
        self.books.write(signed_size=len(e) - 1)
        self.refused(503)

    def append(self, figure, key):
        """An entry behind the signed head, as after a crash."""
        data, signature = self.city.west.make(wire.SUBMISSION, self.city.report(
            figure, quarter=2))
        p = audit.Parts(self.books.entries[-1])
        p.signed, p.signature = data, key.sign(data)
        p.number, p.index = self.city.west.next - 1, len(self.books.entries)
        self.books.entries.append(p.bytes())
        self.books.write()

    def test_a_forged_entry_behind_the_signed_head_is_not_signed_for(self):
        self.append("60", Key(b"\7" * 32))
        self.refused(209)

    def test_a_true_entry_behind_the_signed_head_is_signed_for(self):
        self.append("60", self.city.west.key)
        self.server.start()
        self.assertEqual(self.head(self.server), len(self.books.entries) - 1)

    def test_a_changed_body_is_refused(self):
        for name, data in self.books.bodies.items():
            self.books.bodies[name] = data[:-3] + "假".encode()
        self.books.write()
        done = self.check()
        self.assertEqual(done.returncode, INTEGRITY)
        self.assertIn("E501", done.stderr)
        self.assertIn("[bodies]", done.stderr)

    def test_a_body_lost_or_marked_as_removed_is_missed(self):
        whole = dict(self.books.bodies)
        for name in whole:
            self.books.bodies[name] = (1).to_bytes(8, "big")  # by entry 1, he says
        self.books.write()
        self.assertIn("[bodies]", self.check().stderr)
        self.books.bodies.clear()
        self.books.write()
        self.assertIn("[bodies]", self.check().stderr)
        self.books.bodies.update(whole)
        self.books.write()
        self.assertEqual(self.check().returncode, 0)


@unittest.skipUnless(insider_kit.has_tools(), "lmdb-utils is not installed")
class HostTakenOver(Files):
    """He has the folder and the broker's key: he can sign any history."""

    def setUp(self):
        super().setUp()
        self.books = insider_kit.Books(self.data)
        self.home = self.path("data-home")

    def rewrite(self):
        self.books.entries = audit.renumbered(self.books.entries)
        self.books.write(signed_size=0)
        self.books.sign(kit.ORIGIN, self.key())

    def test_a_figure_he_changes_lacks_its_signature(self):
        """A start believes its own log; --check and the audit look at every signature."""
        self.books.entries[self.report] = figures(self.books.entries[self.report], "25",
                                                  "35")
        self.rewrite()
        self.server.start()
        self.assertEqual(self.server.stop(), 0)
        done = self.check()
        self.assertEqual(done.returncode, INTEGRITY)
        self.assertIn("E209", done.stderr)
        self.assertIn(" %d" % self.report, done.stderr)

    def test_a_report_he_leaves_out_is_missed_by_whoever_has_its_receipt(self):
        leaves = self.books.leaves()
        note = audit.checkpoint(kit.ORIGIN, len(leaves), self.books.root(), self.key())
        receipt = self.path("east.receipt")
        with open(receipt, "w", encoding="utf-8") as f:
            f.write(audit.receipt_text(self.books.entries[self.report], leaves,
                                       self.report, note))
        vkey = audit.vkey(kit.ORIGIN, self.key().public)
        self.duban("receipt", "verify", receipt, "--key", vkey, home=self.home)
        del self.books.entries[self.report]
        self.rewrite()
        self.server.start()  # it is a history like any other
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.check().returncode, 0)
        folder = self.path("audit")
        self.duban("audit", "fetch", folder, "--data", self.data, home=self.home)
        self.duban("audit", "verify", folder, "--key", vkey, home=self.home)
        self.duban("audit", "verify", folder, "--key", vkey, "--receipt", receipt,
                   home=self.home, expect=INTEGRITY)

    def test_a_desk_that_saw_the_true_head_is_alarmed(self):
        self.server.start()
        self.duban("status", home=self.home, broker=self.server)
        self.assertEqual(self.server.stop(), 0)
        del self.books.entries[self.report]
        self.rewrite()
        self.server.start()
        done = self.duban("status", home=self.home, broker=self.server, expect=INTEGRITY)
        self.assertIn("ALARM", done.err)


class StolenBackup(Files):
    def all_bytes(self):
        out = b""
        for folder, _, names in os.walk(self.data):
            for name in names:
                with open(os.path.join(folder, name), "rb") as f:
                    out += f.read()
        return out

    def test_a_sealed_broker_key_starts_nothing_without_its_passphrase(self):
        seed = self.key().seed
        secret = self.path("passphrase")
        with open(secret, "w", encoding="utf-8") as f:
            f.write("一句很长的口令\n")
        os.chmod(secret, 0o600)
        self.duban("key", "seal", "--file", os.path.join(self.data, "broker.key"),
                   "--passphrase-file", secret)
        held = self.all_bytes()
        self.assertNotIn(seed, held)
        self.assertNotIn(base64.b64encode(seed), held)
        with self.assertRaises(AssertionError) as ended:
            self.broker(self.data).start()
        self.assertIn("E221", str(ended.exception))
        server = self.broker(self.data, wrap=["env", "DUBAN_PASSPHRASE=一句很长的口令"])
        server.start()

    def test_a_backup_holds_no_offices_key_but_every_text_in_clear(self):
        """What docs/security.md says remains: a backup is as secret as what it says."""
        held = self.all_bytes()
        for signer in (self.city.root, self.city.east, self.city.west, self.city.lead):
            self.assertNotIn(signer.key.seed, held)
            self.assertNotIn(base64.b64encode(signer.key.seed), held)
        self.assertIn("情况属实，尚未公开".encode(), held)


if __name__ == "__main__":
    kit.main()
