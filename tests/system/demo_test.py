"""`./run demo --once` as the README prints it: it shows the board of the whole plan, says
that replay equals live, ends by itself, and may be run again."""
import os
import re
import subprocess

import kit


class Demo(kit.Case):
    def demo(self):
        return subprocess.run(
            ["./run", "demo", "--once"], cwd=kit.ROOT, capture_output=True, text=True,
            timeout=600, stdin=subprocess.DEVNULL,
            env=kit.environment(DUBAN_DEMO=self.path("demo"), DUBAN_BUILD=kit.BUILD,
                                DUBAN_LANG="en"))

    def shows_the_plan(self, run):
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("of 159 tasks", run.stdout)
        self.assertIn("[drill]", run.stdout)
        self.assertIn("equal to the live state", run.stdout)
        self.assertNotIn("NOT equal", run.stdout)
        self.assertNotIn("refused", run.stderr)
        board = run.stdout.split("[drill]")[1]
        numbers = re.findall(r"^ *(\d+(?:\.\d)?)  \S", board, re.M)
        self.assertEqual(len(numbers), 159)
        ranks = run.stdout.split("departments")[0].split("counties")[-1]
        self.assertRegex(ranks, r"(?m)^ *1  \S+ ")

    def test_the_demo_shows_the_board_ends_and_may_be_run_again(self):
        first = self.demo()
        self.shows_the_plan(first)
        again = self.demo()
        self.shows_the_plan(again)
        self.assertEqual(first.stdout, again.stdout)
        # as after a year that was played to its end: the city is made anew
        os.unlink(self.path("demo", "complete"))
        self.shows_the_plan(self.demo())
        left = subprocess.run(["pgrep", "-f", "duband --data " + self.path("demo")],
                              capture_output=True, text=True).stdout
        self.assertEqual(left, "", "a broker was left behind")


if __name__ == "__main__":
    kit.main()
