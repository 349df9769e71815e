"""Privacy in transit: who has no good certificate gets through no door, who has one gets
through all three, and a clerk whose certificate or broker is wrong is told so."""
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import unittest

import kit
import tls_kit
import wire

SHAKE_S = 15  # NNG gives a handshake 10 s
FOLDER = None
CITY = OTHER = None
SERVER = EAST = None


def setUpModule():
    global FOLDER, CITY, OTHER, SERVER, EAST
    FOLDER = tempfile.mkdtemp(prefix="duban-test-")
    CITY = tls_kit.Pki(os.path.join(FOLDER, "pki"))
    OTHER = tls_kit.Pki(os.path.join(FOLDER, "other"))
    SERVER, EAST = CITY.server(), CITY.office("east")


def tearDownModule():
    shutil.rmtree(FOLDER, ignore_errors=True)


def curve_p384(folder):
    """A good certificate of the city's CA, but for its curve; made by openssl."""
    os.makedirs(folder)
    ends = tls_kit.Ends(folder, "wide")
    key = ["openssl", "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", ends.key]
    ask = ["openssl", "req", "-new", "-key", ends.key, "-subj", "/CN=wide", "-out",
           ends.cert + ".ask"]
    sign = ["openssl", "x509", "-req", "-in", ends.cert + ".ask", "-CA",
            os.path.join(CITY.folder, "ca.crt"), "-CAkey",
            os.path.join(CITY.folder, "ca.key"), "-set_serial", "77", "-days", "9", "-out",
            ends.cert]
    for words in (key, ask, sign):
        subprocess.run(words, check=True, capture_output=True)
    shutil.copy(os.path.join(CITY.folder, "ca.crt"), ends.ca)
    os.chmod(ends.key, 0o600)
    return ends


