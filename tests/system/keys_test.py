"""Keys from both ends: a clerk whose machine is gone, whose key was stolen, who has more
than one; the city office that compares fingerprints; passphrases of homes and of the
broker; SM2 where it was built in. Against a real broker, with the commands people type."""
import base64
import os
import pty
import select
import subprocess
import time

import kit
import wire

PASSPHRASE = "电池 staple 7"


class Keys(kit.Case):
    def setUp(self):
        super().setUp()
        self.root = self.found(drill="2023-01-11T09:00")
        self.server = self.broker().start()
        with self.server.asker() as asker:
            city = kit.City(self.root)
            city.found(asker)
            city.set_time(asker, 2023, 3, 20, 9)

    def run_as(self, who, *words, expect=0, **more):
        return self.duban(*words, home=self.path(who), broker=self.server, expect=expect,
                          **more)

    def enrolled_home(self, who="east", *init):
        """A home of the county with a key of its own, beside the one that the wire has."""
        self.run_as(who, "init", "--quiet", *init)
        self.run_as("city", "office", "enroll", "--code", "east", "--key",
                    self.path(who, "key.pub"))
        return who

    def report(self, who, amount, *more, expect=0, **env):
        return self.run_as(who, "submit", "--task", "1", "--period", "2023Q1", "--ytd",
                           str(amount), "--unit", "个", "--json", *more, expect=expect,
                           **env)

    def correct(self, who, amount, index, expect=0):
        """The office's value, once stated, is corrected by any of its keys."""
        return self.report(who, amount, "--supersedes", str(index), "--reason", "更正",
                           expect=expect)

    def whoami(self, who):
        return self.run_as(who, "whoami", "--json").json()

    def keys_of(self, code):
        for office in self.run_as("city", "office", "list", "--json").lines():
            if office["code"] == code:
                return office["key_rows"]
        return None


