"""The commands of the rule book against a real broker: plans that change, offices that
change, who owes what, windows and lights by hand, tables, projects, verified values.
Each is tried as people use it, and with what it has to refuse."""
import csv
import io
import os

import kit
from cli_test import OFFICES, Town

PLAN = """no,chapter,title,kind,leaders,leads,responsible,metric,comparator,target,target_max,unit,nature,rollup,deadline,opening,reference,source,release,release_days,visibility,asked_by,gates
1,一、经济,项目建设,indicator,市领导01,牵头局,东县；西县,开工项目数,at_least,200,,个,cumulative,sum,2023-12-31,,,,,,,省政府工作报告,开工=2023-06-30；投产=2023-09-30
1,,,,,,,完成投资额,at_least,100,,亿元,cumulative,sum,2023-12-31,,,,,,,,
2,一、经济,收入增长,indicator,市领导01,牵头局,,收入增速,at_least,5.5,,%,rate,lead_only,2023-12-31,,,统计局,gdp,5,,,
3,二、改革,产业集群,indicator,市领导02,牵头局,,集群,floor_stretch,2,3,个,cumulative,lead_only,2023-12-31,,,,,,internal,,
4,二、改革,出台办法,policy,市领导02,牵头局,东县,,,,,,,,2023-12-31,,,,,,,,
"""
MORE_OFFICES = OFFICES + "6,stats,统计局,,部门,zfbgs,,\n"
TIMETABLES = ("任务号,方式,节点,日期,累计份额,内容\n1,匀速,,,,\n2,年末,,,,\n3,年末,,,,\n"
              "4,节点,1,2023-03-15,40,形成初稿\n4,节点,2,2023-11-30,100,印发\n")


class City(Town):
    """A city whose plan stands, its timetables accepted, on 2023-02-06."""

    FLAGS = ()

    def setUp(self):
        super().setUp()
        self.run_as("stats", "init", broker=None)
        os.rename(self.path("stats", "key.pub"), self.path("stats.pub"))
        self.city("office", "enroll", self.write("offices.csv", MORE_OFFICES), "--keys",
                  self.folder)
        self.publish(*self.FLAGS, plan=PLAN)
        self.set_time("2023-02-06T09:00")
        table = self.write("timetables.csv", TIMETABLES)
        self.run_as("lead", "timetable", "file", table)
        self.city("timetable", "accept")

    def amend(self, *words, day="2023-02-06", who="city", expect=0, **more):
        return self.run_as(who, "plan", "amend", "2023", *words, "--day", day, "--reason",
                           "市政府常务会议决定", "--approver", "市长", expect=expect, **more)

    def report(self, code, *words, period="2023Q1", expect=0, task="1", **more):
        return self.run_as(code, "submit", "--task", task, "--period", period, *words,
                           expect=expect, **more)

    def task(self, number):
        return self.city("plan", "show", number, "--json").json()

    def refused(self, status, *words, who="city", expect=1):
        done = self.run_as(who, *words, expect=expect)
        self.assertIn(status, done.refusals(), done.err)
        return done

    def rows_of(self, path):
        with open(path, encoding="utf-8-sig", newline="") as f:
            return list(csv.DictReader(f))


class Sheets(City):
    FLAGS = ("--shape", "年度任务", "--review-days", "5", "--cutoff-days", "3")

    def test_what_a_sheet_says_of_sources_gates_and_visibility_stands(self):
        board = self.city("export", "plan", "--format", "csv").out
        self.assertIn("力争", self.city("plan", "show", "3").out)
        self.assertIn("项目建设", board)
        for flag, found in (("--shape", "奇怪"), ("--review-days", "x"),
                            ("--cutoff-days", "-1")):
            done = self.city("plan", "publish", self.path("plan.csv"), "--code", "x",
                             "--first", "2023-01-01", "--last", "2023-12-31", flag, found,
                             expect=None)
            self.assertNotEqual(done.code, 0, flag)

    def test_references_that_point_nowhere_are_named(self):
        plan = PLAN + ("5,二、改革,对比,indicator,市领导02,牵头局,,增速,reference,0,,%,rate,"
                       "lead_only,2023-12-31,,9/M1,,,,,,\n")
        done = self.publish("--code", "2023b", "--first", "2023-01-01", "--last",
                            "2023-12-31", plan=plan, expect=1)
        self.assertIn(403, done.refusals())
        self.assertIn("9/M1", done.err)


