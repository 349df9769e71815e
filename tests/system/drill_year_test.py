"""The sample city's year, as `./run demo` plays it, on free ports and in one go."""
import os

import kit
import wire

TIMEOUT = 600  # seconds that any one command may take


class DrillYear(kit.Case):
    def setUp(self):
        super().setUp()
        self.found(drill="2023-01-11T09:00", origin="duban.sample/2023")
        self.offices = self.path("offices")
        self.duban("sample", "keys", "--dir", self.offices, "--source", kit.SAMPLE, home="")
        self.server = self.broker().start()

    def city(self, *words, **more):
        more.setdefault("timeout", TIMEOUT)
        return self.duban(*words, broker=self.server, **more)

    def play_the_year(self):
        sample = lambda name: os.path.join(kit.SAMPLE, name)
        self.city("office", "enroll", sample("offices.csv"), "--keys", self.offices)
        self.city("calendar", "publish", sample("calendar.csv"))
        self.city("plan", "publish", sample("plan.csv"), "--splits", sample("splits.csv"),
                  "--code", "2023", "--title", "2023年重点任务（示例）", "--first",
                  "2023-01-01", "--last", "2023-12-31", "--accept-doubts")
        return self.city("sample", "play", "--dir", self.offices, "--source", kit.SAMPLE,
                         "--until", "2024-01-31")

    def items_of_a_county(self):
        """(office, period) -> items on the board, from its cells over the wire."""
        with self.server.asker() as asker:
            cells, skip, left = [], 0, 1
            while left:
                frame = asker.ask(board=wire.field(1, "2023") + wire.field(4, 1) +
                                  wire.message(f7=skip)).frame
                cells += [wire.parse(c) for c in frame.get(8, [])]
                skip, left = len(cells), wire.first(frame, 9)
        counties = {wire.first(c, 3) for c in cells if 17 in c
                    and wire.first(wire.parse(c[17][0]), 5) == 2}
        owed = {}
        for c in cells:
            if 21 in c and wire.first(c, 3) in counties:
                name = wire.first(c, 3), c[4][0]
                owed[name] = owed.get(name, 0) + 1
        tasks = sum(1 for c in cells if 18 in c)
        return owed, tasks, len(counties)

    def check_items(self):
        owed, tasks, counties = self.items_of_a_county()
        self.assertEqual(counties, 8)
        self.assertEqual(len(owed), counties * 4)
        for name, items in owed.items():
            self.assertTrue(10 <= items <= 60, "%s owes %d items" % (name, items))
        return tasks

    def check_totals(self, tasks):
        """Counts of every grade add up to the tasks."""
        board = self.city("board", "--json").json()
        totals = board["totals"]
        self.assertEqual(sum(totals.values()), tasks, totals)
        self.assertGreaterEqual(len([g for g, n in totals.items() if n]), 4, totals)
        return totals

    def check_views(self):
        for by in ("task", "county", "office", "leader", "chapter"):
            for lang in ("zh", "en"):
                shown = self.city("board", "--by", by, "--lang", lang).out
                self.assertGreater(len(shown.splitlines()), 8, by)

    def test_a_year_of_the_sample_city_is_folded_shown_and_replayed_alike(self):
        played = self.play_the_year()
        self.assertEqual(played.refusals(), [], "an act of the sample was refused")
        digest = self.city("digest", "--json").json()
        self.assertTrue(digest["equal"])
        # a digest stands behind every day's clock entry: 11 January 2023 to 31 January
        self.assertGreaterEqual(digest["digests_equal"], 385)
        self.check_totals(self.check_items())
        self.check_views()
        why = self.city("why", "2023/7", "--json").json()
        row = [r for r in self.city("board", "--json").json()["rows"] if r["no"] == "7"][0]
        self.assertEqual((why["grade"], why["cause"]), (row["grade"], row["cause"]))
        self.assertIn(row["title"], why["why"])
        self.assertLess(self.server.memory(), 20 * 1024 * 1024, "the broker at rest")
        self.assertEqual(self.server.stop(), 0)
        offline = self.duban("digest", "--json", "--data", self.path("data")).json()
        self.assertEqual(offline["digest"], digest["digest"])
        self.server.start()
        self.assertEqual(self.city("digest", "--json").json()["digest"], digest["digest"])


if __name__ == "__main__":
    kit.main()
