"""A stranger follows along with tools of other houses: nngcat and protoc."""
import shutil
import subprocess
import unittest

import kit
import wire


def needs(program):
    return unittest.skipUnless(shutil.which(program), program + " is not installed")


class Stranger(kit.Case):
    def setUp(self):
        super().setUp()
        root = self.found(drill="2023-12-31T09:00")
        self.server = self.broker().start()
        with self.server.asker() as asker:
            self.city = kit.City(root).found(asker)
            chunk = self.city.chunk([self.city.task(1, kind=6)], plan=2, code="2023-other")
            self.city.ok(self.city.root.send(asker, wire.PLAN_CHUNK, chunk))
            self.city.ok(self.city.root.send(
                asker, wire.PLAN_PUBLISH,
                self.city.publish([chunk], plan=2, code="2023-other")))

    def cat(self, topic, count, form):
        return subprocess.Popen(
            ["nngcat", "--sub", "--dial", self.server.publish, "--subscribe", topic,
             "--count", str(count), form], stdout=subprocess.PIPE)

    def report(self, amount, **other):
        with self.server.asker() as asker:
            return self.city.ok(self.city.east.send(
                asker, wire.SUBMISSION, self.city.report(amount, **other)))

    def report_other(self, n):
        with self.server.asker() as asker:
            self.city.ok(self.city.lead.send(asker, wire.SUBMISSION, wire.submission(
                [wire.statement(1, self.city.quarter(1 + n % 4),
                                text=wire.message(f4=True))], plan=2)))

    def decode(self, frame):
        shown = subprocess.run(
            ["protoc", "--decode=duban.Frame", "--proto_path=proto", "duban.proto"],
            input=frame, capture_output=True, cwd=kit.ROOT, check=True)
        return shown.stdout.decode()

    def caught(self, topic, act, count=1, form="--raw"):
        """What a subscriber prints of so many messages while act(n) is repeated: PUB
        promises nothing to one who has only just come."""
        cat = self.cat(topic, count, form)
        self.addCleanup(cat.stdout.close)
        self.addCleanup(cat.kill)
        n = 0

        def look():
            nonlocal n
            act(n)
            n += 1
            try:
                cat.wait(0.1)
            except subprocess.TimeoutExpired:
                return False
            return True

        self.assertTrue(kit.poll(look, 30), "no frame came")
        return cat.stdout.read()

    @staticmethod
    def unpack(data):
        """The messages of `nngcat --msgpack`: binary strings of MessagePack."""
        out = []
        while data:
            width = {0xC4: 1, 0xC5: 2, 0xC6: 4}[data[0]]
            size = int.from_bytes(data[1:1 + width], "big")
            out.append(data[1 + width:1 + width + size])
            data = data[1 + width + size:]
        return out

    @needs("nngcat")
    @needs("protoc")
    def test_nngcat_gets_a_frame_by_its_topic_and_protoc_reads_it(self):
        standing = []

        def act(n):
            other = {}
            if standing:
                reason, body = self.city.body("更正")
                with self.server.asker() as asker:
                    payload = self.city.report(str(20 + n), supersedes=standing[-1],
                                               reason=reason)
                    standing.append(self.city.ok(self.city.east.send(
                        asker, wire.SUBMISSION, payload, [body])))
            else:
                standing.append(self.report("20", **other))

        # As printed by nngcat --raw, the first message; of several, the one with cells: a
        # heartbeat has none.
        topic, _, frame = self.caught("2023|", act).partition(b"|")
        self.assertEqual(topic, b"2023")
        self.assertIn('plan: "2023"', self.decode(frame))
        frames = [m.partition(b"|")[2]
                  for m in self.unpack(self.caught("2023|", act, 5, "--msgpack"))]
        changed = [f for f in frames if 8 in wire.parse(f)]
        self.assertTrue(changed, "heartbeats only")
        text = self.decode(changed[-1])
        self.assertIn('origin: "%s"' % kit.ORIGIN, text)
        self.assertIn("cells {", text)
        self.assertIn("mantissa: ", text)
        self.assertIn(wire.first(wire.parse(changed[-1]), 4), standing)

    @needs("nngcat")
    def test_frames_of_another_plan_do_not_arrive(self):
        # One plan's code begins with the other's: the delimiter keeps the topics apart.
        # The other plan is the busy one; what is subscribed to changes only now and then.
        for topic, plan in (("2023|", b"2023"), ("2023-other|", b"2023-other")):
            got = self.unpack(self.caught(topic, self.report_other, 4, "--msgpack"))
            self.assertEqual(len(got), 4)
            for message in got:
                name, _, frame = message.partition(b"|")
                self.assertEqual(name, plan)
                self.assertEqual(wire.first(wire.parse(frame), 2), plan)

    def test_frames_chain_and_carry_the_cells_that_a_submission_changed(self):
        with wire.Pipe(self.server.publish, wire.SUB) as pipe:
            self.assertEqual(pipe.peer, wire.PUB)

            def next_frame():
                topic, _, frame = pipe.receive().partition(b"|")
                return topic, wire.parse(frame)

            # A subscriber of the wire gets every topic; SUB filters on its own side.
            index = self.report("25")
            last, amounts = None, []
            for _ in range(200):
                topic, frame = next_frame()
                if topic != b"2023":
                    continue
                prev, to = wire.first(frame, 3), wire.first(frame, 4)
                if last is not None and 8 in frame:
                    self.assertLessEqual(prev, last)
                last = to
                for cell in map(wire.parse, frame.get(8, [])):
                    if 22 in cell:
                        stated = wire.parse(wire.parse(cell[22][0])[2][0])
                        amounts.append(wire.first(stated, 1))
                if amounts and to >= index:
                    break
            self.assertEqual(amounts, [wire.zigzag(25)])
            self.assertEqual(last, index)


if __name__ == "__main__":
    kit.main()