class Amendments(City):
    def test_a_target_changes_from_a_day_on_and_both_stay_to_be_seen(self):
        done = self.amend("1", "--target", "M2=80", "--document", "聊政办〔2023〕5号")
        self.assertIn("不低于 100 亿元 → 不低于 80 亿元", done.out)
        self.assertEqual(self.task("1")["metrics"][1]["target"], "80")
        told = self.city("plan", "diff", "2023", "1").out
        for words in ("自 2023-02-06 起", "市长", "聊政办〔2023〕5号", "市政府常务会议决定",
                      "不低于 100 亿元 → 不低于 80 亿元"):
            self.assertIn(words, told)
        lines = self.city("plan", "diff", "2023", "--json").lines()
        self.assertEqual(lines[0]["approver"], "市长")
        self.assertEqual((lines[1]["from"], lines[1]["to"]),
                         ("不低于 100 亿元", "不低于 80 亿元"))

    def test_words_leads_and_deadlines_change_too(self):
        self.amend("4", "--title", "制发办法", "--lead", "stats", "--responsible",
                   "east,西县人民政府", "--deadline", "2023-10-31", "--asked-by", "省文件")
        task = self.task("4")
        self.assertEqual((task["title"], task["leads"], task["responsible"],
                          task["deadline"]),
                         ("制发办法", ["stats"], ["east", "west"], "2023-10-31"))

    def test_what_an_amendment_needs_is_asked_for(self):
        base = ("plan", "amend", "2023", "1", "--target", "M2=80")
        self.refused(106, *base, "--reason", "x", "--approver", "市长", expect=2)
        self.refused(106, *base, "--reason", "x", "--day", "2023-02-06", expect=2)
        self.refused(417, *base, "--approver", "市长", "--day", "2023-02-06")
        self.assertIn(416, self.amend("1", "--target", "M2=100", expect=1).refusals())
        self.assertIn(403, self.amend("77", "--title", "x", expect=1).refusals())
        self.assertIn(404, self.amend("1", "--target", "M9=1", expect=1).refusals())
        self.assertIn(433, self.amend("1", "--target", "M2=a", expect=1).refusals())
        self.assertIn(401, self.amend("1", "--lead", "nobody", expect=1).refusals())
        self.assertIn(402, self.city("plan", "amend", "1999", "1", "--title", "x",
                                     expect=1).refusals())
        self.assertIn(301, self.amend("1", "--title", "x", who="east",
                                      expect=1).refusals())

    def test_a_sheet_tells_what_differs_and_sends_it_when_asked(self):
        changed = PLAN.replace("完成投资额,at_least,100", "完成投资额,at_least,90")
        changed += "5,二、改革,新任务,policy,市领导02,牵头局,,,,,,,,,2023-12-31,,,,,,,,\n"
        sheet = self.write("next.csv", changed)
        head = self.head()
        done = self.amend(sheet)
        self.assertIn("不低于 100 亿元 → 不低于 90 亿元", done.out)
        self.assertIn("新任务", done.out)
        self.assertIn("--yes", done.err)
        self.assertEqual(self.head(), head)
        self.amend(sheet, "--yes")
        self.assertEqual(self.task("1")["metrics"][1]["target"], "90")
        self.assertEqual(self.task("1")["metrics"][0]["splits"], {"east": "120", "west": "80"})
        self.assertEqual(self.task("5")["title"], "新任务")
        self.assertIn(416, self.amend(sheet, "--yes", expect=1).refusals())

    def test_columns_that_a_sheet_leaves_out_stay_as_they_were(self):
        sheet = self.write("few.csv", "no,title\n4,制发办法\n")
        self.amend(sheet, "--yes")
        task = self.task("4")
        self.assertEqual((task["title"], task["leads"], task["chapter"]),
                         ("制发办法", ["lead"], "二、改革"))
        lost = self.write("lost.csv", "no,title,metric,comparator,target,unit\n"
                          "1,项目建设,开工项目数,at_least,200,个\n")
        done = self.amend(lost, "--yes", expect=1)
        self.assertEqual(done.refusals(), [421, 703])
        self.assertIn("完成投资额", done.err)

    def test_what_is_unfinished_is_carried_over_with_its_values(self):
        self.set_time("2023-04-10T09:00")
        self.report("lead", "--metric", "M1", "--ytd", "3", task="3")
        self.report("east", "--ytd", "50")
        self.report("west", "--ytd", "40")
        path, splits = self.path("2024.csv"), self.path("2024-splits.csv")
        told = self.city("plan", "carry", "2023", path, "--splits", splits,
                         "--json").json()
        rows = self.rows_of(path)
        self.assertEqual(told["rows"], len(rows))
        by = {(r["任务号"], r["指标"]): r for r in rows}
        self.assertNotIn(("3", "集群"), by)  # it is met: nothing to go on with
        self.assertEqual(by["1", "开工项目数"]["期初值"], "90")
        self.assertEqual(by["1", "开工项目数"]["结转自"], "2023/1")
        self.assertEqual(by["1", "开工项目数"]["期限"], "")
        self.assertEqual([(r["单位"], r["期初值"]) for r in self.rows_of(splits)],
                         [("东县人民政府", "50"), ("西县人民政府", "40")])
        self.city("plan", "publish", path, "--splits", splits, "--code", "2024")
        self.assertEqual(self.city("plan", "show", "1", "--plan", "2024",
                                   "--json").json()["metrics"][0]["opening"], "90")

    def test_a_tag_is_looked_at_across_plans(self):
        head, *lines = self.city("export", "plan").out.lstrip("\ufeff").splitlines()
        at = head.split(",").index("标签")
        rows = list(csv.reader(lines))
        for row in rows:
            row[at] = "主题年" if row[0] == "4" else ""
        out = io.StringIO()
        csv.writer(out).writerows([head.split(",")] + rows)
        tagged = self.write("tagged.csv", out.getvalue())
        for code in ("a", "b"):
            self.city("plan", "publish", tagged, "--code", code, "--first", "2023-01-01",
                      "--last", "2023-12-31")
        found = self.city("board", "--tag", "主题年", "--json").lines()
        self.assertEqual([(f["plan"], [r["no"] for r in f["rows"]]) for f in found],
                         [("a", ["4"]), ("b", ["4"])])
        one = self.city("board", "--tag", "主题年", "--plan", "b", "--json").lines()
        self.assertEqual(len(one), 1)
        self.assertIn("共 1 项任务", self.city("board", "--tag", "主题年").out)
        self.refused(104, "board", "--tag", "没有")
        self.refused(106, "board", "--tag", "主题年", "--by", "county", expect=2)

    def test_a_board_of_one_grade_lists_that_grade_alone_in_json_too(self):
        everything = self.city("board", "--json").json()["rows"]
        grades = {r["grade"] for r in everything}
        for grade in grades:
            rows = self.city("board", "--grade", grade, "--json").json()["rows"]
            self.assertEqual([r["no"] for r in rows],
                             [r["no"] for r in everything if r["grade"] == grade])
        absent = ({"red", "blue", "done"} - grades).pop()
        self.assertEqual(self.city("board", "--grade", absent, "--json").json()["rows"], [])

    def test_what_is_met_is_not_carried_over_whatever_its_light_says(self):
        self.set_time("2023-04-10T09:00")
        self.report("lead", "--metric", "M1", "--ytd", "3", task="3")
        self.assertEqual(self.city("why", "2023/3", "--json").json()["grade"], "done")
        carried = ("plan", "carry", "2023", self.path("2024.csv"))
        self.city(*carried)
        tasks = {r["任务号"] for r in self.rows_of(self.path("2024.csv"))}
        self.assertNotIn("3", tasks)
        self.city("light", "set", "2023", "3", "--grade", "黄灯", "--reason", "复核中")
        self.city(*carried)
        by_hand = {r["任务号"] for r in self.rows_of(self.path("2024.csv"))}
        self.assertEqual(by_hand, tasks)
        self.city("light", "lift", "2023", "3", "--reason", "已复核")
        self.city("lights", "publish", self.write(
            "lights.csv", "grade,cause,met\n蓝灯,超序时进度,是\n绿灯,达到序时进度,\n"))
        self.assertEqual(self.city("why", "2023/3", "--json").json()["grade"], "blue")
        self.city(*carried)
        in_blue = {r["任务号"] for r in self.rows_of(self.path("2024.csv"))}
        self.assertEqual(in_blue, tasks)


    def test_a_plan_that_was_exported_amends_nothing(self):
        sheet = self.path("now.csv")
        self.city("export", "plan", "-o", sheet)
        rows = {(r["任务号"], r["指标"]): r for r in self.rows_of(sheet)}
        self.assertEqual(rows["2", "收入增速"]["发布代码"], "gdp")
        self.assertEqual(rows["3", "集群"]["上限"], "3")
        done = self.amend(sheet, "--yes", expect=1)
        self.assertEqual(done.refusals(), [416], done.out)


