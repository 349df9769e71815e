"""Strangers, idlers and flooders, with plain sockets: what they cost, when they are shown
out, and that whoever has something to report is heard beside them."""
import os
import random
import socket
import struct
import threading
import time

import kit
import wire

MIB = 1024 * 1024
REQUEST_SIZE_MAX = 1024 * 1024  # proto/limits.h
FEED_REQUEST_MAX = 64 * 1024
COMMAND_ADDRESS_MAX = 512
STRANGER_BURST = 1000
QUOTA, BUSY = 612, 603
INFO = wire.request(info=b"")
HELLO = b"\0SP\0" + struct.pack(">HH", wire.REQ, 0)


def address_of(url):
    host, port = url.rsplit("/", 1)[1].rsplit(":", 1)
    return host, int(port)


def framed(number, data):
    data = struct.pack(">I", number | 0x80000000) + data
    return struct.pack(">Q", len(data)) + data


class Stranger:
    """A connection from any address of 127/8, greeted if the broker lets it in."""

    def __init__(self, url, source="127.0.0.1", greet=True, timeout=10):
        self.socket = socket.create_connection(address_of(url), timeout=timeout,
                                               source_address=(source, 0))
        self.number = random.randrange(1 << 20)
        if greet:
            self.socket.sendall(HELLO)
            self.read(8)

    def read(self, n):
        out = b""
        while len(out) < n:
            got = self.socket.recv(n - len(out))
            if not got:
                raise ConnectionError("closed")
            out += got
        return out

    def send(self, data):
        self.number += 1
        self.socket.sendall(framed(self.number, data))

    def receive(self):
        return wire.Reply(self.read(struct.unpack(">Q", self.read(8))[0])[4:])

    def ask(self, data):
        self.send(data)
        return self.receive()

    def is_closed(self):
        """By the other side, as far as one can tell without waiting."""
        self.socket.setblocking(False)
        try:
            return self.socket.recv(1) == b""
        except BlockingIOError:
            return False
        except ConnectionError:
            return True

    def close(self):
        self.socket.close()


class Abuse(kit.Case):
    wrap = ()

    def setUp(self):
        super().setUp()
        root = self.found(drill="2023-12-31T09:00")
        self.server = self.broker(wrap=self.wrap).start()
        with self.server.asker() as asker:
            self.city = kit.City(root).found(asker)
        self.friends = []
        self.addCleanup(lambda: [s.close() for s in self.friends])

    def tearDown(self):
        self.assertTrue(self.server.alive(), self.server.log())
        self.assertEqual(self.server.stop(), 0, self.server.log())
        self.assertNotIn("listens anew", self.server.log())

    def keep(self, stranger):
        self.friends.append(stranger)
        return stranger

    def report_time(self, asker, minutes):
        """An entry of its own, so many minutes after nine."""
        ms = wire.time_ms(2023, 12, 31, 9, offset=480) + minutes * 60000
        return self.city.root.send(asker, wire.TIME, wire.message(f1=wire.zigzag(ms)))

    def files(self):
        return len(os.listdir("/proc/%d/fd" % self.server.process.pid))

    def assert_heard(self, seconds=2, source="127.0.0.1"):
        """Somebody with a question is answered within so long."""
        start = time.monotonic()
        asker = Stranger(self.server.command, source, timeout=seconds)
        try:
            self.assertEqual(asker.ask(INFO).code, 0)
        finally:
            asker.close()
        self.assertLess(time.monotonic() - start, seconds)


