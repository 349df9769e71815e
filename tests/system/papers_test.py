"""Papers at the command line: the city office sets their table, the clock proposes, a
named person signs, the addressee answers; reliefs, tickets, findings, meetings, bulletins;
what waits for whom, and the reminders. On a real broker with a drill city."""
import csv
import io
import json
import subprocess

import cli_test
import kit

DAYS = {"ack": "2023-01-16", "answer": "2023-01-18"}  # 3 and 5 working days on


class Papers(cli_test.Town):
    def setUp(self):
        super().setUp()
        self.publish()
        self.city("forms", "set", "2023")

    def act(self, who, *words, **more):
        """An act's answer as JSON."""
        return self.run_as(who, *words, "--json", **more).json()

    def state(self, number):
        rows = self.city("paper", "list", "--json").lines()
        return [r for r in rows if r["paper"] == number][0]

    def slip(self, office="east", document="督〔2023〕1号"):
        return self.act("city", "slip", "issue", "--task", "1", "--office", office,
                        "--text", "请说明进度", "--document", document)["paper"]

    def waiting(self, who):
        return [(r["paper"], r["act"]) for r in self.run_as(who, "due", "--json").lines()
                if r["kind"] == "paper"]


class TheTable(Papers):
    def test_the_table_in_force_is_shown_as_a_sheet_that_can_be_sent_again(self):
        shown = self.city("forms", "show", "2023").out
        self.assertIn("提示单", shown)
        again = self.city("forms", "set", "2023", self.write("forms.csv", shown), "--json")
        self.assertEqual(again.json()["version"], 2)
        self.assertEqual(self.city("forms", "show", "2023").out, shown)
        english = self.city("forms", "show", "2023", "--lang", "en").out
        self.city("forms", "set", "2023", self.write("forms-en.csv", english))
        self.assertEqual(self.city("forms", "show", "2023").out, shown)

    def test_a_city_adds_a_form_in_a_spreadsheet_and_has_its_commands(self):
        sheet = self.city("forms", "default").out.lstrip("\ufeff")
        rows = list(csv.DictReader(io.StringIO(sheet)))
        titles = list(rows[0])
        new = [{"行": "文种", "代码": "praise-letter", "中文名": "感谢信"},
               {"行": "状态", "代码": "sent", "中文名": "已发", "终结": "是"},
               {"行": "动作", "代码": "send", "中文名": "发出", "至": "已发",
                "由谁": "市政府办公室", "须有": "单位;正文"}]
        self.write_rows("forms.csv", rows + [{t: r.get(t, "") for t in titles} for r in new])
        self.city("forms", "set", "2023", self.path("forms.csv"))
        sent = self.act("city", "paper", "感谢信", "发出", "--office", "east", "--text",
                        "感谢支持")
        self.assertEqual((sent["form"], sent["state"]), ("praise-letter", "sent"))

    def test_a_bad_sheet_names_every_row_and_changes_nothing(self):
        head = self.head()
        bad = self.write("bad.csv", "行,代码,中文名,起,至,由谁,终结,时限\n"
                         "文种,x,甲,,,,,\n状态,a,子,,,,,三天\n动作,go,走,无,a,谁都行,,\n")
        done = self.city("forms", "set", "2023", bad, expect=1)
        self.assertEqual(done.refusals(), [433, 705, 705, 703])
        self.assertEqual(self.head(), head)

    def test_only_the_city_office_sets_the_table(self):
        self.assertEqual(self.run_as("lead", "forms", "set", "2023", expect=1).refusals(),
                         [301])

    def test_a_form_that_is_not_in_the_table_is_told_where_to_look(self):
        done = self.city("paper", "acts", "nothing", expect=1)
        self.assertEqual(done.refusals(), [437])