class Duties(City):
    def test_a_target_is_divided_later_by_its_lead(self):
        self.run_as("lead", "split", "2023", "1", "M2", "east=60", "西县人民政府=40",
                    "--complete", "--day", "2023-02-06")
        self.assertEqual(self.task("1")["metrics"][1]["splits"],
                         {"east": "60", "west": "40"})
        again = ("split", "2023", "1", "M2", "east=50", "west=50", "--day", "2023-02-06")
        self.refused(417, *again, who="lead")
        self.run_as("lead", *again, "--reason", "重新测算")
        self.refused(418, "split", "2023", "1", "M2", "east=1", "west=1", "--complete",
                     "--day", "2023-02-06", "--reason", "x", who="lead")
        self.refused(106, "split", "2023", "1", "M2", "east", "--day", "2023-02-06",
                     expect=2)
        self.refused(401, "split", "2023", "1", "M2", "nobody=1", "--day", "2023-02-06")
        self.refused(301, "split", "2023", "1", "M2", "east=100", "--day", "2023-02-06",
                     who="east")

    def test_an_office_called_in_owes_from_then_on(self):
        self.run_as("lead", "callin", "2023", "4", "east", "west", "--day", "2023-02-06",
                    "--reason", "摸底")
        self.report("west", "--note", "已摸底", task="4")
        self.run_as("lead", "callin", "2023", "4", "west", "--day", "2023-04-01", "--end")
        self.refused(301, "callin", "2023", "4", "stats", "--day", "2023-02-06",
                     who="east")
        self.refused(106, "callin", "2023", "4", "west", expect=2)
        self.refused(432, "callin", "2023", "4", "west", "--day", "soon")

    def test_who_fills_for_another_is_confirmed_or_objected_to(self):
        self.run_as("lead", "fill-for", "2023", "1", "M1", "east", "--by", "stats")
        self.set_time("2023-04-10T09:00")
        self.report("stats", "--office", "east", "--metric", "M1", "--ytd", "30")
        self.run_as("east", "confirm", "2023", "1", "M1", "2023Q1")
        self.refused(407, "confirm", "2023", "1", "M1", "2023Q1", who="west")
        self.refused(417, "object", "2023", "1", "M1", "2023Q1", who="east")
        self.run_as("east", "object", "2023", "1", "M1", "2023Q1", "--reason", "少计两个")
        self.refused(407, "confirm", "2023", "1", "M1", "2023Q2", who="east")
        self.run_as("lead", "fill-for", "2023", "1", "M1", "east", "--stop")
        self.refused(106, "fill-for", "2023", "1", "M1", "east", expect=2)

    def test_a_task_is_assigned_within_an_office(self):
        done = self.run_as("east", "assign", "2023", "1", "kz03", "--day", "2023-03-20",
                           "--json").json()
        self.assertEqual(done["kind"], "assignment")
        self.run_as("east", "assign", "2023", "1", "--nobody")
        self.refused(106, "assign", "2023", "1", who="east", expect=2)
        self.refused(435, "assign", "2023", "1", "张 三", who="east")


