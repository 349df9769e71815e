"""duban audit: what a broker wrote is verified offline, and whatever was changed in it
afterwards, by a stranger or by the broker's owner, is refused with exit 4 and named."""
import os
import shutil
import struct
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import audit_kit as audit
import kit
import wire
from audit_world import DAYS, World, day_of
from ed25519 import Key, key_of_file

WORLD = None


def setUpModule():
    global WORLD
    WORLD = World()


def tearDownModule():
    WORLD.close()


class AuditCase(kit.Case):
    def setUp(self):
        super().setUp()
        self.dir = self.path("audit")
        shutil.copytree(WORLD.fetched, self.dir)
        self.size = len(WORLD.entries)

    def verify(self, *more, key=None, expect=0, folder=None):
        done = self.duban("audit", "verify", folder or self.dir, "--key",
                          key or WORLD.vkey, "--json", *more, expect=expect)
        return done.json()

    def refused(self, fault, index=None, file=None, why=None, more=(), key=None):
        said = self.verify(*more, key=key, expect=4)
        self.assertFalse(said["verified"])
        finding = said["finding"]
        self.assertEqual(finding["fault"], fault, finding)
        if index is not None:
            self.assertEqual(finding["index"], index, finding)
        if file is not None:
            self.assertEqual(finding["file"], file, finding)
        if why is not None:
            self.assertEqual(finding["why"], why, finding)
        return finding

    def flip(self, name, at):
        data = bytearray(audit.get(self.dir, name))
        data[at] ^= 1
        audit.put(self.dir, name, bytes(data))

    def hostile(self, entries):
        """The broker's owner writes another history, tiles and checkpoint and all."""
        audit.write_log(self.dir, entries, kit.ORIGIN, WORLD.log)

    def last_bundle(self):
        return audit.bundle_name(self.size, self.size // 256)


class Accepted(AuditCase):
    def test_what_the_broker_wrote_is_verified(self):
        said = self.verify()
        self.assertTrue(said["verified"])
        self.assertEqual(said["entries"], self.size)
        self.assertGreater(said["digests"], 150)
        self.assertEqual(said["kinds"]["submission"], 1)
        self.assertEqual(said["kinds"]["conflict"], 1)
        conflict = [r for r in said["listed"] if r["kind"] == "conflict"]
        self.assertEqual([(r["key"], r["number"]) for r in conflict], [(2, 1)])
        west = [r for r in said["signers"] if r["key"] == 3][0]
        self.assertEqual(west["revoked"], WORLD.revoked)
        self.assertEqual(sum(r["signed"] for r in said["signers"]), self.size)

    def test_the_folder_is_what_tlog_tiles_says(self):
        again = self.path("again")
        os.makedirs(again)
        audit.write_tiles(again, WORLD.entries)
        ours = sorted(os.path.relpath(os.path.join(at, f), again)
                      for at, _, files in os.walk(again) for f in files)
        theirs = sorted(os.path.relpath(os.path.join(at, f), self.dir)
                        for at, _, files in os.walk(self.dir + "/tile") for f in files)
        self.assertEqual(ours, theirs)
        for name in ours:
            self.assertEqual(audit.get(again, name), audit.get(self.dir, name), name)
        self.assertEqual(audit.checkpoint_of(self.dir)[2], audit.root_of(WORLD.leaves))

    def test_the_page_says_what_was_not_verified_in_both_languages(self):
        report = self.path("page.txt")
        zh = self.duban("audit", "verify", self.dir, "--key", WORLD.vkey, "--report",
                        report, DUBAN_LANG="zh")
        self.assertIn("核验成立", zh.out)
        self.assertIn("没有核验", zh.out)
        with open(report, encoding="utf-8") as f:
            self.assertIn("核验成立", f.read())
        en = self.duban("audit", "verify", self.dir, "--key", WORLD.vkey, DUBAN_LANG="en")
        self.assertTrue(en.out.startswith("VERIFIED"))
        self.assertIn("not verified", en.out)
        self.assertIn("numbers used twice: 1", en.out)

    def test_the_page_can_be_filed_it_says_when_and_with_what_and_is_signed(self):
        for lang, words in (("zh", ("离线核验报告", "核验于", "程序 duban ", "签字")),
                            ("en", ("offline audit", "done at", "with duban ", "seal"))):
            page = self.duban("audit", "verify", self.dir, "--key", WORLD.vkey,
                              DUBAN_LANG=lang).out
            for word in words:
                self.assertIn(word, page)
            bad = self.duban("audit", "verify", self.path("none"), "--key", WORLD.vkey,
                             DUBAN_LANG=lang, expect=4).out
            self.assertIn(words[1], bad)

    def test_a_key_must_be_given(self):
        self.duban("audit", "verify", self.dir, expect=2)

    def test_a_receipt_stands_at_its_index_of_this_tree(self):
        index = WORLD.submitted
        text = audit.receipt_text(WORLD.entries[index], WORLD.leaves, index, WORLD.note)
        audit.put(self.folder, "r.receipt", text.encode())
        said = self.verify("--receipt", self.path("r.receipt"))
        self.assertEqual(said["receipts"], 1)

    def test_a_receipt_under_an_earlier_checkpoint_is_of_the_same_tree(self):
        index, size = WORLD.submitted, WORLD.submitted + 7
        note = audit.checkpoint(kit.ORIGIN, size, audit.root_of(WORLD.leaves[:size]),
                                WORLD.log)
        text = audit.receipt_text(WORLD.entries[index], WORLD.leaves[:size], index, note)
        audit.put(self.folder, "r.receipt", text.encode())
        self.verify("--receipt", self.path("r.receipt"))


class Edited(AuditCase):
    """A stranger's hand in the files: no key to sign with."""

    def test_a_flipped_byte_of_an_entry_is_named_by_its_index(self):
        for index in (0, 300, self.size - 1):
            with self.subTest(index=index):
                shutil.rmtree(self.dir)
                shutil.copytree(WORLD.fetched, self.dir)
                n = index // 256
                name = audit.bundle_name(self.size, n)
                before = audit.bundle(WORLD.entries[256 * n:index])
                self.flip(name, len(before) + 2 + 60)
                self.refused("leaf", index, name)

    def test_a_flipped_byte_of_a_size_in_a_bundle_is_refused(self):
        name = audit.bundle_name(self.size, 1)
        self.flip(name, 1)
        self.assertIn(self.verify(expect=4)["finding"]["fault"], ("leaf", "shape"))

    def test_a_flipped_hash_is_named_with_its_tile(self):
        edge = audit.tile_path(0, self.size // 256, self.size % 256)
        above = audit.tile_path(1, 0, self.size // 256)
        for name, at, index in (("tile/0/001", 32 * 5, 261), (edge, 32 * 3 + 1,
                                 self.size // 256 * 256 + 3), (above, 32, 256)):
            with self.subTest(name=name):
                shutil.rmtree(self.dir)
                shutil.copytree(WORLD.fetched, self.dir)
                self.flip(name, at)
                self.refused("tile", index, name)

    def test_an_entry_edited_with_its_tile_is_refused_by_the_tile_above(self):
        entries = list(WORLD.entries)
        entries[300] = entries[300][:-1] + bytes([entries[300][-1] ^ 1])
        part = entries[256:512]
        audit.put(self.dir, "tile/entries/001", audit.bundle(part))
        audit.put(self.dir, "tile/0/001", b"".join(audit.leaf_hash(e) for e in part))
        self.refused("tile", 256, "tile/0/001")

    def test_an_entry_edited_with_every_tile_is_refused(self):
        entries = list(WORLD.entries)
        entries[300] = entries[300][:-1] + bytes([entries[300][-1] ^ 1])
        audit.write_tiles(self.dir, entries)
        self.refused("signature", 300, why="SIGNATURE")

    def test_two_entries_swapped_are_refused(self):
        entries = list(WORLD.entries)
        entries[300], entries[301] = entries[301], entries[300]
        audit.put(self.dir, "tile/entries/001", audit.bundle(entries[256:512]))
        self.refused("leaf", 300)

    def test_the_last_entry_dropped_is_refused(self):
        audit.put(self.dir, self.last_bundle(),
                  audit.bundle(WORLD.entries[self.size // 256 * 256:-1]))
        self.refused("shape", self.size - 1, self.last_bundle())

    def test_a_bundle_cut_short_or_prolonged_is_refused(self):
        name = audit.bundle_name(self.size, 0)
        data = audit.get(self.dir, name)
        audit.put(self.dir, name, data[:-5])
        self.refused("shape", 255, name)
        audit.put(self.dir, name, data + b"\0\0")
        self.refused("shape", 255, name)

    def test_a_missing_file_is_named(self):
        for name in ("tile/entries/000", "tile/0/001", self.last_bundle()):
            with self.subTest(name=name):
                shutil.rmtree(self.dir)
                shutil.copytree(WORLD.fetched, self.dir)
                os.remove(os.path.join(self.dir, name))
                self.refused("missing", file=name)
        os.remove(os.path.join(self.dir, "checkpoint"))
        self.refused("missing", file="checkpoint")

    def test_a_file_too_many_is_named(self):
        for name in ("tile/0/777", "tile/notes.txt", "tile/entries/000.p/9"):
            with self.subTest(name=name):
                audit.put(self.dir, name, b"x")
                self.refused("extra", file=name)
                shutil.rmtree(self.dir)
                shutil.copytree(WORLD.fetched, self.dir)

    def test_a_pipe_in_place_of_the_checkpoint_holds_nobody(self):
        os.unlink(os.path.join(self.dir, "checkpoint"))
        os.mkfifo(os.path.join(self.dir, "checkpoint"))
        done = self.duban("audit", "verify", self.dir, "--key", WORLD.vkey, expect=None)
        self.assertNotEqual(done.code, 0)

    def test_a_pipe_in_place_of_a_tile_holds_nobody(self):
        os.remove(os.path.join(self.dir, "tile/0/000"))
        os.mkfifo(os.path.join(self.dir, "tile/0/000"))
        self.refused("extra", file="tile/0/000")

    def test_every_line_of_the_checkpoint_is_signed(self):
        origin, size, root = audit.checkpoint_of(self.dir)
        lines = WORLD.note.split("\n")
        for what, at, new in (("size", 1, str(size - 1)), ("root", 2, lines[2][::-1]),
                              ("origin", 0, origin + "x")):
            with self.subTest(what=what):
                edited = list(lines)
                edited[at] = new
                audit.put(self.dir, "checkpoint", "\n".join(edited).encode())
                self.refused("checkpoint", file="checkpoint")
        name = WORLD.note.rindex(" ")
        flipped = WORLD.note[:name + 9] + ("A" if WORLD.note[name + 9] != "A" else "B") + \
            WORLD.note[name + 10:]
        audit.put(self.dir, "checkpoint", flipped.encode())
        self.refused("checkpoint", file="checkpoint")

    def test_another_key_than_the_logs_verifies_nothing(self):
        other = Key(b"\7" * 32)
        self.refused("checkpoint", key=audit.vkey(kit.ORIGIN, other.public),
                     why="UNKNOWN_KEY")

    def test_another_logs_checkpoint_is_refused(self):
        origin, size, root = audit.checkpoint_of(self.dir)
        note = audit.checkpoint("duban.other/2023", size, root, WORLD.log)
        audit.put(self.dir, "checkpoint", note.encode())
        self.refused("checkpoint", file="checkpoint")
        note = audit.checkpoint("duban.other/2023", size, root, WORLD.log, name=origin)
        audit.put(self.dir, "checkpoint", note.encode())
        self.refused("checkpoint", why="ORIGIN")

    def test_a_folder_that_names_another_key_is_refused(self):
        other = Key(b"\7" * 32)
        audit.put(self.dir, "log.vkey",
                  (audit.vkey(kit.ORIGIN, other.public) + "\n").encode())
        self.refused("checkpoint", file="log.vkey")

    def test_a_receipt_of_another_index_or_entry_is_refused(self):
        index = WORLD.submitted
        for claimed, entry in ((index + 1, index), (index - 1, index), (index, index + 1)):
            with self.subTest(claimed=claimed, entry=entry):
                text = audit.receipt_text(WORLD.entries[entry], WORLD.leaves, index,
                                          WORLD.note, claimed)
                audit.put(self.folder, "r.receipt", text.encode())
                self.duban("audit", "verify", self.dir, "--key", WORLD.vkey, "--receipt",
                           self.path("r.receipt"), expect=4)

    def test_a_receipt_of_a_fork_is_refused(self):
        """It holds by itself: the same key signed both histories."""
        leaves = list(WORLD.leaves)
        leaves[10] = audit.leaf_hash(b"another")
        index = WORLD.submitted
        note = audit.checkpoint(kit.ORIGIN, len(leaves), audit.root_of(leaves), WORLD.log)
        text = audit.receipt_text(WORLD.entries[index], leaves, index, note)
        audit.put(self.folder, "r.receipt", text.encode())
        self.refused("receipt", index, why="DIVERGED",
                     more=("--receipt", self.path("r.receipt")))

    def test_a_witness_that_has_not_signed_is_missed(self):
        import base64
        import hashlib
        key = Key(b"\5" * 32)
        name = "duban.example/witness"
        ident = hashlib.sha256(name.encode() + b"\n\4" + key.public).digest()[:4]
        text = "%s+%s+%s" % (name, ident.hex(),
                             base64.b64encode(b"\4" + key.public).decode())
        self.refused("witness", more=("--witness", text), why="UNWITNESSED")
        body = WORLD.note.split("\n\n")[0] + "\n"
        signed = "cosignature/v1\ntime 1700000000\n" + body
        line = base64.b64encode(ident + struct.pack(">Q", 1700000000) +
                                key.sign(signed.encode())).decode()
        audit.put(self.dir, "checkpoint",
                  (WORLD.note + "— %s %s\n" % (name, line)).encode())
        said = self.verify("--witness", text)
        self.assertEqual(said["witnesses"],
                         [{"name": name, "signed": True, "time_s": 1700000000}])

    def test_one_key_is_one_witness_whatever_its_names(self):
        import base64
        import hashlib
        key = Key(b"\5" * 32)
        body, lines, words = WORLD.note.split("\n\n")[0] + "\n", "", []
        for name in ("duban.example/audit", "duban.example/county"):
            ident = hashlib.sha256(name.encode() + b"\n\4" + key.public).digest()[:4]
            signed = key.sign(("cosignature/v1\ntime 1700000000\n" + body).encode())
            words += ["--witness", "%s+%s+%s" % (
                name, ident.hex(), base64.b64encode(b"\4" + key.public).decode())]
            lines += "— %s %s\n" % (name, base64.b64encode(
                ident + struct.pack(">Q", 1700000000) + signed).decode())
        audit.put(self.dir, "checkpoint", (WORLD.note + lines).encode())
        self.verify(*words[:2], "--witnesses", "1")
        for twice in (words, words[:2] * 2):
            done = self.duban("audit", "verify", self.dir, "--key", WORLD.vkey, *twice,
                              "--witnesses", "2", expect=None)
            self.assertEqual(done.refusals(), [420])


class Hostile(AuditCase):
    """The broker's owner: every tree is whole and signed with the log's own key."""

    def test_an_entry_re_signed_by_another_key_is_refused(self):
        entries = list(WORLD.entries)
        p = audit.Parts(entries[WORLD.submitted])
        p.signature = Key(b"\3" * 32).sign(p.signed)
        entries[WORLD.submitted] = p.bytes()
        self.hostile(entries)
        self.refused("signature", WORLD.submitted, why="SIGNATURE")

    def test_a_figure_changed_by_the_owner_is_refused(self):
        entries = list(WORLD.entries)
        p = audit.Parts(entries[WORLD.submitted])
        at = p.signed.rindex(wire.decimal("40"))
        p.signed = p.signed[:at] + wire.decimal("50") + p.signed[at + len(wire.decimal("40")):]
        entries[WORLD.submitted] = p.bytes()
        self.hostile(entries)
        self.refused("signature", WORLD.submitted, why="SIGNATURE")

    def insert(self, at, signer, kind, payload, key=None, **other):
        data, signature = signer.make(kind, payload, **other)
        if key:
            signature = key.sign(data)
        like = audit.Parts(WORLD.entries[at])
        p = audit.Parts(WORLD.entries[at])
        p.kind, p.office, p.key = kind, signer.office, signer.number
        p.number = other.get("number", signer.next - 1)
        p.signed, p.signature, p.received_ms = data, signature, like.received_ms
        self.hostile(audit.renumbered(
            WORLD.entries[:at] + [p.bytes()] + WORLD.entries[at:]))

    def signer(self, key, office, number, next_=1):
        s = kit.Signer(key.key if isinstance(key, kit.Signer) else key, office, number)
        s.next = next_
        return s

    def test_a_number_used_twice_is_refused(self):
        at = WORLD.submitted + 1
        self.insert(at, self.signer(WORLD.city.east, 2, 2), wire.SUBMISSION,
                    WORLD.city.report("60"))
        self.refused("rules", at, why="NUMBER_USED")

    def test_an_entry_of_a_revoked_key_is_refused(self):
        at = WORLD.revoked + 1
        self.insert(at, self.signer(WORLD.city.west, 3, 3), wire.SUBMISSION,
                    WORLD.city.report("60"))
        self.refused("signature", at, why="REVOKED")

    def test_a_key_is_no_key_before_it_is_enrolled(self):
        self.insert(2, self.signer(WORLD.city.east, 2, 2), wire.SUBMISSION,
                    WORLD.city.report("60"))
        self.refused("signature", 2, why="UNKNOWN_KEY")

    def test_an_entry_signed_for_another_journal_is_refused(self):
        at = WORLD.submitted
        self.insert(at, self.signer(WORLD.city.east, 2, 2, 9), wire.SUBMISSION,
                    WORLD.city.report("60"), origin="duban.other/2023")
        self.refused("signature", at, why="ORIGIN")

    def test_an_entry_left_out_is_refused_by_the_next_digest(self):
        """Nothing was forged and every number is free: the fold alone can tell."""
        at = WORLD.submitted
        entries = audit.renumbered(WORLD.entries[:at] + WORLD.entries[at + 1:])
        self.hostile(entries)
        finding = self.refused("digest", why="DIGEST")
        self.assertGreater(finding["index"], at)

    def test_a_wrong_digest_signed_by_the_broker_is_refused(self):
        entries = list(WORLD.entries)
        at = [i for i, e in enumerate(entries) if audit.Parts(e).kind == wire.DIGEST][5]
        p = audit.Parts(entries[at])
        digest = [v for v in wire.parse(wire.first(wire.parse(p.signed), 8, b"")).values()
                  if isinstance(v[0], bytes)][0][0]
        p.signed = p.signed.replace(digest, bytes([digest[0] ^ 1]) + digest[1:])
        p.signature = WORLD.log.sign(p.signed)
        entries[at] = p.bytes()
        self.hostile(entries)
        self.refused("digest", at, why="DIGEST")

    def test_a_received_time_that_falls_is_refused(self):
        entries = list(WORLD.entries)
        p = audit.Parts(entries[400])
        p.received_ms = audit.Parts(entries[399]).received_ms - 1
        entries[400] = p.bytes()
        self.hostile(entries)
        self.refused("rules", 400, why="CLOCK")

    def test_a_day_left_out_is_refused(self):
        entries = list(WORLD.entries)
        at = [i for i, e in enumerate(entries) if audit.Parts(e).kind == wire.CLOCK][4]
        self.hostile(audit.renumbered(entries[:at] + entries[at + 1:]))
        self.refused("rules")

    def test_an_index_that_is_not_its_place_is_refused(self):
        entries = list(WORLD.entries)
        p = audit.Parts(entries[400])
        p.index = 401
        entries[400] = p.bytes()
        self.hostile(entries)
        self.refused("rules", 400)

    def test_another_key_than_entry_0_names_may_not_sign_the_log(self):
        other = Key(b"\7" * 32)
        audit.write_log(self.dir, WORLD.entries, kit.ORIGIN, other)
        self.refused("key", 0, key=audit.vkey(kit.ORIGIN, other.public))

    def test_the_first_bad_index_does_not_depend_on_threads(self):
        entries = list(WORLD.entries)
        for at in (500, 130, 420):
            p = audit.Parts(entries[at])
            p.signature = Key(b"\3" * 32).sign(p.signed)
            entries[at] = p.bytes()
        self.hostile(entries)
        for _ in range(5):
            self.refused("signature", 130)


class Fetched(AuditCase):
    def fetch(self, *more, expect=0):
        return self.duban("audit", "fetch", self.dir, "--json", *more,
                          home=WORLD.path("city"), broker=WORLD.broker, expect=expect)

    def test_a_broker_gives_what_its_files_hold(self):
        shutil.rmtree(self.dir)
        said = self.fetch().json()
        self.assertGreaterEqual(said["size"], self.size)
        self.assertEqual(audit.entries_of(self.dir)[:self.size], WORLD.entries)
        self.verify()

    def test_what_is_there_and_whole_is_kept(self):
        self.fetch()
        self.assertLess(self.fetch().json()["written"], 1)
        os.remove(os.path.join(self.dir, "tile/entries/000"))
        self.flip("tile/0/001", 5)
        said = self.fetch().json()
        self.assertEqual(said["written"], 2)
        self.verify()

    def test_a_partial_tile_is_replaced_when_the_log_has_grown(self):
        size = 300
        audit.write_log(self.dir, WORLD.entries[:size], kit.ORIGIN, WORLD.log)
        self.fetch()
        self.verify()
        self.assertFalse(os.path.exists(os.path.join(self.dir, "tile/0/001.p/44")))

    def test_a_fork_is_refused_and_nothing_is_touched(self):
        entries = list(WORLD.entries[:300])
        entries[7] = entries[8]
        audit.write_log(self.dir, entries, kit.ORIGIN, WORLD.log)
        before = audit.get(self.dir, "checkpoint")
        self.assertEqual(self.fetch(expect=4).refusals(), [508])
        self.assertEqual(audit.get(self.dir, "checkpoint"), before)
        self.assertEqual(audit.entries_of(self.dir), entries)

    def test_a_broker_with_less_than_the_folder_is_refused(self):
        more = WORLD.entries + [WORLD.entries[-1]] * 4000
        audit.write_log(self.dir, more, kit.ORIGIN, WORLD.log)
        self.fetch(expect=4)

    def test_a_folder_stays_one_logs(self):
        other = Key(b"\7" * 32)
        audit.put(self.dir, "log.vkey",
                  (audit.vkey(kit.ORIGIN, other.public) + "\n").encode())
        self.fetch(expect=4)

    def test_it_goes_on_after_kill_9(self):
        for stop_after in (1, 3, 6):
            shutil.rmtree(self.dir, ignore_errors=True)
            p = subprocess.Popen(
                kit.command_line(["audit", "fetch", self.dir, "--data",
                                  WORLD.path("data")], WORLD.path("city"), None),
                env=kit.environment(), cwd=kit.ROOT, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            kit.poll(lambda: p.poll() is not None or sum(
                len(files) for _, _, files in os.walk(self.dir)) >= stop_after, 20, 0.0005)
            p.kill()
            p.wait()
            self.fetch()
            self.verify()

    def test_submissions_go_on_while_it_fetches(self):
        shutil.rmtree(self.dir)
        stop = threading.Event()
        sent = []

        def submit():
            with WORLD.broker.asker() as asker:
                n = DAYS
                while not stop.is_set() and n < DAYS + 100:
                    WORLD.city.set_time(asker, *day_of(n))
                    sent.append(n)
                    n += 1

        thread = threading.Thread(target=submit)
        thread.start()
        try:
            for _ in range(3):
                self.fetch()
                self.verify()
        finally:
            stop.set()
            thread.join()
        self.assertGreater(len(sent), 0)


class Readers(kit.Case):
    """Who may fetch, and what is told to whom over the wire."""

    ACCESS, JOURNAL = 36, 3

    def setUp(self):
        super().setUp()
        self.city = kit.City(self.found())
        self.b = self.broker().start()
        with self.b.asker() as asker:
            self.city.found(asker)
        self.vkey = audit.vkey(kit.ORIGIN,
                               key_of_file(self.path("data", "broker.key")).public)

    def tile(self, asker, **more):
        fields = dict(f2=0, f3=0, f4=1)
        fields.update(more)
        return asker.ask(tile=wire.message(**fields))

    def test_hashes_are_for_anybody_and_entries_are_not(self):
        with self.b.asker() as asker:
            reply = self.tile(asker)
            self.assertEqual(reply.code, 0)
            hashes = wire.first(wire.parse(wire.first(wire.parse(reply.bytes), 11)), 1)
            self.assertEqual(len(hashes), 32)
            self.assertEqual(self.tile(asker, f1=1).code, 610)

    def test_tiles_that_cannot_be_or_are_not_there_are_refused(self):
        with self.b.asker() as asker:
            for more, code in ((dict(f4=0), 201), (dict(f4=257), 201), (dict(f2=8), 201),
                               (dict(f4=200), 512), (dict(f2=1), 512), (dict(f3=1), 512),
                               (dict(f3=(1 << 64) - 1), 512)):
                self.assertEqual(self.tile(asker, **more).code, code, more)

    def home(self, name):
        self.duban("init", home=self.path(name))
        return key_of_file(self.path(name, "key"))

    def enrol(self, asker, number, office, key):
        row = wire.message(f1=number, f2=office, f3=1, f4=key.public)
        self.city.ok(self.city.root.send(asker, wire.KEYS, wire.field(1, row)))

    def test_an_auditor_who_was_given_the_journal_is_listed_with_his_purpose(self):
        key = self.home("auditor")
        with self.b.asker() as asker:
            self.enrol(asker, 5, 4, key)
            refused = self.duban("audit", "fetch", self.path("copy"),
                                 home=self.path("auditor"), broker=self.b, expect=1)
            self.assertEqual(refused.refusals(), [301])
            rows = wire.field(1, wire.message(f1=4, f2=self.JOURNAL))
            self.city.ok(self.city.root.send(asker, self.ACCESS,
                                             rows + wire.field(2, "审〔2023〕5号")))
        self.duban("audit", "fetch", self.path("copy"), "--purpose", "年度审计",
                   home=self.path("auditor"), broker=self.b)
        self.duban("audit", "fetch", self.path("copy"), home=self.path("auditor"),
                   broker=self.b)
        said = self.duban("audit", "verify", self.path("copy"), "--key", self.vkey,
                          "--json").json()
        read = [(r["office"], r["key"], r["words"]) for r in said["listed"]
                if r["kind"] == "session"]
        self.assertEqual(read[0], (4, 5, "年度审计"))
        self.assertEqual(len(read), 2)

    def test_a_stranger_fetches_nothing(self):
        self.home("stranger")
        done = self.duban("audit", "fetch", self.path("copy"), home=self.path("stranger"),
                          broker=self.b, expect=1)
        self.assertEqual(done.refusals(), [610])


class LongEntries(kit.Case):
    """A bundle of the longest entries is four times a reply."""

    def test_a_bundle_that_fits_no_reply_is_put_together_from_several(self):
        root = self.found()
        broker = self.broker().start()
        city = kit.City(root)
        with broker.asker() as asker:
            city.found(asker)
            # drafts of another plan, each as long as an entry may be
            for n in range(1, 121):
                filler = "督办" * 100
                task = city.task(1, kind=6) + wire.field(5, filler)
                chunk = wire.message(f1=2, f2="2024", f3=n)
                room = 64000 - len(chunk)
                one = wire.field(4, task)
                chunk += one * (room // len(one))
                reply = city.root.send(asker, wire.PLAN_CHUNK, chunk)
                if reply.code:
                    self.fail("chunk %d: %r" % (n, reply))
        folder = self.path("audit")
        vkey = audit.vkey(kit.ORIGIN, key_of_file(self.path("data", "broker.key")).public)
        self.duban("audit", "fetch", folder, broker=broker)
        entries = audit.entries_of(folder)
        self.assertGreater(max(map(len, entries)), 60000)
        self.assertGreater(sum(map(len, entries[:256])), 4 << 20)
        self.duban("audit", "verify", folder, "--key", vkey)
        broker.stop()


if __name__ == "__main__":
    kit.main()
