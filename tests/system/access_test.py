"""Whoever reads is asked who it is: every kind of question, by those who may not ask it."""
import hashlib
import os
import re
import threading

import kit
import wire
from ed25519 import Key

STATUS = os.path.join(kit.ROOT, "proto/status.h")


def number_of(name):
    with open(STATUS, encoding="utf-8") as f:
        return int(re.search(r"X\(%s, (\d+)," % name, f.read()).group(1))


INTERNAL, RESTRICTED, TASK_RESTRICTED = 1, 2, 4  # visibilities, the task of the last


class City(kit.City):
    """Task 4 is restricted and the west county's alone."""

    def tasks(self):
        secret = (wire.message(f1=TASK_RESTRICTED, f2="4", f3="一、测试", f5="不宜公开的任务",
                               f6=6, f8=wire.packed([4]), f9=wire.packed([3]),
                               f15=RESTRICTED))
        return super().tasks() + [secret]


def tasks_of(frame):
    """Numbers of the tasks whose cells a frame holds."""
    return {wire.first(wire.parse(c), 1) for c in frame.get(8, [])
            if 18 in wire.parse(c)}


class Access(kit.Case):
    def setUp(self):
        super().setUp()
        root = self.found(drill="2023-12-31T09:00")
        self.server = self.broker().start()
        self.city = City(root)
        with self.server.asker() as asker:
            self.city.found(asker)
            reason, body = self.city.body("进展顺利")
            self.body_hash = wire.first(wire.parse(reason), 1)
            text = wire.submission([wire.statement(1, self.city.quarter(),
                                                   text=wire.message(f1=reason))])
            self.ok(self.city.east.send(asker, wire.SUBMISSION, text, [body]))
            self.report = self.ok(self.city.west.send(asker, wire.SUBMISSION,
                                                      self.city.report("25")))

    def ok(self, reply):
        self.assertEqual(reply.code, 0, reply)
        return reply.index

    def refused(self, reply, name, field=None):
        self.assertEqual(reply.code, number_of(name), reply)
        if field is not None:
            self.assertEqual(reply.field, field, reply)

    def asker(self, signer=None, right=wire.RIGHT_BOARD, url=None):
        asker = wire.Asker(url or self.server.command)
        self.addCleanup(asker.close)
        if signer:
            self.ok_session(signer.session(asker, right))
        return asker

    def ok_session(self, reply):
        self.assertEqual(reply.code, 0, reply)
        return reply.session

    @staticmethod
    def questions(office=3, key=3):
        """Everything that is not open to all, as whoever is office and key may ask it."""
        return {"slice": dict(entries=wire.message(f1=0, f2=10, f3=1, f4=office)),
                "receipt": dict(receipt=wire.message(f1=key, f2=1)),
                "page": dict(page=wire.message(f1="2023", f2=office))}

    def board(self, asker, **other):
        reply = asker.ask(board=wire.message(f1="2023", **other))
        self.ok(reply)
        return reply.frame

    # --- strangers

    def test_a_stranger_gets_nothing_but_what_is_public(self):
        stranger = self.asker()
        for name, ask in self.questions().items():
            with self.subTest(name):
                self.refused(stranger.ask(**ask), "SESSION_NEEDED")
        self.refused(stranger.ask(entries=wire.message(f1=0)), "SESSION_NEEDED")
        self.refused(stranger.ask(body=wire.message(f1=self.body_hash)), "SESSION_NEEDED")
        self.refused(stranger.ask(tile=wire.message(f1=1, f4=1)), "SESSION_NEEDED")
        self.refused(stranger.ask(page=wire.message(f2=0)), "SESSION_NEEDED")
        self.ok(stranger.ask(info=b""))
        self.ok(stranger.ask(tile=wire.message(f4=1)))  # hashes are open
        self.assertEqual(tasks_of(self.board(stranger)), {1, 2, 3})

    def test_a_key_that_nobody_enrolled_opens_no_session(self):
        somebody = kit.Signer(Key(hashlib.sha256(b"nobody").digest()), 3, 99)
        self.refused(somebody.session(self.asker(), wire.RIGHT_BOARD), "UNKNOWN_KEY")
        spoof = kit.Signer(somebody.key, 3, 3)  # the west county's number
        self.refused(spoof.session(self.asker(), wire.RIGHT_BOARD), "SIGNATURE")

    # --- offices

    def test_an_office_reads_its_own_and_is_refused_the_others(self):
        west = self.asker(self.city.west)
        for name, ask in self.questions().items():
            with self.subTest(name):
                reply = west.ask(**ask)
                self.assertNotIn(reply.code, [number_of("SESSION_NEEDED"),
                                              number_of("NOT_ALLOWED")], reply)
        for name, ask in self.questions(office=2, key=2).items():
            with self.subTest(name):
                self.refused(west.ask(**ask), "NOT_ALLOWED")
        self.refused(west.ask(tile=wire.message(f1=1, f4=1)), "NOT_ALLOWED")
        self.refused(west.ask(page=wire.message(f2=0)), "NOT_ALLOWED")
        self.ok(west.ask(body=wire.message(f1=self.body_hash)))  # the hash is the ticket

    def test_entries_without_slice_are_those_of_the_slice_and_no_other(self):
        west, east = self.asker(self.city.west), self.asker(self.city.east)
        one = wire.message(f1=self.report, f2=1)
        self.assertEqual(len(west_entries := west.ask(entries=one).entries[1]), 1)
        self.assertEqual(wire.Entry(west_entries[0]).office, 3)
        self.refused(east.ask(entries=one), "NOT_ALLOWED")
        self.ok(self.asker(self.city.root, wire.RIGHT_JOURNAL).ask(entries=one))

    def test_a_restricted_task_is_seen_by_whom_it_concerns(self):
        for signer, sees in ((self.city.west, True), (self.city.lead, True),
                             (self.city.east, False), (self.city.root, True)):
            asker = self.asker(signer)
            seen = tasks_of(self.board(asker))
            self.assertEqual(TASK_RESTRICTED in seen, sees, signer.office)
            past = tasks_of(self.board(asker, f2=self.report))
            self.assertEqual(TASK_RESTRICTED in past, sees, signer.office)
            feed = self.asker(signer, url=self.server.feed)
            reply = feed.ask(feed=wire.message(f1="2023"))
            self.ok(reply)
            self.assertEqual(TASK_RESTRICTED in tasks_of(reply.frame), sees, signer.office)

    # --- tokens

    def test_another_connections_token_opens_nothing(self):
        west = self.asker(self.city.west)
        other = self.asker()
        other.token = west.token
        for ask in self.questions().values():
            self.refused(other.ask(**ask), "SESSION_ENDED", "token")
        feed = self.asker(url=self.server.feed)
        feed.token = west.token
        self.refused(feed.ask(feed=wire.message(f1="2023")), "SESSION_ENDED", "token")

    def test_a_replayed_session_opens_nothing_on_another_connection(self):
        west, other = self.asker(), self.asker()
        challenge = west.ask(challenge=b"").challenge
        words = wire.message(f1=challenge, f2=wire.RIGHT_BOARD)
        data, signature = self.city.west.make(wire.SESSION, words, number=0)
        session = wire.field(1, data) + wire.field(2, signature)
        self.refused(other.ask(session=session), "SESSION_ENDED", "challenge")
        self.ok_session(west.ask(session=session))
        made_up = wire.message(f1=b"x" * 32, f2=wire.RIGHT_BOARD)
        data, signature = self.city.west.make(wire.SESSION, made_up, number=0)
        self.refused(west.ask(session=wire.field(1, data) + wire.field(2, signature)),
                     "SESSION_ENDED", "challenge")

    def test_a_token_ends_with_the_broker_that_gave_it(self):
        west = self.asker(self.city.west)
        token = west.token
        self.server.stop()
        self.server.start()
        again = self.asker()
        again.token = token
        self.refused(again.ask(**self.questions()["slice"]), "SESSION_ENDED")

    def test_a_forged_or_torn_token_is_no_token(self):
        west = self.asker(self.city.west)
        good = west.token
        for bad in (good[:-1], bytes(len(good)), good[:8] + b"\3" + good[9:]):
            west.token = bad
            self.refused(west.ask(**self.questions()["slice"]), "SESSION_ENDED")
        west.token = good
        self.ok(west.ask(**self.questions()["slice"]))

    def test_a_revoked_key_loses_its_session_its_poll_and_the_next(self):
        west = self.asker(self.city.west)
        feed = self.asker(self.city.west, url=self.server.feed)
        head = wire.first(west.ask(info=b"").info, 2)
        cursor = wire.message(f1=kit.ORIGIN, f2=head)
        answers = []
        poll = threading.Thread(target=lambda: answers.append(feed.ask(
            feed=wire.message(f1="2023", f2=cursor, f3=20000))))
        poll.start()
        readers = lambda: wire.first(west.ask(info=b"").info, 17) == 1
        token, west.token = west.token, b""
        self.assertTrue(kit.poll(readers, 10))
        west.token = token
        with self.server.asker() as asker:
            row = wire.message(f1=3, f2=3, f3=1, f4=self.city.west.key.public, f5=1)
            self.ok(self.city.root.send(asker, wire.KEYS, wire.field(1, row)))
        poll.join(10)
        self.assertFalse(poll.is_alive())
        self.refused(answers[0], "SESSION_ENDED")
        self.refused(west.ask(**self.questions()["slice"]), "SESSION_ENDED")
        west.token = b""
        self.refused(self.city.west.session(west, wire.RIGHT_BOARD), "REVOKED")

    # --- rights that were given

    def give(self, office, right, until=0):
        row = wire.message(f1=office, f2=right, f3=wire.zigzag(until))
        with self.server.asker() as asker:
            return self.ok(self.city.root.send(
                asker, wire.ACCESS, wire.field(1, row) + wire.message(f2="审〔2023〕1号")))

    def test_an_auditors_session_is_an_entry_before_it_is_answered(self):
        west = self.asker()
        self.refused(self.city.west.session(west, purpose="审计", entry=True), "NOT_ALLOWED")
        self.give(3, wire.RIGHT_JOURNAL)
        self.refused(self.city.west.session(west, entry=True), "EMPTY", "purpose")
        self.refused(self.city.west.session(west, purpose="审计"), "SEQUENCE", "number")
        session = self.ok_session(self.city.west.session(west, purpose="审计", entry=True))
        index = wire.first(session, 5)
        entry = wire.Entry(west.ask(entries=wire.message(f1=index, f2=1)).entries[1][0])
        self.assertEqual((entry.kind, entry.office, entry.index),
                         (wire.SESSION, 3, index))
        self.assertIn("审计".encode(), entry.signed)
        for ask in self.questions(office=2, key=2).values():
            reply = west.ask(**ask)
            self.assertNotEqual(reply.code, number_of("NOT_ALLOWED"), reply)

    def test_a_session_sent_again_is_one_entry(self):
        self.give(3, wire.RIGHT_JOURNAL)
        west = self.asker()
        words = wire.message(f1=west.ask(challenge=b"").challenge,
                             f2=wire.RIGHT_JOURNAL, f3="审计")
        data, signature = self.city.west.make(wire.SESSION, words)
        session = wire.field(1, data) + wire.field(2, signature)
        first = self.ok_session(west.ask(session=session))
        again = self.ok_session(west.ask(session=session))
        self.assertEqual(wire.first(first, 5), wire.first(again, 5))
        with self.server.asker() as asker:
            self.city.reads(asker)
            kinds = [e.kind for e in wire.all_entries(asker)]
        self.assertEqual(kinds.count(wire.SESSION), 1)

    def test_a_session_cannot_be_slipped_in_as_a_submission(self):
        self.give(3, wire.RIGHT_JOURNAL)
        west = self.asker()
        words = wire.message(f1=west.ask(challenge=b"").challenge,
                             f2=wire.RIGHT_JOURNAL, f3="审计")
        self.refused(self.city.west.send(west, wire.SESSION, words), "NOT_ALLOWED", "kind")

    def test_a_right_that_was_taken_back_or_is_over_ends_what_it_opened(self):
        day = wire.day(2023, 12, 31)
        self.give(3, wire.RIGHT_BOARD, until=day)
        west = self.asker(self.city.west, wire.RIGHT_BOARD)
        self.assertEqual(tasks_of(self.board(west)), {1, 2, 3, 4})
        with self.server.asker() as asker:
            self.city.set_time(asker, 2024, 1, 1, 9, 0)
        self.refused(west.ask(board=wire.message(f1="2023")), "SESSION_ENDED")
        self.give(2, wire.RIGHT_BOARD)
        east = self.asker(self.city.east)
        self.assertIn(TASK_RESTRICTED, tasks_of(self.board(east)))
        self.give(2, wire.RIGHT_OFFICE)
        self.refused(east.ask(board=wire.message(f1="2023")), "SESSION_ENDED")
        self.ok_session(self.city.east.session(east, wire.RIGHT_BOARD))
        self.assertNotIn(TASK_RESTRICTED, tasks_of(self.board(east)))

    # --- people notice nothing

    def test_commands_grant_list_and_take_back(self):
        city = dict(broker=self.server)
        made = self.duban("access", "grant", "west", "board", "--until", "2024-06-30",
                          "--document", "政办〔2024〕3号", "--json", **city).json()
        self.assertEqual((made["right"], made["until"]), ("board", "2024-06-30"))
        rows = self.duban("access", "list", "--json", **city).lines()
        self.assertEqual([(r["office"], r["right"], r["holds"]) for r in rows],
                         [("west", "board", True)])
        self.assertIn("全部台账", self.duban("access", "list", LANG="zh_CN.UTF-8",
                                             LC_ALL="zh_CN.UTF-8", **city).out)
        self.duban("access", "revoke", "west", **city)
        self.assertEqual(self.duban("access", "list", "--json", **city).out, "")
        refused = self.duban("access", "grant", "west", "office", "--document", "x",
                             expect=None, **city)
        self.assertEqual(refused.code, 1)

    def test_a_desk_whose_token_has_ended_reads_on_without_a_word(self):
        first = self.duban("board", "--plan", "2023", "--json", broker=self.server)
        self.server.stop()
        self.server.start()
        again = self.duban("board", "--plan", "2023", "--json", broker=self.server)
        self.assertEqual(first.json()["digest"], again.json()["digest"])
        self.assertEqual(again.err, "")


