"""docs/security.md has a row for every threat that the product promises an answer to, and
what a row names is there: files that defend, tests that attack, links."""
import pathlib
import re
import sys

DOC = pathlib.Path("docs/security.md")
COLUMNS = 5
THREATS = ("spoofed office", "replay", "malformed", "oversized", "slow connections",
           "unauthorised reader", "insider with the database", "stolen key", "moved clock",
           "backdating", "host taken over", "stolen backup")
NAMED = re.compile(r"`([\w/.]+\.(?:py|c|h))(?:::(\w+))?`")


def rows_of(text):
    """Cells of the rows below "## Threats"."""
    table = text.partition("\n## Threats\n")[2].partition("\n## ")[0]
    lines = [line for line in table.split("\n") if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[1:]]


def stands_in(path, test):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return re.search(r"^    def %s\(" % re.escape(test), text, re.M)
    # It is defined, and stands in the table of what is run.
    return len(re.findall(r"\b%s\b" % re.escape(test), text)) > 1


def check_named(name, cell, folder):
    found = NAMED.findall(cell)
    if not found:
        yield f"{DOC}: {name}: names nothing of {folder or 'the tree'}"
    for file, test in found:
        path = pathlib.Path(file)
        if not path.is_file():
            yield f"{DOC}: {name}: there is no {file}"
        elif test and not stands_in(path, test):
            yield f"{DOC}: {name}: {file} has no {test}"
        elif folder and not file.startswith(folder):
            yield f"{DOC}: {name}: {file} is no test"


def check_rows(text):
    rows = rows_of(text)
    for threat in THREATS:
        if not any(row[0].startswith(threat) for row in rows):
            yield f"{DOC}: nothing is said of {threat}"
    for row in rows:
        if len(row) != COLUMNS or not all(row):
            yield f"{DOC}: {row[0]}: {len(row)} cells"
            continue
        yield from check_named(row[0], row[2], "")
        yield from check_named(row[0], row[3], "tests/")


def check_links(text):
    for link in re.findall(r"\]\(([^)#:]+)", text):
        if not (DOC.parent / link).exists():
            yield f"{DOC}: {link} leads nowhere"


def main():
    text = DOC.read_text(encoding="utf-8")
    faults = [*check_rows(text), *check_links(text)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
