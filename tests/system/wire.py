"""The wire as docs/protocol.md says, from nothing but sockets: protobuf by hand, the
Scalability Protocols over TCP, and the messages of proto/duban.proto by field number.
Nothing here is generated from the project's own code."""
import os
import socket
import struct
import time

# --- protobuf -------------------------------------------------------------------------


def varint(n):
    out = bytearray()
    n &= (1 << 64) - 1
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return (n << 1) ^ (n >> 63)


def field(number, value):
    """int, bool: varint; bytes, str: length-delimited; None: nothing; list: repeated."""
    if value is None:
        return b""
    if isinstance(value, (list, tuple)):
        return b"".join(field(number, v) for v in value)
    if isinstance(value, int):
        return varint(number << 3) + varint(int(value))
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def message(**fields):
    """message(f1=…, f8=…): fields in order of their numbers; zeros and "" left out."""
    out = b""
    for name, value in sorted(fields.items(), key=lambda kv: int(kv[0][1:])):
        if value not in (0, "", None, False):
            out += field(int(name[1:]), value)
    return out


def packed(numbers):
    return b"".join(varint(n) for n in numbers) or None


def _read_varint(data, at):
    n = shift = 0
    while True:
        byte = data[at]
        at += 1
        n |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return n, at


def parse(data):
    """{field number: [int or bytes, …]}"""
    out, at = {}, 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = _read_varint(data, at)
        elif kind == 2:
            size, at = _read_varint(data, at)
            value, at = data[at:at + size], at + size
            assert len(value) == size
        elif kind == 1:
            value, at = data[at:at + 8], at + 8
        else:
            raise ValueError("wire type %d" % kind)
        out.setdefault(tag >> 3, []).append(value)
    return out


def first(fields, number, default=0):
    return fields.get(number, [default])[0]


# --- Scalability Protocols over TCP (RFC draft sp-tcp-mapping) --------------------------

REQ, REP, PUB, SUB = 0x30, 0x31, 0x20, 0x21


class Pipe:
    """One connection that has shaken hands as the given protocol."""

    def __init__(self, url, protocol=REQ, timeout=10, tls=None):
        """tls: the ssl.SSLContext of a tls+tcp address."""
        host, port = url.rsplit("/", 1)[1].rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=host)
        self.socket.sendall(b"\0SP\0" + struct.pack(">HH", protocol, 0))
        self.peer = struct.unpack(">4sHH", self.read(8))[1]

    def read(self, n):
        out = b""
        while len(out) < n:
            got = self.socket.recv(n - len(out))
            if not got:
                raise ConnectionError("the broker closed the connection")
            out += got
        return out

    def send(self, data):
        self.socket.sendall(struct.pack(">Q", len(data)) + data)

    def receive(self):
        return self.read(struct.unpack(">Q", self.read(8))[0])

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Asker:
    """A REQ socket's side: one question at a time over one connection."""

    def __init__(self, url, timeout=10, tls=None):
        self.pipe = Pipe(url, REQ, timeout, tls)
        self.number = int.from_bytes(os.urandom(3), "big")
        self.token = b""  # of a session over this connection

    def ask_bytes(self, data):
        self.number += 1
        head = struct.pack(">I", self.number & 0x7FFFFFFF | 0x80000000)
        self.pipe.send(head + data)
        while True:
            answer = self.pipe.receive()
            if answer[:4] == head:
                return answer[4:]

    def ask(self, **what):
        return Reply(self.ask_bytes(request(token=self.token, **what)))

    def close(self):
        self.pipe.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


# --- requests and replies ---------------------------------------------------------------


def request(version=1, token=b"", **what):
    """request(submit=bytes), request(feed=bytes), …; the value is that message."""
    numbers = {"submit": 2, "info": 3, "feed": 4, "board": 5, "entries": 6, "body": 7,
               "receipt": 8, "challenge": 9, "session": 10, "proof": 11, "tile": 12,
               "page": 13}
    out = field(1, version)
    for name, value in what.items():
        out += field(numbers[name], value)
    return out + (field(20, token) if token else b"")


def submit(signed, signature, bodies=()):
    return field(1, signed) + field(2, signature) + field(3, list(bodies))


def body(salt, data):
    return field(1, salt) + field(2, data)


