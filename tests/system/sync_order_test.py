"""Counts the syncs: before each acknowledgement leaves, the journal's and the
checkpoint's are done. LMDB's own: the pages by fdatasync, then the meta page through a
descriptor opened with O_DSYNC; then the heads file and its fdatasync."""
import os
import re
import shutil
import subprocess
import unittest

import kit
import wire

REPORTS = 20
CALLS = "openat,fdatasync,fsync,msync,pwrite64,pwritev,write,writev,sendmsg,sendto"


def strace_works():
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True)
    return "" if tried.returncode == 0 else "strace may not trace here: " + \
        tried.stderr.decode().strip()


WHY_NOT = strace_works()


def read_calls(path):
    """(name, fd, path, rest) of every call. One that strace saw interrupted by another
    thread's counts where it ended when it is a sync or a write, and where it began when it
    sends: the order is the harder one to keep."""
    open_calls, out = {}, []

    def add(text):
        call = re.match(r"(\w+)\((?:(\d+)<([^>]*)>)?(.*)", text)
        if call:
            out.append((call.group(1), call.group(2), call.group(3) or "", call.group(4)))

    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            pid, _, rest = line.rstrip("\n").partition(" ")
            rest = rest.strip()
            if rest.endswith("<unfinished ...>"):
                begun = rest[:-len("<unfinished ...>")]
                if begun.startswith("send"):
                    add(begun)
                else:
                    open_calls[pid] = begun
                continue
            resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", rest)
            if resumed and pid in open_calls:
                add(open_calls.pop(pid) + resumed.group(1))
            elif not resumed:
                add(rest)
    return out


@unittest.skipIf(WHY_NOT, WHY_NOT)
class SyncOrder(kit.Case):
    def submit_some(self, server, root):
        """Sends one after another and returns the indexes."""
        with server.asker() as asker:
            city = kit.City(root).found(asker)
            reason, body = city.body("核对后更正")
            out = [city.ok(city.east.send(asker, wire.SUBMISSION, city.report("1")))]
            while len(out) < REPORTS:
                payload = city.report(str(len(out)), supersedes=out[-1], reason=reason)
                out.append(city.ok(city.east.send(asker, wire.SUBMISSION, payload, [body])))
        return out

    def trace(self):
        root = self.found(drill="2023-12-31T09:00")
        trace = self.path("trace")
        server = self.broker(wrap=["strace", "-f", "-y", "-s", "64", "-e",
                                   "trace=" + CALLS, "-o", trace]).start(60)
        port = server.command.rsplit(":", 1)[1]
        sent = self.submit_some(server, root)
        # strace passes no signal on to its child: end the child itself
        child = subprocess.run(["pgrep", "-P", str(server.process.pid)],
                               capture_output=True, text=True).stdout.split()[0]
        os.kill(int(child), 15)
        server.process.wait(30)
        return read_calls(trace), port, sent

    def steps(self, calls, port):
        """What matters, as letters: d the journal's pages synced, m its meta page, h the
        heads file written, s it synced, a an answer on the command socket."""
        dsync = set()
        out = []
        for name, fd, path, rest in calls:
            file = os.path.basename(path)
            if name == "openat" and "journal.mdb" in rest:
                opened = re.search(r"= (\d+)<", rest)
                if opened and "O_DSYNC" in rest:
                    dsync.add(opened.group(1))
            elif name in ("pwrite64", "pwritev", "write") and file == "journal.mdb":
                if fd in dsync:
                    out.append("m")
            elif name in ("fdatasync", "fsync") and file == "journal.mdb":
                out.append("d")
            elif name in ("pwrite64", "pwritev", "write") and file == "heads":
                out.append("h")
            elif name in ("fdatasync", "fsync") and file == "heads":
                out.append("s")
            elif name in ("sendmsg", "sendto", "writev") and self.to_command(path, rest):
                out.append("a")
        return "".join(out)

    @staticmethod
    def to_command(path, rest):
        """An answer: a message of the Scalability Protocols with a request's number (its
        first bit set) behind its size; handshakes and frames are none."""
        if "socket" not in path and "TCP" not in path:
            return False
        size = re.search(r'iov_base="((?:\\\d+|\\.|[^"\\])*)", iov_len=8\}', rest)
        return bool(size)

    def test_journal_and_checkpoint_are_synced_before_each_acknowledgement(self):
        calls, port, sent = self.trace()
        steps = self.steps(calls, port)
        # The founding's own entries come first; the last REPORTS answers are ours.
        turns = re.findall(r"[^a]*a", steps)
        self.assertGreaterEqual(len(turns), REPORTS)
        for n, turn in enumerate(turns[-REPORTS:]):
            self.assertRegex(turn, r"^d+m+h+s+a$", "acknowledgement %d of %s" % (n, steps))
        print("%d acknowledgements, each behind: pages synced, meta page written through "
              "O_DSYNC, head written, head synced" % REPORTS)
        counts = {c: steps.count(c) for c in "dmhsa"}
        print("syncs of the whole run: %s" % counts)


if __name__ == "__main__":
    kit.main()
