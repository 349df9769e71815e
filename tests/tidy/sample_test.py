#!/usr/bin/env python3
"""The sample city hangs together: offices, plan, splits, timetables and calendar.

Run from the project's root. Prints each violated claim with file and row; exit 0 when
none is, 1 otherwise. Where ../shared is present the plan is compared with the facts.
"""

import csv
import datetime
import json
import pathlib
import re
import sys
from collections import defaultdict
from decimal import Decimal, InvalidOperation

SAMPLE = pathlib.Path("client/sample")
FACTS = pathlib.Path("../shared/facts/tasks-2023.json")
NOTICE = pathlib.Path("../shared/seeds/003_71e554ef59740864.txt")
LIST = "；"

HEADERS = {
    "plan.csv": "任务号|章号|章|节号|节|事项|类型|牵头领导|牵头单位|责任单位|名单未尽|"
                "指标|比较|目标值|上限|单位|性质|强度|严格|汇总|起始日|期限|口径|期初值|"
                "标签|原文行|存疑",
    "offices.csv": "编号|代码|名称|别名|类别|上级|成员|说明",
    "splits.csv": "任务号|指标|单位|分解值|完整",
    "timetables.csv": "任务号|方式|节点|日期|累计份额|内容",
    "calendar.csv": "日期|类别",
    "weights.csv": "任务号|指标|权重|排名组|排名组英文|单位类别|得分下限|得分上限",
}
TASK_COLUMNS = ("章号 章 节号 节 事项 类型 牵头领导 牵头单位 责任单位 名单未尽 标签 "
                "原文行").split()
METRIC_COLUMNS = "比较 目标值 上限 单位 性质 强度 严格 汇总 起始日 口径 期初值".split()
TASK_KINDS = {"指标": "indicator", "节点": "milestone", "政策": "policy",
              "民生": "livelihood", "行动": "action_plan", "长期": "standing"}
OFFICE_KINDS = set("市 县区 开发区 部门 事业单位 党群 司法 驻聊 高校 企业 群团 "
                   "名单组".split())
COMPARATORS = set("达到 不低于 不高于 区间 约 是否 待定".split())
NATURES = {"累计": {"quantity", "increment", "amount"},
           "时点": {"level", "share", "standard", "grade"},
           "增速": {"growth_rate"}, "位次": {"rank"}}
STRENGTHS = {"约束性", "预期性", "力争"}
ROLLUPS = {"合计", "达标个数", "牵头填报"}
COUNTED_UNITS = set("个 家 项 条 座 处 所 户 套 人 名 张 辆 场 村".split())
LEADER = re.compile(r"市领导\d\d|全体市领导")
CODE = re.compile(r"[0-9A-Za-z._-]{1,32}")
ITEMS_OF_A_COUNTY = range(15, 41)
TASKS_NOT_FILED = range(15, 26)
NAME_BYTES, TITLE_BYTES, UNIT_BYTES = 192, 768, 48  # proto/limits.h


class Report:
    """Collects violated claims."""

    def __init__(self):
        self.count = 0

    def say(self, file, row, claim):
        self.count += 1
        print(f"{SAMPLE / file}:{row}: {claim}")

    def hold(self, truth, file, row, claim):
        if not truth:
            self.say(file, row, claim)
        return truth


def read(report, file):
    """Rows as dicts with their line number under '#'."""
    raw = (SAMPLE / file).read_bytes()
    report.hold(b"\r" not in raw and raw.endswith(b"\n"), file, 1, "lines end with LF")
    rows = []
    reader = csv.reader(raw.decode("utf-8").splitlines(), strict=True)
    header = next(reader)
    if not report.hold(header == HEADERS[file].split("|"), file, 1,
                       f"header is {HEADERS[file]}"):
        return []
    for cells in reader:
        line = reader.line_num
        if report.hold(len(cells) == len(header), file, line, "as many cells as columns"):
            report.hold(all(c == c.strip() for c in cells), file, line,
                        "cells are trimmed")
            rows.append({**dict(zip(header, cells)), "#": line})
    return rows


def split_list(cell):
    return cell.split(LIST) if cell else []


