"""docs/mechanisms.md names every mechanism of sections A and B of the facts, each in a row
that says what serves it, in both languages."""
import pathlib
import re
import sys

FACTS = pathlib.Path("../shared/facts/mechanisms.md")
DOC = pathlib.Path("docs/mechanisms.md")
SECTIONS = ("A", "B")


def rows_of(text, sections):
    """Cells of the table rows below headings that begin with one of the letters."""
    inside = False
    for line in text.split("\n"):
        if line.startswith("## "):
            inside = re.match(r"## ([A-Z])\.", line) and line[3] in sections
        if inside and line.startswith("| ") and not line.startswith(("| name", "| Name")):
            yield [cell.strip() for cell in line.strip("| ").split(" | ")]


def main():
    if not FACTS.exists():
        print(f"skipped: there is no {FACTS}")
        return 77
    wanted = [row[0] for row in rows_of(FACTS.read_text(encoding="utf-8"), SECTIONS)]
    rows = list(rows_of(DOC.read_text(encoding="utf-8"), SECTIONS))
    served = {row[0]: row for row in rows}
    findings = []
    if len(wanted) < 50:
        findings.append(f"{FACTS}: only {len(wanted)} names were read")
    for name in wanted:
        if name not in served:
            findings.append(f"{DOC}: nothing is said of {name}")
    for row in rows:
        if len(row) != 3 or not row[2]:
            findings.append(f"{DOC}: {row[0]} is not served")
        elif not re.search(r"[\u4e00-\u9fff]", row[1]) or not re.search(r"[a-z]", row[1]):
            findings.append(f"{DOC}: {row[0]} is not told in both languages")
    print("\n".join(findings) or f"{len(wanted)} mechanisms have their place")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
