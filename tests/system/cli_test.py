"""The command line as people use it: the administrator founds a city, clerks fill in
sheets over a bad network, leads review. Everything runs through the built programs."""
import csv
import fcntl
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import unicodedata

import kit
import wire

PLAN = """任务号,章号,章,节号,节,事项,类型,牵头领导,牵头单位,责任单位,名单未尽,指标,比较,目标值,上限,单位,性质,强度,严格,汇总,起始日,期限,口径,期初值,标签,原文行,存疑
1,一,经济,,,项目建设,指标,市领导01,牵头局,东县；西县,,开工项目数,不低于,200,,个,累计,预期性,,合计,,2023-12-31,,,,,
1,,,,,,,,,,,完成投资额,不低于,100,,亿元,累计,预期性,,牵头填报,,2023-12-31,,,,,
2,一,经济,,,收入增长,指标,市领导01,牵头局,,,收入增速,不低于,5.5,,%,增速,预期性,,牵头填报,,2023-12-31,,,,,
3,二,改革,,,出台办法,政策,市领导02,牵头局,,,,,,,,,,,,,2023-12-31,,,,,
"""
SPLITS = "任务号,指标,单位,分解值,完整\n1,开工项目数,东县,120,是\n1,开工项目数,西县,80,是\n"
OFFICES = ("编号,代码,名称,别名,类别,上级,成员,说明\n"
           "1,zfbgs,市政府办公室,,市,,,\n2,east,东县人民政府,东县,县区,zfbgs,,\n"
           "3,west,西县人民政府,西县,县区,zfbgs,,\n4,lead,牵头局,,部门,zfbgs,,\n"
           "5,both,各县人民政府,,名单组,,east；west,\n")
CALENDAR = "日期,类别\n2023-04-05,放假\n2023-04-23,上班\n"
TIMETABLES = ("任务号,方式,节点,日期,累计份额,内容\n1,匀速,,,,\n2,年末,,,,\n"
              "3,节点,1,2023-03-15,40,形成初稿\n3,节点,2,2023-11-30,100,印发\n")
OFFICES_OF_CITY = ("east", "west", "lead")


class Town(kit.Case):
    """A drill city of two counties and a lead, its plan published, on 2023-01-11."""

    def setUp(self):
        super().setUp()
        self.root = self.found()
        self.server = self.broker().start()
        for code in OFFICES_OF_CITY:
            self.run_as(code, "init", broker=None)
            os.rename(self.path(code, "key.pub"), self.path(code + ".pub"))
        self.city("office", "enroll", self.write("offices.csv", OFFICES), "--keys",
                  self.folder)
        self.city("calendar", "publish", self.write("calendar.csv", CALENDAR))

    def write(self, name, text, encoding="utf-8"):
        with open(self.path(name), "w", encoding=encoding, newline="") as f:
            f.write(text)
        return self.path(name)

    def run_as(self, code, *words, broker="server", **more):
        server = self.server if broker == "server" else broker
        more.setdefault("DUBAN_LANG", "zh")
        return self.duban(*words, home=self.path(code), broker=server, **more)

    def city(self, *words, **more):
        return self.run_as("city", *words, **more)

    def publish(self, *more, plan=PLAN, splits=SPLITS, **options):
        return self.city("plan", "publish", self.write("plan.csv", plan), "--splits",
                         self.write("splits.csv", splits), "--code", "2023", *more,
                         **options)

    def set_time(self, moment):
        self.city("time", "set", moment)

    def sheet_rows(self, name):
        with open(self.path(name), encoding="utf-8-sig", newline="") as f:
            return list(csv.DictReader(f))

    def write_rows(self, name, rows, encoding="utf-8-sig"):
        out = io.StringIO()
        sheet = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
        sheet.writeheader()
        sheet.writerows(rows)
        return self.write(name, out.getvalue(), encoding)

    def head(self):
        return self.city("status", "--json").json()["head"]


