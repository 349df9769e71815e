"""What the system tests share: brokers on free ports, homes, commands, deadlines.

Programs are those of the build folder that DUBAN_BUILD names. Nothing sleeps blindly:
whatever takes time is polled against a deadline. Everything a test starts it ends by its
own handle, and temporary folders go with it."""
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import wire
from ed25519 import Key, key_of_file

SKIPPED = 77
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("DUBAN_BUILD", "build/release"))
DUBAN = os.path.join(BUILD, "duban")
DUBAND = os.path.join(BUILD, "duband")
SAMPLE = os.path.join(ROOT, "client/sample")
ORIGIN = "duban.test/2023"
LIGHTS = os.path.join(ROOT, "client/cli/lights_default.h")


def poll(what, seconds, step=0.01):
    """The first true value of what(); None when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found or time.monotonic() > end:
            return found or None
        time.sleep(step)


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("DUBAN_")}
    # NNG leaks what it was negotiating when a connection is reset: in a sanitized build
    # only the unit tests look for leaks.
    env.update(LANG="C.UTF-8", LC_ALL="C.UTF-8", NO_COLOR="1",
               ASAN_OPTIONS=env.get("ASAN_OPTIONS", "detect_leaks=0"))
    env.update(more)
    return env


class Refused(AssertionError):
    """A command that was expected to be done ended otherwise."""


class Broker:
    """A duband on the folder `data`. Ports are free ones the first time; a later start
    takes the same, so that clients find it again."""

    def __init__(self, data, log=None, wrap=()):
        self.data = data
        self.log_path = log or os.path.join(os.path.dirname(data), "duband.log")
        self.urls = None
        self.process = None
        self.wrap = list(wrap)
        self.head = None

    def arguments(self):
        urls = self.urls or ["tcp://127.0.0.1:0"] * 3
        return [DUBAND, "--data", self.data, "--listen", urls[0], "--feed", urls[1],
                "--publish", urls[2]]

    def start(self, seconds=30):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.wrap + self.arguments(), stdout=subprocess.PIPE, stderr=log,
                env=environment(), cwd=ROOT)
        line = self._ready_line(seconds)
        words = dict(w.split("=", 1) for w in line.split() if "=" in w)
        self.urls = [words["command"], words["feed"], words["publish"]]
        self.head = int(words["head"])
        return self

    def _ready_line(self, seconds):
        os.set_blocking(self.process.stdout.fileno(), False)
        got = b""

        def look():
            nonlocal got
            got += self.process.stdout.read() or b""
            if b"\n" in got:
                return got.split(b"\n")[0].decode()
            return "" if self.process.poll() is None else "ended"

        line = poll(look, seconds, 0.005)
        if not line or not line.startswith("duband ready"):
            code = self.process.poll()
            self.kill()
            raise AssertionError("duband did not get ready (exit %s): %s" %
                                 (code, self.log()))
        return line

    @property
    def command(self):
        return self.urls[0]

    @property
    def feed(self):
        return self.urls[1]

    @property
    def publish(self):
        return self.urls[2]

    def kill(self):
        """kill -9, as a power cut would end it, but for what the kernel still holds."""
        if self.process:
            self.process.kill()
            self._gone()

    def stop(self, seconds=15):
        """Asks it to end and returns its exit code."""
        if not self.process:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("duband did not stop in %d s: %s" % (seconds, self.log()))
        self._gone()
        return code

    def _gone(self):
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()[-4000:]

    def memory(self):
        """RssAnon in bytes."""
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as f:
            for line in f:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
        return 0

    def asker(self, timeout=10):
        return wire.Asker(self.command, timeout)


class Case(unittest.TestCase):
    """A test with a temporary folder and brokers that are ended with it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="duban-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def broker(self, data=None, wrap=()):
        b = Broker(data or self.path("data"), wrap=wrap)
        self.addCleanup(b.kill)
        return b

    def duban(self, *words, home=None, broker=None, expect=0, timeout=60, **more):
        """Runs duban; returns what it printed. expect None takes any exit code."""
        return run_duban(*words, home=home or self.path("city"), broker=broker,
                         expect=expect, timeout=timeout, **more)

    def found(self, drill="2023-01-11T09:00", home=None, data=None, origin=ORIGIN):
        self.duban("init", "--city", "--data", data or self.path("data"), "--origin",
                   origin, "--code", "zfbgs", "--name", "市政府办公室", "--drill", drill,
                   home=home)
        return key_of_file(os.path.join(home or self.path("city"), "key"))

    def reader(self, name, home=None):
        """Another desk of the city office, to read at: its key in a home of its own."""
        made = self.path(name)
        if not os.path.exists(made):
            os.mkdir(made, 0o700)
            shutil.copy(os.path.join(home or self.path("city"), "key"), made)
        return made