class ASlip(Papers):
    def test_a_slip_goes_from_hand_to_hand_and_every_act_is_told(self):
        number = self.slip()
        self.assertEqual(self.waiting("east"), [(number, "acknowledge")])
        self.assertEqual(self.waiting("west"), [])
        got = self.act("east", "slip", "acknowledge", str(number))
        self.assertEqual((got["state"], got["limit"]), ("acknowledged", DAYS["answer"]))
        self.act("east", "slip", "答复", str(number), "--text", "已开工三个")
        self.assertEqual(self.waiting("city"), [(number, "close")])
        self.act("city", "slip", "return", str(number), "--text", "没有写时间")
        self.act("east", "slip", "answer", str(number), "--text", "月底开工")
        self.assertEqual(self.act("city", "slip", "close", str(number))["state"], "closed")
        life = self.run_as("east", "paper", "show", str(number), "--json").lines()
        self.assertEqual([a["act"] for a in life[1:]],
                         ["issue", "acknowledge", "answer", "return", "answer", "close"])
        self.assertEqual([a["office"] for a in life[1:]],
                         ["zfbgs", "east", "east", "zfbgs", "east", "zfbgs"])
        self.assertEqual(life[3]["text"], "已开工三个")
        self.assertEqual(self.state(number)["acts"], 6)

    def test_every_act_says_in_one_line_what_happened_and_what_comes_next(self):
        number = str(self.slip())
        said = self.run_as("east", "slip", "acknowledge", number).out
        self.assertEqual(said.count("\n"), 1)
        for part in ("第 %s 号提示单" % number, "已签收", DAYS["answer"],
                     "duban slip answer %s --text" % number):
            self.assertIn(part, said)
        english = self.run_as("east", "slip", "answer", number, "--text", "x", "--lang",
                              "en").out
        self.assertIn("Next, city office: close, duban slip close %s." % number, english)

    def test_what_is_missing_is_all_named_before_anything_is_sent(self):
        head = self.head()
        done = self.city("slip", "issue", "--task", "1", expect=1)
        self.assertEqual(done.refusals(), [439, 439, 439])
        for option in ("--office", "--text", "--document"):
            self.assertIn(option, done.err)
        self.assertEqual(self.head(), head)

    def test_an_act_at_the_wrong_time_is_told_what_is_possible_now(self):
        number = str(self.slip())
        done = self.run_as("east", "slip", "answer", number, "--text", "x", expect=1)
        self.assertEqual(done.refusals(), [424])
        self.assertIn("acknowledge", done.err)
        self.assertEqual(self.city("slip", "applaud", number, expect=1).refusals(), [437])
        self.assertEqual(self.city("ticket", "close", number, expect=1).refusals(), [438])
        self.assertEqual(self.city("slip", "close", "99", expect=1).refusals(), [438])
        self.assertEqual(self.city("slip", "close", expect=2).refusals(), [106])

    def test_somebody_else_may_not_answer(self):
        number = str(self.slip())
        self.assertEqual(self.run_as("west", "slip", "acknowledge", number,
                                     expect=1).refusals(), [301])

    def test_a_document_number_is_given_once(self):
        self.slip()
        done = self.city("slip", "issue", "--task", "1", "--office", "west", "--text", "x",
                         "--document", "督〔2023〕1号", expect=1)
        self.assertEqual(done.refusals(), [420])

    def test_several_slips_are_acknowledged_in_one_command(self):
        numbers = [str(self.slip(document="督〔2023〕%d号" % n)) for n in (1, 2, 3)]
        got = self.run_as("east", "slip", "acknowledge", *numbers, "--json").lines()
        self.assertEqual([g["state"] for g in got], ["acknowledged"] * 3)

    def test_many_proposed_slips_are_signed_with_numbers_of_their_own(self):
        for office in ("east", "west", "lead"):
            self.act("city", "slip", "propose", "--task", "1", "--office", office)
        self.run_as("city", "slip", "sign", "1-3", "--document", "督〔2023〕{n}号")
        rows = self.city("paper", "list", "--json").lines()
        self.assertEqual([(r["state"], r["document"]) for r in rows],
                         [("signed", "督〔2023〕%d号" % n) for n in (1, 2, 3)])

    def test_an_unanswered_slip_climbs_the_ladder(self):
        number = self.slip()
        self.set_time("2023-01-18T09:00")  # the day after the limit
        rows = self.city("paper", "list", "--form", "slip", "--json").lines()
        self.assertEqual([(r["paper"], r["form"], r["state"]) for r in rows],
                         [(number, "urge1", "signed"), (number + 1, "urge2", "proposed")])
        self.assertEqual(rows[1]["offices"], ["east"])
        late = self.city("paper", "list", "--overdue", "--json").lines()
        self.assertEqual([r["paper"] for r in late], [number])
        life = self.city("paper", "show", str(number + 1), "--json").lines()
        self.assertEqual([(a["index"], a["state"]) for a in life[1:]], [(0, "proposed")])
        self.act("city", "slip", "sign", str(number + 1), "--document", "督〔2023〕9号")
        self.assertEqual(self.waiting("east"), [(number, "acknowledge"),
                                                (number + 1, "acknowledge")])

    def test_a_slip_passed_on_waits_for_the_next_office(self):
        number = str(self.slip())
        self.act("east", "slip", "acknowledge", number)
        self.act("east", "slip", "ask_pass", number, "--text", "不归我管")
        self.act("city", "slip", "pass_on", number, "--office", "west")
        self.assertEqual(self.waiting("east"), [])
        self.assertEqual(self.waiting("west"), [(int(number), "acknowledge")])

    def test_a_printed_slip_has_what_a_letterhead_needs(self):
        number = str(self.slip())
        page = self.city("paper", "print", number, "--lang", "en").out
        for part in ("市政府办公室", "提示单", "督〔2023〕1号", "主送：东县人民政府",
                     "请说明进度", "请于2023年1月16日前办理。", "2023年1月11日", "办理经过",
                     "【演练】"):
            self.assertIn(part, page)


