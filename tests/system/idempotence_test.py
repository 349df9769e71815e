"""The same bytes again: the same index, also after a restart and long after."""
import kit
import wire


class Idempotence(kit.Case):
    def setUp(self):
        super().setUp()
        root = self.found(drill="2023-12-31T09:00")
        self.server = self.broker().start()
        with self.server.asker() as asker:
            self.city = kit.City(root).found(asker)

    def report(self):
        return self.city.east.make(wire.SUBMISSION, self.city.report("25"))

    def send(self, data, signature):
        with self.server.asker() as asker:
            return asker.ask(submit=wire.submit(data, signature))

    def test_the_same_bytes_get_the_same_index_before_and_after_a_restart(self):
        data, signature = self.report()
        first = self.send(data, signature)
        self.assertEqual(first.code, 0, first)
        self.assertFalse(wire.first(first.receipt, 5))
        again = self.send(data, signature)
        self.assertEqual((again.code, again.index), (0, first.index))
        self.assertTrue(wire.first(again.receipt, 5))
        self.assertEqual(wire.first(again.receipt, 2), wire.first(first.receipt, 2))
        self.server.stop()
        self.server.start()
        restarted = self.send(data, signature)
        self.assertEqual((restarted.code, restarted.index), (0, first.index))

    def test_the_same_bytes_below_the_window_still_get_their_index(self):
        data, signature = self.report()
        first = self.send(data, signature)
        with self.server.asker() as asker:
            for _ in range(70):
                self.city.ok(self.city.east.send(
                    asker, wire.SUBMISSION, wire.submission([wire.statement(
                        1, self.city.quarter(), text=wire.message(f4=True))])))
        again = self.send(data, signature)
        self.assertEqual((again.code, again.index), (0, first.index), again)

    def test_other_bytes_under_a_used_number_are_refused_and_leave_one_conflict_entry(self):
        data, signature = self.report()
        self.assertEqual(self.send(data, signature).code, 0)
        for amount in ("26", "26", "27"):
            other = self.city.east.make(wire.SUBMISSION, self.city.report(amount), number=1)
            self.assertEqual(self.send(*other).code, 213)
        with self.server.asker() as asker:
            self.city.reads(asker)
            kinds = [e.kind for e in wire.all_entries(asker)]
        self.assertEqual(kinds.count(wire.CONFLICT), 1)

    def test_a_restart_keeps_the_head_and_the_state(self):
        data, signature = self.report()
        self.send(data, signature)
        with self.server.asker() as asker:
            before = asker.ask(info=b"").info
        self.assertEqual(self.server.stop(), 0)
        self.server.start()
        with self.server.asker() as asker:
            after = asker.ask(info=b"").info
        for number, what in ((2, "head"), (3, "checkpoint"), (14, "digest")):
            self.assertEqual(before[number], after[number], what)


if __name__ == "__main__":
    kit.main()