class ReplacedAndStolen(Keys):
    def test_a_clerk_with_a_new_machine_reports_after_one_command_at_each_end(self):
        self.enrolled_home("old")
        stands = self.report("old", 10).json()["index"]
        old = self.whoami("old")
        # the new machine, and one command of the city office
        self.run_as("new", "init", "--quiet")
        print_new = self.whoami("new")["fingerprint"]
        done = self.run_as("city", "office", "rotate", "east", "--number",
                           str(old["key_number"]), "--key", self.path("new", "key.pub"),
                           "--fingerprint", print_new.upper().replace("-", " "), "--json")
        self.assertEqual(done.json()["fingerprint"], print_new)
        self.assertEqual(done.json()["revoked"], old["key_number"])
        # one entry did both, and both show in the list
        rows = {row["number"]: row for row in self.keys_of("east")}
        self.assertTrue(rows[old["key_number"]]["revoked"])
        self.assertEqual(rows[done.json()["enrolled"]]["since"], done.json()["index"])
        self.assertFalse(rows[done.json()["enrolled"]]["revoked"])
        self.assertEqual(self.whoami("new")["code"], "east")
        # the old machine is refused, with that reason; the new one corrects the old's value
        self.assertIn(211, self.correct("old", 11, stands, expect=1).refusals())
        self.correct("new", 12, stands)

    def test_a_stolen_key_is_changed_on_the_same_machine_and_what_was_sent_stays(self):
        self.enrolled_home("east")
        first = self.report("east", 10).json()
        before = self.whoami("east")
        made = self.run_as("east", "key", "new", "--json").json()
        self.assertNotEqual(made["fingerprint"], before["fingerprint"])
        self.assertEqual(os.stat(self.path("east", "key.next")).st_mode & 0o777, 0o600)
        # not enrolled yet: the old key stays, and a second `key new` makes no third
        self.assertEqual(self.run_as("east", "key", "use", expect=1).refusals(), [210])
        again = self.run_as("east", "key", "new", "--json").json()
        self.assertEqual(again["fingerprint"], made["fingerprint"])
        self.assertFalse(again["made"])
        self.assertEqual(self.whoami("east")["next_fingerprint"], made["fingerprint"])
        self.run_as("city", "office", "rotate", "east", "--number",
                    str(before["key_number"]), "--key", made["key"], "--fingerprint",
                    made["fingerprint"])
        self.assertIn(211, self.correct("east", 11, first["index"], expect=1).refusals())
        used = self.run_as("east", "key", "use", "--json").json()
        self.assertEqual(used["fingerprint"], made["fingerprint"])
        self.assertFalse(os.path.exists(self.path("east", "key.next")))
        after = self.whoami("east")
        self.assertEqual((after["code"], after["revoked"]), ("east", False))
        self.assertNotEqual(after["key_number"], before["key_number"])
        # what the old key signed is still in the outbox and readable; numbers go on
        rows = self.run_as("east", "outbox", "--all", "--json", expect=None)
        self.assertNotIn("CORRUPT", rows.out + rows.err)
        done = self.correct("east", 12, first["index"]).json()
        self.assertGreater(done["number"], first["number"])

    def test_a_thief_who_comes_after_the_rotation_is_too_late_and_before_it_is_on_record(self):
        self.enrolled_home("east")
        thief = self.path("thief")
        subprocess.run(["cp", "-a", self.path("east"), thief], check=True)
        self.report("thief", 99)  # until the key is revoked nobody can tell
        number = self.whoami("east")["key_number"]
        done = self.run_as("city", "office", "revoke", "--number", str(number), "--json")
        self.assertGreater(done.json()["index"], 0)
        self.assertIn(211, self.report("thief", 100, expect=1).refusals())
        self.assertIn(211, self.report("east", 100, expect=1).refusals())

    def test_every_key_of_an_office_signs_until_it_alone_is_revoked(self):
        self.enrolled_home("one")
        self.enrolled_home("two")
        number = self.whoami("one")["key_number"]
        self.run_as("city", "office", "revoke", "--number", str(number))
        self.assertIn(211, self.report("one", 1, expect=1).refusals())
        self.report("two", 2)
        self.assertEqual([row["revoked"] for row in self.keys_of("east")],
                         [False, True, False])