class Founding(Town):
    def test_an_office_is_enrolled_once_however_often_the_table_is_sent(self):
        head = self.head()
        again = self.city("office", "enroll", self.path("offices.csv"), "--keys",
                          self.folder, "--json").json()
        self.assertEqual(again, {"offices": 0, "keys": 0, "without_key": 1, "enrolled": []})
        self.assertEqual(self.head(), head)
        offices = self.city("office", "list", "--json").lines()
        self.assertEqual([o["code"] for o in offices],
                         ["zfbgs", "east", "west", "lead", "both"])
        self.assertEqual(offices[4]["members"], ["east", "west"])

    def test_every_bad_office_is_named_and_none_is_enrolled(self):
        head = self.head()
        bad = self.write("bad.csv", "编号,代码,名称,类别,上级\n1,other,市政府,市,\n"
                         "6,no spaces,甲,县区,\n7,x,,县区,\n8,y,乙,省,nobody\n"
                         "6,z,丙,县区,\n")
        done = self.city("office", "enroll", bad, expect=1)
        self.assertEqual(done.refusals(), [105, 435, 416, 705, 421, 401, 703])
        self.assertEqual(self.head(), head)

    def test_a_revoked_key_is_refused_from_then_on(self):
        self.publish()
        key = self.run_as("east", "whoami", "--json").json()
        self.city("office", "revoke", "--number", str(key["key_number"]))
        done = self.run_as("east", "submit", "--task", "1", "--period", "2023Q1",
                           "--note", "开工", expect=1)
        self.assertIn(211, done.refusals())
        self.assertTrue(self.run_as("east", "whoami", "--json").json()["revoked"])

    def test_a_home_keeps_its_key_when_it_is_made_again(self):
        first = self.run_as("east", "whoami", "--json").json()["key"]
        again = self.run_as("east", "init", "--json").json()
        self.assertEqual((again["key"], again["made"]), (first, False))
        self.assertEqual(self.city("init", "--city", "--data", self.path("data"),
                                   "--origin", kit.ORIGIN, expect=1).refusals(), [105])

    def test_a_founding_that_failed_leaves_no_home(self):
        for words in (("--data", self.path("other")), ("--origin", kit.ORIGIN),
                      ("--data", self.path("data"), "--origin", kit.ORIGIN)):
            self.run_as("new", "init", "--city", *words, broker=None, expect=None)
            self.assertFalse(os.path.exists(self.path("new")), words)
        self.run_as("new", "init", "--city", "--data", self.path("other"), "--origin",
                    kit.ORIGIN, broker=None)
        self.assertTrue(os.path.exists(self.path("new", "key")))

    def test_what_is_missing_is_named(self):
        done = self.run_as("new", "init", "--city", broker=None, expect=2)
        self.assertIn("缺少 --origin", done.err)
        os.chmod(self.path("east", "key"), 0o644)
        done = self.run_as("east", "whoami", expect=1)
        self.assertEqual(done.refusals(), [220])
        self.assertIn("chmod 600 " + self.path("east", "key"), done.err)

    def test_config_says_where_each_value_came_from(self):
        rows = {r["key"]: r for r in self.run_as("east", "config", "--json").lines()}
        self.assertEqual((rows["command"]["value"], rows["command"]["from"]),
                         (self.server.command, "flag"))
        rows = {r["key"]: r for r in self.run_as(
            "east", "config", "--json", broker=None, DUBAN_FEED="ipc:///x").lines()}
        self.assertEqual((rows["feed"]["value"], rows["feed"]["from"]),
                         ("ipc:///x", "variable"))

    def test_wrong_usage_is_told_in_the_form_and_language_asked_for(self):
        for words, found in ((("nonsense", "--home"), "nonsense"),
                             (("plan", "eat"), "plan eat"), (("due", "--bad"), "--bad")):
            done = self.city(*words, "--json", "--lang", "en", expect=2)
            error = json.loads(done.err)["error"]
            self.assertEqual((error["found"], error["text"]), (found, "wrong usage"))
        self.assertTrue(self.city("nonsense", "--lang=en", expect=2).err.isascii())

    def test_a_group_and_dash_h_list_what_there_is(self):
        for words in (("plan",), ("help", "plan"), ("plan", "--help"), ("plan", "-h")):
            out = self.city(*words, "--lang", "en").out
            for command in ("plan import", "plan check", "plan publish", "plan show"):
                self.assertIn(command, out)
            self.assertNotIn("review", out)
        self.assertEqual(self.duban("-h").out, self.duban("--help").out)
        self.assertIn("-o FILE", self.city("plan", "import", "-h").out)
        self.assertNotIn("--o FILE", self.city("help", "plan", "import").out)
        self.assertNotIn("--reason", self.city("review", "list", "-h").out)
        self.assertIn("--reason", self.city("review", "return", "-h").out)

    def test_exit_codes_tell_usage_refusal_and_absence_apart(self):
        self.city("plan", "eat", expect=2)
        self.city("due", expect=1)  # there is no plan
        self.server.stop()
        self.city("status", expect=3)
        self.city("office", "list")  # what is kept here answers