class Sheets(City):
    def test_a_table_against_the_rules_is_refused_by_its_own_line_and_what_it_wants(self):
        checks = self.write("bad.csv", "severity,test,low,high\nnote,not falling,,\n"
                            "note,change,-50,\n")
        done = self.city("checks", "set", "2023", checks, "--lang", "en", expect=1)
        self.assertIn("line 3, low: found \"-50\", expected \"empty: only a range", done.err)
        self.assertIn("line 3, high, expected \"a number\"", done.err)
        for rows, wanted in (("1,1,,,,,\n", "a row that names a group"),
                             ("1,1,,,,,\n,,g,g,county,,\n", "both least and most")):
            sheet = self.write("w.csv", "task,weight,group,group_en,kinds,least,most\n" + rows)
            done = self.city("weights", "set", "2023", sheet, "--lang", "en", expect=1)
            self.assertIn(wanted, done.err)


class Why(City):
    def test_a_floor_that_strives_for_more_is_told_with_both_numbers(self):
        self.run_as("lead", "submit", "--task", "3", "--metric", "M1", "--period", "2023Q1",
                    "--ytd", "1")
        self.assertIn("目标不低于 2 个，力争 3", self.city("why", "2023/3").out)
        self.assertIn("target at least 2 个, striving for 3",
                      self.city("why", "2023/3", "--lang", "en").out)


class Offices(City):
    def test_an_office_is_renamed_moved_and_merged(self):
        self.city("office", "rename", "west", "西新区管委会", "--day", "2023-02-06",
                  "--document", "聊政字〔2023〕1号")
        names = {o["code"]: o["name"] for o in self.city("office", "list", "--json").lines()}
        self.assertEqual(names["west"], "西新区管委会")
        self.city("office", "move", "stats", "lead", "--day", "2023-02-06")
        parents = {o["code"]: o["parent"]
                   for o in self.city("office", "list", "--json").lines()}
        self.assertEqual(parents["stats"], "lead")
        self.assertNotEqual(self.run_as("west", "due", "--json").lines(), [])
        self.city("office", "end", "west", "--day", "2023-02-06", "--into", "east",
                  "--reason", "机构改革")
        west = [o for o in self.city("office", "list", "--json").lines()
                if o["code"] == "west"][0]
        self.assertEqual((west["ended"], west["successors"], west["formerly"]),
                         ("2023-02-06", ["east"], ["西县人民政府"]))
        listed = self.city("office", "list").out
        self.assertIn("原名 西县人民政府; 2023-02-06 撤并入 东县人民政府", listed)
        self.assertEqual(self.run_as("west", "due", "--json").lines(), [])
        self.assertEqual(self.city("due", "--office", "west", "--all", "--json").lines(),
                         [])  # the one that took over owes it
        self.city("office", "enroll", self.write(
            "army.csv", "number,code,name,kind,parent,outside\n"
                        "７,army,军分区,驻聊,zfbgs,是\n"))  # full width is as good
        self.assertTrue(self.city("office", "list", "--json").lines()[-1]["outside"])
        self.refused(401, "office", "rename", "nobody", "x", "--day", "2023-02-06")
        self.refused(106, "office", "rename", "east", "x", expect=2)
        self.refused(301, "office", "rename", "east", "x", "--day", "2023-02-06",
                     who="east")

    def test_posts_are_entered_listed_and_ended(self):
        self.city("post", "add", "vm1", "市领导01", "--from", "2023-01-01", "--holder",
                  "某某")
        self.city("post", "add", "vm2", "市领导02", "--from", "2023-01-01")
        posts = self.city("post", "list", "--json").lines()
        self.assertEqual([(p["number"], p["code"], p["holder"]) for p in posts],
                         [(1, "vm1", "某某"), (2, "vm2", "")])
        self.city("post", "end", "vm1", "--day", "2023-05-31")
        self.assertEqual(self.city("post", "list", "--json").lines()[0]["until"],
                         "2023-05-31")
        self.refused(104, "post", "end", "nobody", "--day", "2023-05-31")
        self.refused(106, "post", "add", "vm3", "x", expect=2)
        self.refused(301, "post", "add", "vm3", "x", "--from", "2023-01-01", who="east")


