"""Readers that begin early, late, or sleep in between end with the same board."""
import json
import os
import signal
import subprocess

import kit
import wire

REPORTS = 120


def without_digest(text):
    """A board that was folded from frames cannot say the state's digest."""
    board = json.loads(text)
    del board["digest"], board["digest_index"]
    return json.dumps(board)


class Watch(kit.Case):
    def setUp(self):
        super().setUp()
        root = self.found(drill="2023-12-31T09:00")
        self.server = self.broker().start()
        with self.server.asker() as asker:
            self.city = kit.City(root).found(asker)
        self.running = []

    def tearDown(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()
            for f in (process.stdout, process.stderr):
                f.close()

    def watch(self, name, until):
        """Starts a watcher with a home of its own."""
        home = self.reader(name)
        process = subprocess.Popen(
            kit.command_line(["watch", "--plan", "2023", "--until", str(until), "--json"],
                             home, self.server),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=kit.environment(), cwd=kit.ROOT)
        self.running.append(process)
        return process

    def held(self, n):
        """Waits until the broker holds n polls."""
        def look():
            with self.server.asker() as asker:
                return wire.first(asker.ask(info=b"").info, 17) >= n
        self.assertTrue(kit.poll(look, 20), "%d readers did not come" % n)

    def head(self):
        with self.server.asker() as asker:
            return wire.first(asker.ask(info=b"").info, 2)

    def send_reports(self, n, between=None):
        """Corrections of one value after another; returns the last index."""
        reason, body = self.city.body("核对后更正")
        standing = getattr(self, "standing", 0)
        with self.server.asker() as asker:
            for i in range(n):
                if between:
                    between(i)
                payload = self.city.report(str(25 + i % 50), supersedes=standing,
                                           reason=reason if standing else None)
                standing = self.city.ok(self.city.east.send(
                    asker, wire.SUBMISSION, payload, [body] if standing else []))
        self.standing = standing
        return standing

    def board(self):
        return without_digest(self.duban("board", "--plan", "2023", "--json",
                                         home=self.reader("asker"),
                                         broker=self.server).out)

    def finish(self, process):
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        return without_digest(out)

    def test_three_watchers_end_equal_to_the_byte_with_the_board(self):
        # How far it will go is known: the reports are the only writers.
        until = self.head() + REPORTS
        early, sleeper = self.watch("early", until), self.watch("sleeper", until)
        self.held(2)

        def between(i):
            if i == REPORTS // 4:
                sleeper.send_signal(signal.SIGSTOP)
            if i == REPORTS * 3 // 4:
                sleeper.send_signal(signal.SIGCONT)

        self.assertEqual(self.send_reports(REPORTS, between), until)
        late = self.watch("late", until)
        board = self.board()
        self.assertIn(str(until), board)
        for name, process in (("early", early), ("sleeper", sleeper), ("late", late)):
            self.assertEqual(self.finish(process), board, name)

    def test_a_restart_of_the_broker_in_the_middle_loses_nobodys_cursor(self):
        until = self.head() + REPORTS
        early = self.watch("early", until)
        self.held(1)
        self.send_reports(REPORTS // 2)
        self.server.kill()
        self.assertIsNone(early.poll(), "the watcher gave up")
        self.server.start()
        self.assertEqual(self.send_reports(REPORTS - REPORTS // 2), until)
        self.assertEqual(self.finish(early), self.board())

    def test_a_watcher_that_comes_back_goes_on_from_its_saved_cursor(self):
        middle = self.send_reports(REPORTS // 2)
        self.finish(self.watch("coming", middle))
        end = self.send_reports(REPORTS // 2)
        self.assertEqual(self.finish(self.watch("coming", end)), self.board())

    def test_a_watcher_may_stop_short_of_the_head_and_shows_that_moment(self):
        middle = self.send_reports(10)
        self.send_reports(10)
        board = self.duban("board", "--plan", "2023", "--as-of", str(middle), "--json",
                           home=self.reader("asker"), broker=self.server).out
        self.assertEqual(self.finish(self.watch("short", middle)), without_digest(board))


if __name__ == "__main__":
    kit.main()
