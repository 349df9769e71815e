"""Witnesses: the HTTP of tlog-witness to the letter, against hand-made requests; a broker
that gathers cosignatures from three of them; and what happens when some are dead, slow or
lying, when one is killed at any moment, and when the broker comes from an older copy."""
import base64
import hashlib
import http.client
import http.server
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
import unittest

import kit
import wire
from ed25519 import Key, key_of_file

LOG = "log.example/letter"
UNWITNESSED, SHORTER, ROOT, WITNESS, UNREACHABLE, TIMEOUT = 514, 502, 503, 515, 601, 602
PATIENCE_S = 3  # WITNESS_PATIENCE_MS


# --- notes and trees, made here ---------------------------------------------------------


def vkey(name, key, kind):
    return "%s+%s+%s" % (name, key_id(name, key, kind).hex(),
                         base64.b64encode(bytes([kind]) + key.public).decode())


def key_id(name, key, kind):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key.public).digest()[:4]


def checkpoint(origin, size, root):
    return "%s\n%d\n%s\n" % (origin, size, base64.b64encode(root).decode())


def signed(text, name, key):
    raw = key_id(name, key, 1) + key.sign(text.encode())
    return text + "\n— %s %s\n" % (name, base64.b64encode(raw).decode())


def cosignature(text, name, key, seconds):
    message = "cosignature/v1\ntime %d\n%s" % (seconds, text)
    raw = key_id(name, key, 4) + struct.pack(">Q", seconds) + key.sign(message.encode())
    return "— %s %s\n" % (name, base64.b64encode(raw).decode())


def time_of(line):
    return struct.unpack(">Q", base64.b64decode(line.split(" ")[2])[4:12])[0]


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def root_of(leaves):
    """MTH of RFC 6962."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


def consistency(old, leaves, whole=True):
    """SUBPROOF of RFC 6962."""
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if old <= k:
        return consistency(old, leaves[:k], whole) + [root_of(leaves[k:])]
    return consistency(old - k, leaves[k:], False) + [root_of(leaves[:k])]


class Log:
    """A log whose leaves are numbers; from `parted` on they are another story's."""

    def __init__(self, origin=LOG, seed=b"log", parted=1 << 60):
        self.origin, self.parted = origin, parted
        self.key = Key(hashlib.sha256(seed).digest())
        self.vkey = vkey(origin, self.key, 1)

    def leaves(self, size):
        return [leaf(b"%d %d" % (n >= self.parted, n)) for n in range(size)]

    def text(self, size):
        return checkpoint(self.origin, size, root_of(self.leaves(size)))

    def note(self, size):
        return signed(self.text(size), self.origin, self.key)

    def body(self, old, size):
        return self.body_of(old, self.leaves(size))

    def body_of(self, old, leaves):
        proof = consistency(old, leaves) if 0 < old < len(leaves) else []
        lines = "".join(base64.b64encode(h).decode() + "\n" for h in proof)
        text = checkpoint(self.origin, len(leaves), root_of(leaves))
        return "old %d\n%s\n%s" % (old, lines, signed(text, self.origin, self.key))


# --- processes --------------------------------------------------------------------------


class Witness:
    """`duban witness run` on a home of its own; a later start takes the same port."""

    def __init__(self, case, name, home):
        self.case, self.name, self.home = case, name, home
        case.addCleanup(self.kill)
        self.vkey = case.duban("witness", "init", "--name", name, home=home).out.strip()
        self.key = key_of_file(os.path.join(home, "witness", "key"))
        self.process, self.port = None, 0

    def start(self, *logs):
        words = ["witness", "run", "--listen", "127.0.0.1:%d" % self.port, "--quiet"]
        for log in logs:
            words += ["--log", log]
        with open(os.path.join(self.home, "log"), "ab") as log_file:
            self.process = subprocess.Popen(
                kit.command_line(words, self.home, None), stdout=subprocess.PIPE,
                stderr=log_file, env=kit.environment(), cwd=kit.ROOT)
        line = self.process.stdout.readline().decode()
        if not line.startswith("duban witness ready url=http://127.0.0.1:"):
            raise AssertionError("no witness: %r %s" % (line, self.log()))
        self.port = int(line.split()[3].rsplit(":", 1)[1])
        return self

    def log(self):
        with open(os.path.join(self.home, "log"), encoding="utf-8") as f:
            return f.read()

    def ask(self, body, method="POST", path="/add-checkpoint", headers=None, timeout=10,
            chunked=False):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            c.request(method, path, body.encode() if isinstance(body, str) else body,
                      headers or {}, encode_chunked=chunked)
            return Answer(c.getresponse())
        finally:
            c.close()

    def kill(self):
        if self.process:
            self.process.kill()
            self._gone()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(10)
        self._gone()
        return code

    def _gone(self):
        self.process.wait()
        self.process.stdout.close()
        self.process = None


