"""docs/mechanisms.md names every mechanism of sections A and B of the facts, each in a
row that says what serves it, in both languages. What it and the guides tell people to
type is what the command line takes: commands, options, forms and acts."""
import pathlib
import re
import sys

FACTS = pathlib.Path("../shared/facts/mechanisms.md")
DOC = pathlib.Path("docs/mechanisms.md")
PAGES = [DOC, *map(pathlib.Path, ("docs/guide.md", "docs/guide.zh.md", "README.md",
                                  "README.zh.md"))]
COMMANDS = pathlib.Path("client/cli/commands.c")
WORDS = pathlib.Path("client/cli/paper_word.c")
FORMS = pathlib.Path("client/cli/forms_default.h")
SECTIONS = ("A", "B")


def read(path):
    return path.read_text(encoding="utf-8")


def rows_of(text, sections):
    """Cells of the table rows below headings that begin with one of the letters."""
    inside = False
    for line in text.split("\n"):
        if line.startswith("## "):
            inside = re.match(r"## ([A-Z])\.", line) and line[3] in sections
        if inside and line.startswith("| ") and not line.startswith(("| name", "| Name")):
            yield [cell.strip() for cell in line.strip("| ").split(" | ")]


# --- every mechanism has its row -----------------------------------------------------


def check_rows():
    wanted = [row[0] for row in rows_of(read(FACTS), SECTIONS)]
    rows = list(rows_of(read(DOC), SECTIONS))
    served = {row[0]: row for row in rows}
    if len(wanted) < 50:
        yield f"{FACTS}: only {len(wanted)} names were read"
    for name in wanted:
        if name not in served:
            yield f"{DOC}: nothing is said of {name}"
    for row in rows:
        if len(row) != 3 or not row[2]:
            yield f"{DOC}: {row[0]} is not served"
        elif not re.search(r"[\u4e00-\u9fff]", row[1]) or not re.search(r"[a-z]", row[1]):
            yield f"{DOC}: {row[0]} is not told in both languages"


# --- what is to be typed can be typed ------------------------------------------------


class CommandLine:
    """What the sources say a line may begin with, and which options there are."""

    def __init__(self):
        text = read(COMMANDS)
        macros = re.findall(r"^#define (\w+) *((?:.*\\\n)*.*)", text, re.M)
        for name, body in reversed(macros):  # a later one may use those before it
            text = re.sub(rf"\b{name}\b", lambda _: body, text)
        options = {
            name: set(re.findall(r'\{[\s\\]*"([a-z-]+)"', rows)) for name, rows in
            re.findall(r"option_def (\w+)\[\] = \{(.*?)\};", text, re.S)}
        table = text[text.index("const command cli_commands[]"):]
        self.commands = {  # command: its options
            name: options.get(row, set()) | options["cli_global_options"] for name, row in
            re.findall(r'^    \{"([a-z-]+(?: [a-z]+)?)", "[^{}]*?(\w+),\s+\w+\},', table,
                       re.M)}
        self.groups = {c.split()[0] for c in self.commands}
        self.acts = {}  # form: words that name its acts
        self.names = set()
        form = None
        cells = r'^    "(form|act),([^,\\]*),([^,\\]*),([^,\\]*)'
        for row in re.findall(cells, read(FORMS), re.M):
            if row[0] == "form":
                form = self.acts.setdefault(row[1], set())
            else:
                form.update(row[1:3])
            if row[0] == "form":
                self.names.add(row[2])
        self.forms_of = {word: re.findall(r'"(\w+)"', forms) for word, forms in
                         re.findall(r'\{"(\w+)", \{(.*?)NULL\}\}', read(WORDS))}

    def wrong(self, line):
        """What is wrong with the words behind `duban`, or None."""
        words = line.split()
        first, second = (words + [""])[:2]
        if first not in self.groups:
            return "no such command"
        word = re.fullmatch(r"[a-z_]+|[\u4e00-\u9fff]+", second)
        if first in self.forms_of and word and f"{first} {second}" not in self.commands:
            if not any(second in self.acts[f] for f in self.forms_of[first]):
                return f"{first} has no act {second}"
        elif first == "paper" and word and f"paper {second}" not in self.commands:
            if second not in self.acts and second not in self.names:
                return f"there is no form {second}"
        elif first not in self.commands and word:
            if f"{first} {second}" not in self.commands:
                return f"{first} has no {second}"
        options = self.commands.get(f"{first} {second}", self.commands.get(first, set()))
        for option in re.findall(r"(?:^|\s)--?([a-z][a-z-]*)", line):
            if option not in options:
                return f"it has no option --{option}"
        return None


def lines_of(text):
    """(what follows `duban`, as the page has it) for all that is quoted or in a block."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.M | re.S)
    for line in "\n".join(blocks).replace("\\\n", " ").split("\n"):
        found = re.match(r"(?:build/release/)?duban (.*)", line)
        if found:
            yield re.split(r"\s{2,}#|\s# ", found[1])[0]
    prose = re.sub(r"^```\n.*?^```", "", text, flags=re.M | re.S)
    for quoted in re.findall(r"`([^`\n]*)`", prose):
        found = re.match(r"(?:build/release/)?duban ([a-z].*)", quoted)
        if found:
            yield found[1]


def check_commands(cli):
    for page in PAGES:
        lines = list(lines_of(read(page)))
        if len(lines) < 2:
            yield f"{page}: only {len(lines)} commands were read"
        for line in lines:
            wrong = cli.wrong(line)
            if wrong:
                yield f"{page}: duban {line}: {wrong}"


def check_forms(cli):
    """Forms are named as (form `a`, then `b` …) or form `a`."""
    text = read(DOC)
    named = re.findall(r"forms? `(\w+)`", text)
    for inside in re.findall(r"\(forms? (`[^)]*)\)", text):
        named += re.findall(r"`(\w+)`", inside)
    if len(named) < 10:
        yield f"{DOC}: only {len(named)} forms were read"
    for form in sorted(set(named)):
        if form not in cli.acts:
            yield f"{DOC}: the default table has no form {form}"


def main():
    cli = CommandLine()
    findings = [*check_commands(cli), *check_forms(cli)]
    if len(cli.commands) < 80 or len(cli.acts) < 20 or len(cli.forms_of) < 10:
        findings.append(f"{COMMANDS}, {FORMS}, {WORDS}: hardly anything was read")
    if FACTS.exists():
        findings += check_rows()
    print("\n".join(findings) or "what the pages name is there")
    if findings:
        return 1
    if not FACTS.exists():
        print(f"skipped: there is no {FACTS}")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