class CityOfMany(City):
    """Offices 5 to 65 besides; of them the last has a key. Task 5 is internal."""
    LAST = 65  # the feed keeps its frames beside those of office 3

    def __init__(self, root):
        super().__init__(root)
        key = Key(hashlib.sha256(b"test key last").digest())
        self.last = kit.Signer(key, self.LAST, 5)

    def offices(self):
        return super().offices() + b"".join(
            wire.field(1, wire.message(f1=n, f2="o%d" % n, f3="单位%d" % n, f5=2, f6=1))
            for n in range(5, self.LAST + 1))

    def keys(self):
        return super().keys() + wire.field(1, wire.message(
            f1=5, f2=self.LAST, f3=1, f4=self.last.key.public))

    def tasks(self):
        inner = self.task(5, [self.metric()],
                          [self.split(1, 2, "100"), self.split(1, 3, "100")])
        return super().tasks() + [inner + wire.message(f15=INTERNAL)]


class Shared(kit.Case):
    """A frame is made once for all who see the same, and for nobody else."""

    def setUp(self):
        super().setUp()
        root = self.found(drill="2023-12-31T09:00")
        self.server = self.broker().start()
        self.city = CityOfMany(root)
        with self.server.asker() as asker:
            self.city.found(asker)
            with wire.Asker(self.server.feed) as feed:  # from now on it looks at the plan
                self.city.ok(feed.ask(feed=wire.message(f1="2023")))
            reason, body = self.city.body("进展顺利")
            text = wire.submission([wire.statement(TASK_RESTRICTED, self.city.quarter(),
                                                   text=wire.message(f1=reason))])
            self.inner = self.city.ok(self.city.east.send(
                asker, wire.SUBMISSION, self.city.report("25", task=5)))
            self.city.ok(self.city.lead.send(asker, wire.SUBMISSION, text, [body]))

    def tasks_after(self, signer, index):
        """Tasks of the cells that the feed tells have changed after that index."""
        with wire.Asker(self.server.feed) as feed:
            if signer:
                self.assertEqual(signer.session(feed, wire.RIGHT_BOARD).code, 0)
            cursor = wire.message(f1=kit.ORIGIN, f2=index)
            reply = feed.ask(feed=wire.message(f1="2023", f2=cursor))
            self.assertEqual(reply.code, 0, reply)
            cells = [wire.parse(c) for c in reply.frame.get(8, [])]
            self.assertEqual(wire.first(reply.frame, 7), 0, "fetch")
            return {(wire.first(c, 1), 22 in c) for c in cells}  # 22: a figure

    def test_what_all_offices_share_is_not_what_the_public_hears(self):
        with self.server.asker() as asker:
            head = wire.first(asker.ask(info=b"").info, 2)
            self.city.ok(self.city.west.send(asker, wire.SUBMISSION,
                                             self.city.report("30", task=5)))
        self.assertIn((5, True), self.tasks_after(self.city.last, head))
        self.assertNotIn((5, True), self.tasks_after(None, head))
        self.assertIn((5, True), self.tasks_after(self.city.east, head))

    def test_offices_kept_in_one_place_see_their_own_frames(self):
        secret = lambda signer: any(task == TASK_RESTRICTED for task, _ in
                                    self.tasks_after(signer, self.inner))
        self.assertTrue(secret(self.city.west))
        self.assertFalse(secret(self.city.last))
        self.assertTrue(secret(self.city.west))


if __name__ == "__main__":
    kit.main()