class Windows(City):
    FLAGS = ("--locks",)

    def test_a_release_opens_the_window_of_a_statistic(self):
        self.set_time("2023-04-20T09:00")
        self.run_as("stats", "release", "2023", "gdp", "2023Q1", "2023-04-20")
        self.refused(424, "release", "2023", "gdp", "2023Q1", "2023-04-19")
        self.refused(405, "release", "2023", "gdp", "nonsense", "2023-04-20")
        self.refused(432, "release", "2023", "gdp", "2023Q2", "tomorrow")
        self.assertNotEqual(self.city("release", "2023", "cpi", "2023Q1", "2023-04-20",
                                      expect=1).refusals(), [])

    def test_a_locked_item_is_opened_for_one_person_until_a_day(self):
        self.set_time("2023-05-08T09:00")
        late = ("--metric", "M1", "--ytd", "30")
        self.assertNotEqual(self.report("east", *late, expect=1).refusals(), [])
        unlock = ("unlock", "2023", "1", "east", "2023Q1")
        self.refused(106, *unlock, "--for", "kz03", "--reason", "x", expect=2)
        self.refused(106, *unlock, "--until", "2023-05-12", "--reason", "x", expect=2)
        self.refused(417, *unlock, "--until", "2023-05-12", "--for", "kz03")
        self.refused(301, *unlock, "--until", "2023-05-12", "--for", "kz03", "--reason",
                     "x", who="east")
        self.city(*unlock, "--until", "2023-05-12", "--for", "kz03", "--reason", "断网")
        self.report("east", *late, "--filler", "kz03", "--signer", "kz01")


class Persons(City):
    FLAGS = ("--two-persons",)

    def test_a_submission_names_two_persons_from_options_or_the_config(self):
        self.set_time("2023-04-10T09:00")
        values = ("--metric", "M1", "--ytd", "30")
        self.assertNotEqual(self.report("east", *values, expect=1).refusals(), [])
        self.assertNotEqual(self.report("east", *values, "--filler", "kz03", "--signer",
                                        "kz03", expect=1).refusals(), [])
        with open(self.path("east", "config"), "a", encoding="utf-8") as f:
            f.write("filler = kz03\nsigner = kz01\n")
        self.report("east", *values)

    def test_a_ratio_is_filled_with_its_denominator(self):
        plan = PLAN + ("6,二、改革,覆盖,indicator,市领导02,牵头局,东县；西县,覆盖率,at_least,80,,%,"
                       "rate,ratio,2023-12-31,,,,,,,,\n")
        plan = plan.replace("opening,reference", "opening,ratio_scale,reference")
        rows = plan.split("\n")
        rows = [rows[0]] + [",".join(r.split(",")[:16] +
                                     ["100" if r.startswith("6,") else ""] +
                                     r.split(",")[16:]) for r in rows[1:] if r]
        self.publish("--code", "2023r", "--first", "2023-01-01", "--last", "2023-12-31",
                     plan="\n".join(rows) + "\n",
                     splits="任务号,指标,单位,分解值\n6,覆盖率,东县,80\n6,覆盖率,西县,80\n")
        self.set_time("2023-04-10T09:00")
        said = ("--plan", "2023r", "--value", "40")
        self.assertNotEqual(self.report("east", *said, task="6", expect=1).refusals(), [])
        self.report("east", *said, "--denominator", "50", task="6")
        rows = {r["no"]: r for r in
                self.city("board", "--plan", "2023r", "--json").json()["rows"]}
        self.assertEqual(rows["6"]["metrics"][0]["value"], "80")