class Answer:
    def __init__(self, response):
        self.code = response.status
        self.type = response.getheader("Content-Type")
        self.allow = response.getheader("Allow")
        self.text = response.read().decode()


# --- the letter -------------------------------------------------------------------------


class Letter(kit.Case):
    def setUp(self):
        super().setUp()
        self.log = Log()
        self.witness = Witness(self, "w.example/letter", self.path("w")).start(self.log.vkey)

    def expect_signed(self, answer, text):
        self.assertEqual(answer.code, 200, answer.text)
        lines = answer.text.splitlines(keepends=True)
        self.assertEqual(len(lines), 1)
        seconds = time_of(lines[0])
        self.assertLess(abs(seconds - time.time()), 60)
        self.assertEqual(lines[0], cosignature(text, self.witness.name, self.witness.key,
                                               seconds))

    def test_a_checkpoint_and_its_continuation_are_cosigned(self):
        self.expect_signed(self.witness.ask(self.log.body(0, 5)), self.log.text(5))
        self.expect_signed(self.witness.ask(self.log.body(5, 12)), self.log.text(12))
        self.expect_signed(self.witness.ask(self.log.body(12, 12)), self.log.text(12))

    def test_signatures_of_unknown_keys_are_ignored(self):
        stranger = Key(hashlib.sha256(b"stranger").digest())
        more = cosignature(self.log.text(5), "w.example/other", stranger, 1)
        self.expect_signed(self.witness.ask(self.log.body(0, 5) + more), self.log.text(5))

    def test_a_wrong_old_size_is_answered_with_the_right_one(self):
        self.assertEqual(self.witness.ask(self.log.body(0, 5)).code, 200)
        for old in (0, 4):
            answer = self.witness.ask(self.log.body(old, 9))
            self.assertEqual((answer.code, answer.type, answer.text),
                             (409, "text/x.tlog.size", "5\n"))
        self.assertEqual(self.witness.ask(self.log.body(5, 9)).code, 200)

    def test_an_unknown_log_is_not_found(self):
        self.assertEqual(self.witness.ask(Log("log.example/other").body(0, 5)).code, 404)

    def test_a_wrong_signature_is_forbidden(self):
        self.assertEqual(self.witness.ask(Log(seed=b"other").body(0, 5)).code, 403)
        other = signed(self.log.text(6), LOG, self.log.key).split("\n\n")[1]
        body = "old 0\n\n" + self.log.text(5) + "\n" + other
        self.assertEqual(self.witness.ask(body).code, 403)

    def test_what_is_no_question_is_a_bad_request(self):
        good = self.log.body(0, 5)
        for bad in ("", "old 0", good[1:], good.replace("old 0", "old 00"),
                    good.replace("old 0", "old -1"), good.replace("old 0\n", "old 0\n=\n"),
                    good[:-1], good.replace("\n", "\r\n"),
                    "old 1\n" + "A" * 43 + "=\n", "old 6\n\n" + self.log.note(5),
                    "old 1\n" + ("A" * 43 + "=\n") * 64 + "\n" + self.log.note(5)):
            self.assertEqual(self.witness.ask(bad).code, 400, bad)

    def test_a_proof_that_does_not_hold_is_unprocessable(self):
        self.assertEqual(self.witness.ask(self.log.body(0, 5)).code, 200)
        fork = Log(parted=3)
        self.assertEqual(self.witness.ask(fork.body(5, 9)).code, 422)
        body = self.log.body(5, 9)
        lines = body.split("\n")
        lines[1] = base64.b64encode(bytes(32)).decode()
        self.assertEqual(self.witness.ask("\n".join(lines)).code, 422)
        del lines[1]
        self.assertEqual(self.witness.ask("\n".join(lines)).code, 422)
        extra = "old 5\n" + "A" * 43 + "=\n\n" + self.log.note(5)
        self.assertEqual(self.witness.ask(extra).code, 422)
        self.assertEqual(self.witness.ask(body).code, 200)

    def test_another_root_of_the_same_size_is_a_conflict(self):
        self.assertEqual(self.witness.ask(self.log.body(0, 5)).code, 200)
        answer = self.witness.ask(Log(parted=3).body(5, 5))
        self.assertEqual((answer.code, answer.type, answer.text),
                         (409, "text/x.tlog.size", "5\n"))
        self.assertIn("E503", self.witness.log())
        shown = self.duban("witness", "show", "--json", home=self.witness.home, expect=4)
        self.assertEqual([(r["origin"], r["size"], r["forked"]) for r in shown.lines()],
                         [(LOG, 5, True)])

    def test_nothing_but_post_add_checkpoint_is_served(self):
        answer = self.witness.ask("", method="GET")
        self.assertEqual((answer.code, answer.allow), (405, "POST"))
        self.assertEqual(self.witness.ask(self.log.body(0, 5), path="/").code, 404)
        self.assertEqual(self.witness.ask("x" * 200000).code, 413)
        chunked = self.witness.ask(iter([b"x" * 50000] * 4), headers={
            "Transfer-Encoding": "chunked"}, chunked=True)
        self.assertEqual(chunked.code, 413)

    def test_one_connection_serves_many_questions(self):
        c = http.client.HTTPConnection("127.0.0.1", self.witness.port, timeout=10)
        self.addCleanup(c.close)
        for size in range(1, 9):
            c.request("POST", "/add-checkpoint", self.log.body(size - 1, size).encode())
            answer = Answer(c.getresponse())
            self.assertEqual(answer.code, 200)

    def test_of_two_that_race_one_is_told_the_others_size(self):
        size = 4
        self.assertEqual(self.witness.ask(self.log.body(0, size)).code, 200)
        for _ in range(20):
            bodies = [self.log.body(size, size + more) for more in (1, 2)]
            answers = [None, None]
            gate = threading.Barrier(2)

            def race(i):
                gate.wait()
                answers[i] = self.witness.ask(bodies[i])

            threads = [threading.Thread(target=race, args=(i,)) for i in (0, 1)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            codes = [a.code for a in answers]
            self.assertEqual(sorted(codes), [200, 409])
            won = codes.index(200)
            self.assertEqual(answers[1 - won].text, "%d\n" % (size + 1 + won))
            size += 1 + won

    def test_strangers_who_dribble_are_shown_out_and_hold_up_nobody(self):
        guests = []
        for _ in range(14):
            s = socket.create_connection(("127.0.0.1", self.witness.port), timeout=20)
            self.addCleanup(s.close)
            s.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n")
            guests.append(s)
        self.assertEqual(self.witness.ask(self.log.body(0, 5)).code, 200)
        began = time.monotonic()
        guests[0].settimeout(0.5)
        closed = False
        while not closed and time.monotonic() - began < 20:
            try:
                guests[0].sendall(b"X: y\r\n")
                closed = guests[0].recv(100) == b""
            except socket.timeout:
                pass
            except OSError:
                closed = True
        self.assertTrue(closed)
        self.assertEqual(self.witness.ask(self.log.body(5, 6)).code, 200)

    def test_more_connections_than_one_address_may_have_are_refused(self):
        for _ in range(40):
            s = socket.create_connection(("127.0.0.1", self.witness.port), timeout=5)
            self.addCleanup(s.close)
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.witness.ask(self.log.body(0, 5), timeout=3)


class Memory(kit.Case):
    def test_kill_9_at_any_moment_never_signs_two_roots_of_one_size(self):
        """Two entries race for each place of a log while the witness is killed over and
        over. After each kill both are tried again, also at the very size that may have
        been signed already: whatever was ever let out is one root a size."""
        log = Log()
        witness = Witness(self, "w.example/killed", self.path("w")).start(log.vkey)
        history, signed_roots, kills = [], {}, 0

        def rivals_of(leaves, first=0):
            return [leaves + [leaf(b"%d %d" % (len(leaves), which))]
                    for which in (first, 1 - first)]

        def ask(old, leaves):
            """Whether it was signed; every cosignature that came out is noted."""
            answer = witness.ask(log.body_of(old, leaves))
            if answer.code == 200:
                signed_roots.setdefault(len(leaves), set()).add(root_of(leaves))
            self.assertIn(answer.code, (200, 409))
            return answer.code == 200

        while kills < 60:
            rivals = rivals_of(history, kills % 2)
            victim = threading.Timer(0.001 * (kills % 23), witness.process.kill)
            victim.start()
            try:
                while True:
                    won = [r for old in (len(history), len(history) + 1) for r in rivals
                           if ask(old, r)]
                    self.assertTrue(won)
                    history = won[0]
                    rivals = rivals_of(history)
            except (OSError, http.client.HTTPException):
                pass
            victim.join()
            witness.kill()
            witness.start(log.vkey)
            kills += 1
            for rival in reversed(rivals):  # was it signed when it died?
                if ask(len(rival), rival):
                    history = rival
        self.assertGreater(len(history), 10)
        for size, roots in signed_roots.items():
            self.assertEqual(len(roots), 1, size)

    def test_a_changed_record_ends_the_witness(self):
        log = Log()
        witness = Witness(self, "w.example/changed", self.path("w"))
        self.duban("witness", "init", "--name", "x", home=witness.home, expect=1)
        with open(os.path.join(witness.home, "witness", "logs"), "w",
                  encoding="utf-8") as f:
            f.write("# the city's\n%s\n" % log.vkey)
        witness.start()
        self.assertEqual(witness.ask(log.body(0, 7)).code, 200)
        shown = self.duban("witness", "show", "--json", home=witness.home).lines()
        self.assertEqual([(r["origin"], r["size"]) for r in shown], [(LOG, 7)])
        self.assertEqual(witness.stop(), 0)
        folder = os.path.join(witness.home, "witness", "signed")
        record = os.path.join(folder, os.listdir(folder)[0])
        with open(record, encoding="utf-8") as f:
            text = f.read()
        with open(record, "w", encoding="utf-8") as f:
            f.write(text.replace("\n7\n", "\n6\n"))
        self.duban("witness", "show", home=witness.home, expect=4)
        self.duban("witness", "run", "--listen", "127.0.0.1:0", home=witness.home, expect=4)


# --- brokers ----------------------------------------------------------------------------


class WitnessedBroker(kit.Broker):
    def __init__(self, data, witnesses, *more):
        super().__init__(data)
        self.more = list(more)
        for key, url in witnesses:
            self.more += ["--witness", "%s %s" % (key, url)]

    def arguments(self):
        return super().arguments() + self.more


class Liar:
    """A witness made here: `answer(handler, text of the checkpoint)` sends what it
    likes."""

    def __init__(self, case, name, answer):
        self.name, self.asked = name, 0
        self.key = Key(hashlib.sha256(name.encode()).digest())
        self.vkey = vkey(name, self.key, 4)
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                liar.asked += 1
                answer(liar, self, body.split("\n\n")[1] + "\n")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        thread = threading.Thread(target=self.server.serve_forever, args=(0.05,),
                                  daemon=True)
        thread.start()
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)

    @staticmethod
    def send(handler, code, text):
        data = text.encode()
        handler.send_response(code)
        handler.send_header("Content-Length", str(len(data)))
        try:
            handler.end_headers()
            handler.wfile.write(data)
        except OSError:
            pass  # the broker has heard enough


