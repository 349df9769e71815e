"""`duban bench` measures a broker of its own and leaves nothing behind."""
import os

import kit


class Bench(kit.Case):
    def setUp(self):
        super().setUp()
        self.scratch = self.path("scratch")
        os.mkdir(self.scratch)

    def tearDown(self):
        self.assertEqual(os.listdir(self.scratch), [], "it left something behind")

    def bench(self, *words, **more):
        return self.duban("bench", *words, "--dir", self.scratch, home="", **more)

    def figures(self, *words):
        done = self.bench(*words, "--json")
        self.assertEqual(len(done.out.splitlines()), 1)
        return done.json()

    def test_ingest_tells_what_scripts_ask_for(self):
        told = self.figures("ingest", "--seconds", "0.5", "--clients", "64")
        for name in ("submissions_per_s", "statements_per_s", "fdatasync_per_s",
                     "ack_p50_ms", "ack_p99_ms", "rss_anon_mb"):
            self.assertGreater(told[name], 0, name)
        self.assertLessEqual(told["ack_p50_ms"], told["ack_p99_ms"])
        self.assertEqual(told["in_flight"], 64)

    def test_watch_tells_the_latency_of_every_reader(self):
        told = self.figures("watch", "--seconds", "0.5", "--readers", "3")
        self.assertEqual(told["readers"], 3)
        self.assertGreater(told["submissions"], 20)
        self.assertGreater(told["latency_p50_ms"], 0)
        self.assertLessEqual(told["latency_p50_ms"], told["latency_p99_ms"])

    def test_replay_folds_every_entry_it_wrote(self):
        told = self.figures("replay", "--entries", "20000")
        self.assertEqual(told["entries"], 20000)
        self.assertGreater(told["entries_per_s"], 0)

    def test_verify_stands_beside_what_hashes_and_signatures_alone_cost(self):
        told = self.figures("verify", "--entries", "3000")
        self.assertEqual(told["entries"], 3000)
        for name in ("hashes_per_s", "signatures_per_s", "cores", "seconds"):
            self.assertGreater(told[name], 0, name)
        least = told["entries"] * (1 / told["hashes_per_s"] + 1 / told["signatures_per_s"])
        self.assertAlmostEqual(told["cpu_ratio"], told["cpu_seconds"] / least, delta=0.2)
        # every signature was verified: that cannot cost less than the signatures do
        self.assertGreater(told["cpu_ratio"], 0.5)

    def test_people_get_a_table_in_their_language(self):
        self.assertIn("重放", self.bench("replay", "--entries", "2000", "--lang", "zh").out)
        self.assertIn("folded", self.bench("replay", "--entries", "2000", "--lang",
                                           "en").out)

    def test_a_duband_that_is_not_there_is_named(self):
        done = self.bench("ingest", "--duband", self.path("none"), expect=1)
        self.assertIn(104, done.refusals())
        done = self.bench("ingest", "--seconds", "soon", expect=2)
        self.assertIn(106, done.refusals())


if __name__ == "__main__":
    kit.main()
