"""A city's year, from the notice to the year-end bulletin: every mechanism is used at least
once, by the commands people use. What the offices did (the minutes) and what it brought
about (the trace) are golden files beside this one; DUBAN_GOLDEN=write writes them anew."""
import os
import struct
import unittest

import kit
import wire
from cli_test import Town

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.environ.get("DUBAN_GOLDEN") == "write"
JOURNAL = os.environ.get("DUBAN_JOURNAL")  # a file to write the year's entries to

NOTICE = """清河市人民政府关于印发2023年政府工作报告重点工作任务责任分工方案的通知

各县人民政府，市政府各部门：
　　为落实2023年的任务，现将分工方案印发给你们。

2023年政府工作报告重点工作任务责任分工方案

　　一、主要预期目标
　　1.地区生产总值增长5.5%以上，居民消费价格涨幅控制在3%以内。（牵头领导：常务副市长；牵头单位：市发展改革委；责任单位：市统计局、各县人民政府）
　　2.新增规上工业企业100家以上。（牵头领导：工业副市长；牵头单位：市工业和信息化局；责任单位：东县人民政府、西县人民政府、南县人民政府）
　　3.创建省级产业集群2个以上。（牵头领导：工业副市长；牵头单位：市工业和信息化局；配合单位：市发展改革委）
　　二、聚焦民生
　　4.新建改扩建幼儿园40所，高中阶段毛入学率达到95%以上。（牵头领导：教育副市长；牵头单位：市教育体育局；责任单位：各县人民政府）
　　5.引进高层次人才200人以上。（牵头领导：组织部部长；牵头单位：市委组织部；责任单位：各县人民政府）
　　6.持续推进政务公开。（牵头领导：常务副市长；牵头单位：市政府办公室）
　　三、重点项目
　　7.实施市级重点项目3个以上，完成投资100亿元以上。（牵头领导：常务副市长；牵头单位：市发展改革委；责任单位：各县人民政府）
　　四、拟制发政策
　　8.关于促进养老服务发展的实施意见（市民政局）
　　9.关于优化停车管理的办法（市城管局）
　　五、平安建设
　　10.完成涉密档案整理。（牵头领导：常务副市长；牵头单位：市民政局）
"""

OFFICES = """编号,代码,名称,别名,类别,上级,成员,说明
1,zfbgs,市政府办公室,,市,,,
2,dong,东县人民政府,东县,县区,zfbgs,,
3,xi,西县人民政府,西县,县区,zfbgs,,
4,nan,南县人民政府,南县,县区,zfbgs,,
5,fgw,市发展改革委,,部门,zfbgs,,
6,gxj,市工业和信息化局,,部门,zfbgs,,
7,jtj,市教育体育局,,部门,zfbgs,,
8,tjj,市统计局,,部门,zfbgs,,
9,mzj,市民政局,,部门,zfbgs,,
10,cgj,市城管局,,部门,zfbgs,,
11,zzb,市委组织部,,党群,,,
12,counties,各县人民政府,,名单组,,dong；xi；nan,
"""
CODES = ("dong", "xi", "nan", "fgw", "gxj", "jtj", "tjj", "mzj", "cgj", "zzb")
HOLIDAYS = """日期,类别
2023-01-23,放假
2023-01-24,放假
2023-01-25,放假
2023-01-26,放假
2023-01-27,放假
2023-01-28,上班
2023-01-29,上班
2023-04-05,放假
2023-04-23,上班
2023-05-01,放假
2023-05-02,放假
2023-05-03,放假
2023-05-06,上班
2023-06-22,放假
2023-06-23,放假
2023-06-25,上班
2023-09-29,放假
2023-10-02,放假
2023-10-03,放假
2023-10-04,放假
2023-10-05,放假
2023-10-06,放假
2023-10-07,上班
2023-10-08,上班
"""
TIMETABLES = {
    "fgw": "任务号,方式,节点,日期,累计份额,内容\n1,年末,,,,\n7,匀速,,,,\n",
    "gxj": "任务号,方式,节点,日期,累计份额,内容\n2,匀速,,,,\n3,年末,,,,\n",
    "jtj": "任务号,方式,节点,日期,累计份额,内容\n4,节点,1,2023-06-30,40,开工\n"
           "4,节点,2,2023-12-31,100,投用\n",
    "city": "任务号,方式,节点,日期,累计份额,内容\n6,节点,1,2023-06-30,50,半年检查\n"
            "6,节点,2,2023-12-31,100,全年检查\n",
    "mzj": "任务号,方式,节点,日期,累计份额,内容\n8,节点,1,2023-05-31,50,形成送审稿\n"
           "8,节点,2,2023-10-31,100,印发\n",
    "zzb": "任务号,方式,节点,日期,累计份额,内容\n5,匀速,,,,\n",
}
CHECKS = """severity,test,task,metric,low,high,zh,en
error,range,2,M1,0,500,企业数超出合理范围,out of range
warning,not_falling,,,,,累计数下降,the total falls
note,range,1,M1,0,6,增速偏高,a high rate
"""
WEIGHTS = """task,metric,weight,group,group_en,kinds,least,most
,,1,,,,,
2,M1,3,,,,,
,,,县区,counties,县区,,
,,,部门,departments,部门,,
,,,,,,0,1.2
"""