class Cities(kit.Case):
    def setUp(self):
        super().setUp()
        self.root = self.found(drill="2023-12-31T09:00")
        plain = self.broker().start()
        with plain.asker() as asker:
            self.city = kit.City(self.root).found(asker)
            self.log_vkey = wire.first(asker.ask(info=b"").info, 19).decode()
        plain.stop()

    def witnesses(self, n):
        out = []
        for i in range(n):
            w = Witness(self, "w.example/%d" % i, self.path("w%d" % i))
            out.append(w.start(self.log_vkey))
        return out

    def witnessed(self, witnesses, *more, data=None):
        b = WitnessedBroker(data or self.path("data"),
                            [(w.vkey, getattr(w, "url", None) or
                              "http://127.0.0.1:%d" % w.port) for w in witnesses], *more)
        self.addCleanup(b.kill)
        return b

    def report(self, asker, signer=None, **other):
        said = wire.statement(1, kit.City.quarter(1 + (signer or self.city.east).next % 4),
                              text=wire.message(f4=True))
        return (signer or self.city.east).send(asker, wire.SUBMISSION,
                                               wire.submission([said]), **other)

    def info(self, asker):
        info = asker.ask(info=b"").info
        rows = [wire.parse(row) for row in info.get(21, [])]
        return {"head": wire.first(info, 2), "needed": wire.first(info, 22),
                "witnessed": wire.first(info, 23),
                "sizes": [wire.first(r, 2) for r in rows],
                "failures": [wire.first(r, 4) for r in rows]}

    def wait_for(self, asker, what, seconds=20):
        seen = kit.poll(lambda: [i for i in [self.info(asker)] if what(i)], seconds, 0.05)
        self.assertTrue(seen, "in vain: %s" % self.info(asker))
        return seen[0]

    @staticmethod
    def all_witnessed(info):
        return info["witnessed"] == info["head"] + 1

    def expect_note(self, data, witnesses, least):
        """The kept note is cosigned by so many of them, each line verified."""
        with open(os.path.join(data, "witnessed"), encoding="utf-8") as f:
            text, _, lines = f.read().partition("\n\n")
        text += "\n"
        lines = lines.splitlines(keepends=True)[1:]
        keys = {w.name: w.key for w in witnesses}
        names = [line.split(" ")[1] for line in lines]
        for name, line in zip(names, lines):
            self.assertEqual(line, cosignature(text, name, keys[name], time_of(line)))
        self.assertEqual(len(set(names)), len(names))
        self.assertGreaterEqual(len(names), least)
        return int(text.split("\n")[1])