def number(report, file, row, column):
    text = row[column]
    try:
        value = Decimal(text)
    except InvalidOperation:
        report.say(file, row["#"], f"{column} is a decimal, found “{text}”")
        return None
    report.hold(format(value, "f") == text and value.as_tuple().exponent >= -6
                and abs(value) <= 10**12,
                file, row["#"], f"{column} is plain, with 6 decimals at most: “{text}”")
    return value


def day(report, file, row, column):
    try:
        return datetime.date.fromisoformat(row[column])
    except ValueError:
        report.say(file, row["#"], f"{column} is a date, found “{row[column]}”")
        return None


def check_offices(report, rows):
    """Returns code by name or alias, and the rows by code."""
    file, by_code, by_name = "offices.csv", {}, {}
    for place, row in enumerate(rows, 1):
        line = row["#"]
        report.hold(row["编号"] == str(place), file, line, f"编号 is {place}")
        report.hold(CODE.fullmatch(row["代码"]), file, line, "代码 fits its alphabet")
        report.hold(row["代码"] not in by_code, file, line, "代码 is unique")
        report.hold(row["类别"] in OFFICE_KINDS, file, line, "类别 is known")
        report.hold((row["类别"] == "市") == (place == 1), file, line,
                    "the first office, and no other, is the city's")
        by_code[row["代码"]] = row
        for name in [row["名称"], *split_list(row["别名"])]:
            report.hold(0 < len(name.encode()) <= NAME_BYTES, file, line,
                        "name is bounded")
            report.hold(name not in by_name, file, line, f"“{name}” names one office")
            by_name[name] = row["代码"]
    for row in rows:
        parent, members = row["上级"], split_list(row["成员"])
        report.hold(not parent or parent in by_code, file, row["#"], "上级 is an office")
        report.hold(all(m in by_code for m in members), file, row["#"],
                    "成员 are offices")
        group = row["类别"] == "名单组"
        report.hold(group or not members, file, row["#"], "only groups have members")
        if group and not members:
            report.hold(row["说明"].startswith("名单未列出"), file, row["#"],
                        "a group without members says 名单未列出")
    return by_name, by_code


def read_tasks(report, rows):
    """Rows of the plan gathered by task number, in order; the first row leads."""
    file, tasks = "plan.csv", {}
    last = None
    for row in rows:
        line, key = row["#"], row["任务号"]
        report.hold(re.fullmatch(r"\d{1,3}(\.\d)?", key), file, line,
                    "任务号 is a number")
        if key == last:
            report.hold(not any(row[c] for c in TASK_COLUMNS) and row["指标"], file, line,
                        "a further row carries a metric and no task columns")
            tasks[key].append(row)
        else:
            report.hold(key not in tasks, file, line, f"task {key} stands in one place")
            tasks[key] = [row]
        last = key
    return tasks


def check_task(report, row, offices):
    file, line = "plan.csv", row["#"]
    report.hold(6 <= len(row["事项"]) <= 18, file, line, "事项 has 6 to 18 characters")
    report.hold(len(row["事项"].encode()) <= TITLE_BYTES, file, line, "事项 is bounded")
    report.hold(row["章号"] and row["章"], file, line, "章号 and 章 are given")
    report.hold(bool(row["节号"]) == bool(row["节"]), file, line,
                "节号 and 节 go together")
    report.hold(row["类型"] in TASK_KINDS, file, line, "类型 is known")
    report.hold(row["名单未尽"] in ("", "是"), file, line, "名单未尽 is 是 or empty")
    report.hold(row["原文行"].isdigit(), file, line, "原文行 is a line number")
    report.hold(row["标签"] and len(split_list(row["标签"])) <= 16, file, line, "标签")
    for leader in split_list(row["牵头领导"]):
        report.hold(LEADER.fullmatch(leader), file, line,
                    f"a leader is 市领导NN or 全体市领导, found “{leader}”")
    for column in ("牵头单位", "责任单位"):
        names = split_list(row[column])
        report.hold(len(names) == len(set(names)), file, line,
                    f"{column} without repeats")
        for name in names:
            report.hold(name in offices, file, line, f"“{name}” is in offices.csv")


