"""The guide as its reader uses it: what stands there is pasted, line by line, by people who
know nothing else. Only addresses and folders are this test's own."""
import os
import re
import shlex
import shutil
import socket
import subprocess

import kit

GUIDES = {"en": "docs/guide.md", "zh": "docs/guide.zh.md"}
FOUNDING = "duban init --city"


def blocks(path):
    """The fenced blocks, in order, without their comments."""
    with open(os.path.join(kit.ROOT, path), encoding="utf-8") as f:
        found = re.findall(r"^```\n(.*?)^```$", f.read(), re.M | re.S)
    return [re.sub(r"[ \t]+#.*$", "", text, flags=re.M) for text in found]


def free_ports(n):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


class Guide(kit.Case):
    def setUp(self):
        super().setUp()
        self.places = {"7158": 0, "7159": 0, "7160": 0, "7170": 0}
        self.places = dict(zip(self.places, map(str, free_ports(4))))
        self.bin = self.path("bin")
        os.makedirs(self.bin)
        for program in (kit.DUBAN, kit.DUBAND):
            os.symlink(os.path.abspath(program),
                       os.path.join(self.bin, os.path.basename(program)))

    def words(self, text):
        text = text.replace("/srv/", self.path("srv") + "/").replace("10.1.2.3",
                                                                     "127.0.0.1")
        text = re.sub(r"duban\.example\.gov:(?=\d)", "127.0.0.1:", text)
        for theirs, ours in self.places.items():
            text = text.replace(":" + theirs, ":" + ours)
        return text.replace("0.0.0.0", "127.0.0.1")

    def place(self, who):
        folder = self.path(who)
        os.makedirs(folder, exist_ok=True)
        env = kit.environment(HOME=folder, DUBAN_LANG="en")
        env["PATH"] = self.bin + ":" + os.environ["PATH"]
        return {"cwd": folder, "env": env}

    def paste(self, who, text):
        done = subprocess.run(["bash", "-eu", "-c", self.words(text)], text=True,
                              capture_output=True, timeout=60, **self.place(who))
        self.assertEqual(done.returncode, 0, "%s\n%s%s" % (text, done.stdout, done.stderr))
        return done.stdout

    def leave_running(self, who, line, ready):
        """A program that stays; returns when it says that it is ready."""
        p = subprocess.Popen(shlex.split(self.words(line)), stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True, executable=os.path.join(
                                 self.bin, line.split()[0]), **self.place(who))

        def end():
            p.terminate()
            p.communicate(timeout=30)

        self.addCleanup(end)
        self.assertIn(ready, p.stdout.readline())
        return end

    def block(self, path, start):
        found = [text for text in blocks(path) if start in text]
        self.assertTrue(found, start)
        return found[0]

    def line(self, text, start):
        return [x for x in text.splitlines() if x.startswith(start)][0]

    def city(self, path):
        """As the sections on certificates say."""
        founding = self.block(path, FOUNDING)
        self.paste("admin", founding[:founding.index("duband ")])
        self.paste("admin", self.block(path, "duban pki init"))
        config = self.block(path, "tls_crl")
        self.paste("admin", config[:config.rindex("duband ")])
        end = self.leave_running("admin", self.line(config, "duband "), "duband ready")
        return end

    def enrol(self, path):
        use = self.block(path, "duban pki use").splitlines()
        self.paste("admin", use[0])
        self.paste("yanggu", "duban init; cp -r /srv/duban-pki/yanggu .")
        self.paste("yanggu", use[1])
        fingerprint = self.paste("yanggu", "duban whoami --json").split(
            '"fingerprint":"')[1].split('"')[0]
        self.paste("admin", "duban office enroll --code yanggu --name 阳谷县人民政府 --kind "
                   "county --key %s --fingerprint %s" %
                   (self.path("yanggu/.duban/key.pub"), fingerprint))

    def test_certificates_are_set_up_by_what_stands_there(self):
        for lang, path in GUIDES.items():
            with self.subTest(lang=lang):
                end = self.city(path)
                self.enrol(path)
                self.assertIn("duban.example.gov/2023", self.paste("admin", "duban status"))
                self.assertIn("number 2", self.paste("yanggu", "duban whoami"))
                end()
                self.clear("srv", "admin", "yanggu")

    def test_a_witness_is_set_up_by_what_stands_there(self):
        for lang, path in GUIDES.items():
            with self.subTest(lang=lang):
                end = self.city(path)
                self.enrol(path)
                self.paste("admin", self.block(path, "duban status --log-key > log.vkey"))
                os.makedirs(self.path("auditor"), exist_ok=True)
                os.link(self.path("admin/log.vkey"), self.path("auditor/log.vkey"))
                witness = self.block(path, "duban witness init")
                self.paste("auditor", self.line(witness, "duban witness init"))
                gone = self.leave_running("auditor", self.line(witness, "duban witness run"),
                                          "duban witness ready")
                os.link(self.path("auditor/audit.vkey"), self.path("admin/audit.vkey"))
                config = self.block(path, 'echo "witness = ')
                self.paste("admin", self.line(config, "echo "))
                end()
                end = self.leave_running("admin", self.line(config, "duband "),
                                         "duband ready")
                self.assertIn("duban.example.gov/audit",
                              self.paste("admin", "duban status"))
                self.paste("auditor", self.line(witness, "duban witness show"))
                end()
                gone()
                self.clear("srv", "admin", "yanggu", "auditor")

    def clear(self, *names):
        for name in names:
            shutil.rmtree(self.path(name))


if __name__ == "__main__":
    kit.main()