class Gathering(Cities):
    def test_two_of_three_witness_whatever_becomes_of_the_third(self):
        three = self.witnesses(3)
        b = self.witnessed(three, "--witnesses-needed", "2").start()
        with b.asker() as asker:
            for _ in range(5):
                self.assertEqual(self.report(asker).code, 0)
            now = self.wait_for(asker, lambda i: self.all_witnessed(i) and
                                i["sizes"] == [i["head"] + 1] * 3)
            self.assertEqual(now["failures"], [0, 0, 0])
            self.assertEqual(self.expect_note(b.data, three, 3), now["head"] + 1)
            with open(os.path.join(b.data, "witnessed"), "rb") as f:
                kept = f.read()
            proof = asker.ask(proof=wire.message(f4=True)).proof
            self.assertEqual(wire.first(proof, 1), kept)

            three[1].kill()
            self.assertEqual(self.report(asker).code, 0)
            now = self.wait_for(asker, lambda i: self.all_witnessed(i) and
                                i["failures"][1] == UNREACHABLE)
            self.assertEqual(self.expect_note(b.data, three, 2), now["head"] + 1)
            self.assertEqual(b.log().count("w.example/1 does not sign"), 1)
            key = self.duban("status", "--log-key", broker=b).out
            told = self.duban("status", "--log-key", "--json", broker=b).json()
            self.assertEqual(told, {"log_vkey": key.strip()})
            self.assertEqual(key.strip(), self.log_vkey)
            status = self.duban("status", home=self.path("city"), broker=b).out
            self.assertIn("w.example/1", status)
            self.assertIn("does not sign: the witness cannot be reached", status)

            three[1].start(self.log_vkey)
            self.wait_for(asker, lambda i: i["failures"] == [0, 0, 0] and
                          i["sizes"] == [i["head"] + 1] * 3)
            self.assertEqual(b.log().count("w.example/1 signs again"), 1)
        self.assertEqual(b.stop(), 0)

    def test_what_was_witnessed_is_there_after_a_restart_and_goes_on(self):
        three = self.witnesses(3)
        b = self.witnessed(three).start()
        with b.asker() as asker:
            self.assertEqual(self.report(asker).code, 0)
            before = self.wait_for(asker, self.all_witnessed)
        b.kill()
        for w in three:
            w.kill()
        b.start()
        with b.asker() as asker:
            self.assertEqual(self.info(asker)["witnessed"], before["witnessed"])
            for w in three:
                w.start(self.log_vkey)
            self.assertEqual(self.report(asker).code, 0)
            now = self.wait_for(asker, self.all_witnessed)
        self.assertEqual(self.expect_note(b.data, three, 2), now["head"] + 1)

    def test_dead_slow_and_lying_witnesses_slow_nobody_down(self):
        ends = threading.Event()
        self.addCleanup(ends.set)

        def slow(liar, handler, text):
            ends.wait(60)

        def old(liar, handler, text):
            liar.send(handler, 200, cosignature(text, liar.name, liar.key, 1700000000))

        def wrong(liar, handler, text):
            line = cosignature(text, liar.name, liar.key, int(time.time()))
            raw = bytearray(base64.b64decode(line.split(" ")[2]))
            raw[40] ^= 1
            liar.send(handler, 200, "— %s %s\n" % (liar.name,
                                                  base64.b64encode(raw).decode()))

        def another(liar, handler, text):
            lines = text.split("\n")
            lines[2] = base64.b64encode(bytes(32)).decode()
            liar.send(handler, 200, cosignature("\n".join(lines), liar.name, liar.key,
                                                int(time.time())))

        def endless(liar, handler, text):
            liar.send(handler, 200, "x" * 1000000)

        liars = [Liar(self, "w.example/%s" % f.__name__, f)
                 for f in (slow, old, wrong, another, endless)]
        dead = Liar(self, "w.example/dead", old)
        dead.url = "http://127.0.0.1:1"
        b = self.witnessed(liars + [dead], "--witnesses-needed", "1").start()
        with b.asker() as asker:
            asked, answered = 0, time.monotonic()
            now = {}
            while time.monotonic() - answered < 30:
                began = time.monotonic()
                self.assertEqual(self.report(asker).code, 0)
                self.assertLess(time.monotonic() - began, 2)
                asked += 1
                now = self.info(asker)
                if now["failures"] == [TIMEOUT, WITNESS, WITNESS, WITNESS, 202,
                                       UNREACHABLE]:
                    break
            self.assertEqual(now["failures"],
                             [TIMEOUT, WITNESS, WITNESS, WITNESS, 202, UNREACHABLE])
            self.assertEqual(now["witnessed"], 0)
            self.assertGreater(asked, 100)
            for liar in liars:  # at most once a second, and less when it fails
                self.assertLess(liar.asked, time.monotonic() - answered + 3)
        began = time.monotonic()
        self.assertEqual(b.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)
        self.assertFalse(os.path.exists(os.path.join(b.data, "witnessed")))