class Fingerprints(Keys):
    def test_enrolling_says_each_fingerprint_and_may_demand_it(self):
        self.run_as("east", "init", "--quiet")
        mine = self.whoami("east")["fingerprint"]
        wrong = ("0" if mine[0] != "0" else "1") + mine[1:]
        for text in (wrong, mine[:-1], mine + "0", "", "not one"):
            done = self.run_as("city", "office", "enroll", "--code", "east", "--key",
                               self.path("east", "key.pub"), "--fingerprint", text,
                               expect=1)
            self.assertEqual(done.refusals(), [222], text)
        self.assertEqual(self.whoami("east")["office"], 0)
        done = self.run_as("city", "office", "enroll", "--code", "east", "--key",
                           self.path("east", "key.pub"), "--fingerprint", mine)
        self.assertIn(mine, done.out)

    def test_the_slip_has_what_is_signed_and_no_names(self):
        self.enrolled_home("east")
        mine = self.whoami("east")
        for lang, words in (("zh", ("密钥登记单", "东县", "盖章", "签字")),
                            ("en", ("enrolment slip", "seal", "signature"))):
            slip = self.run_as("east", "whoami", "--letter", "--lang", lang).out
            for word in words + (mine["fingerprint"], mine["key"], "east", kit.ORIGIN):
                self.assertIn(word, slip)
        self.run_as("east", "key", "new", "--quiet")
        slip = self.run_as("east", "whoami", "--letter", "--lang", "zh").out
        self.assertIn(self.whoami("east")["next_fingerprint"], slip)
        self.assertNotIn(mine["fingerprint"], slip)
        self.assertIn("吊销本单位第 %d 号密钥" % mine["key_number"], slip)

    def test_a_new_machines_slip_asks_which_key_goes_and_a_revoked_key_has_none(self):
        self.enrolled_home("east")
        old = self.whoami("east")["key_number"]
        self.run_as("again", "init")
        slip = self.run_as("again", "whoami", "--letter", "--lang", "zh").out
        self.assertIn("本单位原有密钥（如有）", slip)
        self.run_as("city", "office", "rotate", "east", "--key",
                    self.path("again", "key.pub"), "--number", str(old))
        slip = self.run_as("again", "whoami", "--letter", "--lang", "zh").out
        self.assertNotIn("本单位原有密钥", slip)  # enrolled by now
        done = self.run_as("east", "whoami", "--letter", "--lang", "en", expect=1)
        self.assertEqual((done.out, done.refusals()), ("", [211]))
        self.assertIn("duban key new", done.err)
        self.assertIn('found "%d"' % old, done.err)
        self.run_as("east", "key", "new", "--quiet")
        slip = self.run_as("east", "whoami", "--letter", "--lang", "en").out
        self.assertIn(self.whoami("east")["next_fingerprint"], slip)

    def test_the_citys_last_key_is_not_revoked_by_accident(self):
        done = self.run_as("city", "office", "revoke", "--number", "1", expect=1)
        self.assertEqual(done.refusals(), [424])
        # nor past the commands: the broker's rule book says the same
        with self.server.asker() as asker:
            root = kit.Signer(self.root, 1, 1)
            root.next = 1000
            reply = root.send(asker, wire.KEYS,
                              wire.field(1, wire.message(f1=1, f2=1, f3=1, f5=True)))
            self.assertEqual(reply.code, 424)
        # with a second key the first may go, but not by a slip of the hand
        self.run_as("second", "init", "--quiet")
        self.run_as("city", "office", "enroll", "--code", "zfbgs", "--key",
                    self.path("second", "key.pub"))
        self.assertEqual(self.run_as("city", "office", "revoke", "--number", "1",
                                     expect=1).refusals(), [439])
        mine = self.whoami("city")["fingerprint"]
        self.run_as("city", "office", "revoke", "--number", "1", "--fingerprint", mine)
        self.assertIn(211, self.run_as("city", "time", "set", "2023-03-21T09:00",
                                       expect=1).refusals())
        self.run_as("second", "time", "set", "2023-03-21T09:00")

    def test_the_city_changes_its_own_key_and_goes_on(self):
        made = self.run_as("city", "key", "new", "--json").json()
        rotate = ("office", "rotate", "zfbgs", "--key", made["key"])
        self.assertEqual(self.run_as("city", *rotate, expect=1).refusals(), [439])
        self.run_as("city", *rotate, "--fingerprint", made["fingerprint"])
        self.assertIn(211, self.run_as("city", "time", "set", "2023-03-21T09:00",
                                       expect=1).refusals())
        self.run_as("city", "key", "use")
        self.run_as("city", "time", "set", "2023-03-21T09:00")
        self.assertEqual(self.server.stop(), 0)
        checked = subprocess.run([kit.DUBAND, "--data", self.path("data"), "--check"],
                                 capture_output=True, text=True, env=kit.environment())
        self.assertEqual(checked.returncode, 0, checked.stderr)


def audit(case):
    """Fetched from the stopped broker's folder and verified with the pinned key."""
    rows = case.run_as("city", "config", "--json").lines()
    vkey = next(row["value"] for row in rows if row["key"] == "log")
    case.run_as("city", "audit", "fetch", case.path("copy"), "--data", case.path("data"))
    case.run_as("city", "audit", "verify", case.path("copy"), "--key", vkey)