class TheClock(Papers):
    def test_a_missing_report_makes_the_clock_propose_a_slip(self):
        self.run_as("lead", "timetable", "file", self.write("t.csv", cli_test.TIMETABLES))
        self.city("timetable", "accept")
        self.set_time("2023-04-19T09:00")  # the window closed on 17 April, 5 April off
        slips = self.city("paper", "list", "--form", "urge1", "--open", "--json").lines()
        told = {(s["tasks"][0], s["offices"][0]) for s in slips}
        self.assertIn(("1", "east"), told)
        self.assertIn(("3", "lead"), told)
        self.assertEqual({s["state"] for s in slips}, {"proposed"})
        self.assertEqual({s["opener"] for s in slips}, {""})
        reminded = self.city("reminders", "--json").lines()
        self.assertEqual(sum(r["kind"] == "unanswered" and r["act"] == "sign"
                             for r in reminded), len(slips))


class Ranks(Papers):
    def test_a_rank_says_of_which_period_and_as_of_when(self):
        self.city("weights", "set", "2023", self.write(
            "w.csv", "task,weight,group,group_en,kinds,least,most\n1,1,,,,,\n"
            ",,县区,counties,县区,,\n,,,,,0,1\n"))
        self.set_time("2023-07-20T09:00")
        newest = self.city("rank", "--lang", "en")
        self.assertIn("ranks of 2023Q2  as of 2023-07-20  index", newest.out)
        self.assertEqual(newest.err, "")
        earlier = self.city("rank", "2023年一季度", "--lang", "en")
        self.assertIn("ranks of 2023Q1  as of 2023-07-20", earlier.out)
        self.assertIn("[drill]", earlier.out)
        self.assertIn("--as-of DAY", earlier.err)  # its figures are of the second
        then = self.city("rank", "2023Q1", "--as-of", "2023-04-20", "--lang", "en")
        self.assertIn("ranks of 2023Q1  as of 2023-04-20", then.out)
        self.assertEqual(then.err, "")
        for bad in ("2022Q1", "2023", "2023-05"):
            self.assertEqual(self.city("rank", bad, expect=1).refusals(), [405])