class Blocking(Cities):
    def test_receipts_wait_for_witnesses_and_are_told_when_it_takes_too_long(self):
        three = self.witnesses(3)
        for w in three:
            w.kill()
        b = self.witnessed(three, "--witnesses-block", "yes").start()
        with b.asker(timeout=30) as asker, b.asker() as other:
            data, signature = self.city.east.make(wire.SUBMISSION, wire.submission(
                [wire.statement(1, kit.City.quarter(1), text=wire.message(f4=True))]))
            again = dict(submit=wire.submit(data, signature))
            began = time.monotonic()
            reply = asker.ask(**again)
            took = time.monotonic() - began
            self.assertEqual(reply.code, UNWITNESSED)
            refusal = wire.parse(wire.first(wire.parse(reply.bytes), 2))
            self.assertGreater(wire.first(refusal, 6), 0)  # retry_ms
            self.assertGreater(took, PATIENCE_S - 1)
            self.assertLess(took, PATIENCE_S + 3)
            stands = self.info(other)["head"]  # whatever is no receipt does not wait
            for w in three[:2]:
                w.start(self.log_vkey)
            ends = time.monotonic() + 25
            while reply.code == UNWITNESSED and time.monotonic() < ends:
                reply = asker.ask(**again)  # they are asked again after a pause
            self.assertEqual(reply.code, 0, reply)
            self.assertTrue(wire.first(reply.receipt, 5))
            self.assertLessEqual(reply.index, stands)
            note = wire.first(reply.receipt, 4).decode()
            self.assertEqual(len(note.split("\n\n")[1].splitlines()), 3)

            began = time.monotonic()
            reply = self.report(asker)
            self.assertEqual(reply.code, 0)
            self.assertLess(time.monotonic() - began, PATIENCE_S)
            note = wire.first(reply.receipt, 4).decode()
            self.assertGreater(int(note.split("\n")[1]), reply.index)
            self.expect_note(b.data, three, 2)
        self.assertEqual(b.stop(), 0)

    def test_a_receipt_below_the_window_waits_for_witnesses_like_any_other(self):
        one = self.witnesses(1)
        b = self.witnessed(one, "--witnesses-block", "yes").start()
        with b.asker() as asker:
            self.assertEqual(self.report(asker).code, 0)
            one[0].kill()
            said = wire.submission([wire.statement(1, kit.City.quarter(1),
                                                   text=wire.message(f4=True))])
            many = [dict(submit=wire.submit(*self.city.east.make(wire.SUBMISSION, said)))
                    for _ in range(66)]
            for n, words in enumerate(many):  # none of them waits for another's answer
                asker.pipe.send(struct.pack(">I", n | 0x80000000) + wire.request(**words))
            codes = {wire.Reply(asker.pipe.receive()[4:]).code for _ in many}
            self.assertEqual(codes, {UNWITNESSED})
            self.assertEqual(asker.ask(**many[0]).code, UNWITNESSED)
            self.city.reads(asker)
            by_number = dict(receipt=wire.message(f1=2, f2=2))
            reply = asker.ask(**by_number)
            self.assertEqual(reply.code, UNWITNESSED)
            refusal = wire.parse(wire.first(wire.parse(reply.bytes), 2))
            self.assertGreater(wire.first(refusal, 6), 0)  # retry_ms
            one[0].start(self.log_vkey)
            self.wait_for(asker, self.all_witnessed)
            for words in (many[0], by_number):
                reply = asker.ask(**words)
                self.assertEqual(reply.code, 0, reply)
                note = wire.first(reply.receipt, 4).decode()
                self.assertEqual(len(note.split("\n\n")[1].splitlines()), 2)

    def test_a_clerks_message_stays_in_the_outbox_until_it_is_witnessed(self):
        one = self.witnesses(1)
        one[0].kill()
        b = self.witnessed(one, "--witnesses-block", "yes").start()
        refused = self.duban("calendar", "publish",
                             os.path.join(kit.SAMPLE, "calendar.csv"), broker=b,
                             expect=None)
        self.assertNotEqual(refused.code, 0)
        self.assertIn("E514", refused.err)
        waiting = self.duban("outbox", "--json", broker=b).out
        self.assertIn("queued", waiting)
        one[0].start(self.log_vkey)
        self.duban("outbox", "--wait", broker=b)
        self.assertNotIn("queued", self.duban("outbox", "--json", broker=b).out)

    def test_a_stop_does_not_wait_for_witnesses(self):
        b = self.witnessed([Liar(self, "w.example/none", lambda *_: None)],
                           "--witnesses-block", "yes").start()
        with b.asker(timeout=30) as asker:
            asked = threading.Thread(target=self.report, args=(asker,))
            asked.start()
            with b.asker() as other:
                head = self.info(other)["head"]
                kit.poll(lambda: self.info(other)["head"] > head, 2)
            began = time.monotonic()
            self.assertEqual(b.stop(), 0)
            self.assertLess(time.monotonic() - began, 4)
            asked.join()