class Plans(Town):
    def test_every_problem_of_a_plan_is_named_and_nothing_is_sent(self):
        head = self.head()
        bad = PLAN.replace("2,一,经济,,,收入增长", "2,一,经济,,,").replace("5.5", "五点五")
        done = self.publish(plan=bad, expect=1)
        self.assertEqual(sorted(done.refusals()), [416, 433, 703])
        self.assertIn("第 4 行", done.err)
        bad = PLAN.replace("牵头局,东县；西县", "牵头所,东县；西县")
        done = self.publish(plan=bad, splits=SPLITS.replace("东县", "远县"), expect=1)
        self.assertEqual(done.refusals(), [401, 401, 703])
        self.assertIn("第 2 行，牵头单位：填的是“牵头所”", done.err)
        self.assertIn("第 2 行，分解表 单位：填的是“远县”", done.err)
        self.assertEqual(self.head(), head)

    def test_a_wrong_split_is_refused_with_what_the_plan_says(self):
        done = self.publish(splits=SPLITS.replace("开工项目数,西", "开工数,西"), expect=1)
        self.assertEqual(done.refusals()[0], 404)
        self.assertIn("应为“M1 开工项目数, M2 完成投资额”", done.err)
        done = self.publish(splits=SPLITS.replace("80", "79"), expect=1)
        self.assertEqual(done.refusals(), [418, 703])
        self.assertIn("199", done.err)
        self.assertIn("200", done.err)

    def test_a_plan_in_doubt_is_published_only_when_that_is_said(self):
        doubted = PLAN.replace("2023-12-31,,,,,\n3,", "2023-12-31,,,,,年份不明\n3,")
        checked = self.city("plan", "check", self.write("d.csv", doubted), "--json")
        self.assertEqual(checked.json()["doubts"], 1)
        self.assertEqual(self.publish(plan=doubted, expect=1).refusals(), [704])
        self.publish("--accept-doubts", plan=doubted)

    def test_a_task_that_names_no_lead_is_in_doubt(self):
        lead = PLAN.split(",").index("牵头单位")
        without = "\n".join(",".join(line.split(",")[:lead] + line.split(",")[lead + 1:])
                            for line in PLAN.splitlines())
        unled = PLAN.replace("市领导02,牵头局", "市领导02,")
        for plan, doubts in ((PLAN, 0), (unled, 1), (unled.strip() + "没有牵头单位\n", 1),
                             (without, 3)):
            path = self.write("p.csv", plan)
            checked = self.city("plan", "check", path, "--json").json()
            self.assertEqual((checked["doubts"], checked["problems"]), (doubts, 0))
            self.assertEqual(self.city("plan", "check", path).out.count("没有牵头单位"), doubts)

    def test_a_publication_that_broke_off_is_finished_by_running_it_again(self):
        small = kit.City(self.root)
        small.root.next = 40  # a hole in the home's numbers
        with self.server.asker() as asker:
            small.ok(small.root.send(asker, wire.PLAN_CHUNK, small.chunk(small.tasks())))
            small.ok(small.root.send(asker, wire.LIGHTS, wire.message(f1=1, f2=1) +
                                     wire.field(3, wire.message(f1=2, f2=2))))
        plans = self.city("status", "--json").json()["plans"]
        self.assertEqual([p["published"] for p in plans], [False])
        self.publish("--title", "测试台账")
        plans = self.city("status", "--json").json()["plans"]
        self.assertEqual([(p["title"], p["published"]) for p in plans],
                         [("测试台账", True)])
        self.assertEqual(self.publish(expect=1).refusals(), [423])

    def test_what_the_rules_refuse_is_named_before_anything_is_sent(self):
        head = self.head()
        done = self.publish("--title", "长" * 300, expect=1)
        self.assertEqual(done.refusals(), [202])
        bad = PLAN.replace("出台办法", "长" * 300)
        self.assertEqual(self.publish(plan=bad, expect=1).refusals(), [202, 703])
        bad = PLAN.replace("不低于,100", "不低于,-100")
        done = self.publish(plan=bad, expect=1)
        self.assertEqual(done.refusals(), [419])
        self.assertIn("第 2 行，目标值", done.err)
        self.assertEqual(self.city("plan", "check", self.path("plan.csv"), expect=1)
                         .refusals(), [419])
        done = self.publish("--first", "2023-01-05", expect=1)
        self.assertEqual(done.refusals(), [432])
        self.assertEqual(self.head(), head)

    def test_what_was_published_is_shown(self):
        self.publish()
        tasks = self.city("plan", "show", "--json").lines()
        self.assertEqual([t["task"] for t in tasks], ["1", "2", "3"])
        self.assertEqual(tasks[0]["metrics"][0]["splits"], {"east": "120", "west": "80"})
        self.assertTrue(tasks[0]["metrics"][0]["splits_complete"])
        self.assertEqual(tasks[0]["chapter"], "一、经济")
        self.assertEqual(tasks[0]["responsible"], ["east", "west"])
        self.assertEqual(self.city("plan", "show", "9", expect=1).refusals(), [403])

    def test_the_shipped_sample_is_checked_without_a_home(self):
        done = self.duban("plan", "check", kit.SAMPLE + "/plan.csv", "--splits",
                          kit.SAMPLE + "/splits.csv", "--offices",
                          kit.SAMPLE + "/offices.csv", "--json", home=self.path("none"))
        self.assertEqual((done.json()["tasks"], done.json()["metrics"],
                          done.json()["problems"]), (159, 123, 0))

    def test_names_are_left_unchecked_where_no_office_is_known(self):
        done = self.duban("plan", "check", self.write("plan.csv", PLAN), "--json",
                          home=self.path("none"))
        self.assertEqual((done.json()["tasks"], done.json()["problems"]), (3, 0))
        self.assertIn("--offices", done.err)

    def test_a_notice_becomes_a_table_and_a_workbook_is_declined(self):
        notice = self.write("n.txt", "一、主要目标\n1.开工项目200个。（牵头领导：甲；牵头单位：牵头局；"
                            "责任单位：东县）\n")
        self.city("plan", "import", notice, "-o", self.path("n.csv"))
        self.assertEqual(self.sheet_rows("n.csv")[0]["任务号"], "1")
        book = self.write("n.xlsx", "PK\x03\x04 and so on")
        self.assertEqual(self.city("plan", "import", book, expect=1).refusals(), [431])

    def test_another_citys_table_is_imported_in_whatever_form_its_office_saved_it(self):
        table = ("序号,目标任务,分管领导,牵头单位,责任单位\n"
                 "1,新建公园12个，改造小区3.5万户,甲,牵头局,东县\n2,地区生产总值增长6%,乙,牵头局,\n")
        made = []
        for name, text, coding in (("a.txt", table, "utf-8"), ("b.csv", table, "utf-8-sig"),
                                   ("c.csv", table, "gb18030"),
                                   ("d.tsv", table.replace(",", "\t"), "gb18030")):
            path = self.path(name)
            with open(path, "w", encoding=coding, newline="") as f:
                f.write(text)
            self.city("plan", "import", path, "-o", self.path("made.csv"))
            made.append([{k: v for k, v in row.items()} for row in
                         self.sheet_rows("made.csv")])
        self.assertEqual([row["目标值"] for row in made[0]], ["12", "3.5", "6"])
        for other in made[1:]:
            self.assertEqual(other, made[0])
        with open(self.path("made.csv"), encoding="utf-8-sig") as f:
            text = f.read()
        with open(self.path("gb.csv"), "w", encoding="gb18030", newline="") as f:
            f.write(text)  # corrected in a spreadsheet program, and saved as it saves
        self.city("plan", "import", self.path("gb.csv"), "-o", self.path("again.csv"))
        self.assertEqual(self.sheet_rows("again.csv"), made[0])

    def test_a_reader_that_had_enough_is_no_error_to_tell(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([kit.DUBAN, "plan", "import", kit.SAMPLE + "/plan.csv"],
                              stdout=writer, stderr=subprocess.PIPE, env=kit.environment())
        os.close(writer)
        self.assertEqual(done.stderr, b"")

    def test_timetables_are_filed_returned_filed_again_and_accepted(self):
        self.publish()
        path = self.write("t.csv", TIMETABLES)
        self.assertEqual(self.run_as("lead", "timetable", "file", path, "--json").json(),
                         {"filed": 3, "same": 0, "others": 0})
        self.assertEqual(self.run_as("lead", "timetable", "file", path, "--json").json(),
                         {"filed": 0, "same": 3, "others": 0})
        self.assertEqual(self.run_as("east", "timetable", "file", path, "--json").json(),
                         {"filed": 0, "same": 0, "others": 3})
        self.assertEqual(self.city("timetable", "return", "--task", "3", expect=1)
                         .refusals(), [417])
        self.city("timetable", "return", "--task", "3", "--reason", "缺责任人")
        again = self.run_as("lead", "timetable", "file", path, "--responsible",
                            self.write("who.txt", "岗位甲"), "--json").json()
        self.assertEqual(again["filed"], 1)
        self.assertEqual(self.city("timetable", "accept", "--json").json(),
                         {"accepted": 3})
        states = [t["state"] for t in self.city("timetable", "list", "--json").lines()]
        self.assertEqual(states, ["accepted"] * 3)

    def test_every_bad_row_of_a_timetable_is_named(self):
        self.publish()
        bad = self.write("t.csv", "任务号,方式,节点,日期,累计份额,内容\n9,匀速,,,,\n"
                         "2,随意,,,,\n3,节点,2,2023-03-15,40,形成初稿\n"
                         "3,节点,2,某日,多,\n")
        done = self.run_as("lead", "timetable", "file", bad, expect=1)
        self.assertEqual(done.refusals(), [403, 705, 421, 432, 433, 416, 703])


class Clerk(Town):
    def setUp(self):
        super().setUp()
        self.publish()
        self.set_time("2023-04-04T09:00")

    def due(self, code, *more):
        return self.run_as(code, "due", "--json", *more).lines()

    def test_a_county_owes_its_splits_and_the_lead_its_tasks(self):
        self.assertEqual([(r["task"], r["kind"], r["target"]) for r in self.due("east")],
                         [("1", "value", "120")])
        lead = [(r["task"], r["kind"], r.get("label")) for r in self.due("lead")]
        self.assertEqual(lead, [("1", "value", "完成投资额"), ("2", "value", "收入增速"),
                                ("3", "text", None)])
        # ten working days from the 3rd; the 5th is a holiday
        self.assertEqual({r["closes"] for r in self.due("east")}, {"2023-04-17"})

    def test_the_sheet_of_due_is_filled_in_and_sent(self):
        self.run_as("lead", "due", "--sheet", self.path("s.csv"))
        rows = self.sheet_rows("s.csv")
        self.assertEqual(len(rows), 3)
        rows[0].update({"累计": "25.5", "数据截止日": "2023/3/31", "进展": "进度正常"})
        rows[1].update({"数值": "5.1%"})
        done = self.run_as("lead", "submit", self.write_rows("s.csv", rows), "--json")
        receipt, total = done.lines()
        self.assertEqual((receipt["sent"], receipt["statements"]), ("receipted", 3))
        self.assertEqual((total["drafts"], total["bad"]), (1, 0))
        self.assertEqual([r["task"] for r in self.due("lead")], ["3"])
        box = self.run_as("lead", "outbox", "--json").lines()
        self.assertEqual([(m["state"], m["index"]) for m in box],
                         [("receipted", receipt["index"])])

    def test_workbooks_are_declined_on_either_way(self):
        done = self.run_as("lead", "due", "--sheet", self.path("s.xlsx"), expect=1)
        self.assertEqual(done.refusals(), [431])
        self.assertFalse(os.path.exists(self.path("s.xlsx")))
        book = self.write("s.xlsx", "PK\x03\x04 and so on")
        self.assertEqual(self.run_as("lead", "submit", book, expect=1).refusals(), [431])

    def test_a_board_of_before_the_beginning_is_refused_with_the_moment(self):
        done = self.city("board", "--as-of", "2001-01-01", expect=1)
        self.assertEqual(done.refusals(), [104])
        self.assertIn("时刻：填的是“2001-01-01”，应为“台账开始以后的时刻”", done.err)

    def test_an_english_sheet_has_no_chinese_comma(self):
        self.run_as("lead", "due", "--sheet", self.path("s.csv"), DUBAN_LANG="en")
        with open(self.path("s.csv"), encoding="utf-8-sig") as f:
            self.assertNotIn("，", f.read())

    def test_a_sheet_may_be_sent_again_as_it_grows(self):
        self.run_as("lead", "due", "--sheet", self.path("s.csv"))
        rows = self.sheet_rows("s.csv")
        rows[0]["累计"] = "25"
        self.run_as("lead", "submit", self.write_rows("s.csv", rows))
        rows[1]["数值"] = "5"
        again = self.run_as("lead", "submit", self.write_rows("s.csv", rows), "--json")
        self.assertEqual([line["statements"] for line in again.lines()], [1, 1])
        self.assertEqual(again.lines()[-1]["same"], 1)
        rows[0]["累计"] = "26"  # another value is a correction and must say so
        done = self.run_as("lead", "submit", self.write_rows("s.csv", rows), expect=1)
        self.assertEqual(done.refusals(), [426, 703])

    def bad_sheet(self):
        self.run_as("lead", "due", "--sheet", self.path("s.csv"))
        good = self.sheet_rows("s.csv")
        good[0]["累计"] = "25"
        good[2]["进展"] = "正常"
        bad = [dict(good[0], **change) for change in (
            {"任务号": "99"}, {"累计": "abc"}, {"单位": "个"}, {"当期": "1"},
            {"指标": "无此指标"}, {"数据截止日": "某日"}, {"报告期": "2023M01"}, {"报告期": "2023Q3"}, {"累计": "1.1234567"},
            {"累计": "9000000000000"}, {"更正序号": "x"}, {"填报单位": "省"})]
        bad.append(dict(good[1], **{"数值": "5.1", "数据截止日": "2023-12-31"}))
        bad.append(dict(good[1], **{"数值": "5.1", "零报告": "无"}))
        bad.append(dict(good[2], **{"节点": "7", "完成日": "2023-03-01"}))
        return self.write_rows("bad.csv", [good[2]] + bad), 1 + len(bad)

    def test_every_bad_row_is_named_and_none_is_sent(self):
        path, n = self.bad_sheet()
        head = self.head()
        done = self.run_as("lead", "submit", path, expect=1)
        self.assertEqual(done.refusals(),
                         [403, 433, 409, 436, 404, 432, 405, 415, 411, 410, 407, 401, 414,
                          436, 406, 703])
        for row in range(3, n + 2):
            self.assertIn("第 %d 行" % row, done.err)
        for expected in ("累计与当期只填一个", "至多 6 位小数", "绝对值不超过 10¹²",
                         "应为“YYYY-MM-DD”"):
            self.assertIn(expected, done.err)
        self.assertNotIn("第 2 行", done.err)
        self.assertEqual(self.head(), head)
        english = self.run_as("lead", "submit", path, "--json", "--lang", "en", expect=1)
        errors = [json.loads(line)["error"] for line in english.err.splitlines()]
        self.assertEqual([e.get("line") for e in errors], list(range(3, n + 2)) + [None])
        self.assertEqual(errors[1]["field"], "累计")  # as the sheet spells it
        self.assertTrue(all(e["text"].isascii() for e in errors))

    def test_the_good_rows_go_when_that_is_asked_for(self):
        path, n = self.bad_sheet()
        done = self.run_as("lead", "submit", path, "--partial", "--json")
        receipt, total = done.lines()
        self.assertEqual((receipt["sent"], receipt["statements"]), ("receipted", 1))
        self.assertEqual(total["bad"], n - 1)
        self.assertNotIn(703, done.refusals())

    def test_sheets_are_read_in_english_and_in_gb18030(self):
        english = "task,metric,period,ytd,value\n1,M2,2023Q1,25,\n2,,2023Q1,,5\n"
        self.run_as("lead", "submit", self.write("e.csv", english))
        chinese = "任务号,报告期,累计,进展\r\n1,2023Q1,30,正常\r\n"
        path = self.write("g.csv", chinese, "gb18030")
        receipt = self.run_as("east", "submit", path, "--json").lines()[0]
        self.assertEqual(receipt["statements"], 2)

    def test_periods_and_numbers_are_read_in_words_and_in_any_width(self):
        rows = "任务号,指标,报告期,累计,数值\n１,Ｍ２,２０２３Ｑ１,２５．５,\n2,,2023年一季度,,5\n"
        receipt = self.run_as("lead", "submit", self.write("w.csv", rows), "--json").lines()[0]
        self.assertEqual(receipt["statements"], 2)
        for period in ("2023年第一季度", "2023-Q1", "２０２３q１"):
            done = self.due("lead", "--all", "--period", period)
            self.assertEqual({r["period"] for r in done}, {"2023Q1"})
        waiting = self.city("review", "list", "--task", "１", "--period", "2023年第一季度",
                            "--json").lines()
        self.assertEqual([(w["task"], w["period"]) for w in waiting], [("1", "2023Q1")])
        for words in (("due",), ("review", "list")):
            done = self.run_as("lead", *words, "--period", "二季度", expect=1)
            self.assertIn("2023Q1 2023Q2 2023Q3 2023Q4", done.err)

    def test_a_sheet_with_a_misspelt_column_is_refused_as_a_whole(self):
        path = self.write("m.csv", "任务号,报告期,累积\n1,2023Q1,30\n")
        self.assertEqual(self.run_as("east", "submit", path, expect=1).refusals(), [702])
        path = self.write("m.csv", "任务号,累计\n1,30\n")
        self.assertEqual(self.run_as("east", "submit", path, expect=1).refusals(), [702])

    def test_a_bare_number_is_refused_where_to_date_and_period_differ(self):
        first = ("submit", "--task", "1", "--metric", "M1", "--period")
        self.run_as("east", *first, "2023Q1", "--value", "30")
        self.set_time("2023-07-04T09:00")
        done = self.run_as("east", *first, "2023Q2", "--value", "60", expect=1)
        self.assertEqual(done.refusals(), [412])
        self.run_as("east", *first, "2023Q2", "--add", "30")
        line = [r for r in self.due("east", "--all", "--period", "2023Q2")][0]
        self.assertEqual((line["value"]["amount"], line["value"]["to_date"],
                          line["last"]["to_date"]), ("30", "60", "30"))

    def test_one_statement_is_refused_with_its_own_code(self):
        one = ("submit", "--task", "1", "--period", "2023Q1")
        for more, code, exit_code in (
                ((), 416, 1), (("--ytd", "x"), 433, 1), (("--ytd", "1", "--add", "1"), 436, 1),
                (("--ytd", "1", "--unit", "家"), 409, 1), (("--metric", "M9", "--ytd", "1"), 404, 1),
                (("--node", "1", "--done", "2023-01-01"), 406, 1)):
            if code == 416:
                more = ()
            done = self.run_as("east", *one, "--metric", "M1", *more, expect=exit_code)
            self.assertEqual(done.refusals()[0], code, done.err)
        self.run_as("east", "submit", "--ytd", "1", expect=2)

    def test_a_replay_that_would_end_before_it_begins_is_refused(self):
        for words in (("--from", "2023-04-03", "--to", "2023-02-01"), ("--from", "2023-12-01"),
                      ("--to", "2022-12-01")):
            self.assertEqual(self.city("replay", *words, expect=2).refusals(), [106])
        self.city("replay", "--from", "2023-04-01", "--to", "2023-04-03")

    def test_nodes_and_words_are_reported(self):
        self.run_as("lead", "timetable", "file", self.write("t.csv", TIMETABLES))
        self.city("timetable", "accept")
        self.run_as("lead", "due", "--sheet", self.path("s.csv"))
        rows = self.sheet_rows("s.csv")
        self.assertEqual([r["节点"] for r in rows], ["", "", "1", ""])
        rows[2]["完成日"] = "2023年3月10日"
        rows[3].update({"进展": "无变化"})
        receipt = self.run_as("lead", "submit", self.write_rows("s.csv", rows),
                              "--json").lines()[0]
        self.assertEqual(receipt["statements"], 2)
        self.assertEqual([r["kind"] for r in self.due("lead", "--period", "2023Q1")],
                         ["value", "value"])
        nil = self.run_as("east", "submit", "--task", "1", "--period", "2023Q1", "--nil",
                          "本季度没有项目", "--json")
        self.assertEqual(nil.lines()[0]["sent"], "receipted")

    def test_a_correction_names_what_it_corrects_and_why(self):
        one = ("submit", "--task", "1", "--metric", "M1", "--period", "2023Q1")
        index = self.run_as("east", *one, "--ytd", "30", "--json").lines()[0]["index"]
        again = self.run_as("east", *one, "--ytd", "31", expect=1)
        self.assertEqual(again.refusals(), [426])
        correct = ("correct", str(index), "--ytd", "31")
        self.assertEqual(self.run_as("east", *correct, expect=1).refusals(), [417])
        self.run_as("east", *correct, "--reason", "漏计一项")
        self.assertEqual(self.due("east", "--all")[0]["value"]["amount"], "31")
        stale = self.run_as("east", *correct, "--reason", "又一次", expect=1)
        self.assertEqual(stale.refusals(), [425])
        unknown = self.run_as("east", "correct", "9999", "--ytd", "3", "--reason", "x",
                              expect=1)
        self.assertIn(unknown.refusals()[0], (407, 512))

    def test_a_return_reaches_the_clerk_with_its_reason_and_ends_with_acceptance(self):
        one = ("submit", "--task", "1", "--metric", "M1", "--period", "2023Q1")
        self.run_as("east", *one, "--ytd", "30", "--note", "一季度集中开工")
        waiting = self.run_as("lead", "review", "list", "--json").lines()
        self.assertEqual([(w["office"], w["values"], w["text"]) for w in waiting],
                         [("east", "M1 30 个", "一季度集中开工")])
        where = ("--task", "1", "--office", "east", "--period", "2023Q1")
        self.assertEqual(self.run_as("lead", "review", "return", *where, expect=1)
                         .refusals(), [417])
        self.run_as("lead", "review", "return", *where, "--reason", "与统计口径不符")
        box = self.run_as("east", "outbox", "--json").lines()
        self.assertEqual(box[0]["returns"], [{"task": "1", "period": "2023Q1",
                                              "reason": "与统计口径不符"}])
        self.assertEqual(self.due("east")[0]["reason"], "与统计口径不符")
        self.run_as("east", *one, "--ytd", "29")
        self.run_as("lead", "review", "accept", *where)
        self.assertEqual(self.run_as("east", "outbox", "--json").lines(), [])
        again = self.run_as("lead", "review", "accept", *where, expect=1)
        self.assertEqual(again.refusals(), [424])
        self.assertIn("事项：填的是“1 east 2023Q1”", again.err)
        self.assertEqual(self.due("east", "--period", "2023Q1"), [])

    def test_another_office_may_not_review_and_does_not_see_it_waiting(self):
        self.run_as("east", "submit", "--task", "1", "--period", "2023Q1", "--metric",
                    "M1", "--ytd", "30")
        self.assertEqual(self.run_as("west", "review", "list", "--json").lines(), [])

    def test_what_was_queued_offline_is_sent_later_in_order(self):
        self.due("east")  # the slice is kept
        self.server.stop()
        one = ("submit", "--period", "2023Q1", "--task", "1")
        queued = self.run_as("east", *one, "--metric", "M1", "--ytd", "30", "--json")
        self.assertEqual(queued.lines()[0]["sent"], "queued")
        self.run_as("east", *one, "--note", "正常")
        self.assertIn("2023Q1 任务 1（1 项）", self.run_as("east", "outbox").out)
        self.assertEqual([(m["tasks"], m["periods"]) for m in
                          self.run_as("east", "outbox", "--json").lines()],
                         [(["1"], ["2023Q1"])] * 2)
        refused = self.run_as("east", *one, "--metric", "M1", "--ytd", "31", expect=1)
        self.assertEqual(refused.refusals(), [426])  # the first still waits
        self.assertIn("duban outbox --wait", refused.err)
        bad = self.run_as("east", *one, "--metric", "M1", "--ytd", "30", "--unit", "家",
                          expect=1)
        self.assertEqual(bad.refusals(), [409])  # checked without a broker
        self.assertEqual([(r["task"], r["queued"]) for r in self.due("east")],
                         [("1", True)])
        due = self.run_as("east", "due")
        self.assertIn("待发", due.out)
        self.assertIn("本机保存的内容", due.err)
        board = self.run_as("east", "board", expect=3)
        self.assertNotIn("本机保存的内容", board.err)
        self.run_as("east", "outbox", "--wait", "--timeout", "1", expect=3)
        self.server.start()
        self.run_as("east", "outbox", "--wait", "--timeout", "20")
        box = self.run_as("east", "outbox", "--all", "--json").lines()
        self.assertEqual([m["state"] for m in box], ["receipted", "receipted"])
        self.assertLess(box[0]["index"], box[1]["index"])
        self.assertEqual(self.due("east", "--period", "2023Q1"), [])

    def test_a_receipt_says_what_was_reported_to_who_knows_nothing_else(self):
        self.write_rows("q.csv", [
            {"任务号": "1", "指标": "M1", "报告期": "2023Q1", "累计": "30", "进展": ""},
            {"任务号": "1", "指标": "", "报告期": "2023Q1", "累计": "", "进展": "正常"}])
        sent = self.run_as("east", "submit", self.path("q.csv"), "--json").lines()[0]
        file, none = self.path("a.receipt"), self.path("nothing")
        self.run_as("east", "receipt", "save", str(sent["index"]), "-o", file)
        key = ("--key", self.run_as("city", "status", "--log-key").out.strip())
        known = self.run_as("east", "receipt", "verify", file).out
        self.assertIn("内容    2023 第1项 东县人民政府 M1 2023Q1 30 个（累计）\n", known)
        far = self.duban("receipt", "verify", file, *key, "--lang", "en", home=none).out
        self.assertIn("says        plan no. 1 task no. 1 office no. 2 M1 2023Q1 30 个 to "
                      "date\n", far)
        public = self.write("public", self.run_as("east", "whoami", "--json").json()["key"])
        said = self.duban("receipt", "verify", file, *key, "--public", public, "--json",
                          home=none).json()
        self.assertEqual((len(said["says"]), said["signature_verified"]), (2, True))
        lost = self.duban("receipt", "verify", file, "--lang", "en", home=none, expect=2)
        self.assertIn("--key is missing", lost.err)
        self.assertFalse(os.path.exists(none))

    def test_who_is_not_enrolled_is_told_what_to_do(self):
        self.run_as("stranger", "init", broker=None)
        for lang, words in (("zh", "怎么办：本机的密钥没有在这本台账登记"),
                            ("en", "what to do: this machine's key is not enrolled")):
            said = self.run_as("stranger", "due", "--lang", lang, expect=1)
            self.assertEqual(said.refusals(), [610])
            self.assertIn(words, said.err)
            self.assertIn("duban whoami --letter", said.err)
        said = json.loads(self.run_as("stranger", "due", "--json", expect=1).err)
        self.assertIn("duban whoami --letter", said["error"]["advice"])

    def test_without_a_network_to_ask_for_names_or_a_certificate_it_is_queued_too(self):
        self.due("east")  # the slice is kept
        self.server.stop()
        one = ("submit", "--period", "2023Q1", "--task", "1", "--json")
        nameless, bare = "tcp://duban.invalid:7158", "tls+tcp://127.0.0.1:7158"
        for amount, url, code in ((["--metric", "M1", "--ytd", "30"], nameless, 601),
                                  (["--note", "正常"], bare, 609)):
            urls = ("--broker", url, "--feed", url)
            with self.subTest(url=url):
                said = self.run_as("east", *one, *amount, *urls, broker=None)
                self.assertEqual(said.lines()[0]["sent"], "queued")
                due = self.run_as("east", "due", *urls, broker=None)
                self.assertIn("待发", due.out)
                self.assertIn("本机保存的内容", due.err)
                # a certificate does not mend itself: it is said each time
                self.assertEqual(due.refusals(), [609] if code == 609 else [])
                status = self.run_as("east", "status", *urls, broker=None, expect=3)
                self.assertEqual(status.refusals(), [code])
        self.server.start()
        self.run_as("east", "outbox", "--wait", "--timeout", "20")
        self.assertEqual(self.due("east", "--period", "2023Q1"), [])

    def test_who_submits_again_after_the_network_came_back_is_told_that_it_stands(self):
        self.due("east")
        sheet = self.write("q.csv", "任务号,指标,报告期,累计\n1,M1,2023Q1,30\n")
        self.server.stop()
        self.assertIn("queued", self.run_as("east", "submit", sheet, "--json").out)
        self.server.start()
        again = self.run_as("east", "submit", sheet)
        self.assertIn("另有 1 项与已报的相同", again.err)
        one = self.run_as("east", "submit", "--task", "1", "--metric", "M1", "--period",
                          "2023Q1", "--ytd", "30")
        self.assertIn("另有 1 项与已报的相同", one.err)  # not silent either
        self.assertEqual(self.due("east", "--period", "2023Q1"), [])

    def test_offline_only_signs_and_queues(self):
        self.due("east")
        head = self.head()
        queued = self.run_as("east", "submit", "--task", "1", "--metric", "M1", "--period",
                             "2023Q1", "--ytd", "30", "--offline", "--json")
        self.assertEqual((queued.lines()[0]["sent"], self.head()), ("queued", head))
        self.run_as("east", "outbox", "--wait")
        self.assertGreater(self.head(), head)

    def test_what_the_broker_refuses_later_is_told_by_the_outbox(self):
        self.due("east")
        self.run_as("east", "submit", "--task", "1", "--metric", "M1", "--period",
                    "2023Q1", "--ytd", "30", "--offline")
        key = self.run_as("east", "whoami", "--json").json()["key_number"]
        self.city("office", "revoke", "--number", str(key))
        done = self.run_as("east", "outbox", "--wait", "--json", expect=1)
        self.assertEqual([(m["state"], m["code"]) for m in done.lines()],
                         [("refused", "E211")])

    def test_words_of_one_task_on_several_rows_are_one_statement(self):
        rows = "".join("3,2023Q1,进展%d\n" % i for i in range(3))
        joined = self.run_as("lead", "submit",
                             self.write("t.csv", "任务号,报告期,进展\n" + rows), "--json")
        self.assertEqual([line["statements"] for line in joined.lines()], [1, 1])
        evidence = self.write("photo.jpg", "x" * 1000)
        one = self.run_as("lead", "submit", "--task", "3", "--period", "2023Q1", "--note",
                          "现场", "--evidence", evidence, "--evidence", evidence, "--json")
        self.assertEqual(one.lines()[0]["sent"], "receipted")

    def test_an_office_that_owes_nothing_there_is_told_who_does(self):
        done = self.run_as("east", "submit", "--task", "2", "--period", "2023Q1",
                           "--value", "5", expect=1)
        self.assertIn(done.refusals()[0], (404, 408))
        done = self.run_as("east", "submit", "--task", "3", "--period", "2023Q1",
                           "--note", "正常", expect=1)
        self.assertEqual(done.refusals(), [408])
        self.assertIn("，office，应为“牵头局”", done.err)


class Live(Town):
    ROWS, COLUMNS = 7, 40

    def watch_on_a_terminal(self):
        """Starts it in a window of that size; returns the process and its terminal."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", self.ROWS, self.COLUMNS, 0, 0))
        process = subprocess.Popen(
            kit.command_line(["watch", "--by", "task"], self.path("east"), self.server),
            stdout=slave, stderr=slave, stdin=slave, cwd=kit.ROOT,
            env=kit.environment(DUBAN_LANG="zh"))
        os.close(slave)
        os.set_blocking(master, False)
        return process, master

    def read_until(self, master, wanted):
        got = b""

        def look():
            nonlocal got
            try:
                got += os.read(master, 65536)
            except (BlockingIOError, OSError):
                pass  # nothing yet, or the other end is closed
            return wanted in got.decode(errors="replace")

        self.assertTrue(kit.poll(look, 20), got)
        return got.decode()

    def test_a_small_window_is_kept_to_and_ctrl_c_ends_quietly(self):
        self.publish()
        self.set_time("2023-04-04T09:00")
        process, master = self.watch_on_a_terminal()
        try:
            footer = self.server.command + "  台账 2023"
            drawn = self.read_until(master, footer[:self.COLUMNS - 4])
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(20), 0)
            drawn += self.read_until(master, "\n")
        finally:
            process.kill()
            process.wait()
            os.close(master)
        self.assertNotIn("正在重连", drawn)
        for frame in drawn.split("\x1b[H")[1:]:
            lines = frame.split("\x1b[J")[0].split("\n")
            self.assertEqual(len(lines), self.ROWS)
            for line in lines:
                text = re.sub("\x1b\\[[0-9;]*[A-Za-z]", "", line).rstrip("\r")
                wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
                self.assertLessEqual(wide, self.COLUMNS)

    def test_a_plan_that_is_not_there_is_refused_once(self):
        self.publish()
        done = self.city("watch", "--plan", "1999", expect=1)
        self.assertEqual(len(done.refusals()), 1, done.err)


class Large(Town):
    TASKS = 100

    def setUp(self):
        super().setUp()
        head = PLAN.splitlines()[0]
        rows = []
        for n in range(1, self.TASKS + 1):
            for m in range(1, 6):
                task = "一,经济,,,任务%d,指标,,牵头局,," % n if m == 1 else ",,,,,,,,,"
                rows.append("%d,%s,指标%d,不低于,%d,,个,累计,,,,,2023-12-31,,,,," %
                            (n, task, m, 10 * m))
        self.publish(plan="\n".join([head] + rows) + "\n", splits=SPLITS.splitlines()[0])
        self.set_time("2023-04-04T09:00")

    def test_a_large_sheet_goes_in_as_few_submissions_as_fit(self):
        self.run_as("lead", "due", "--sheet", self.path("s.csv"))
        rows = self.sheet_rows("s.csv")
        self.assertEqual(len(rows), 5 * self.TASKS)
        for n, row in enumerate(rows):
            row["累计"] = str(n % 7)
            if n % 5 == 0:
                row["进展"] = "第%d项进展正常" % n
        done = self.run_as("lead", "submit", self.write_rows("s.csv", rows), "--json")
        *receipts, total = done.lines()
        self.assertEqual(total["statements"], 6 * self.TASKS)
        self.assertEqual(total["messages"], len(receipts))
        # 400 statements and 63 bodies at most in one
        self.assertLessEqual(len(receipts), 3)
        self.assertEqual(self.run_as("lead", "due", "--period", "2023Q1", "--json")
                         .lines(), [])
        self.run_as("lead", "due", "--all", "--period", "2023Q1")

    def test_every_one_of_many_bad_rows_is_named(self):
        self.run_as("lead", "due", "--sheet", self.path("s.csv"))
        rows = self.sheet_rows("s.csv")
        for row in rows:
            row["累计"] = "很多"
        done = self.run_as("lead", "submit", self.write_rows("s.csv", rows), expect=1)
        self.assertEqual(done.refusals(), [433] * len(rows) + [703])


if __name__ == "__main__":
    kit.main()