def check_metric(report, row):
    file, line = "plan.csv", row["#"]
    if not row["指标"]:
        report.hold(not any(row[c] for c in METRIC_COLUMNS), file, line,
                    "no metric, no metric columns")
        return
    report.hold(row["比较"] in COMPARATORS, file, line, "比较 is known")
    report.hold(row["性质"] in NATURES, file, line, "性质 is known")
    report.hold(row["强度"] in STRENGTHS, file, line, "强度 is known")
    report.hold(row["汇总"] in ROLLUPS, file, line, "汇总 is known")
    report.hold(row["严格"] in ("", "是"), file, line, "严格 is 是 or empty")
    report.hold(0 < len(row["单位"].encode()) <= UNIT_BYTES, file, line,
                "单位 is bounded")
    target = number(report, file, row, "目标值")
    if report.hold(bool(row["上限"]) == (row["比较"] == "区间"), file, line,
                   "上限 belongs to 区间") and row["上限"]:
        top = number(report, file, row, "上限")
        report.hold(top is None or target is None or top > target, file, line,
                    "上限 is above 目标值")
    if row["期初值"]:
        number(report, file, row, "期初值")
    start = datetime.date(2023, 1, 1)
    if row["起始日"]:
        start = day(report, file, row, "起始日")
    end = day(report, file, row, "期限")
    report.hold(not start or not end or start < end, file, line, "起始日 before 期限")


def check_plan(report, tasks, offices):
    for rows in tasks.values():
        check_task(report, rows[0], offices)
        labels = [r["指标"] for r in rows]
        report.hold(len(labels) == len(set(labels)), "plan.csv", rows[0]["#"],
                    "a metric's label is unique within its task")
        for row in rows:
            check_metric(report, row)
            if row["期限"]:
                day(report, "plan.csv", row, "期限")
    titles = defaultdict(list)
    for rows in tasks.values():
        titles[rows[0]["事项"]].append(rows[0]["#"])
    for title, lines in titles.items():
        report.hold(len(lines) == 1, "plan.csv", lines[-1],
                    f"“{title}” is one task's title")


def duties_of(task, offices, by_code):
    codes = set()
    for name in split_list(task[0]["牵头单位"]) + split_list(task[0]["责任单位"]):
        code = offices.get(name)
        if code:
            codes |= {code, *split_list(by_code[code]["成员"])}
    return codes


def check_split_row(report, row, tasks, offices, by_code):
    """The metric's row in the plan when the split fits it, else None."""
    file, line = "splits.csv", row["#"]
    task = tasks.get(row["任务号"])
    if not report.hold(task, file, line, f"task {row['任务号']} is in the plan"):
        return None
    metric = next((r for r in task if r["指标"] == row["指标"]), None)
    if not report.hold(metric, file, line, f"“{row['指标']}” is a metric of the task"):
        return None
    report.hold(metric["汇总"] != "牵头填报", file, line,
                "the metric rolls up from splits")
    report.hold(row["完整"] in ("是", "否"), file, line, "完整 is 是 or 否")
    code = offices.get(row["单位"])
    if report.hold(code, file, line, f"“{row['单位']}” is in offices.csv"):
        report.hold(by_code[code]["名称"] == row["单位"], file, line, "单位 in full")
        report.hold(by_code[code]["类别"] != "名单组", file, line, "单位 is not a group")
        report.hold(code in duties_of(task, offices, by_code), file, line,
                    f"“{row['单位']}” has a duty in task {row['任务号']}")
    value = number(report, file, row, "分解值")
    if value is not None:
        report.hold(value > 0, file, line, "分解值 is above zero")
        places = 0 if metric["单位"] in COUNTED_UNITS else 2
        report.hold(value.as_tuple().exponent >= -places, file, line,
                    f"分解值 in {metric['单位']} has {places} decimals at most")
    return metric if value is not None else None


def check_splits(report, rows, tasks, offices, by_code):
    file, parts, seen = "splits.csv", defaultdict(list), set()
    for row in rows:
        key = (row["任务号"], row["指标"], row["单位"])
        report.hold(key not in seen, file, row["#"], "one split an office and metric")
        seen.add(key)
        metric = check_split_row(report, row, tasks, offices, by_code)
        if metric:
            parts[row["任务号"], row["指标"]].append((row, metric))
    for (task, label), group in parts.items():
        check_whole(report, f"task {task} “{label}”", group)
    for key, task in tasks.items():
        for row in task:
            if row["指标"] and row["汇总"] != "牵头填报":
                report.hold((key, row["指标"]) in parts, "plan.csv", row["#"],
                            f"{row['汇总']} metric “{row['指标']}” has splits")
    owed = defaultdict(set)
    for row in rows:
        owed[row["单位"]].add(row["任务号"])
    for office in by_code.values():
        if office["类别"] == "县区":
            n = len(owed[office["名称"]])
            report.hold(n in ITEMS_OF_A_COUNTY, "offices.csv", office["#"],
                        f"{office['名称']} has splits in 15 to 40 tasks, found {n}")