class Done:
    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]

    def refusals(self):
        """Codes of every refusal said on standard error, as numbers."""
        return refusals_in(self.err)


def refusals_in(text):
    import re
    return [int(n) for n in re.findall(r"\bE(\d{3})\b", text)]


def command_line(words, home, broker):
    out = [DUBAN, *words]
    if home:
        out += ["--home", home]
    if broker:
        out += ["--broker", broker.command, "--feed", broker.feed]
    return out


def run_duban(*words, home=None, broker=None, expect=0, timeout=60, stdin=None, **env):
    p = subprocess.run(command_line(words, home, broker), input=stdin, text=True,
                       capture_output=True, timeout=timeout, env=environment(**env),
                       cwd=ROOT)
    if expect is not None and p.returncode != expect:
        raise Refused("duban %s: exit %d, expected %d\n%s%s" %
                      (" ".join(words), p.returncode, expect, p.stdout, p.stderr))
    return Done(p)


# --- a small city, all over the wire ------------------------------------------------------


class Signer:
    """A key that counts its own numbers."""

    def __init__(self, key, office, number, origin=ORIGIN):
        self.key, self.office, self.number, self.origin = key, office, number, origin
        self.next = 1

    def make(self, kind, payload, **other):
        number = other.pop("number", None)
        if number is None:
            number, self.next = self.next, self.next + 1
        words = dict(origin=self.origin, kind=kind, office=self.office, key=self.number,
                     number=number, payload=payload)
        words.update(other)
        data = wire.signed(**words)
        return data, self.key.sign(data)

    def send(self, asker, kind, payload, bodies=(), **other):
        data, signature = self.make(kind, payload, **other)
        return asker.ask(submit=wire.submit(data, signature, bodies))


    def session(self, asker, right=wire.RIGHT_JOURNAL, purpose="", entry=False):
        """Opens a session over the asker's connection, which keeps the token. Only the
        root key may ask for the journal without a number (entry). The reply."""
        challenge = asker.ask(challenge=b"").challenge
        words = wire.message(f1=challenge, f2=right, f3=purpose)
        number = {} if entry else {"number": 0}
        data, signature = self.make(wire.SESSION, words, **number)
        reply = asker.ask(session=wire.field(1, data) + wire.field(2, signature))
        if reply.session:
            asker.token = wire.first(reply.session, 1)
        return reply


