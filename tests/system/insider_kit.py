"""The insider's tools: LMDB's own mdb_dump and mdb_load take a stopped broker's database
apart and put it together again, with entries, tiles, bodies and state as he likes them,
consistent in themselves. Formats are those of docs/storage-format.md, written anew."""
import hashlib
import os
import shutil
import struct
import subprocess

import audit_kit as audit

WIDTH = 256
HEADS = {"stride": 4096, "slots": 64, "record": 1024}
TOOLS = ("mdb_dump", "mdb_load")
INTEGER = ("entries", "tiles")


def has_tools():
    return all(shutil.which(tool) for tool in TOOLS)


def tile_key(level, number):
    return level << 56 | number


class Books:
    """Everything that a folder's journal.mdb holds."""

    def __init__(self, data):
        self.path = os.path.join(data, "journal", "journal.mdb")
        self.heads = os.path.join(data, "journal", "heads")
        dump = subprocess.run(["mdb_dump", "-n", "-a", self.path], capture_output=True,
                              text=True, check=True).stdout
        self.tables, self.mapsize = {}, None
        for part in dump.split("VERSION=3\n")[1:]:
            self._read(part)
        entries = self.tables["entries"]
        self.entries = [entries[struct.pack("=Q", n)] for n in range(len(entries))]
        self.bodies = self.tables["bodies"]

    def _read(self, part):
        head, _, rest = part.partition("HEADER=END\n")
        words = dict(line.split("=", 1) for line in head.splitlines() if "=" in line)
        self.mapsize = words["mapsize"]
        lines = [bytes.fromhex(line[1:]) for line in
                 rest.partition("DATA=END")[0].splitlines()]
        self.tables[words["database"]] = dict(zip(lines[::2], lines[1::2]))

    # --- making it consistent --------------------------------------------------------

    def leaves(self):
        return [audit.leaf_hash(entry) for entry in self.entries]

    def root(self):
        return audit.root_of(self.leaves())

    def _tiles(self):
        out, hashes, level = {}, self.leaves(), 0
        while len(hashes) >= WIDTH:
            above = []
            for n in range(len(hashes) // WIDTH):
                part = hashes[WIDTH * n:WIDTH * n + WIDTH]
                above.append(audit.root_of(part))
                out[struct.pack("=Q", tile_key(level, n))] = b"".join(part) + above[-1]
            hashes, level = above, level + 1
        return out

    def _state(self, signed_size):
        leaves, size = self.leaves(), len(self.entries)
        out, at = struct.pack(">IQQ", 1, size, signed_size), 0
        for bit in reversed(range(64)):
            if size >> bit & 1:
                out += audit.root_of(leaves[at:at + (1 << bit)])
                at += 1 << bit
        return out + hashlib.sha256(out).digest()

    def write(self, signed_size=None):
        """Back into the folder; signed_size None: that of a commit like any other."""
        size = len(self.entries)
        self.tables["entries"] = {struct.pack("=Q", n): e
                                  for n, e in enumerate(self.entries)}
        self.tables["tiles"] = self._tiles()
        self.tables["meta"] = {b"state": self._state(
            size - 1 if signed_size is None else signed_size)}
        dump = "".join(self._dump(name) for name in sorted(self.tables))
        made = self.path + ".made"
        subprocess.run(["mdb_load", "-n", made], input=dump, text=True, check=True,
                       capture_output=True)
        os.replace(made, self.path)
        for lock in (made + "-lock", self.path + "-lock"):
            if os.path.exists(lock):
                os.remove(lock)

    def _dump(self, name):
        head = ["VERSION=3", "format=bytevalue", "database=" + name, "type=btree",
                "mapsize=" + self.mapsize]
        head += ["integerkey=1"] if name in INTEGER else []
        order = (lambda key: struct.unpack("=Q", key)) if name in INTEGER else None
        lines = [" " + part.hex() for key in sorted(self.tables[name], key=order)
                 for part in (key, self.tables[name][key])]
        return "\n".join(head + ["HEADER=END"] + lines + ["DATA=END"]) + "\n"

    # --- with the broker's key -------------------------------------------------------

    def sign(self, origin, key):
        """A ring of heads with one head: over what is there now."""
        note = audit.checkpoint(origin, len(self.entries), self.root(), key).encode()
        record = struct.pack(">8sQQI", b"dubanHD1", 1, len(self.entries), len(note)) + note
        record = record.ljust(HEADS["record"] - 32, b"\0")
        record += hashlib.sha256(record).digest()
        ring = bytearray(HEADS["stride"] * HEADS["slots"])
        ring[HEADS["stride"]:HEADS["stride"] + HEADS["record"]] = record
        with open(self.heads, "wb") as f:
            f.write(ring)