class OtherPapers(Papers):
    def test_an_extension_shows_on_the_task_and_the_original_stays(self):
        asked = self.act("lead", "relief", "request", "--task", "3", "--day", "2024-02-01",
                         "--text", "材料涨价")
        self.assertEqual((asked["form"], asked["state"]), ("extension", "asked"))
        self.act("city", "relief", "grant", str(asked["paper"]), "--day", "2024-01-31",
                 "--document", "府〔2023〕2号", "--authority", "市政府")
        row = self.state(asked["paper"])
        self.assertEqual((row["effect"], row["day"]), ("extend", "2024-01-31"))

    def test_the_form_meant_is_chosen_among_those_of_a_word(self):
        for form, code in (("exemption", "exemption"), ("容错免责申请", "tolerance")):
            asked = self.act("lead", "relief", "request", "--form", form, "--task", "2",
                             "--text", "口径", "--evidence", self.write("e.txt", "证明"))
            self.assertEqual(asked["form"], code)

    def test_a_ticket_nobody_settles_climbs_to_the_city_government(self):
        ticket = self.act("lead", "ticket", "raise", "--task", "3", "--text", "缺地",
                          "--limit", "2")
        self.assertEqual(ticket["limit"], "2023-01-13")
        self.assertEqual(self.waiting("lead"), [(ticket["paper"], "settle")])
        self.set_time("2023-01-16T09:00")
        self.assertEqual(self.state(ticket["paper"])["state"], "leader")
        self.set_time("2023-02-10T09:00")
        self.assertEqual(self.state(ticket["paper"])["state"], "government")
        self.act("city", "ticket", "settle", str(ticket["paper"]), "--text", "调剂用地",
                 "--authority", "市政府", "--document", "纪〔2023〕3号")
        life = self.city("paper", "show", str(ticket["paper"]), "--json").lines()
        self.assertEqual([(a["act"], a["state"]) for a in life[1:]],
                         [("raise", "lead"), ("", "leader"), ("", "government"),
                          ("settle", "settled")])
        self.assertEqual([a["done"] for a in life[1:]],
                         ["2023-01-11", "2023-01-14", "2023-01-21", "2023-02-10"])

    def test_a_visit_is_not_shown_to_the_visited(self):
        visit = self.act("city", "finding", "visit", "--day", "2023-01-12")
        self.assertEqual(self.run_as("west", "paper", "list", "--json").out, "")
        self.assertEqual(self.run_as("west", "paper", "show", str(visit["paper"]),
                                     expect=1).refusals(), [438])
        self.assertEqual(len(self.city("paper", "list", "--json").lines()), 1)
        self.act("city", "finding", "raise", str(visit["paper"]), "--task", "1",
                 "--office", "west", "--text", "没有开工")
        self.assertEqual(self.waiting("west"), [(visit["paper"], "reply")])
        self.act("west", "finding", "reply", str(visit["paper"]), "--text", "下雨")
        done = self.act("city", "finding", "confirm", str(visit["paper"]), "--text",
                        "数据不实", "--authority", "市政府", "--document", "督〔2023〕7号")
        self.assertEqual(done["state"], "confirmed")
        self.assertEqual(self.state(visit["paper"])["effect"], "find")

    def test_who_held_no_meeting_is_listed(self):
        none = self.city("paper", "list", "--form", "meeting", "--none", "--json").lines()
        self.assertEqual([(n["office"], n["leads"]) for n in none], [("lead", 3)])
        meeting = self.act("lead", "meeting", "record", "--task", "1", "--day",
                           "2023-01-10", "--text", "纪要")
        ask = ("paper", "list", "--form", "meeting", "--none", "--json")
        self.assertEqual(self.city(*ask, "--period", "2023Q1").out, "")
        self.assertEqual(len(self.city(*ask, "--period", "2023Q2").lines()), 1)
        action = self.act("lead", "meeting", "assign", "--form", "action", "--task", "1",
                          "--office", "east", "--text", "月底前拆迁", "--limit",
                          "2023-01-31", "--refers", str(meeting["paper"]))
        self.assertEqual(self.state(action["paper"])["refers"], meeting["paper"])
        self.assertEqual(self.waiting("east"), [(action["paper"], "report")])

    def test_a_bulletin_is_drafted_at_the_head_and_commented_by_those_asked(self):
        drafted = self.act("city", "bulletin", "draft", "--index", "head", "--title",
                           "一季度督查通报")
        number = str(drafted["paper"])
        self.assertEqual(self.state(drafted["paper"])["index"], drafted["index"] - 1)
        self.act("city", "bulletin", "circulate", number, "--office", "east;west")
        self.act("west", "bulletin", "comment", number, "--text", "第三行不对")
        self.assertEqual(self.run_as("lead", "bulletin", "comment", number, "--text", "x",
                                     expect=1).refusals(), [301])
        self.act("city", "bulletin", "ready", number)
        issued = self.act("city", "bulletin", "issue", number, "--document", "督通〔2023〕1期")
        self.assertEqual(issued["state"], "issued")

    def test_further_leads_countersign_what_the_first_collates(self):
        asked = self.act("lead", "paper", "会签", "送会签", "--task", "1", "--office",
                         "east;west", "--text", "一季度汇总稿")
        number = str(asked["paper"])
        self.assertIn((asked["paper"], "sign"), self.waiting("east"))
        self.act("east", "paper", "会签", "同意会签", number)
        self.assertEqual(self.run_as("west", "paper", "会签", "不同意", number,
                                     expect=1).refusals(), [439])
        self.act("west", "paper", "会签", "不同意", number, "--text", "数据有出入")
        self.assertEqual(self.run_as("east", "paper", "会签", "会签完毕", number, "--text",
                                     "x", expect=1).refusals(), [301])
        done = self.act("lead", "paper", "会签", "会签完毕", number, "--text", "已改")
        self.assertEqual(done["state"], "signed")
        told = self.city("paper", "show", number).out
        for words in ("同意会签", "不同意", "数据有出入"):
            self.assertIn(words, told)

    def test_a_policy_goes_its_way_until_it_has_a_number(self):
        number = str(self.act("lead", "policy", "draft", "--task", "3")["paper"])
        self.act("lead", "policy", "consult", number)
        self.act("lead", "policy", "review", number)
        self.act("lead", "policy", "deliberate", number, "--text", "第十次常务会议")
        self.act("lead", "policy", "issue", number, "--document", "政发〔2023〕5号", "--day",
                 "2023-01-11")
        self.assertEqual(self.state(int(number))["effect"], "fulfil")

    def test_a_closing_is_asked_for_with_evidence_and_can_be_reopened(self):
        self.assertEqual(self.run_as("lead", "close", "request", "--task", "3", "--text",
                                     "已印发", expect=1).refusals(), [439])
        number = str(self.act("lead", "close", "request", "--task", "3", "--text", "已印发",
                              "--evidence", self.write("e.txt", "政发5号"))["paper"])
        self.act("city", "close", "approve", number, "--text", "同意")
        self.assertEqual(self.state(int(number))["effect"], "close")
        self.act("city", "close", "reopen", number, "--text", "又有变化")
        self.assertEqual(self.state(int(number))["state"], "reopened")