class Lights(City):
    def test_a_light_is_set_by_hand_with_its_reason_and_lifted(self):
        self.refused(417, "light", "set", "2023", "1", "--grade", "red", "--until",
                     "2023-03-01")
        self.refused(705, "light", "set", "2023", "1", "--grade", "紫", "--reason", "x")
        self.refused(106, "light", "set", "2023", "1", "--reason", "x", expect=2)
        self.refused(301, "light", "set", "2023", "1", "--grade", "red", "--reason", "x",
                     who="lead")
        self.city("light", "set", "2023", "1", "--grade", "黄灯", "--until", "2023-03-01",
                  "--reason", "现场推进缓慢")
        why = self.city("why", "2023/1", "--json").json()
        self.assertEqual((why["grade"], why["cause"]), ("yellow", "override"))
        self.assertIn("现场推进缓慢", self.city("why", "2023/1").out)
        self.city("light", "lift", "2023", "1", "--reason", "已整改")
        self.assertNotEqual(self.city("why", "2023/1", "--json").json()["cause"],
                            "override")


    def test_a_table_may_praise_in_blue(self):
        table = self.write("lights.csv", "grade,cause,margin_below,margin_from,no_data\n"
                           "蓝灯,超序时进度,,5,\n灰灯,尚无数据,,,是\n黄灯,欠序时进度,0,,\n"
                           "绿灯,达到序时进度,,,\n")
        order = ("--order", "蓝灯；绿灯；灰灯；黄灯")
        self.city("lights", "publish", table, *order, "--running-from", "黄灯")
        self.set_time("2023-04-10T09:00")
        self.report("east", "--metric", "M1", "--ytd", "100")
        why = self.city("why", "2023/1/east", "--json").json()
        self.assertEqual((why["grade"], why["cause"]), ("blue", "ahead"))
        self.refused(705, "lights", "publish", table, "--order", "紫灯")
        self.refused(434, "lights", "publish", table, "--order", "绿灯；黄灯")

    def test_a_bulletin_lists_what_runs_on_by_the_tables_own_grades(self):
        """No grade is in code: a table in which grey runs has grey in its bulletin."""
        table = self.write("lights.csv", "grade,cause,missing_min,running_min,met\n"
                           "done,met,,,yes\ngrey,running,,1,\ngrey,missing,1,,\n"
                           "yellow,on_pace,,,\n")
        self.city("lights", "publish", table, "--order", "done;yellow;grey",
                  "--running-from", "grey")
        self.city("forms", "set", "2023")
        self.city("weights", "set", "2023", self.write(
            "weights.csv", "task,metric,weight,group,group_en,kinds,least,most\n"
            ",,1,,,,,\n,,,县区,counties,county,,\n,,,,,,0,1.2\n"))
        self.set_time("2023-04-20T09:00")
        draft = self.city("bulletin", "draft", "--plan", "2023", "--index", "head",
                          "--title", "通报", "--json").json()["paper"]
        printed = self.city("bulletin", "print", str(draft), "--plan", "2023").out
        listed = printed.split("需要关注的任务")[1].split("排名")[0]
        self.assertIn("第 1 项", listed)
        self.assertIn("灰灯", listed)
        self.assertNotIn("黄灯，", listed)

    def test_a_board_says_what_stands_beside_its_lights(self):
        self.amend("1", "--target", "M1=190", "--target", "M2=80")
        self.run_as("lead", "callin", "2023", "4", "west", "--day", "2023-02-06")
        self.run_as("lead", "fill-for", "2023", "1", "M1", "east", "--by", "stats")
        self.set_time("2023-04-10T09:00")
        self.report("lead", "--ytd", "3", task="3")
        board = self.city("board").out
        self.assertIn("M1 目标原为不低于 200 个，2023-02-06起不低于 190 个", board)
        self.assertIn("M1 已达力争值", board)
        self.assertIn("已达力争值", self.city("why", "2023/3").out)
        rows = {r["no"]: r for r in self.city("board", "--json").json()["rows"]}
        self.assertEqual([d["what"] for d in rows["1"]["editions"][0]["differences"]],
                         ["M1 target", "M2 target"])
        self.assertTrue(rows["3"]["metrics"][0]["stretch_met"])
        self.assertEqual(rows["4"]["duties"][0]["why"], "called_in")
        self.assertEqual(rows["1"]["duties"][0]["fillers"],
                         [{"metric": 1, "filler": "stats", "source": False}])
        shown = self.city("plan", "show", "1").out
        self.assertIn("M1 由统计局代报", shown)
        self.assertIn("不低于 100 亿元 → 不低于 80 亿元", shown)
        self.assertIn("西县人民政府：调度，自 2023-02-06", self.city("plan", "show", "4").out)

    def test_a_season_gives_each_month_its_share(self):
        months = "".join("1,季节,%d,,%s,\n" % (m, s) for m, s in
                         zip(range(1, 13), ("0", "0", "5", "10", "15", "20", "20", "15",
                                            "10", "5", "0", "0")))
        head = "任务号,方式,节点,日期,累计份额,内容\n"
        bad = self.write("bad.csv", head + "1,季节,13,,5,\n1,季节,2,,0.001,\n")
        done = self.run_as("lead", "timetable", "file", bad, expect=1)
        self.assertEqual(done.refusals(), [421, 427, 703])
        self.run_as("lead", "timetable", "file", self.write("season.csv", head + months))
        self.city("timetable", "accept", "--task", "1")
        self.set_time("2023-04-10T09:00")
        self.report("lead", "--metric", "M2", "--ytd", "5")
        rows = {r["no"]: r for r in self.city("board", "--json").json()["rows"]}
        self.assertEqual(rows["1"]["metrics"][1]["expected"], "5")

    def test_timetables_say_why_they_came_back_and_who_has_not_filed(self):
        self.amend("1", "--lead", "stats")
        self.run_as("lead", "timetable", "file", self.write(
            "one.csv", "任务号,方式\n3,匀速\n"))
        self.city("timetable", "return", "--task", "3", "--reason", "缺少节点")
        rows = self.city("timetable", "list", "--json").lines()
        self.assertEqual([r["return_reason"] for r in rows if r["task"] == "3"],
                         ["缺少节点"])
        self.assertIn("缺少节点", self.city("timetable", "list").out)