class Doors(kit.Case):
    def serve(self, ends=None, **more):
        self.found()
        broker = tls_kit.Broker(self.path("data"), ends or SERVER, **more)
        self.addCleanup(broker.kill)
        return broker.start()

    def open(self, door, tls):
        url, mine, theirs = door
        pipe = wire.Pipe(url, mine, SHAKE_S, tls)
        self.addCleanup(pipe.close)
        self.assertEqual(theirs, pipe.peer)
        return pipe

    def refused(self, broker, tls, why):
        for door in broker.doors:
            with self.subTest(why=why, door=door[0]):
                with self.assertRaises((ssl.SSLError, ConnectionError)):
                    self.open(door, tls)

    def test_a_good_certificate_passes_every_door(self):
        root = self.found()
        broker = tls_kit.Broker(self.path("data"), SERVER, crl=CITY.list)
        self.addCleanup(broker.kill)
        broker.start()
        tls = EAST.context()
        for door in broker.doors[:2]:
            self.open(door, tls)
        listener = self.open(broker.doors[2], tls)
        listener.socket.settimeout(20)
        with broker.asker(tls) as asker:
            kit.City(root).found(asker)
        self.assertTrue(listener.receive().startswith(b"2023|"))
        self.assertNotIn("did not answer", broker.log())
        self.assertEqual(0, broker.stop())

    def test_a_bad_certificate_passes_no_door(self):
        gone = CITY.office("gone")
        CITY.run("revoke", "gone")
        old = CITY.office("old", "--from", "2020-01-01", "--days", "30")
        early = CITY.office("early", "--from", "2090-01-01", "--days", "30")
        stranger = OTHER.office("stranger")
        none = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        none.load_verify_locations(EAST.ca)
        none.maximum_version = ssl.TLSVersion.TLSv1_2
        broker = self.serve(crl=CITY.list)
        ca = EAST.ca
        self.refused(broker, none, "no certificate")
        self.refused(broker, stranger.context(trust=ca), "another CA")
        self.refused(broker, gone.context(), "revoked")
        self.refused(broker, old.context(), "expired")
        self.refused(broker, early.context(), "not valid yet")
        for door in broker.doors:  # and the next good one comes in
            self.open(door, EAST.context())

    def test_who_speaks_no_tls_passes_no_door_and_stops_nobody(self):
        broker = self.serve()
        silent = []
        for url, _, _ in broker.doors:
            host, port = url.rsplit("/", 1)[1].rsplit(":", 1)
            for words in (b"", b"\0SP\0" + struct.pack(">HH", wire.REQ, 0), b"GET / \r\n"):
                s = socket.create_connection((host, int(port)), timeout=SHAKE_S)
                self.addCleanup(s.close)
                s.sendall(words)
                silent.append((s, words))
            # What kills a plain listener of NNG 1.5.2 within 80 connections.
            for _ in range(100):
                s = socket.create_connection((host, int(port)), timeout=SHAKE_S)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                s.shutdown(socket.SHUT_WR)
                s.close()
        for s, words in silent:
            if words:
                try:
                    while s.recv(4096):  # an alert, at most, and the end
                        pass
                except ConnectionError:
                    pass
        for door in broker.doors:
            self.open(door, EAST.context())
        self.assertEqual(0, broker.stop())

    def test_a_revoked_certificate_is_out_after_a_hangup_signal(self):
        pki = tls_kit.Pki(self.path("pki"))
        server, east, west = pki.server(), pki.office("east"), pki.office("west")
        broker = self.serve(server, crl=pki.list)
        held = [self.open(door, east.context()) for door in broker.doors]
        pki.run("revoke", "east")
        for door in broker.doors:  # nobody has told the broker yet
            self.open(door, east.context())
        broker.process.send_signal(signal.SIGHUP)
        for pipe in held:
            pipe.socket.settimeout(SHAKE_S)
            with self.assertRaises((ConnectionError, ssl.SSLError)):
                while True:
                    pipe.read(1)
        self.refused(broker, east.context(), "revoked")
        for door in broker.doors:
            self.open(door, west.context())
        self.assertEqual(0, broker.stop())

    def test_a_new_certificate_comes_in_and_a_bad_one_changes_nothing(self):
        pki = tls_kit.Pki(self.path("pki"))
        server, east = pki.server(out=self.path("first")), pki.office("east")
        broker = self.serve(server)

        def shown():
            with wire.Pipe(broker.command, tls=east.context()) as pipe:
                return pipe.socket.getpeercert()["serialNumber"]

        def shown_when_it_listens():
            try:
                return shown()
            except OSError:
                return None

        before = shown()
        good = {n: open(n, "rb").read() for n in (server.cert, server.key)}
        with open(server.cert, "ab") as f:
            f.truncate(100)
        broker.process.send_signal(signal.SIGHUP)
        self.assertTrue(kit.poll(lambda: "former certificates stay" in broker.log(), 20))
        self.assertEqual(before, shown())
        new = pki.server(out=self.path("second"))
        for name, other in ((server.cert, new.cert), (server.key, new.key)):
            shutil.copy(other, name)
        self.assertNotEqual(good[server.cert], open(server.cert, "rb").read())
        broker.process.send_signal(signal.SIGHUP)
        self.assertTrue(
            kit.poll(lambda: (shown_when_it_listens() or before) != before, 20))

    def test_it_listens_anew_a_hundred_times_with_readers_on_every_door(self):
        broker = self.serve()
        tls = EAST.context()
        for n in range(100):
            done = broker.log_lines("new certificates")
            pipes = []
            for url, mine, _ in broker.doors * 3:
                try:
                    pipes.append(wire.Pipe(url, mine, SHAKE_S, tls))
                except (ConnectionError, ssl.SSLError):
                    pass  # it was made while the door was closed
            broker.process.send_signal(signal.SIGHUP)
            self.assertTrue(
                kit.poll(lambda: broker.log_lines("new certificates") >= done + 3, 20), n)
            for pipe in pipes:
                pipe.close()
        for door in broker.doors:
            self.open(door, tls)
        self.assertEqual(0, broker.stop())