class Reminders(Papers):
    def kinds(self, who, *words):
        return [(r["kind"], r["office"], r["task"])
                for r in self.run_as(who, "reminders", "--json", *words).lines()]

    def test_timetables_not_filed_and_returned_are_told_to_the_lead(self):
        self.assertEqual(self.kinds("lead"), [("no_timetable", "lead", n) for n in "123"])
        self.assertEqual(self.kinds("east"), [])
        self.run_as("lead", "timetable", "file", self.write("t.csv", cli_test.TIMETABLES))
        self.city("timetable", "return", "--task", "2", "--reason", "太粗")
        self.assertEqual(self.kinds("city"), [("timetable_returned", "lead", "2")])

    def test_reports_due_soon_then_missing_are_told_with_their_days(self):
        self.set_time("2023-04-12T09:00")
        soon = self.run_as("east", "reminders", "--json").lines()
        self.assertEqual([(r["kind"], r["by"], r["late"]) for r in soon],
                         [("due_soon", "2023-04-17", False)])
        self.assertEqual(self.kinds("east", "--days", "1"), [])
        self.set_time("2023-04-18T09:00")
        late = self.run_as("east", "reminders", "--json").lines()
        self.assertEqual([(r["kind"], r["period"], r["late"]) for r in late
                          if r["kind"] != "unanswered"], [("missing", "2023Q1", True)])
        everybody = {k[1] for k in self.kinds("east", "--all")}
        self.assertEqual(everybody, {"zfbgs", "east", "west", "lead"})

    def test_a_returned_report_is_told_until_it_is_filed_again(self):
        self.set_time("2023-04-03T09:00")
        self.run_as("east", "submit", "--task", "1", "--period", "2023Q1", "--metric", "M1",
                    "--ytd", "20")
        self.run_as("lead", "review", "return", "--task", "1", "--office", "east",
                    "--reason", "口径")
        self.assertIn(("returned", "east", "1"), self.kinds("east"))

    def test_what_is_assigned_to_a_code_is_told_to_that_code_alone(self):
        number = self.slip()
        self.run_as("east", "assign", "2023", "1", "clerk-2")
        for code, items, papers in (("clerk-2", 1, [(number, "acknowledge")]),
                                    ("clerk-3", 0, [])):
            due = self.run_as("east", "due", "--mine", code, "--json").lines()
            self.assertEqual(len([d for d in due if d["kind"] != "paper"]), items)
            self.assertEqual([(d["paper"], d["act"]) for d in due if d["kind"] == "paper"],
                             papers)
            self.assertEqual(len(self.kinds("east", "--mine", code)), len(papers))

    def test_watching_tells_what_is_new_and_only_that(self):
        p = subprocess.Popen(kit.command_line(["reminders", "--watch", "--json"],
                                              self.path("city"), self.server),
                             stdout=subprocess.PIPE, text=True, cwd=kit.ROOT,
                             env=kit.environment(DUBAN_LANG="zh"))
        self.addCleanup(p.wait)
        self.addCleanup(p.kill)
        told = [json.loads(p.stdout.readline()) for _ in range(3)]
        self.assertEqual({t["kind"] for t in told}, {"no_timetable"})
        number = self.slip()
        new = json.loads(p.stdout.readline())
        self.assertEqual((new["kind"], new["office"], new["paper"], new["act"]),
                         ("unanswered", "east", number, "acknowledge"))


