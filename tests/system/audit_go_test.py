"""What duban writes for auditors, before a verifier built on Go's golang.org/x/mod/sumdb:
it accepts the folder as it is, and refuses each of a list of edits."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import audit_kit as audit
import kit
from audit_world import World
from ed25519 import Key

SOURCES = os.path.join(kit.ROOT, "tests/system/audit_go")
GOPATH = "/usr/share/gocode"  # where Debian's golang-golang-x-mod-dev puts it
WORLD = None
PROGRAM = None


def build():
    """No network: Debian's packages alone, and the cache in the build folder."""
    program = os.path.join(kit.BUILD, "audit_go")
    env = dict(os.environ, GO111MODULE="off", GOPATH=GOPATH, GOFLAGS="", GOPROXY="off",
               GOCACHE=os.path.join(kit.BUILD, "go-cache"))
    subprocess.run(["go", "build", "-o", program, "main.go"], env=env, check=True,
                   cwd=SOURCES)
    return program


def setUpModule():
    global WORLD, PROGRAM
    if not shutil.which("go") or not os.path.isdir(GOPATH + "/src/golang.org/x/mod/sumdb"):
        print("Debian's golang-go and golang-golang-x-mod-dev are not installed")
        sys.exit(kit.SKIPPED)
    PROGRAM = build()
    WORLD = World()


def tearDownModule():
    if WORLD:
        WORLD.close()


class GoVerifier(kit.Case):
    def setUp(self):
        super().setUp()
        self.fresh()

    def fresh(self):
        self.dir = os.path.join(tempfile.mkdtemp(dir=self.folder), "audit")
        shutil.copytree(WORLD.fetched, self.dir)
        self.size = len(WORLD.entries)

    def go(self, *words, vkey=None, command="verify"):
        return subprocess.run([PROGRAM, command, self.dir, vkey or WORLD.vkey, *words],
                              capture_output=True, text=True, timeout=60)

    def accepts(self, *words, **more):
        p = self.go(*words, **more)
        self.assertEqual(p.returncode, 0, p.stderr)
        return p.stdout

    def refuses(self, *words, **more):
        p = self.go(*words, **more)
        self.assertEqual(p.returncode, 1, p.stdout + p.stderr)
        self.assertNotIn("panic", p.stderr)
        self.fresh()

    def flip(self, name, at):
        data = bytearray(audit.get(self.dir, name))
        data[at] ^= 1
        audit.put(self.dir, name, bytes(data))

    def receipt(self, index, claimed=None, entry=None, leaves=None, note=None):
        text = audit.receipt_text(WORLD.entries[index if entry is None else entry],
                                  leaves or WORLD.leaves, index, note or WORLD.note,
                                  claimed)
        name = self.path("one.receipt")
        audit.put(self.folder, "one.receipt", text.encode())
        return name

    def older(self, leaves, size, key=None):
        audit.put(self.folder, "older", audit.checkpoint(
            kit.ORIGIN, size, audit.root_of(leaves[:size]), key or WORLD.log).encode())
        return self.path("older")

    def test_it_accepts_what_duban_wrote(self):
        said = self.accepts(self.receipt(WORLD.submitted)).split()
        self.assertEqual(said[:2], ["ok", str(self.size)])
        self.assertEqual(said[-1], "1")

    def test_it_accepts_a_receipt_that_duban_wrote(self):
        done = self.duban("receipt", "save", str(WORLD.submitted), "-o",
                          self.path("own.receipt"), home=WORLD.path("city"),
                          broker=WORLD.broker)
        self.assertEqual(done.code, 0)
        self.accepts(self.path("own.receipt"))

    def test_it_refuses_an_edited_entry(self):
        for index in (0, 300, self.size - 1):
            n = index // 256
            name = audit.bundle_name(self.size, n)
            self.flip(name, len(audit.bundle(WORLD.entries[256 * n:index])) + 2 + 50)
            self.refuses()

    def test_it_refuses_an_edited_tile(self):
        for name, at in (("tile/0/001", 170), ("tile/0/000", 8191),
                         (audit.tile_path(0, 2, self.size % 256), 3),
                         (audit.tile_path(1, 0, 2), 40)):
            self.flip(name, at)
            self.refuses()

    def test_it_refuses_an_edited_checkpoint(self):
        lines = WORLD.note.split("\n")
        for at, new in ((0, kit.ORIGIN + "x"), (1, str(self.size - 1)),
                        (2, lines[2][1:] + lines[2][:1]), (4, lines[4][:-4] + "AAA=")):
            edited = list(lines)
            edited[at] = new
            audit.put(self.dir, "checkpoint", "\n".join(edited).encode())
            self.refuses()

    def test_it_refuses_swapped_dropped_and_cut_entries(self):
        entries = list(WORLD.entries)
        entries[10], entries[11] = entries[11], entries[10]
        audit.put(self.dir, "tile/entries/000", audit.bundle(entries[:256]))
        self.refuses()
        last = audit.bundle_name(self.size, 2)
        audit.put(self.dir, last, audit.bundle(WORLD.entries[512:-1]))
        self.refuses()
        audit.put(self.dir, last, audit.get(self.dir, last)[:-7])
        self.refuses()
        os.remove(os.path.join(self.dir, last))
        self.refuses()

    def test_it_refuses_a_tree_over_edited_entries_under_the_old_checkpoint(self):
        entries = list(WORLD.entries)
        entries[300] = entries[300][:-1] + bytes([entries[300][-1] ^ 1])
        audit.write_tiles(self.dir, entries)
        self.refuses()

    def test_it_refuses_another_key_and_another_log(self):
        other = Key(b"\7" * 32)
        self.refuses(vkey=audit.vkey(kit.ORIGIN, other.public))
        _, size, root = audit.checkpoint_of(self.dir)
        for origin, name in (("duban.other/2023", None), ("duban.other/2023", kit.ORIGIN)):
            note = audit.checkpoint(origin, size, root, WORLD.log, name)
            audit.put(self.dir, "checkpoint", note.encode())
            self.refuses()

    def test_it_refuses_receipts_that_do_not_hold(self):
        index = WORLD.submitted
        self.refuses(self.receipt(index, claimed=index + 1))
        self.refuses(self.receipt(index, claimed=index - 1))
        self.refuses(self.receipt(index, entry=index + 1))
        leaves = list(WORLD.leaves)
        leaves[index] = audit.leaf_hash(WORLD.entries[index + 1])
        note = audit.checkpoint(kit.ORIGIN, self.size, audit.root_of(leaves), WORLD.log)
        self.refuses(self.receipt(index, entry=index + 1, leaves=leaves, note=note))

    def test_an_older_checkpoint_is_the_beginning_and_a_fork_is_not(self):
        for size in (1, 255, 256, 300, 511, self.size):
            self.accepts(self.older(WORLD.leaves, size), command="consistent")
        forked = list(WORLD.leaves)
        forked[7] = audit.leaf_hash(b"another")
        for size in (8, 256, 300):
            self.refuses(self.older(forked, size), command="consistent")
        self.refuses(self.older(WORLD.leaves, 300, key=Key(b"\7" * 32)),
                     command="consistent")


if __name__ == "__main__":
    kit.main()