class Strangers(Abuse):
    def test_what_is_too_long_for_a_door_ends_its_connection_unread(self):
        before = self.server.memory()
        for url, size in ((self.server.command, REQUEST_SIZE_MAX + 5),
                          (self.server.feed, FEED_REQUEST_MAX + 5),
                          (self.server.publish, 65)):
            for claimed in (size, 4 * 1024 * MIB, 2**63, 2**64 - 1):
                s = socket.create_connection(address_of(url), timeout=10)
                protocol = wire.SUB if url == self.server.publish else wire.REQ
                s.sendall(b"\0SP\0" + struct.pack(">HH", protocol, 0))
                s.sendall(struct.pack(">Q", claimed))
                greeting = s.recv(8)
                self.assertEqual(greeting[:4], b"\0SP\0")
                try:
                    self.assertEqual(s.recv(1), b"", (url, claimed))
                except ConnectionResetError:
                    pass
                s.close()
        self.assertLess(self.server.memory() - before, 8 * MIB)
        self.assert_heard()

    def test_three_hundred_half_messages_keep_nobody_out(self):
        before = self.server.memory()
        for n in range(300):
            s = self.keep(Stranger(self.server.command))
            half = framed(n, INFO)
            s.socket.sendall(half[:1 + n % (len(half) - 1)])
        for n in range(100):
            self.keep(Stranger(self.server.feed)).socket.sendall(bytes(4))
        for _ in range(10):
            self.assert_heard()
        self.assertLess(self.server.memory() - before, 16 * MIB)

    def test_a_claim_of_a_megabyte_costs_what_is_sent_of_it(self):
        before = self.server.memory()
        for _ in range(300):
            s = self.keep(Stranger(self.server.command))
            s.socket.sendall(struct.pack(">Q", REQUEST_SIZE_MAX) + bytes(1000))
        self.assert_heard()
        self.assertLess(self.server.memory() - before, 32 * MIB)

    def test_one_address_has_its_places_and_others_have_theirs(self):
        inside = refused = 0
        for n in range(COMMAND_ADDRESS_MAX + 100):
            s = self.keep(Stranger(self.server.command, "127.0.0.2"))
            try:
                s.send(INFO)
                inside += s.receive().code == 0
            except ConnectionError:
                refused += 1
        self.assertEqual((inside, refused), (COMMAND_ADDRESS_MAX, 100))
        self.assert_heard()
        with self.server.asker() as asker:
            self.assertEqual(self.city.east.send(
                asker, wire.SUBMISSION, self.city.report("25")).code, 0)
        for s in self.friends:
            s.close()
        self.assertIsNotNone(kit.poll(lambda: self.files() < 60, 10))
        self.assert_heard(source="127.0.0.2")

    def test_two_thousand_connections_come_and_go(self):
        before, files = self.server.memory(), self.files()
        for n in range(2000):
            try:
                s = self.keep(Stranger(self.server.feed, greet=n % 2 == 0))
            except ConnectionError:
                continue
            if n % 2:
                s.socket.sendall(HELLO[:n % 8])
        self.assert_heard()
        self.assertLess(self.server.memory() - before, 48 * MIB)
        for s in self.friends:
            s.close()
        self.assertIsNotNone(kit.poll(lambda: self.files() <= files + 8, 15))
        self.assert_heard()

    def test_garbage_uses_up_a_budget_and_honest_neighbours_keep_theirs(self):
        chance = random.Random(4)
        neighbour = self.keep(Stranger(self.server.command))
        self.assertEqual(neighbour.ask(INFO).code, 0)
        flooder = self.keep(Stranger(self.server.command))
        codes = {}
        for _ in range(2 * STRANGER_BURST):
            code = flooder.ask(chance.randbytes(40)).code
            codes[code] = codes.get(code, 0) + 1
        self.assertGreater(codes.get(QUOTA, 0), STRANGER_BURST // 4, codes)
        self.assertEqual(neighbour.ask(INFO).code, 0)
        self.assert_heard()
        with self.server.asker() as asker:
            self.assertEqual(self.city.east.send(
                asker, wire.SUBMISSION, self.city.report("25")).code, 0)
        # It fills again, for the flooder too.
        answered = kit.poll(lambda: flooder.ask(INFO).code == 0, 5, 0.05)
        self.assertTrue(answered)

    def test_forged_signatures_use_up_the_same_budget(self):
        data, signature = self.city.east.make(wire.SUBMISSION, self.city.report("25"))
        bad = bytes([signature[0] ^ 1]) + signature[1:]
        ask = wire.request(submit=wire.submit(data, bad))
        flooder = self.keep(Stranger(self.server.command))
        codes = [flooder.ask(ask).code for _ in range(2 * STRANGER_BURST)]
        self.assertEqual(codes[:STRANGER_BURST], [209] * STRANGER_BURST)
        self.assertIn(QUOTA, codes)
        with self.server.asker() as asker:
            self.assertEqual(wire.Reply(asker.ask_bytes(
                wire.request(submit=wire.submit(data, signature)))).code, 0)

    def test_a_flood_of_garbage_over_many_connections_leaves_the_door_open(self):
        chance = random.Random(5)
        before = self.server.memory()
        pipes = [self.keep(Stranger(self.server.command)) for _ in range(50)]
        for s in pipes:
            s.socket.setblocking(False)
        for _ in range(200):
            for s in pipes:
                try:
                    s.socket.send(framed(1, chance.randbytes(200)))
                except (BlockingIOError, ConnectionError):
                    pass
        for _ in range(5):
            self.assert_heard(5)
        self.assertLess(self.server.memory() - before, 48 * MIB)


class OneKey(Abuse):
    def flood(self, ask, stop, codes):
        """Keeps a hundred requests on their way over one connection."""
        s = Stranger(self.server.command, timeout=30)
        try:
            sent = 0
            while not stop.is_set():
                for _ in range(100):
                    s.send(ask)
                for _ in range(100):
                    code = s.receive().code
                    codes[code] = codes.get(code, 0) + 1
                sent += 100
        except (OSError, ConnectionError):
            pass
        finally:
            s.close()

    def test_one_key_that_floods_delays_no_other(self):
        data, signature = self.city.west.make(wire.SUBMISSION, self.city.report("25"))
        ask = wire.request(submit=wire.submit(data, signature))
        stop, codes = threading.Event(), {}
        threads = [threading.Thread(target=self.flood, args=(ask, stop, codes))
                   for _ in range(8)]
        for t in threads:
            t.start()
        slowest, taken = 0.0, 0
        end = time.monotonic() + 8
        with self.server.asker(30) as asker:
            while time.monotonic() < end:
                start = time.monotonic()
                reply = self.report_time(asker, taken + 1)
                slowest = max(slowest, time.monotonic() - start)
                self.assertEqual(reply.code, 0, reply)
                taken += 1
        stop.set()
        for t in threads:
            t.join(30)
        self.assertGreater(taken, 20)
        self.assertLess(slowest, 2.0)
        self.assertGreater(codes.get(QUOTA, 0), 0, codes)
        self.assertGreater(codes.get(0, 0), 0, codes)

    def fill(self, entries):
        """Reports of three offices, so that a fold takes a while."""
        window = 40
        with wire.Pipe(self.server.command, timeout=30) as pipe:
            while entries > 0:
                asks = [wire.request(submit=wire.submit(*s.make(
                    wire.SUBMISSION, wire.submission([wire.statement(
                        task, self.city.quarter(), text=wire.message(f4=True))]))))
                        for s, task in ((self.city.east, 1), (self.city.west, 1),
                                        (self.city.lead, 3)) for _ in range(window)]
                for n, ask in enumerate(asks):
                    pipe.send(struct.pack(">I", n | 0x80000000) + ask)
                for _ in asks:
                    reply = wire.Reply(pipe.receive()[4:])
                    self.assertEqual(reply.code, 0, reply)
                entries -= len(asks)

    def test_whoever_asks_for_the_past_again_and_again_keeps_nobody_waiting(self):
        self.fill(5000)
        crowd = [self.server.asker(60) for _ in range(4)]
        for s in crowd:  # one office with many desks
            self.addCleanup(s.close)
            self.assertEqual(self.city.east.session(s, wire.RIGHT_BOARD).code, 0)
        with self.server.asker(60) as asker, self.server.asker(60) as office:
            self.city.reads(asker)
            self.assertEqual(self.city.west.session(office, wire.RIGHT_BOARD).code, 0)
            head = wire.first(asker.ask(info=b"").info, 2)
            past = [wire.message(f1=self.city.CODE, f2=head - n)
                    for n in (0, 50)]  # each folds the whole journal again
            for s in crowd:
                s.pipe.socket.sendall(b"".join(framed(n, wire.request(
                    token=s.token, board=past[n % 2])) for n in range(60)))
            self.assertEqual(wire.Reply(crowd[0].pipe.receive()[4:]).code, BUSY)
            asks = [wire.request(token=asker.token, **ask) for ask in (
                dict(entries=wire.message(f1=0, f2=5)), dict(receipt=wire.message(f1=2, f2=1)),
                dict(proof=wire.message(f2=True, f3=5)), dict(tile=wire.message(f4=1)))]
            for n, ask in enumerate(4 * asks):
                asker.pipe.send(struct.pack(">I", n | 0x80000000) + ask)
            replies = [wire.Reply(asker.pipe.receive()[4:]) for _ in range(16)]
            self.assertEqual({r.code for r in replies}, {0}, replies)
            reply = office.ask(board=wire.message(f1=self.city.CODE, f2=head - 100))
            self.assertEqual(reply.code, 0, reply)
        codes = [wire.Reply(s.pipe.receive()[4:]).code for i, s in enumerate(crowd)
                 for _ in range(60 - (i == 0))]
        self.assertGreater(codes.count(0), 0)
        self.assertEqual(codes.count(0) + codes.count(BUSY), len(codes), codes)


class FewFiles(Abuse):
    """With 256 descriptors there are 144 places: 36 for commands, 18 of one address."""
    wrap = ("prlimit", "--nofile=256:256")

    def test_silent_connections_are_shown_out_when_places_are_short(self):
        start = time.monotonic()
        for n in range(34):
            s = self.keep(Stranger(self.server.command, "127.0.0.%d" % (2 + n % 2)))
            s.socket.sendall(framed(n, INFO)[:9])
        talker = Stranger(self.server.command)
        self.assertEqual(talker.ask(INFO).code, 0)
        gone = kit.poll(lambda: all(s.is_closed() for s in self.friends), 25, 0.2)
        self.assertTrue(gone, "they are still there")
        self.assertGreater(time.monotonic() - start, 9.5)
        self.assertEqual(talker.ask(INFO).code, 0)  # not silent, so not shown out
        talker.close()

    def test_without_descriptors_it_goes_on_committing_and_recovers(self):
        asker = self.server.asker(10)
        self.assertEqual(asker.ask(info=b"").code, 0)
        end, taken, full = time.monotonic() + 14, 0, 0
        while time.monotonic() < end:
            # NNG shows those out that do not greet within ten seconds: others come.
            for _ in range(40 if len(self.friends) < 400 else 0):
                try:
                    s = Stranger(self.server.feed, "127.0.0.%d" % random.randrange(2, 9),
                                 greet=False, timeout=0.2)
                except OSError:
                    break
                self.keep(s)
            self.friends = [s for s in self.friends if not s.is_closed()]
            full += self.files() >= 255
            self.assertEqual(self.report_time(asker, taken + 1).code, 0)
            taken += 1
        self.assertGreater(full, 10, "descriptors did not run out")
        self.assertGreater(taken, 20)
        for s in self.friends:
            s.close()
        self.friends.clear()

        def heard():
            try:
                self.assert_heard(2)
                return True
            except (OSError, ConnectionError):
                return False

        self.assertTrue(kit.poll(heard, 20))
        asker.close()


if __name__ == "__main__":
    kit.main()