class Tables(City):
    def test_the_light_table_is_shown_as_a_sheet_that_can_be_published_again(self):
        sheet, again = self.path("lights.csv"), self.path("again.csv")
        self.city("lights", "show", "-o", sheet)
        self.city("lights", "default", "-o", again)
        self.assertEqual(self.rows_of(sheet), self.rows_of(again))
        self.city("lights", "publish", sheet, "--order", "蓝灯；绿灯；黄灯；红灯；灰灯；完成",
                  "--running-from", "黄灯")
        shown = self.city("lights", "show", "-o", again)
        self.assertIn("蓝灯、绿灯", shown.err)
        self.assertEqual(self.rows_of(sheet), self.rows_of(again))

    def test_the_roles_in_force_are_shown_and_replaced(self):
        sheet = self.path("roles.csv")
        self.city("roles", "show", "-o", sheet)
        rows = self.rows_of(sheet)
        self.assertGreater(len(rows), 20)
        self.assertEqual(self.city("roles", "show", "--json", "--lang", "en").lines()[0],
                         {"row": 1, "kind": "offices", "by": "city office"})
        rows = [r for r in rows if (r["事项"], r["身份"]) != ("分解目标", "第一牵头单位")]
        self.write_rows("roles.csv", rows)
        self.assertEqual(self.city("roles", "set", sheet, "--json").json()["version"], 1)
        self.refused(301, "split", "2023", "1", "M2", "east=100", "--day", "2023-02-06",
                     who="lead")
        self.assertIn("第 1 版", self.city("roles", "show").out)
        self.city("roles", "set", "default")
        self.run_as("lead", "split", "2023", "1", "M2", "east=100", "--day", "2023-02-06")
        bad = self.write("bad.csv", "kind,by\nsubmission,nobody\nnothing,city\n")
        self.assertEqual(self.city("roles", "set", bad, expect=1).refusals(),
                         [705, 705, 703])

    def test_checks_refuse_warn_and_note_before_anything_is_sent(self):
        table = self.write("checks.csv", "severity,test,task,metric,low,high,zh\n"
                           "error,range,1,M1,0,500,个数超出合理范围\n"
                           "warning,not_falling,1,M1,,,累计数下降\n"
                           "note,range,2,收入增速,0,6,增速偏高\n")
        self.city("checks", "set", "2023", table)
        shown = self.city("checks", "show", "2023", "--json").lines()
        self.assertEqual([(r["severity"], r["test"], r["metric"]) for r in shown],
                         [("错误", "取值范围", "开工项目数"), ("警告", "累计不减", "开工项目数"),
                          ("提示", "取值范围", "收入增速")])
        self.set_time("2023-04-10T09:00")
        head = self.head()
        self.assertIn(440, self.report("east", "--ytd", "900", expect=1).refusals())
        self.assertEqual(self.head(), head)
        self.report("east", "--ytd", "30")
        self.set_time("2023-07-10T09:00")
        low = ("--ytd", "20")
        self.assertIn(441, self.report("east", *low, period="2023Q2",
                                       expect=1).refusals())
        self.report("east", *low, "--comment", "口径调整", period="2023Q2")
        self.set_time("2023-07-17T09:00")
        noted = self.report("stats", "--office", "lead", "--value", "7", task="2")
        self.assertIn("增速偏高", noted.err)

    def test_bad_rows_of_tables_are_all_named(self):
        bad = self.write("bad.csv", "severity,test,task,metric,low,high\n"
                         "fatal,range,1,M1,0,1\nerror,odd,9,M1,a,1\nerror,range,1,M9,0,1\n")
        self.assertEqual(self.city("checks", "set", "2023", bad, expect=1).refusals(),
                         [705, 705, 403, 433, 404, 703])
        self.refused(301, "checks", "set", "2023", self.write(
            "good.csv", "severity,test\nerror,not_negative\n"), who="east")

    def test_weights_and_groups_stand_in_one_sheet(self):
        table = self.write("weights.csv", "task,metric,weight,group,group_en,kinds,least,most\n"
                           ",,1,,,,,\n1,开工项目数,3,,,,,\n,,,县区,counties,县区；zone,,\n"
                           ",,,,,,0,1.2\n")
        self.city("weights", "set", "2023", table)
        back = self.path("back.csv")
        self.city("weights", "show", "2023", "-o", back)
        rows = self.rows_of(back)
        self.assertEqual([r["权重"] for r in rows], ["1", "3", "", ""])
        self.assertEqual((rows[2]["排名组英文"], rows[2]["单位类别"]),
                         ("counties", "县区；开发区"))
        self.assertEqual((rows[3]["得分下限"], rows[3]["得分上限"]), ("0", "1.2"))
        self.city("weights", "set", "2023", back)
        self.assertIn("第 2 版", self.city("weights", "show", "2023").out)
        self.assertIn(416, self.city("weights", "set", "2023", self.write(
            "none.csv", "weight,kinds\n,county\n"), expect=1).refusals())