class CityYear(Town):
    def setUp(self):
        kit.Case.setUp(self)
        self.root = self.found(drill="2023-01-11T09:00")
        self.server = self.broker().start()

    def run_as(self, code, *words, **more):
        more.setdefault("DUBAN_PLAN", "2023")
        return super().run_as(code, *words, **more)

    # --- the words of the story -------------------------------------------------------

    def day(self, day, hour=9):
        self.set_time("%sT%02d:00" % (day, hour))

    def report(self, who, task, period, *words, expect=0, **more):
        return self.run_as(who, "submit", "--task", task, "--period", period, *words,
                           expect=expect, **more)

    def paper(self, who, *words, expect=0, **more):
        done = self.run_as(who, *words, "--json", expect=expect, **more)
        return str(done.json()["paper"]) if expect == 0 else done

    def accept(self, who, task, office=None, period=None, **more):
        words = ["review", "accept", "--task", task]
        words += ["--office", office] if office else []
        words += ["--period", period] if period else []
        return self.run_as(who, *words, **more)

    def light(self, task, office=None):
        name = "2023/%s%s" % (task, "/" + office if office else "")
        return self.city("why", name, "--json").json()

    def refused(self, status, who, *words):
        done = self.run_as(who, *words, expect=None)
        self.assertIn(status, done.refusals(), done.err)

    def open_slips(self, form="urge1"):
        return self.city("paper", "list", "--form", form, "--open", "--json").lines()

    def file(self, name, text):
        return self.write(name, text)

    # --- the year ----------------------------------------------------------------------

    def test_a_year_from_notice_to_bulletin(self):
        self.january()
        self.first_quarter()
        self.second_quarter()
        self.third_quarter()
        self.year_end()
        self.the_auditor_comes()
        self.minutes()

    def january(self):
        for code in CODES:
            self.run_as(code, "init", broker=None)
            os.rename(self.path(code, "key.pub"), self.path(code + ".pub"))
        self.city("office", "enroll", self.file("offices.csv", OFFICES), "--keys",
                  self.folder)
        self.city("calendar", "publish", self.file("calendar.csv", HOLIDAYS))
        self.city("post", "add", "vm1", "常务副市长", "--from", "2023-01-01")
        self.city("post", "add", "vm2", "工业副市长", "--from", "2023-01-01")
        self.publish_plan()
        self.city("forms", "set", "2023")
        self.city("checks", "set", "2023", self.file("checks.csv", CHECKS))
        self.city("weights", "set", "2023", self.file("weights.csv", WEIGHTS))
        self.city("roles", "set", "default")
        self.day("2023-01-30")
        for who, table in TIMETABLES.items():
            self.run_as(who, "timetable", "file", self.file(who + "-t.csv", table))
        self.city("timetable", "return", "--task", "8", "--reason", "没有写责任人")
        self.city("timetable", "accept")
        self.day("2023-02-03")
        self.run_as("mzj", "timetable", "file", self.file("mzj-t.csv", TIMETABLES["mzj"]))
        self.city("timetable", "accept")
        self.run_as("gxj", "split", "2023", "2", "M1", "dong=50", "xi=30", "nan=20",
                    "--complete", "--day", "2023-02-03")
        self.run_as("gxj", "callin", "2023", "3", "dong", "xi", "--day", "2023-02-03",
                    "--reason", "摸底")
        self.run_as("dong", "assign", "2023", "2", "gyk", "--day", "2023-04-08")
        self.run_as("fgw", "project", "add", "2023", "7", "东县铝加工", "--office", "dong",
                    "--unit", "亿元", "--total", "30", "--annual", "12", "--stage",
                    "planned")
        self.run_as("fgw", "project", "add", "2023", "7", "西县冷链", "--office", "xi",
                    "--unit", "亿元", "--total", "10", "--annual", "5")

    def publish_plan(self):
        """The notice becomes a sheet, people correct it, the city office publishes it."""
        notice = self.file("notice.txt", NOTICE)
        self.city("plan", "import", notice, "-o", self.path("plan.csv"))
        rows = self.sheet_rows("plan.csv")
        self.assertEqual(len({r["任务号"] for r in rows}), 10)
        more = dict.fromkeys(("数据来源", "发布代码", "发布后工作日", "公开", "项目节点"), "")
        for row in rows:
            row.update(more, 存疑="")
            self.correct(row)
        self.write_rows("plan.csv", rows)
        self.city("plan", "check", self.path("plan.csv"))
        self.city("plan", "publish", self.path("plan.csv"), "--code", "2023", "--title",
                  "2023年政府工作报告重点工作任务", "--shape", "年度任务", "--review-days", "5")

    def correct(self, row):
        """What a person puts right in the sheet before it is published."""
        number, label = row["任务号"], row["指标"]
        if number == "1" and "生产总值" in label:
            row.update({"数据来源": "市统计局", "发布代码": "gdp", "发布后工作日": "3"})
        if number == "3":
            row.update({"比较": "力争区间", "目标值": "2", "上限": "3", "性质": "时点",
                        "汇总": "牵头填报"})
        if number == "6":
            row["类型"] = "长期"
        if number == "7":
            row["项目节点"] = "开工=2023-06-30；入统=2023-06-30；投产=2023-09-30"
        if number == "10":
            row["公开"] = "线下报送"
        if number == "4":
            row["标签"] = "民生"

    def first_quarter(self):
        self.day("2023-03-10")
        self.talks_of_march()
        self.run_as("gxj", "fill-for", "2023", "2", "M1", "nan", "--by", "tjj")
        self.day("2023-04-10")
        self.reports_of_the_first_quarter()
        self.day("2023-04-18")
        self.city("release", "2023", "gdp", "2023Q1", "2023-04-18")
        self.report("tjj", "1", "2023Q1", "--office", "fgw", "--metric", "M1", "--value",
                    "4.8", "--vintage", "preliminary")
        self.assertEqual(self.light("1")["margin"], "-0.7")
        self.assertIn("-0.7个百分点", self.city("why", "2023/1").out)
        self.reviews_of_the_first_quarter()
        self.day("2023-04-24")
        self.slips_of_april()
        self.inspection()
        self.first_bulletin()

    def talks_of_march(self):
        """A meeting with an action, an instruction, a ticket that climbs by itself."""
        meeting = self.paper("fgw", "meeting", "record", "--task", "7", "--day",
                             "2023-03-09", "--text", "研究东县铝加工项目开工")
        action = self.paper("fgw", "meeting", "assign", "--form", "action", "--task", "7",
                            "--office", "dong", "--text", "三月底前完成清表", "--limit",
                            "2023-03-31", "--refers", meeting)
        told = self.paper("city", "instruction", "give", "--office", "gxj", "--text",
                          "抓紧培育小升规企业", "--authority", "工业副市长")
        ticket = self.paper("xi", "ticket", "raise", "--task", "7", "--text", "缺用地指标")
        self.day("2023-03-28")
        self.paper("dong", "paper", "action", "report", action, "--text", "已完成")
        self.paper("fgw", "paper", "action", "close", action)
        self.paper("gxj", "instruction", "report", told, "--text", "已排出名单")
        self.paper("city", "instruction", "close", told)
        row = [r for r in self.city("paper", "list", "--json").lines()
               if str(r["paper"]) == ticket][0]
        self.assertEqual(row["state"], "government")
        self.paper("city", "ticket", "settle", ticket, "--text", "调剂指标二百亩",
                   "--authority", "市政府", "--document", "清政纪〔2023〕3号")
        self.paper("xi", "ticket", "close", ticket, "--evidence",
                   self.file("land.txt", "用地批复"))

    def reports_of_the_first_quarter(self):
        self.refused(440, "dong", "submit", "--task", "2", "--period", "2023Q1",
                     "--metric", "M1", "--ytd", "600")
        self.report("dong", "2", "2023Q1", "--metric", "M1", "--ytd", "15", "--filler",
                    "gyk")
        self.report("xi", "2", "2023Q1", "--metric", "M1", "--add", "4")
        first = self.report("tjj", "2", "2023Q1", "--office", "nan", "--metric", "M1",
                            "--ytd", "3", "--json").json()
        self.run_as("nan", "object", "2023", "2", "M1", "2023Q1", "--reason", "应为4家")
        self.report("tjj", "2", "2023Q1", "--office", "nan", "--metric", "M1", "--ytd", "4",
                    "--supersedes", str(first["index"]), "--reason", "漏计一家")
        self.run_as("nan", "confirm", "2023", "2", "M1", "2023Q1")
        self.report("gxj", "3", "2023Q1", "--metric", "M1", "--value", "1", "--note",
                    "一个集群通过验收")
        self.report("dong", "3", "2023Q1", "--note", "已摸底")
        self.report("fgw", "1", "2023Q1", "--metric", "M2", "--value", "0.3")
        self.report("jtj", "4", "2023Q1", "--metric", "M1", "--ytd", "6")
        self.report("jtj", "4", "2023Q1", "--metric", "M2", "--value", "93.5")
        self.report("zzb", "5", "2023Q1", "--ytd", "60")
        self.report("city", "6", "2023Q1", "--no-change")
        self.report("fgw", "7", "2023Q1", "--metric", "M1", "--ytd", "1")
        self.report("fgw", "7", "2023Q1", "--metric", "M2", "--ytd", "20")
        self.report("mzj", "8", "2023Q1", "--note", "正在起草")
        self.assertEqual(self.run_as("dong", "due", "--mine", "gyk", "--json").code, 0)

    def reviews_of_the_first_quarter(self):
        self.run_as("gxj", "review", "return", "--task", "2", "--office", "xi", "--reason",
                    "请附名单")
        self.report("xi", "2", "2023Q1", "--metric", "M1", "--add", "4", "--evidence",
                    self.file("list.txt", "四家企业"))
        for office in ("dong", "xi", "nan"):
            self.accept("gxj", "2", office)
        self.accept("city", "1", "fgw")

    def slips_of_april(self):
        """What was not reported is proposed for a slip; a person signs; one is answered,
        another is not and climbs."""
        proposed = {(s["tasks"][0], s["offices"][0]): str(s["paper"])
                    for s in self.open_slips()}
        self.assertIn(("3", "xi"), proposed)
        self.assertIn(("9", "cgj"), proposed)
        self.assertFalse([k for k in proposed if k[0] == "10"])
        for n, key in enumerate((("3", "xi"), ("9", "cgj")), 1):
            self.paper("city", "slip", "sign", proposed[key], "--document",
                       "清督提〔2023〕%d号" % n)
        for key in sorted(set(proposed) - {("3", "xi"), ("9", "cgj")}):
            self.paper("city", "slip", "drop", proposed[key])
        answered = proposed["3", "xi"]
        self.paper("xi", "slip", "acknowledge", answered)
        self.report("xi", "3", "2023Q1", "--note", "补报：两个园区有基础")
        self.paper("xi", "slip", "answer", answered, "--text", "人员变动，已补报")
        self.paper("city", "slip", "close", answered)
        self.run_as("cgj", "timetable", "file", self.file("cgj-t.csv",
                    "任务号,方式,节点,日期,累计份额,内容\n9,节点,1,2023-11-30,100,印发\n"))
        self.city("timetable", "accept")

    def inspection(self):
        """A hidden visit, a figure found on the spot, a confirmed finding."""
        self.city("verify", "2023", "2", "M1", "dong", "2023Q1", "13", "--text",
                  "两家未达规上标准", "--document", "清督核〔2023〕1号")
        visit = self.paper("city", "finding", "visit", "--day", "2023-04-24")
        self.paper("city", "finding", "raise", visit, "--task", "2", "--office", "dong",
                   "--text", "多报两家")
        self.paper("dong", "finding", "reply", visit, "--text", "口径理解有误")
        self.paper("city", "finding", "confirm", visit, "--text", "认定数据不实",
                   "--authority", "市政府", "--document", "清督认〔2023〕1号")
        self.assertEqual(self.light("2", "dong")["cause"], "finding")
        self.finding = visit
        order = self.paper("city", "paper", "rectify", "order", "--task", "2", "--office",
                           "dong", "--text", "五月底前核减")
        self.paper("dong", "paper", "rectify", "report", order, "--text", "已核减",
                   "--evidence", self.file("fix.txt", "核减说明"))
        self.paper("city", "paper", "rectify", "verify", order, "--text", "属实")

    def first_bulletin(self):
        """Ranks and lights frozen at an index."""
        draft = self.paper("city", "bulletin", "draft", "--index", "head", "--title",
                           "一季度督查通报")
        self.paper("city", "bulletin", "circulate", draft, "--office", "dong;gxj")
        self.paper("dong", "bulletin", "comment", draft, "--text", "无异议")
        self.paper("city", "bulletin", "ready", draft)
        self.paper("city", "bulletin", "issue", draft, "--document", "清督通〔2023〕1期")
        self.bulletin = draft
        self.printed = self.city("bulletin", "print", draft).out
        for words in ("清督通〔2023〕1期", "县区", "东县人民政府", "0.7个百分点"):
            self.assertIn(words, self.printed)

    def second_quarter(self):
        self.day("2023-05-15")
        self.targets_that_change()
        self.offices_that_change()
        self.livelihood_plan()
        self.day("2023-06-05")
        self.policies()
        self.run_as("dong", "project", "update", "2023", "7", "1", "--stage", "started",
                    "--stage-day", "2023-06-01", "--invested", "5")
        self.day("2023-07-10")
        self.reports_of_the_second_quarter()
        self.revised_figures()

    def targets_that_change(self):
        asked = self.paper("zzb", "paper", "retarget", "request", "--task", "5", "--text",
                           "省里统一下调口径")
        self.paper("city", "paper", "retarget", "decide", asked, "--text", "同意",
                   "--authority", "市政府", "--document", "清政办〔2023〕20号")
        told = self.city("plan", "amend", "2023", "5", "--target", "M1=150", "--day",
                         "2023-05-15", "--reason", "省里统一下调口径", "--approver", "市政府",
                         "--document", "清政办〔2023〕21号", "--json").lines()
        index = [line["index"] for line in told if "index" in line][-1]
        self.paper("city", "paper", "retarget", "amend", asked, "--index", str(index))
        self.assertIn("不低于 200 人 → 不低于 150 人", self.city("plan", "diff", "2023").out)

    def offices_that_change(self):
        """南县 is merged into 东县 in May; 西县 becomes a district."""
        self.city("office", "end", "nan", "--day", "2023-05-15", "--into", "dong",
                  "--document", "民函〔2023〕8号", "--reason", "区划调整")
        self.city("office", "rename", "xi", "西区人民政府", "--day", "2023-05-15",
                  "--document", "民函〔2023〕9号")
        self.city("office", "move", "tjj", "fgw", "--day", "2023-05-15")
        self.city("post", "end", "vm2", "--day", "2023-05-31")
        self.city("light", "set", "2023", "9", "--grade", "red", "--until", "2023-06-30",
                  "--reason", "会议要求重点督办")
        self.assertEqual(self.light("9")["cause"], "override")

    def livelihood_plan(self):
        """A second plan of another shape: monthly, locked, two persons."""
        rows = ("任务号,章,事项,类型,牵头单位,责任单位,指标,比较,目标值,单位,性质,汇总\n"
                "1,教育,学校食堂改造,民生,市教育体育局,,改造食堂,不低于,12,个,累计,牵头填报\n"
                "2,养老,养老床位,民生,市民政局,,新增床位,不低于,300,张,累计,牵头填报\n")
        self.city("plan", "publish", self.file("msss.csv", rows), "--code", "2023ms",
                  "--title", "2023年民生实事", "--first", "2023-05-01", "--last",
                  "2023-12-31", "--cycle", "月", "--shape", "民生实事", "--locks",
                  "--two-persons")

    def policies(self):
        number = self.paper("mzj", "policy", "draft", "--task", "8")
        self.paper("mzj", "policy", "consult", number)
        self.paper("mzj", "policy", "review", number)
        self.paper("mzj", "policy", "redraft", number, "--text", "缺公平竞争审查")
        self.paper("mzj", "policy", "consult", number)
        self.paper("mzj", "policy", "review", number)
        self.paper("mzj", "policy", "deliberate", number, "--text", "市政府第十二次常务会议")
        self.paper("mzj", "policy", "issue", number, "--document", "清政发〔2023〕6号",
                   "--day", "2023-06-05")
        self.assertEqual(self.light("8")["grade"], "done")

    def reports_of_the_second_quarter(self):
        self.report("dong", "2", "2023Q2", "--metric", "M1", "--ytd", "44")
        self.refused(441, "xi", "submit", "--task", "2", "--period", "2023Q2", "--metric",
                     "M1", "--ytd", "3")
        self.report("xi", "2", "2023Q2", "--metric", "M1", "--ytd", "3", "--comment",
                    "一家退库")
        self.report("gxj", "3", "2023Q2", "--metric", "M1", "--value", "2")
        self.report("dong", "3", "2023Q2", "--note", "申报材料已上报")
        self.report("xi", "3", "2023Q2", "--no-change")
        self.report("jtj", "4", "2023Q2", "--metric", "M1", "--ytd", "18")
        self.report("jtj", "4", "2023Q2", "--metric", "M2", "--value", "94")
        self.report("jtj", "4", "2023Q2", "--node", "1", "--done", "2023-06-28")
        self.report("zzb", "5", "2023Q2", "--ytd", "90")
        self.report("city", "6", "2023Q2", "--node", "1", "--done", "2023-06-29")
        self.report("fgw", "7", "2023Q2", "--metric", "M1", "--ytd", "2")
        self.report("fgw", "7", "2023Q2", "--metric", "M2", "--ytd", "45")
        self.report("cgj", "9", "2023Q2", "--nil", "尚未启动")
        self.assertNotEqual(self.light("9")["cause"], "override")
        told = self.city("changed", "--json").lines()
        self.assertEqual([(t["task"], t["accepted"], t["verified"], t["now"])
                          for t in told], [("2", "15", "13", "15")])
        self.countersigned()
        persons = ("--plan", "2023ms", "--filler", "a1", "--signer", "a2")
        self.refused(452, "jtj", "submit", "--plan", "2023ms", "--task", "1", "--period",
                     "2023M06", "--ytd", "2")
        self.report("jtj", "1", "2023M06", "--ytd", "2", *persons)

    def countersigned(self):
        """Further leads sign what the first collated; lights by hand end; calling in ends;
        the other bases; a table where blue is praise and back."""
        asked = self.paper("fgw", "paper", "countersign", "ask", "--task", "7", "--office",
                           "gxj", "--text", "请会签二季度汇总")
        self.paper("gxj", "paper", "countersign", "sign", asked)
        self.paper("fgw", "paper", "countersign", "finish", asked, "--text", "会签完毕")
        self.city("light", "set", "2023", "1", "--grade", "blue", "--reason", "试行")
        self.city("light", "lift", "2023", "1", "--reason", "试行结束")
        self.run_as("gxj", "callin", "2023", "3", "xi", "--day", "2023-10-01", "--end")
        reported = self.city("board", "--json").json()
        accepted = self.city("board", "--basis", "accepted", "--json").json()
        self.assertNotEqual(reported, accepted)
        self.assertTrue(self.city("reminders", "--all", "--json").lines())
        before = self.light("2", "dong")["grade"]
        table = self.path("praise.csv")
        self.city("lights", "show", "-o", table)
        rows = self.sheet_rows("praise.csv")
        rows[-1]["灯色"] = "蓝灯"
        self.city("lights", "publish", self.write_rows("praise.csv", rows), "--order",
                  "蓝灯；完成；绿灯；灰灯；黄灯；红灯", "--running-from", "黄灯")
        self.assertIn("blue", [t["grade"] for t in self.city("board", "--json").json()["rows"]])
        self.city("lights", "default", "-o", table)
        self.city("lights", "publish", table)
        self.assertEqual(self.light("2", "dong")["grade"], before)

    def revised_figures(self):
        """The source revises; the bulletin of the first quarter stays as it was."""
        self.day("2023-07-18")
        self.city("release", "2023", "gdp", "2023Q2", "2023-07-18")
        self.report("tjj", "1", "2023Q2", "--office", "fgw", "--metric", "M1", "--value",
                    "5.6", "--vintage", "preliminary")
        self.report("tjj", "1", "2023Q1", "--office", "fgw", "--metric", "M1", "--value",
                    "5.1", "--vintage", "revised")
        self.assertEqual(self.city("bulletin", "print", self.bulletin).out, self.printed)
        review = self.paper("dong", "finding", "ask_review", self.finding, "--text",
                            "两家已补齐材料")
        self.paper("city", "finding", "reverse", review, "--text", "复核属实", "--authority",
                   "市政府", "--document", "清督核〔2023〕9号")

    def third_quarter(self):
        self.day("2023-08-10")
        self.reliefs()
        late = ("--plan", "2023ms", "--filler", "a1", "--signer", "a2")
        self.refused(451, "mzj", "submit", "--task", "2", "--period", "2023M06", "--ytd",
                     "30", *late)
        self.city("unlock", "2023ms", "2", "mzj", "2023M06", "--until", "2023-08-15",
                  "--for", "a1", "--reason", "系统迁移")
        self.report("mzj", "2", "2023M06", "--ytd", "30", *late)
        self.registers()
        self.city("checks", "set", "2023", self.file("checks.csv", CHECKS.replace(
            "0,500", "0,400")))
        self.day("2023-10-17")
        self.report("dong", "2", "2023Q3", "--metric", "M1", "--ytd", "60")
        self.report("gxj", "3", "2023Q3", "--metric", "M1", "--value", "4")
        why = self.city("why", "2023/3", "--json").json()
        self.assertNotEqual(why["grade"], "red", self.city("why", "2023/3").out)
        self.talk_of_november()

    def reliefs(self):
        """Extension, exemption, tolerance, what cannot be done, what is dropped."""
        asked = self.paper("fgw", "relief", "request", "--task", "7", "--day", "2024-03-31",
                           "--text", "主设备晚到")
        self.paper("city", "relief", "grant", asked, "--day", "2024-03-31", "--document",
                   "清政办〔2023〕30号", "--authority", "市政府")
        asked = self.paper("gxj", "relief", "request", "--form", "exemption", "--task", "3",
                           "--text", "园区调整")
        self.paper("city", "relief", "refuse", asked, "--text", "条件不足")
        asked = self.paper("jtj", "relief", "request", "--form", "tolerance", "--task", "4",
                           "--text", "改革探索", "--evidence", self.file("t.txt", "说明"))
        self.paper("city", "relief", "refuse", asked, "--text", "不属容错情形")
        number = self.paper("cgj", "policy", "draft", "--task", "9")
        self.paper("city", "policy", "drop", number, "--text", "上位法将修订", "--authority",
                   "市政府", "--day", "2023-08-10")
        self.assertEqual(self.light("9")["cause"], "exempt")

    def registers(self):
        """What a city keeps a list of."""
        won = self.paper("gxj", "paper", "honour", "claim", "--text", "省级中小企业集群",
                         "--day", "2023-08-01", "--evidence", self.file("h.txt", "公告"))
        self.paper("city", "paper", "honour", "confirm", won, "--document", "鲁工信〔2023〕7号")
        self.paper("fgw", "paper", "event", "register", "--text", "局长大讲堂第三期", "--day",
                   "2023-08-03")
        mark = self.paper("city", "paper", "follow", "mark", "--task", "6", "--text",
                          "长期跟踪")
        self.paper("city", "paper", "follow", "check", mark, "--text", "八月检查正常")
        both = self.paper("city", "paper", "double", "ask", "--task", "4", "--office",
                          "jtj;dong", "--limit", "2023-08-20")
        self.paper("jtj", "paper", "double", "report", both, "--text", "在建二十二所")
        self.paper("dong", "paper", "double", "report", both, "--text", "在建二十所")
        self.paper("city", "paper", "double", "compare", both, "--text", "相差两所，已核")
        self.paper("city", "paper", "double", "close", both)

    def talk_of_november(self):
        """A slip that nobody answers climbs to the talk; praise, criticism, referral."""
        slip = self.paper("city", "slip", "issue", "--task", "2", "--office", "xi", "--text",
                          "进度严重滞后", "--document", "清督提〔2023〕30号")
        number = 31
        for form, day in (("urge2", "2023-10-21"), ("urge3", "2023-10-26")):
            self.day(day)
            rows = [r for r in self.open_slips(form) if r["state"] == "proposed" and
                    r["offices"] == ["xi"]]
            self.assertTrue(rows, form)
            self.paper("city", "slip", "sign", str(rows[0]["paper"]), "--document",
                       "清督催〔2023〕%d号" % number)
            number += 1
        self.day("2023-10-31")
        talk = [str(r["paper"]) for r in self.open_slips("talk")][0]
        self.paper("city", "talk", "tell", talk, "--text", "请区政府主要负责同志参加", "--day",
                   "2023-11-03", "--authority", "常务副市长")
        self.day("2023-11-03")
        self.paper("city", "talk", "hold", talk, "--text", "已谈", "--day", "2023-11-03")
        self.paper("xi", "talk", "promise", talk, "--text", "年底前补齐")
        self.paper("city", "talk", "close", talk)
        self.paper("xi", "slip", "acknowledge", slip)
        blame = self.paper("city", "paper", "criticism", "draft", "--office", "xi", "--text",
                           "推进不力")
        self.paper("city", "paper", "criticism", "tell", blame, "--text", "征求意见")
        self.paper("xi", "paper", "criticism", "reply", blame, "--text", "接受批评")
        self.paper("city", "paper", "criticism", "issue", blame, "--document",
                   "清政通〔2023〕4号", "--authority", "市政府")
        praise = self.paper("city", "paper", "praise", "draft", "--office", "dong", "--text",
                            "超序时完成")
        self.paper("city", "paper", "praise", "issue", praise, "--document",
                   "清政通〔2023〕5号", "--authority", "市政府")
        self.paper("city", "paper", "referral", "refer", "--office", "xi", "--text",
                   "虚报线索", "--document", "清督移〔2023〕1号", "--authority", "市政府",
                   "--evidence", self.file("r.txt", "材料"))

    def year_end(self):
        self.day("2023-12-20")
        asked = self.paper("gxj", "close", "request", "--task", "3", "--text", "已建成四个",
                           "--evidence", self.file("c.txt", "公告"))
        self.paper("city", "close", "return", asked, "--text", "附验收意见")
        self.paper("gxj", "close", "resubmit", asked, "--text", "已附")
        self.paper("city", "close", "approve", asked, "--text", "同意")
        self.assertEqual(self.light("3")["grade"], "done")
        asked = self.paper("city", "close", "request", "--task", "6", "--text", "全年完成",
                           "--evidence", self.file("c6.txt", "检查表"))
        self.paper("city", "close", "approve", asked, "--text", "同意")
        self.paper("city", "close", "reopen", asked, "--text", "发现遗漏")
        failed = self.paper("jtj", "paper", "failure", "report", "--task", "4", "--text",
                            "两所因规划调整无法完成", "--evidence", self.file("f.txt", "批复"))
        self.paper("city", "paper", "failure", "refuse", failed, "--text", "继续推进",
                   "--authority", "市政府")
        self.day("2024-01-15")
        last = self.report("dong", "2", "2023Q4", "--metric", "M1", "--ytd", "72", "--note",
                           "含企业名单", "--json").json()
        self.city("redact", str(last["index"]), "--order", "清督清〔2024〕1号")
        self.report("xi", "2", "2023Q4", "--metric", "M1", "--ytd", "31")
        self.last_bulletin()
        self.city("plan", "carry", "2023", self.path("2024.csv"))
        self.assertTrue(self.sheet_rows("2024.csv"))

    def last_bulletin(self):
        draft = self.paper("city", "bulletin", "draft", "--index", "head", "--title",
                           "全年督查通报", "--refers", self.bulletin)
        self.paper("city", "bulletin", "circulate", draft, "--office", "dong;xi")
        self.paper("city", "bulletin", "ready", draft)
        self.paper("city", "bulletin", "issue", draft, "--document", "清督通〔2023〕2期")
        printed = self.city("bulletin", "print", draft).out
        self.assertIn("西区人民政府", printed)
        self.assertEqual(self.city("bulletin", "print", draft).out, printed)
        self.assertEqual(self.city("bulletin", "print", self.bulletin).out, self.printed)
        self.golden("city_year.bulletin", printed)

    # --- and is proved ------------------------------------------------------------------

    def the_auditor_comes(self):
        """A county changes its key; the audit office reads the whole journal by order,
        takes it home and proves the year there, with a county's receipts beside it."""
        self.day("2024-01-22")
        self.run_as("dong", "key", "new")
        self.city("office", "rotate", "dong", "--key", self.path("dong", "key.next.pub"))
        self.run_as("dong", "key", "use")
        kept = self.report("dong", "2", "2023Q4", "--note", "名单已补", "--json").json()["index"]
        self.run_as("sjj", "init", broker=None)
        self.city("office", "enroll", "--code", "sjj", "--name", "市审计局", "--kind", "部门",
                  "--key", self.path("sjj", "key.pub"))
        self.refused(301, "sjj", "audit", "fetch", self.path("book"))
        self.city("access", "grant", "sjj", "journal", "--until", "2024-02-29", "--document",
                  "清政办函〔2024〕2号")
        self.run_as("sjj", "audit", "fetch", self.path("book"), "--purpose",
                    "清审通〔2024〕1号")
        vkey = self.city("status", "--log-key").out.strip()
        self.run_as("dong", "receipt", "save", str(kept), "-o", self.path("dong.receipt"))
        self.run_as("dong", "page", "prove", "2023/dong", "-o", self.path("dong.page"))
        told = self.duban("audit", "verify", self.path("book"), "--key", vkey, "--receipt",
                          self.path("dong", "outbox", "receipts"), "--json",
                          home=self.path("nobody"))
        self.assertIn("2024〕1号", told.out)
        self.assertGreater(told.json()["receipts"], 10)
        for what, name in (("receipt", "dong.receipt"), ("page", "dong.page")):
            self.duban(what, "verify", self.path(name), "--key", vkey,
                       home=self.path("nobody"))

    # --- what is left of it ---------------------------------------------------------------

    def minutes(self):
        """Every act in the order of the journal, what it brought about, and the whole
        folded again to the same state."""
        acts = self.city("export", "journal", "--format", "json").lines()
        told = [a for a in acts if a["kind"] not in ("日期", "状态摘要", "校时")]
        self.golden("city_year.minutes", "".join(
            "%s  %s  %s%s%s\n" % (a["received"], a["office"], a["kind"],
                                  "：" if a["what"] else "", a["what"]) for a in told))
        trace = self.city("digest", "--trace").out.splitlines()
        quiet = [t for t in trace if " clock " not in t and " digest of " not in t and
                 t[:1].isdigit()]
        self.golden("city_year.trace", "".join(t + "\n" for t in quiet))
        told = self.city("digest", "--json").json()
        self.assertTrue(told["equal"])
        if JOURNAL:
            self.keep_journal(told)

    def keep_journal(self, told):
        """What a release leaves for tests/trace/journal_test.c."""
        with self.server.asker() as asker, open(JOURNAL, "wb") as f:
            kit.Signer(self.root, 1, 1).session(asker)
            for entry in wire.all_entries(asker):
                f.write(struct.pack(">I", len(entry.data)) + entry.data)
        print(told)

    def golden(self, name, text):
        path = os.path.join(HERE, name)
        if GOLDEN:
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        with open(path, encoding="utf-8") as f:
            expected = f.read()
        self.maxDiff = 4000
        self.assertEqual(text, expected)


if __name__ == "__main__":
    unittest.main()