def at_terminal(words, answers, seconds=60):
    """Runs a program whose terminal gives those answers; (exit code, what it showed)."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(words[0], words, kit.environment())
    shown, left, end = b"", list(answers), time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            got = os.read(terminal, 4096)
        except OSError:
            break
        shown += got
        if left and (": ".encode() in got or "：".encode() in got):
            os.write(terminal, left.pop(0).encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


class Sealed(Keys):
    def write(self, name, text, mode=0o600):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def sealed_home(self):
        self.run_as("east", "init", "--quiet", "--passphrase", DUBAN_PASSPHRASE=PASSPHRASE)
        self.run_as("city", "office", "enroll", "--code", "east", "--key",
                    self.path("east", "key.pub"))

    def test_a_sealed_home_reads_and_reports_with_its_passphrase_alone(self):
        self.sealed_home()
        self.assertEqual(os.stat(self.path("east", "key")).st_mode & 0o777, 0o600)
        self.assertTrue(self.whoami("east")["sealed"])  # who it is, it says unasked
        self.assertEqual(self.report("east", 5, expect=1).refusals(), [221])
        self.assertEqual(self.report("east", 5, expect=1,
                                     DUBAN_PASSPHRASE="another one").refusals(), [221])
        self.report("east", 5, DUBAN_PASSPHRASE=PASSPHRASE)
        self.run_as("east", "board", DUBAN_PASSPHRASE=PASSPHRASE)

    def test_a_passphrase_file_is_its_owners_alone(self):
        self.sealed_home()
        good = self.write("good", PASSPHRASE + "\n")
        self.report("east", 5, "--passphrase-file", good)
        wide = self.write("wide", PASSPHRASE + "\n", 0o644)
        self.assertEqual(self.run_as("east", "board", "--passphrase-file", wide,
                                     expect=1).refusals(), [220])
        self.assertEqual(self.run_as("east", "board", "--passphrase-file",
                                     self.path("none"), expect=1).refusals(), [104])

    def test_the_terminal_is_asked_without_echo(self):
        self.sealed_home()
        words = [kit.DUBAN, "board", "--home", self.path("east"), "--broker",
                 self.server.command, "--feed", self.server.feed]
        code, shown = at_terminal(words, [PASSPHRASE])
        self.assertEqual(code, 0, shown)
        self.assertNotIn(PASSPHRASE, shown)
        self.assertIn("passphrase", shown)
        code, shown = at_terminal(words, ["wrong words"])
        self.assertEqual(code, 1, shown)
        self.assertIn("E221", shown)

    def test_a_new_passphrase_is_asked_for_twice(self):
        words = [kit.DUBAN, "init", "--passphrase", "--home", self.path("new")]
        code, shown = at_terminal(words, [PASSPHRASE, PASSPHRASE + "x"])
        self.assertEqual(code, 1, shown)
        self.assertFalse(os.path.exists(self.path("new", "key")))
        code, shown = at_terminal(words, [PASSPHRASE, PASSPHRASE])
        self.assertEqual(code, 0, shown)
        with open(self.path("new", "key"), encoding="utf-8") as f:
            self.assertTrue(f.read().startswith("duban-key/2 ed25519 "))

    def test_sealing_unsealing_and_a_short_passphrase(self):
        self.enrolled_home("east")
        self.assertEqual(self.run_as("east", "key", "seal", expect=1,
                                     DUBAN_PASSPHRASE="short").refusals(), [221])
        self.run_as("east", "key", "seal", DUBAN_PASSPHRASE=PASSPHRASE)
        self.assertEqual(self.run_as("east", "key", "seal", expect=1,
                                     DUBAN_PASSPHRASE=PASSPHRASE).refusals(), [424])
        self.assertEqual(self.report("east", 5, expect=1).refusals(), [221])
        self.assertEqual(self.run_as("east", "key", "unseal", expect=1,
                                     DUBAN_PASSPHRASE="another one").refusals(), [221])
        self.run_as("east", "key", "unseal", DUBAN_PASSPHRASE=PASSPHRASE)
        self.report("east", 5)

    def test_the_key_after_a_sealed_one_is_sealed_too(self):
        self.sealed_home()
        self.assertEqual(self.run_as("east", "key", "new", expect=1).refusals(), [221])
        self.run_as("east", "key", "new", DUBAN_PASSPHRASE=PASSPHRASE)
        with open(self.path("east", "key.next"), encoding="utf-8") as f:
            self.assertTrue(f.read().startswith("duban-key/2 "))

    def test_the_brokers_key_may_be_sealed(self):
        self.assertEqual(self.server.stop(), 0)
        key = self.path("data", "broker.key")
        self.run_as("city", "key", "seal", "--file", key, DUBAN_PASSPHRASE=PASSPHRASE)
        self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)
        start = [kit.DUBAND, "--data", self.path("data"), "--check"]

        def check(*more, **env):
            return subprocess.run(start + list(more), capture_output=True, text=True,
                                  env=kit.environment(**env), timeout=60)

        for done in (check(), check(DUBAN_PASSPHRASE="another one")):
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("E221", done.stderr)
        self.assertEqual(check(DUBAN_PASSPHRASE=PASSPHRASE).returncode, 0)
        wide = self.write("wide", PASSPHRASE, 0o640)
        self.assertIn("E220", check("--passphrase-file", wide).stderr)
        good = self.write("good", PASSPHRASE)
        self.assertEqual(check("--passphrase-file", good).returncode, 0)
        # whoever only reads the folder needs the public half alone
        self.run_as("city", "digest", "--data", self.path("data"))
        audit(self)


class Sm2(Keys):
    def test_an_office_with_an_sm2_key_reports_or_is_refused_by_name(self):
        made = self.run_as("east", "init", "--quiet", "--algorithm", "sm2", expect=None)
        if made.code:
            self.assertEqual(made.refusals(), [207])
            self.assertFalse(os.path.exists(self.path("east")))
            self.refused_without()
            return
        self.run_as("city", "office", "enroll", "--code", "east", "--key",
                    self.path("east", "key.pub"))
        self.report("east", 7)
        self.assertEqual(self.keys_of("east")[-1]["algorithm"], "sm2")
        self.run_as("east", "board")  # its session is signed with SM2 as well
        self.rotated_to_sealed()
        self.assertEqual(self.server.stop(), 0)
        audit(self)
        done = subprocess.run([kit.DUBAND, "--data", self.path("data"), "--check"],
                              capture_output=True, text=True, env=kit.environment())
        self.assertEqual(done.returncode, 0, done.stderr)

    def rotated_to_sealed(self):
        """From an SM2 key to a sealed SM2 key."""
        number = self.whoami("east")["key_number"]
        made = self.run_as("east", "key", "new", "--algorithm", "sm2", "--passphrase",
                           "--json", DUBAN_PASSPHRASE=PASSPHRASE).json()
        self.run_as("city", "office", "rotate", "east", "--number", str(number), "--key",
                    made["key"], "--fingerprint", made["fingerprint"])
        self.run_as("east", "key", "use")
        self.run_as("east", "board", DUBAN_PASSPHRASE=PASSPHRASE)

    def refused_without(self):
        # the standard's example, as another build would print it
        point = bytes.fromhex("0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356"
                              "f35020")
        key = "duban-public/1 sm2 " + base64.b64encode(point).decode()
        for words in (("enroll", "--code", "east"), ("rotate", "east")):
            done = self.run_as("city", "office", *words, "--key", key, expect=1)
            self.assertEqual(done.refusals(), [207], done.err)
        with self.server.asker() as asker:
            root = kit.Signer(self.root, 1, 1)
            root.next = 1000
            one = wire.message(f1=5, f2=2, f3=2, f4=point)
            reply = root.send(asker, wire.KEYS, wire.field(1, one))
            self.assertEqual(reply.code, 207)


if __name__ == "__main__":
    kit.main()