class AtTheStart(kit.Case):
    def expect(self, code, found, *words):
        run = subprocess.run([kit.DUBAND, "--data", self.path("data"), *words], text=True,
                             capture_output=True, timeout=30, env=kit.environment())
        self.assertNotEqual(0, run.returncode)
        self.assertIn(code, run.stderr)
        self.assertIn(found, run.stderr)

    def with_files(self, ca=None, cert=None, key=None, crl=None):
        words = ["--listen", "tls+tcp://127.0.0.1:0", "--tls-ca", ca or SERVER.ca,
                 "--tls-cert", cert or SERVER.cert, "--tls-key", key or SERVER.key]
        return words + (["--tls-crl", crl] if crl else [])

    def test_a_plain_address_that_others_reach_is_refused(self):
        self.found()
        for flag in ("--listen", "--feed", "--publish"):
            for url in ("tcp://0.0.0.0:0", "tcp://192.0.2.7:7158", "tcp://[::]:0",
                        "tcp://*:0"):
                self.expect("E605", url, flag, url)

    def test_what_is_wrong_with_a_file_is_said(self):
        self.found()
        for ends, code in ((SERVER, "E609"),):
            self.expect(code, "[tls_ca]", "--listen", "tls+tcp://127.0.0.1:0")
            self.expect(code, "[tls_cert]", "--listen", "tls+tcp://127.0.0.1:0",
                        "--tls-ca", ends.ca)
        old = CITY.server(out=self.path("old"),
                          options=("--from", "2020-01-01", "--days", "9"))
        wide = curve_p384(self.path("wide"))
        stranger = OTHER.server(out=self.path("stranger"))
        loose = self.path("loose.key")
        shutil.copy(SERVER.key, loose)
        os.chmod(loose, 0o640)
        broken = self.path("broken.crt")
        with open(SERVER.cert, encoding="ascii") as f, open(broken, "w") as out:
            out.write(f.read().replace("M", "N", 3))
        for words, code, found in (
                (dict(ca=self.path("none")), "E609", "missing"),
                (dict(cert=broken), "E609", "[tls_cert]"),
                (dict(cert=old.cert, key=old.key), "E609", "expired"),
                (dict(cert=wide.cert, key=wide.key), "E609", "not P-256"),
                (dict(cert=EAST.cert, key=EAST.key), "E609", "another use"),
                (dict(cert=stranger.cert, key=stranger.key), "E609", "not by this CA"),
                (dict(key=EAST.key), "E609", "not its key"),
                (dict(crl=OTHER.list), "E609", "[tls_crl]"),
                (dict(key=loose), "E220", loose)):
            with self.subTest(**words):
                self.expect(code, found, *self.with_files(**words))


class Desk(kit.Case):
    """The office's side, by its commands."""

    def setUp(self):
        super().setUp()
        self.found()
        self.broker = tls_kit.Broker(self.path("data"), SERVER)
        self.addCleanup(self.broker.kill)
        self.broker.start()

    def home(self, name, ends, *more):
        home = self.path(name)
        self.duban("init", home=home)
        self.duban("pki", "use", ends.folder, "--broker", self.broker.command, "--feed",
                   self.broker.feed, *more, home=home)
        return home

    def status(self, home, expect):
        return self.duban("status", "--lang", "en", home=home, expect=expect)

    def test_a_desk_with_its_certificate_is_served(self):
        home = self.home("east", EAST)
        self.assertIn(kit.ORIGIN, self.status(home, 0).out)
        for name in ("tls.key", "tls.crt", "ca.crt"):
            self.assertEqual(0o600, os.stat(os.path.join(home, name)).st_mode & 0o777)
        self.assertIn("tls+tcp", self.duban("config", home=home).out)

    def test_a_broker_that_this_desk_does_not_trust_is_not_spoken_to(self):
        mixed = self.path("mixed")
        shutil.copytree(EAST.folder, mixed)
        shutil.copy(os.path.join(OTHER.folder, "ca.crt"), os.path.join(mixed, "ca.crt"))
        ends = tls_kit.Ends(mixed, "east")
        said = self.status(self.home("mixed", ends), 3)
        self.assertIn("E609", said.err)
        self.assertIn("certificate refused", said.err)

    def test_a_broker_by_another_name_is_not_spoken_to(self):
        said = self.status(self.home("named", EAST, "--name", "duban.example"), 3)
        self.assertIn("E609", said.err)
        self.assertIn("duban.example", said.err)
        self.assertEqual("", said.out)

    def test_a_desk_that_the_broker_does_not_trust_is_told_so(self):
        stranger = OTHER.office("desk")
        shutil.copy(EAST.ca, stranger.ca)
        said = self.status(self.home("stranger", stranger), 3)
        self.assertIn("certificate refused", said.err)

    def test_a_desk_without_a_certificate_is_told_so_before_it_dials(self):
        home = self.path("bare")
        self.duban("init", "--broker", self.broker.command, home=home)
        said = self.status(home, 3)
        self.assertIn("E609", said.err)
        self.assertIn("tls_ca", said.err)

    def test_a_certificate_that_cannot_serve_its_desk_is_not_taken(self):
        old = CITY.office("worn", "--from", "2020-01-01", "--days", "9")
        wide = curve_p384(self.path("wide"))
        home = self.path("late")
        self.duban("init", home=home)
        for ends, why in ((old, "expired"), (wide, "P-256")):
            said = self.duban("pki", "use", ends.folder, home=home, expect=3)
            self.assertIn(why, said.err)
        self.assertFalse(os.path.exists(os.path.join(home, "tls.key")))


if __name__ == "__main__":
    kit.main()
