"""A city with certificates: `duban pki` in a folder, brokers behind TLS, and the contexts
of those who come to their doors."""
import os
import ssl

import kit
import wire

HOST = "127.0.0.1"


class Pki:
    """A folder of `duban pki`; made once, good as long as its files are."""

    def __init__(self, folder, *options):
        self.folder = folder
        self.run("init", *options)

    def run(self, *words, expect=0):
        return kit.run_duban("pki", words[0], *words[1:], "--dir", self.folder, "--quiet",
                             home=self.folder, expect=expect)

    def server(self, *hosts, out=None, options=()):
        words = ["issue", "--server"]
        for host in hosts or (HOST, "localhost"):
            words += ["--ip" if host[0].isdigit() else "--dns", host]
        self.run(*words, *options, *(("--out", out) if out else ()))
        return Ends(out or os.path.join(self.folder, "duband"), "duband")

    def office(self, code, *options):
        self.run("issue", "--office", code, *options)
        return Ends(os.path.join(self.folder, code), code)

    @property
    def list(self):
        return os.path.join(self.folder, "crl.pem")


class Ends:
    """The three files of one end of a connection."""

    def __init__(self, folder, name):
        self.folder = folder
        self.ca = os.path.join(folder, "ca.crt")
        self.cert = os.path.join(folder, name + ".crt")
        self.key = os.path.join(folder, name + ".key")

    def context(self, trust=None):
        """Of a client that shows this certificate."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.maximum_version = ssl.TLSVersion.TLSv1_2
        made.load_verify_locations(trust or self.ca)
        made.load_cert_chain(self.cert, self.key)
        return made


class Broker(kit.Broker):
    """All three doors behind TLS."""

    def __init__(self, data, ends, crl=None, ca=None):
        super().__init__(data)
        self.ends, self.crl, self.ca = ends, crl, ca or ends.ca

    def arguments(self):
        urls = self.urls or ["tls+tcp://%s:0" % HOST] * 3
        words = [kit.DUBAND, "--data", self.data, "--listen", urls[0], "--feed", urls[1],
                 "--publish", urls[2], "--tls-ca", self.ca, "--tls-cert", self.ends.cert,
                 "--tls-key", self.ends.key]
        return words + (["--tls-crl", self.crl] if self.crl else [])

    def log_lines(self, words):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return sum(words in line for line in f)

    def asker(self, tls, timeout=10):
        return wire.Asker(self.command, timeout, tls)

    @property
    def doors(self):
        """URL, what we say we are, what it should say that it is."""
        return [(self.command, wire.REQ, wire.REP), (self.feed, wire.REQ, wire.REP),
                (self.publish, wire.SUB, wire.PUB)]