class Offline(Papers):
    def test_what_waited_at_the_last_contact_is_still_told(self):
        number = self.slip()
        self.assertEqual(self.waiting("east"), [(number, "acknowledge")])
        self.server.stop()
        self.assertEqual(self.waiting("east"), [(number, "acknowledge")])

    def test_two_who_open_papers_at_once_both_get_a_number(self):
        words = ["ticket", "raise", "--task", "3", "--text", "缺地", "--json"]
        both = [subprocess.Popen(kit.command_line(words, self.path(who), self.server),
                                 stdout=subprocess.PIPE, text=True, cwd=kit.ROOT,
                                 env=kit.environment(DUBAN_LANG="zh"))
                for who in ("lead", "city")]
        got = [json.loads(p.communicate()[0])["paper"] for p in both]
        self.assertEqual(sorted(got), [1, 2])

    def test_an_answer_signed_without_a_broker_arrives_later(self):
        number = str(self.slip())
        self.act("east", "slip", "acknowledge", number)
        self.server.stop()
        said = self.act("east", "slip", "answer", number, "--text", "网断了也先答复")
        self.assertEqual(said["sent"], "queued")
        self.server.start()
        self.run_as("east", "outbox", "--wait")
        self.assertEqual(self.state(int(number))["state"], "answered")


if __name__ == "__main__":
    kit.main()