class City:
    """Offices 2 and 3 are counties, 4 leads; plan 1 has a sum split over the counties
    (task 1), a rate (task 2), words only (task 3). Quarterly, year 2023."""

    CODE = "2023"

    def __init__(self, root, origin=ORIGIN):
        self.root = Signer(root, 1, 1, origin)
        self.root.next = 2  # number 1 signed the genesis
        keys = [Key(hashlib.sha256(b"test key %d" % n).digest()) for n in (2, 3, 4)]
        self.east, self.west, self.lead = (
            Signer(k, n, n, origin) for k, n in zip(keys, (2, 3, 4)))

    def ok(self, reply):
        assert reply.code == 0, reply
        return reply.index

    def offices(self):
        return b"".join(wire.field(1, wire.message(f1=n, f2=code, f3=name, f5=kind, f6=1))
                        for n, code, name, kind in ((2, "east", "东县", 2),
                                                    (3, "west", "西县", 2),
                                                    (4, "lead", "牵头局", 4)))

    def keys(self):
        return b"".join(wire.field(1, wire.message(f1=s.number, f2=s.office, f3=1,
                                                   f4=s.key.public))
                        for s in (self.east, self.west, self.lead))

    @staticmethod
    def metric(target="200", complete=True, unit="个", **other):
        fields = dict(f1=1, f2="项目数", f3=2, f4=wire.decimal(target), f8=unit,
                      f9=wire.CUMULATIVE, f10=2, f11=1, f16=complete)
        fields.update(other)
        return wire.message(**fields)

    @staticmethod
    def split(metric, office, amount):
        return wire.message(f1=metric, f2=office, f3=wire.decimal(amount))

    def task(self, number, metrics=(), splits=(), kind=1, leads=(4,)):
        return (wire.message(f1=number, f2=str(number), f3="一、测试", f5="任务%d" % number,
                             f6=kind, f8=wire.packed(leads)) +
                wire.field(13, list(metrics)) + wire.field(14, list(splits)))

    def tasks(self):
        rate = wire.message(f1=1, f2="增速", f3=2, f4=wire.decimal("5.5"), f8="%",
                            f9=wire.RATE, f10=2, f11=3)
        return [self.task(1, [self.metric()],
                          [self.split(1, 2, "100"), self.split(1, 3, "100")]),
                self.task(2, [rate]), self.task(3, kind=6)]

    @staticmethod
    def chunk(tasks, plan=1, code=CODE, number=1):
        return (wire.message(f1=plan, f2=code, f3=number) + wire.field(4, list(tasks)))

    @staticmethod
    def publish(chunks, plan=1, code=CODE, **other):
        fields = dict(f1=plan, f2=code, f3="测试台账", f4=wire.zigzag(wire.day(2023, 1, 1)),
                      f5=wire.zigzag(wire.day(2023, 12, 31)), f6=wire.QUARTER,
                      f7=wire.zigzag(1), f8=wire.zigzag(10), f10=len(chunks),
                      f11=hashlib.sha256(b"".join(chunks)).digest())
        fields.update(other)
        return wire.message(**fields)

    def founding(self):
        chunk = self.chunk(self.tasks())
        row = wire.message(f1=2, f2=2)  # green, on pace: one row without conditions
        return [(wire.OFFICES, self.offices()), (wire.KEYS, self.keys()),
                (wire.PLAN_CHUNK, chunk), (wire.PLAN_PUBLISH, self.publish([chunk])),
                (wire.LIGHTS, wire.message(f1=1, f2=1) + wire.field(3, row))]

    def found(self, asker):
        for kind, payload in self.founding():
            self.ok(self.root.send(asker, kind, payload))
        return self.reads(asker)

    def reads(self, asker):
        """The asker reads everything, as the city office may."""
        reply = self.root.session(asker)
        assert reply.code == 0, reply
        return self

    def set_time(self, asker, *moment):
        ms = wire.time_ms(*moment, offset=480)
        self.ok(self.root.send(asker, wire.TIME, wire.message(f1=wire.zigzag(ms))))

    @staticmethod
    def quarter(n=1):
        return wire.period(wire.QUARTER, wire.day(2023, 3 * n - 2, 1))

    def report(self, amount, quarter=1, task=1, **other):
        """A submission's payload: one value of the sum, to date."""
        stated = wire.value(1, amount, mode=other.pop("mode", wire.TO_DATE),
                            unit=other.pop("unit", "个"),
                            data_date=other.pop("data_date", 0),
                            vintage=other.pop("vintage", 0))
        reason = other.pop("reason", None)
        return wire.submission([wire.statement(task, self.quarter(quarter), value=stated,
                                               **other)], reason=reason)

    @staticmethod
    def body(text, salt=b"0123456789abcdef"):
        """(BodyRef, Body)"""
        data = text.encode()
        digest = hashlib.sha256(salt + data).digest()
        return (wire.message(f1=digest, f2=len(data), f3="text/plain"),
                wire.body(salt, data))


def main():
    """Runs the file's tests; exit 77 when every one of them was skipped."""
    for program in (DUBAN, DUBAND):
        if not os.access(program, os.X_OK):
            print("%s is not built" % program)
            sys.exit(1)
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite)
    if not result.wasSuccessful() or result.testsRun == 0:
        sys.exit(1)
    sys.exit(SKIPPED if len(result.skipped) == result.testsRun else 0)
