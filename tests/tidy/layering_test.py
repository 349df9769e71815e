"""A room includes only what docs/architecture.md allows it, and a library has one home."""
import re
import subprocess
import sys

# Room -> what its files may include. The longest matching room counts.
ROOMS = {
    "proto": ["proto"],
    "storage/tlog": ["proto", "storage/tlog"],
    "storage": ["proto", "storage"],
    "broker/ledger": ["proto", "broker/ledger"],
    "broker": ["proto", "broker", "storage"],
    "client/import": ["proto", "client/import"],
    "client": ["proto", "broker/ledger", "storage/tlog", "client"],
    "client/pki": ["proto", "client"],
    "client/witness": ["proto", "storage/tlog", "client"],
    "client/audit": ["proto", "broker/ledger", "storage/tlog", "client"],
    "client/cli": ["proto", "broker/ledger", "storage", "client"],
    "client/sample": ["proto", "broker/ledger", "storage", "client"],
    "client/bench": ["proto", "broker/ledger", "storage", "client"],
}
# Inside these a parent may not look into a child: the child stands on the parent.
CHILDREN = {"client": ["client/cli", "client/import", "client/sample", "client/bench",
                       "client/pki", "client/witness", "client/audit"]}
# Library header -> the only files that may know it.
HOMES = {
    r"sodium\.h": r"proto/(hash|sign|keyseal)\.c",
    r"openssl/": r"proto/(sm2|certificate)\.c|client/pki/\w+\.[ch]",
    r"duban\.pb-c\.h": r"proto/codec\w*\.[ch]",
    r"protobuf-c/": r"proto/codec\w*\.[ch]",
    r"lmdb\.h": r"storage/lmdb/\w+\.[ch]",
    r"uv\.h": r"(broker|client)/\w+\.[ch]",
    r"nng/": r"(broker|broker/(board|door|witness|worker)|client)/\w+\.[ch]|client/bench/\w+\.[ch]",
    r"jansson\.h": r"client/cli/\w+\.[ch]",
    r"xlsxwriter\.h": r"client/cli/table_out\.c",
    r"csv\.h": r"client/cli/sheet\.c",
    r"microhttpd\.h": r"client/witness/server\.c",
    r"curl/": r"broker/witness/witness\.c",
    r"utf8proc\.h": r"client/cli/(print|sheet)\.c",
}


def sources():
    names = subprocess.run(["git", "ls-files", "*.c", "*.h"], capture_output=True, text=True,
                           check=True).stdout.split()
    return [n for n in names if not n.startswith("tests/")]


def room_of(path):
    rooms = [r for r in ROOMS if path.startswith(r + "/")]
    return max(rooms, key=len) if rooms else None


def allowed(room, included):
    target = room_of(included) or included
    if target in CHILDREN.get(room, []):
        return False
    return any(target == a or target.startswith(a + "/") for a in ROOMS[room])


def main():
    bad, seen = [], 0
    for path in sources():
        room = room_of(path)
        if room is None:
            bad.append(f"{path}: stands in no room")
            continue
        for n, line in enumerate(open(path, encoding="utf-8"), 1):
            m = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not m:
                continue
            seen += 1
            quoted, name = m.group(1) == '"', m.group(2)
            for header, home in HOMES.items():
                if re.match(header, name) and not re.fullmatch(home, path):
                    bad.append(f"{path}:{n}: {name} belongs to {home} only")
            if not quoted or re.match(r"duban\.pb-c\.h", name):
                continue
            if name.startswith("."):
                bad.append(f"{path}:{n}: include from the root, not {name}")
            elif not allowed(room, name):
                bad.append(f"{path}:{n}: {room} may not include {name}")
    for line in bad:
        print(line)
    print(f"layering: {seen} includes looked at, {len(bad)} wrong")
    return 1 if bad or seen < 100 else 0


sys.exit(main())