class Projects(City):
    def test_projects_pass_gates_and_give_three_rates(self):
        add = ("project", "add", "2023", "1")
        self.run_as("lead", *add, "东区一期", "--office", "east", "--unit", "亿元",
                    "--total", "10", "--annual", "4", "--stage", "planned")
        self.run_as("lead", *add, "西区一期", "--office", "west", "--unit", "亿元",
                    "--total", "6", "--annual", "2", "--gate", "开工=2023-03-31")
        self.set_time("2023-07-10T09:00")
        self.run_as("east", "project", "update", "2023", "1", "1", "--stage", "开工",
                    "--stage-day", "2023-05-20", "--invested", "3")
        rows = self.city("project", "list", "2023", "--json").lines()
        self.assertEqual([(r["title"], r["stage"], r["behind"]) for r in rows],
                         [("东区一期", "started", False), ("西区一期", "", True)])
        rates = self.city("project", "rates", "2023", "1", "--json").json()
        self.assertEqual((rates["start_rate"], rates["statistics_rate"],
                          rates["investment_rate"]), ("50", "0", "50"))
        self.assertIn("投资完成率", self.city("project", "rates", "2023").out)
        self.refused(104, "project", "update", "2023", "1", "9", "--stage", "开工")
        self.refused(705, *add, "x", "--office", "east", "--stage", "奇怪")
        self.refused(106, *add, "x", "--gate", "开工", expect=2)
        self.refused(301, *add, "x", "--office", "west", who="east")


class Verified(City):
    def test_a_value_found_on_the_spot_stands_beside_what_was_reported(self):
        self.set_time("2023-04-10T09:00")
        self.report("east", "--metric", "M1", "--ytd", "30")
        verify = ("verify", "2023", "1", "M1", "east", "2023Q1")
        self.city(*verify, "28", "--text", "两个项目未开工", "--document", "督查〔2023〕3号")
        self.refused(301, *verify, "28", who="lead")
        self.refused(433, *verify, "many")
        self.refused(407, "verify", "2023", "1", "M1", "west", "2023Q1", "28")

    def test_bodies_go_by_order_and_the_entry_stays(self):
        self.set_time("2023-04-10T09:00")
        index = self.report("east", "--metric", "M1", "--ytd", "30", "--note",
                            "写错的内容").out
        index = [w for w in index.replace("，", " ").split() if w.isdigit()]
        self.assertTrue(index)
        self.refused(106, "redact", index[0], expect=2)
        self.refused(407, "redact", "99999", "--order", "聊密〔2023〕1号")
        self.refused(301, "redact", index[0], "--order", "聊密〔2023〕1号", who="east")
        self.city("redact", index[0], "--order", "聊密〔2023〕1号")
        self.refused(420, "redact", index[0], "--order", "聊密〔2023〕1号")
        waiting = self.run_as("lead", "review", "list").out
        self.assertIn("已按聊密〔2023〕1号清除", waiting)
        self.assertNotIn("写错的内容", waiting)


if __name__ == "__main__":
    kit.main()
