"""Ed25519 signing as RFC 8032 section 5.1 describes it: the tests' own, so that what the
broker accepts is judged by the standard and not by the code under test. Slow and not
constant in time: for tests only."""
import base64
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _recover_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return P - x if x % 2 != sign else x


_BY = 4 * pow(5, P - 2, P) % P
_BX = _recover_x(_BY, 0)
BASE = (_BX, _BY, 1, _BX * _BY % P)


def _add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _doubles():
    """2^i · B, so that a product is a sum of at most 253 points."""
    point, out = BASE, []
    for _ in range(256):
        out.append(point)
        point = _add(point, point)
    return out


_DOUBLES = _doubles()


def _times_base(n):
    point = (0, 1, 1, 0)
    for i in range(n.bit_length()):
        if n >> i & 1:
            point = _add(point, _DOUBLES[i])
    return point


def _encode(point):
    z = pow(point[2], P - 2, P)
    x, y = point[0] * z % P, point[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


class Key:
    def __init__(self, seed):
        assert len(seed) == 32
        self.seed = seed
        h = hashlib.sha512(seed).digest()
        self._a = int.from_bytes(h[:32], "little") & ~7 & ~(1 << 255) | 1 << 254
        self._a &= (1 << 255) - 1
        self._prefix = h[32:]
        self.public = _encode(_times_base(self._a))

    def sign(self, message):
        r = int.from_bytes(hashlib.sha512(self._prefix + message).digest(), "little") % L
        rp = _encode(_times_base(r))
        k = int.from_bytes(hashlib.sha512(rp + self.public + message).digest(), "little")
        return rp + ((r + k * self._a) % L).to_bytes(32, "little")


def key_of_file(path):
    """The key of a home: `duban-key/1 ed25519 <base64 of the seed> <name>`."""
    with open(path, encoding="utf-8") as f:
        version, algorithm, seed, _ = f.read().split(" ", 3)
    assert (version, algorithm) == ("duban-key/1", "ed25519"), path
    return Key(base64.b64decode(seed))