def check_whole(report, what, group):
    file, (first, metric) = "splits.csv", group[0]
    target = Decimal(metric["目标值"])
    values = [Decimal(row["分解值"]) for row, _ in group]
    report.hold(len({row["完整"] for row, _ in group}) == 1, file, first["#"],
                f"{what}: 完整 is the same in all rows")
    if metric["汇总"] == "达标个数":
        report.hold(min(values) >= target, file, first["#"],
                    f"{what}: each office has {target} or more")
    elif first["完整"] == "是":
        report.hold(sum(values) >= target, file, first["#"],
                    f"{what}: complete splits reach {target}, found {sum(values)}")
    else:
        report.hold(sum(values) < target, file, first["#"],
                    f"{what}: incomplete splits stay below {target}, found {sum(values)}")


def check_nodes(report, rows):
    file, last_day, last_share = "timetables.csv", None, Decimal(0)
    report.hold(3 <= len(rows) <= 5, file, rows[0]["#"], "3 to 5 nodes")
    for place, row in enumerate(rows, 1):
        line = row["#"]
        report.hold(row["节点"] == str(place), file, line, f"节点 is {place}")
        report.hold(0 < len(row["内容"]) <= 20, file, line,
                    "内容 has 20 characters at most")
        when = day(report, file, row, "日期")
        if when:
            later = place == len(rows) and when.year > 2023
            report.hold(when.year == 2023 or later, file, line,
                        "日期 is in 2023, but for a last step in a later year")
            report.hold(not last_day or when > last_day, file, line, "日期 rises")
            last_day = when
        share = number(report, file, row, "累计份额")
        if share is not None:
            report.hold(share > last_share, file, line, "累计份额 rises")
            last_share = share
    report.hold(last_share == 100, file, rows[-1]["#"], "the last 累计份额 is 100")


def check_timetables(report, rows, tasks):
    file, filed, last = "timetables.csv", {}, None
    for row in rows:
        key, line = row["任务号"], row["#"]
        report.hold(key in tasks, file, line, f"task {key} is in the plan")
        report.hold(key == last or key not in filed, file, line, "a task in one place")
        filed.setdefault(key, []).append(row)
        last = key
    for key, group in filed.items():
        first, modes = group[0], {row["方式"] for row in group}
        if modes == {"节点"}:
            check_nodes(report, group)
            continue
        report.hold(modes <= {"匀速", "年末"} and len(group) == 1, file, first["#"],
                    "匀速 and 年末 take one row, and a task has one 方式")
        report.hold(not any(first[c] for c in ("节点", "日期", "累计份额", "内容")),
                    file, first["#"], "no node columns")
        report.hold(key not in tasks or tasks[key][0]["指标"], file, first["#"],
                    "a task without numbers is filed by nodes")
    missing = len(tasks.keys() - filed.keys())
    report.hold(missing in TASKS_NOT_FILED, file, len(rows) + 1,
                f"15 to 25 tasks are not filed, found {missing}")


def check_calendar(report, rows):
    file, last = "calendar.csv", None
    for row in rows:
        when = day(report, file, row, "日期")
        if not when:
            continue
        line, weekend = row["#"], when.weekday() >= 5
        report.hold(not last or when > last, file, line, "日期 rises")
        report.hold(datetime.date(2023, 1, 1) <= when <= datetime.date(2024, 1, 31),
                    file, line, "日期 is within the rounds of 2023")
        report.hold(row["类别"] == ("上班" if weekend else "放假"), file, line,
                    "放假 is on a weekday, 上班 on a weekend")
        last = when


def comparator_of(fact):
    words = {"==": "达到", ">=": "不低于", "<=": "不高于"}
    if fact["comparator"] in words:
        return words[fact["comparator"]]
    return "约" if fact["value_max"] is None else "区间"


def decimal_or_none(value):
    return None if value in (None, "") else Decimal(str(value))