class OlderCopy(Cities):
    def test_a_broker_from_an_older_copy_gets_no_cosignature_and_says_so(self):
        three = self.witnesses(3)
        copy = self.path("copy")
        shutil.copytree(self.path("data"), copy)
        b = self.witnessed(three).start()
        with b.asker() as asker:
            for _ in range(6):
                self.assertEqual(self.report(asker).code, 0)
            true = self.wait_for(asker, lambda i: i["sizes"] == [i["head"] + 1] * 3)
        b.stop()

        forked = self.witnessed(three, data=copy).start()
        self.city.east.next = 1
        with forked.asker() as asker:
            now = self.wait_for(asker, lambda i: i["failures"] == [SHORTER] * 3)
            self.assertEqual(now["witnessed"], 0)
            self.assertIn("ATTENTION", forked.log())
            while now["head"] <= true["head"] + 1:
                self.assertEqual(self.report(asker, self.city.west).code, 0)
                now = self.info(asker)
            now = self.wait_for(asker, lambda i: i["failures"] == [ROOT] * 3, 30)
            self.assertEqual(now["witnessed"], 0)
            status = self.duban("status", home=self.path("city"), broker=forked).out
            self.assertIn("ATTENTION", status)
            zh = self.duban("status", "--lang", "zh", home=self.path("city"),
                            broker=forked).out
            self.assertIn("注意", zh)
        forked.stop()
        for w in three:
            shown = self.duban("witness", "show", "--json", home=w.home).lines()
            self.assertEqual([(r["size"], r["forked"]) for r in shown],
                             [(true["head"] + 1, False)])
            self.assertIn("422", w.log())
        b.start()  # the true one goes on
        with b.asker() as asker:
            self.city.east.next = 7
            self.assertEqual(self.report(asker).code, 0)
            self.wait_for(asker, self.all_witnessed)


if __name__ == "__main__":
    kit.main()
