"""Pure rooms are pure: the ledger, the Merkle tree and the language ask libc for memory and
text only, and no room keeps mutable globals."""
import os
import re
import subprocess
import sys

BUILD = os.environ["DUBAN_BUILD"]
# What computing may need of libc; nothing here reads a file, a clock, a socket or a thread.
LIBC = set("""memcpy memmove memset memcmp memchr strlen strcmp strncmp strchr strrchr strnlen
    strspn strcspn strpbrk strstr strcasecmp strtoul strtoull snprintf vsnprintf qsort bsearch abort
    __assert_fail __stack_chk_fail malloc calloc realloc free
    __divti3 __udivti3 __modti3 __umodti3 __divmodti4 __snprintf_chk __vsnprintf_chk __memcpy_chk""".split())
# The ledger's memory comes from outside; only these files may know the heap.
HEAP = {"malloc", "calloc", "realloc", "free"}
PURE = {
    "libduban_ledger.a": {"heap": {"heap.c.o"}},
    "libduban_tlog.a": {"heap": set()},
    "libduban_import.a": {"heap": None},  # None: every file may
}
ROOMS = ["proto/libduban_proto.a", "storage/libduban_tlog.a", "storage/libduban_storage.a",
         "broker/libduban_ledger.a", "broker/libduban_broker.a", "client/libduban_import.a",
         "client/libduban_client.a", "client/libduban_witness.a",
         "client/libduban_cli.a"]
# A flag that a signal handler sets cannot live anywhere else.
GLOBALS = {"stop_asked"}


def symbols(path):
    """(object file, kind, name) of every symbol of an archive."""
    text = subprocess.run(["nm", "-A", path], capture_output=True, text=True, check=True).stdout
    for line in text.splitlines():
        m = re.match(r".*?:([^:]+):\s*[0-9a-f]*\s+(\w)\s+(\S+)", line)
        if m:
            yield m.groups()


def impure(path, heap):
    all_symbols = list(symbols(path))
    own = {name for _, kind, name in all_symbols if kind not in "Uw"}
    proto = {name for _, kind, name in symbols(f"{BUILD}/proto/libduban_proto.a")
             if kind not in "Uw"}
    for member, kind, name in all_symbols:
        if kind != "U" or name in own or name in proto:
            continue
        if name.startswith(("__asan", "__ubsan", "__tsan", "__gcov", "_GLOBAL")):
            continue
        if name in HEAP and heap is not None and member not in heap:
            yield f"{os.path.basename(path)}({member}): takes {name}, not its allocator"
        elif name not in LIBC:
            yield f"{os.path.basename(path)}({member}): {name} is not pure"


def mutable(path):
    text = subprocess.run(["objdump", "-t", path], capture_output=True, text=True,
                          check=True).stdout
    for line in text.splitlines():
        m = re.match(r"[0-9a-f]+ .{7} (\.data|\.bss|\*COM\*)\s+[0-9a-f]+ (\S+)", line)
        if m and not m.group(2).startswith(".") and m.group(2) not in GLOBALS:
            yield f"{os.path.basename(path)}: mutable global {m.group(2)}"


def main():
    bad, looked = [], 0
    for room in ROOMS:
        path = f"{BUILD}/{room}"
        name = os.path.basename(path)
        looked += 1
        if name in PURE:
            bad += impure(path, PURE[name]["heap"])
        bad += mutable(path)
    for line in bad:
        print(line)
    print(f"purity: {looked} rooms looked at, {len(bad)} wrong")
    return 1 if bad else 0


sys.exit(main())