def compare_metric(report, row, fact):
    file, line, what = "plan.csv", row["#"], fact["id"]
    report.hold(row["比较"] == comparator_of(fact), file, line, f"{what}: comparator")
    report.hold(row["单位"] == fact["unit"], file, line, f"{what}: unit {fact['unit']}")
    for column, name in (("目标值", "value"), ("上限", "value_max")):
        same = decimal_or_none(row[column]) == decimal_or_none(fact[name])
        report.hold(same, file, line, f"{what}: {column} {fact[name]}")
    report.hold((row["严格"] == "是") == fact["strict"], file, line, f"{what}: strict")
    report.hold(fact["nature"] in NATURES.get(row["性质"], ()), file, line,
                f"{what}: nature")
    report.hold(not fact["deadline"] or row["期限"] == fact["deadline"], file, line,
                f"{what}: deadline {fact['deadline']}")
    report.hold(row["指标"] != fact["label"], file, line, f"{what}: label is our own")


def compare_task(report, rows, fact, offices):
    file, row, line = "plan.csv", rows[0], rows[0]["#"]
    report.hold(TASK_KINDS.get(row["类型"]) == fact["kind"], file, line,
                "kind as in facts")
    leaders = [("全体市领导" if code == "LALL" else "市领导" + code[1:])
               for code in fact["lead_leaders"]]
    report.hold(split_list(row["牵头领导"]) == leaders, file, line, "leaders as in facts")
    for column, name in (("牵头单位", "lead_unit_codes"),
                         ("责任单位", "responsible_unit_codes")):
        ours = [offices.get(n) for n in split_list(row[column])]
        theirs = [code.split("-", 1)[1] for code in fact[name]]
        report.hold(ours == theirs, file, line, f"{column} as in facts: {theirs}")
    opened = fact["lead_list_open"] or fact["responsible_list_open"]
    report.hold((row["名单未尽"] == "是") == opened, file, line, "open list as in facts")
    report.hold(row["章号"] == fact["chapter_no"] and
                row["节号"] == (fact["section_no"] or ""), file, line, "章号 and 节号")
    report.hold(row["原文行"] == str(fact["line"]), file, line, "line as in facts")
    metrics = [r for r in rows if r["指标"]]
    if report.hold(len(metrics) == len(fact["metrics"]), file, line,
                   f"{len(fact['metrics'])} metrics, found {len(metrics)}"):
        for ours, theirs in zip(metrics, fact["metrics"]):
            compare_metric(report, ours, theirs)


def compare_with_facts(report, tasks, offices):
    facts = json.loads(FACTS.read_text(encoding="utf-8"))["tasks"]
    notice = NOTICE.read_text(encoding="utf-8") if NOTICE.exists() else ""
    expected = {}
    for fact in facts:
        if not fact["is_container"]:
            sub = f".{fact['sub']}" if fact["sub"] else ""
            expected[f"{fact['no']}{sub}"] = fact
    report.hold(list(tasks) == list(expected), "plan.csv", 1,
                "the facts' tasks, in order")
    titles = {fact["title"] for fact in facts}
    for key, rows in tasks.items():
        row = rows[0]
        report.hold(row["事项"] not in titles, "plan.csv", row["#"],
                    "title not the facts'")
        report.hold(row["事项"] not in notice, "plan.csv", row["#"],
                    "title not the notice's")
        if key in expected:
            compare_task(report, rows, expected[key], offices)
    return sum(1 for rows in tasks.values() for row in rows if row["指标"])


def main():
    report = Report()
    rows = {file: read(report, file) for file in HEADERS}
    offices, by_code = check_offices(report, rows["offices.csv"])
    tasks = read_tasks(report, rows["plan.csv"])
    check_plan(report, tasks, offices)
    check_splits(report, rows["splits.csv"], tasks, offices, by_code)
    check_timetables(report, rows["timetables.csv"], tasks)
    check_calendar(report, rows["calendar.csv"])
    if FACTS.exists():
        metrics = compare_with_facts(report, tasks, offices)
        print(f"{len(tasks)} tasks and {metrics} metrics compared with the facts")
    else:
        print(f"{FACTS} is absent: the comparison with the facts did not run")
    print(f"{report.count} violated")
    return 1 if report.count else 0


if __name__ == "__main__":
    sys.exit(main())
