"""An auditor's folder in the test's own words: C2SP tlog-tiles, signed notes, RFC 6962.
It reads what duban wrote, and writes what a hostile broker could: whole trees over any
entries, signed with any key. Nothing here is the project's own code."""
import base64
import hashlib
import os
import shutil
import struct


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(hashes):
    """RFC 6962 section 2.1 over leaf hashes."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(root_of(hashes[:k]), root_of(hashes[k:]))


def path_of(hashes, index):
    """RFC 6962 section 2.1.1: the inclusion path, from the leaf's sibling upwards."""
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if index < k:
        return path_of(hashes[:k], index) + [root_of(hashes[k:])]
    return path_of(hashes[k:], index - k) + [root_of(hashes[:k])]


def number_path(n):
    text = "%03d" % (n % 1000)
    while n >= 1000:
        n //= 1000
        text = "x%03d/%s" % (n % 1000, text)
    return text


def tile_path(level, n, width):
    return "tile/%s/%s%s" % (level, number_path(n), "" if width == 256 else ".p/%d" % width)


def put(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def get(folder, name):
    with open(os.path.join(folder, name), "rb") as f:
        return f.read()


def key_id(name, public):
    return hashlib.sha256(name.encode() + b"\n\1" + public).digest()[:4]


def vkey(name, public):
    return "%s+%s+%s" % (name, key_id(name, public).hex(),
                         base64.b64encode(b"\1" + public).decode())


def signed_note(text, name, key):
    line = base64.b64encode(key_id(name, key.public) + key.sign(text.encode())).decode()
    return "%s\n— %s %s\n" % (text, name, line)


def checkpoint(origin, size, root, key, name=None):
    text = "%s\n%d\n%s\n" % (origin, size, base64.b64encode(root).decode())
    return signed_note(text, name or origin, key)


def checkpoint_of(folder):
    """(origin, size, root)"""
    lines = get(folder, "checkpoint").decode().split("\n")
    return lines[0], int(lines[1]), base64.b64decode(lines[2])


def bundle(entries):
    return b"".join(struct.pack(">H", len(e)) + e for e in entries)


def split(data):
    out, at = [], 0
    while at < len(data):
        size = struct.unpack(">H", data[at:at + 2])[0]
        out.append(data[at + 2:at + 2 + size])
        at += 2 + size
    return out


def bundle_name(size, n):
    return tile_path("entries", n, min(256, size - 256 * n))


def entries_of(folder):
    size = checkpoint_of(folder)[1]
    out = []
    for n in range((size + 255) // 256):
        out += split(get(folder, bundle_name(size, n)))
    assert len(out) == size
    return out


def write_tiles(folder, entries):
    """Every hash tile over the entries; returns the leaf hashes."""
    shutil.rmtree(os.path.join(folder, "tile"), ignore_errors=True)
    hashes = leaves = [leaf_hash(e) for e in entries]
    for n in range((len(entries) + 255) // 256):
        part = entries[256 * n:256 * n + 256]
        put(folder, tile_path("entries", n, len(part)), bundle(part))
    level = 0
    while hashes:
        for n in range((len(hashes) + 255) // 256):
            part = hashes[256 * n:256 * n + 256]
            put(folder, tile_path(level, n, len(part)), b"".join(part))
        hashes = [root_of(hashes[i:i + 256]) for i in range(0, len(hashes) - 255, 256)]
        level += 1
    return leaves


def write_log(folder, entries, origin, key):
    """What a broker with that key would publish over these entries."""
    leaves = write_tiles(folder, entries)
    put(folder, "checkpoint", checkpoint(origin, len(leaves), root_of(leaves), key).encode())
    put(folder, "log.vkey", (vkey(origin, key.public) + "\n").encode())
    return leaves


def proof_text(leaves, index, note, claimed=None):
    """A C2SP tlog-proof."""
    lines = ["c2sp.org/tlog-proof@v1", "index %d" % (index if claimed is None else claimed)]
    lines += [base64.b64encode(h).decode() for h in path_of(leaves, index)]
    return "\n".join(lines) + "\n\n" + note


def receipt_text(entry, leaves, index, note, claimed=None):
    return "duban-receipt/1\nentry %s\n\n%s" % (
        base64.b64encode(entry).decode(), proof_text(leaves, index, note, claimed))


# --- entries ----------------------------------------------------------------------------


class Parts:
    """An entry taken apart, so that it can be put together differently."""

    def __init__(self, data):
        (self.version, self.kind, self.office, self.key, size, self.index,
         self.received_ms, self.number) = struct.unpack(">HHIIIQqQ", data[:40])
        self.signed, self.signature = data[40:40 + size], data[40 + size:]

    def bytes(self):
        return struct.pack(">HHIIIQqQ", self.version, self.kind, self.office, self.key,
                           len(self.signed), self.index, self.received_ms,
                           self.number) + self.signed + self.signature


def renumbered(entries):
    """The prefix is the broker's own: it may say any index."""
    out = []
    for index, data in enumerate(entries):
        p = Parts(data)
        p.index = index
        out.append(p.bytes())
    return out
