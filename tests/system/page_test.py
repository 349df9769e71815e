"""What the city knew: one office's page of the state, proved alone and without the
network, and boards that say their digest."""
import os
import random

import kit
import wire


DIGEST_EVERY = 4096  # proto/limits.h


class Digests(kit.Case):
    def test_a_busy_day_has_a_digest_every_so_many_entries_and_never_two_in_a_row(self):
        root = self.found(drill="2023-04-03T09:00")
        server = self.broker().start()
        with server.asker(30) as asker:
            city = kit.City(root).found(asker)
            start = wire.time_ms(2023, 4, 3, 9, offset=480)
            for n in range(1, DIGEST_EVERY + 100):
                words = wire.message(f1=wire.zigzag(start + n * 1000))
                city.ok(city.root.send(asker, wire.TIME, words))
            kinds = [e.kind for e in wire.all_entries(asker)]
        self.assertEqual(server.stop(), 0)
        digests = [i for i, kind in enumerate(kinds) if kind == wire.DIGEST]
        self.assertEqual([i for i in digests if kinds[i - 1] == wire.DIGEST], [])
        alone = [i for i in digests if kinds[i - 1] != wire.CLOCK]
        self.assertEqual(len(alone), 1)
        before = max([i for i in digests if i < alone[0]], default=0)
        self.assertEqual(alone[0] - before, DIGEST_EVERY + 1)
        # Folded again, every one agrees, and the next start finds nothing wrong.
        again = server.start()
        self.assertEqual(again.head, len(kinds) - 1)
        said = self.duban("digest", "--json", broker=again).json()
        self.assertTrue(said["equal"])
        self.assertEqual(said["digests_equal"], len(digests))


class Pages(kit.Case):
    def setUp(self):
        super().setUp()
        root = self.found(drill="2023-04-03T09:00")
        self.server = self.broker().start()
        with self.server.asker() as asker:
            self.city = city = kit.City(root).found(asker)
            city.ok(city.east.send(asker, wire.SUBMISSION, city.report("25")))
            city.set_time(asker, 2023, 4, 4, 9)  # a day, and its digest
            city.ok(city.west.send(asker, wire.SUBMISSION, city.report("31")))
            city.set_time(asker, 2023, 4, 6, 9)
        status = self.duban("status", "--json", broker=self.server).json()
        self.vkey = status["log_vkey"]
        self.head = status["head"]

    def prove(self, name, *more, expect=0):
        path = self.path("page")
        done = self.duban("page", "prove", name, "-o", path, *more, "--json",
                          broker=self.server, expect=expect)
        return path, done

    def verify(self, path, expect=0, key=None):
        """Without a home, without a broker."""
        return kit.run_duban("page", "verify", path, "--key", key or self.vkey, "--json",
                             home=self.path("nobody"), expect=expect)

    def test_an_offices_page_is_proved_and_says_what_it_reported(self):
        path, _ = self.prove("2023/3")
        said = self.verify(path).json()
        self.assertTrue(said["proved"])
        self.assertEqual((said["plan"], said["office"]), (1, 3))
        self.assertEqual(said["origin"], kit.ORIGIN)
        values = [c for c in said["cells"] if c["kind"] == "value" and c["what"]]
        self.assertEqual([c["what"].split("，")[0].split(",")[0] for c in values], ["31"])
        self.assertEqual(values[0]["period"], "2023Q1")
        with open(path, encoding="ascii", errors="replace") as f:
            self.assertEqual(f.readline(), "duban-page/1\n")

    def test_the_page_of_an_earlier_day_does_not_know_what_came_later(self):
        path, done = self.prove("2023/3", "--as-of", "2023-04-04")
        later = self.prove("2023/3")[1].json()["digest_index"]
        early = done.json()["digest_index"]
        self.assertLess(early, later)
        path, _ = self.prove("2023/3", "--as-of", str(early))
        said = self.verify(path).json()
        self.assertEqual(said["digest_index"], early)
        self.assertLess(said["index"], early)
        self.assertFalse([c for c in said["cells"] if c["kind"] == "value" and c["what"]])

    def test_the_plans_page_and_the_journals_own_are_proved_too(self):
        said = self.verify(self.prove("2023")[0]).json()
        self.assertEqual((said["plan"], said["office"], said["code"]), (1, 0, "2023"))
        self.assertTrue([c for c in said["cells"] if c["kind"] == "task"])
        said = self.verify(self.prove("/")[0]).json()
        self.assertEqual((said["plan"], said["code"]), (0, kit.ORIGIN))

    def test_what_is_changed_or_of_another_log_is_refused(self):
        path, _ = self.prove("2023/3")
        with open(path, "rb") as f:
            good = f.read()
        chance = random.Random(7)
        places = chance.sample(range(len(good)), 12)
        for at in places:
            bad = bytearray(good)
            bad[at] ^= 1 << chance.randrange(8)
            with open(path, "wb") as f:
                f.write(bad)
            self.verify(path, expect=None).code
            self.assertNotEqual(self.verify(path, expect=None).code, 0, at)
        with open(path, "wb") as f:
            f.write(good)
        other = self.path("other")
        self.duban("init", "--city", "--data", self.path("d2"), "--origin",
                   "other.test/2023", "--code", "x", "--name", "y", "--drill",
                   "2023-01-11T09:00", home=other)
        self.verify(path)

    def test_what_is_not_there_is_refused_with_its_code(self):
        self.assertIn(401, self.prove("2023/nobody", expect=1)[1].refusals())
        self.assertIn(402, self.prove("1999", expect=1)[1].refusals())
        self.assertIn(512, self.prove("2023", "--as-of", "999999", expect=1)[1].refusals())
        self.assertFalse(os.path.exists(self.path("page")))

    def test_a_board_as_of_a_moment_says_its_digest(self):
        board = self.duban("board", "--as-of", str(self.head), "--json",
                           broker=self.server).json()
        status = self.duban("status", "--json", broker=self.server).json()
        self.assertEqual(board["digest"], status["digest"])
        self.assertGreater(board["digest_index"], 0)
        words = self.duban("board", "--as-of", str(self.head), "--lang", "zh",
                           broker=self.server).out
        self.assertIn(board["digest"], words)
        words = self.duban("board", "--day", "2023-04-20", broker=self.server)
        self.assertNotIn(board["digest"], words.out)
        other = self.duban("board", "--day", "2023-04-20", "--json",
                           broker=self.server).json()
        self.assertIsNone(other["digest"])


if __name__ == "__main__":
    kit.main()