class Reply:
    def __init__(self, data):
        self.bytes = data
        fields = parse(data)
        self.version = first(fields, 1)
        refusal = parse(first(fields, 2, b""))
        self.code = first(refusal, 1)
        self.line = first(refusal, 2)
        self.field = first(refusal, 3, b"").decode()
        self.found = first(refusal, 4, b"").decode()
        self.expected = first(refusal, 5, b"").decode()
        self.receipt = parse(fields[3][0]) if 3 in fields else None
        self.info = parse(fields[4][0]) if 4 in fields else None
        self.frame = parse(fields[5][0]) if 5 in fields else None
        self.entries = parse(fields[6][0]) if 6 in fields else None
        self.body = parse(fields[7][0]) if 7 in fields else None
        self.challenge = first(parse(fields[8][0]), 1, b"") if 8 in fields else None
        self.session = parse(fields[9][0]) if 9 in fields else None
        self.proof = parse(fields[10][0]) if 10 in fields else None
        self.index = first(self.receipt, 1) if self.receipt else None

    def __repr__(self):
        return "E%d %s %s %r %r" % (self.code, self.line, self.field, self.found,
                                    self.expected)


class Entry:
    """The fixed prefix of an entry (proto/entry.h) and what stands behind it."""

    def __init__(self, data):
        (self.version, self.kind, self.office, self.key, size, self.index,
         self.received_ms, self.number) = struct.unpack(">HHIIIQqQ", data[:40])
        self.data = data
        self.signed = data[40:40 + size]
        self.signature = data[40 + size:]


def all_entries(asker):
    next_index, head = 0, 0
    while next_index <= head:
        reply = asker.ask(entries=message(f1=next_index, f2=4096))
        assert reply.code == 0, reply
        for data in reply.entries.get(1, []):
            yield Entry(data)
        next_index, head = first(reply.entries, 2), first(reply.entries, 3)


# --- what is signed ---------------------------------------------------------------------

SESSION, ACCESS = 35, 36
RIGHT_OFFICE, RIGHT_BOARD, RIGHT_JOURNAL = 1, 2, 3
(GENESIS, OFFICES, KEYS, CALENDAR, PLAN_CHUNK, PLAN_PUBLISH, LIGHTS, TIMETABLE,
 TIMETABLE_REVIEW, SUBMISSION, REVIEW, CLOCK, TIME, DIGEST, CONFLICT) = range(1, 16)
RELEASE = 24
CUMULATIVE, LEVEL, RATE, RANK = 1, 2, 3, 4
MONTH, QUARTER, YEAR = 3, 5, 8
TO_DATE, THIS_PERIOD = 1, 2


def signed(origin, kind, office, key, number, payload, context="duban/1", algorithm=1,
           more=b""):
    return (field(1, context) + field(2, origin) + field(3, kind) + field(4, algorithm) +
            field(5, office) + field(6, key) + field(7, number) + field(8, payload) + more)


def day(year, month, day_):
    """Days since 1970-01-01."""
    return time_ms(year, month, day_) // 86400000


def time_ms(year, month, day_, hour=0, minute=0, offset=0):
    import calendar
    return (calendar.timegm((year, month, day_, hour, minute, 0)) - offset * 60) * 1000


def decimal(text):
    """"5.5" -> {55, 1}; sint64 and uint32."""
    whole, _, fraction = str(text).partition(".")
    fraction = fraction.rstrip("0")
    return message(f1=zigzag(int(whole + fraction)), f2=len(fraction))


def period(kind, first_day):
    return message(f1=kind, f2=zigzag(first_day))


def value(metric, amount, mode=0, unit="个", data_date=0, vintage=0):
    return message(f1=metric, f2=decimal(amount), f3=mode, f4=unit,
                   f5=zigzag(data_date), f6=vintage)


def statement(task, when, office=0, value=None, node=None, text=None, nil=None,
              supersedes=0):
    return message(f1=task, f2=office, f3=when, f4=value, f5=node, f6=text, f7=nil,
                   f8=supersedes)


def submission(statements, plan=1, reason=None, evidence=(), filler=""):
    return (message(f1=plan) + field(2, list(statements)) + field(3, reason) +
            field(4, list(evidence)) + message(f5=filler))


def now():
    return time.monotonic()
