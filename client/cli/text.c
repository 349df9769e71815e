#include "client/cli/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

typedef struct name_row {
    const char *code;
    const char *zh;
    const char *en;
} name_row;

static const name_row grades[GRADE_COUNT] = {
    [GRADE_NONE] = {"", "", ""},
    [GRADE_DONE] = {"done", "完成", "done"},
    [GRADE_GREEN] = {"green", "绿灯", "green"},
    [GRADE_GREY] = {"grey", "灰灯", "grey"},
    [GRADE_BLUE] = {"blue", "蓝灯", "blue"},
    [GRADE_YELLOW] = {"yellow", "黄灯", "yellow"},
    [GRADE_RED] = {"red", "红灯", "red"},
};

static const name_row causes[CAUSE_COUNT] = {
    [CAUSE_NONE] = {"", "", ""},
    [CAUSE_MET] = {"met", "已完成", "met"},
    [CAUSE_ON_PACE] = {"on_pace", "达到序时进度", "on pace"},
    [CAUSE_NO_TIMETABLE] = {"no_timetable", "未备案", "no timetable"},
    [CAUSE_NO_DATA] = {"no_data", "尚无数据", "no data yet"},
    [CAUSE_DUE_SOON] = {"due_soon", "临近期限", "due soon"},
    [CAUSE_BEHIND] = {"behind", "欠序时进度", "behind"},
    [CAUSE_MISSING] = {"missing", "未报", "not reported"},
    [CAUSE_OVERDUE] = {"overdue", "逾期", "overdue"},
    [CAUSE_RUNNING] = {"running", "连续亮灯", "behind rounds running"},
    [CAUSE_AHEAD] = {"ahead", "超序时进度", "ahead"},
    [CAUSE_CLOSED] = {"closed", "已办结销号", "closed"},
    [CAUSE_EXEMPT] = {"exempt", "已核减", "exempt"},
    [CAUSE_FINDING] = {"finding", "督查认定问题", "a confirmed finding"},
    [CAUSE_OVERRIDE] = {"override", "人工调整", "set by hand"},
    [CAUSE_TOLERATED] = {"tolerated", "容错免责", "tolerated"},
};

static const name_row item_states[] = {
    [ITEM_NONE] = {"", "", ""},
    [ITEM_DUE] = {"due", "待报", "due"},
    [ITEM_PARTIAL] = {"partial", "未报全", "partial"},
    [ITEM_SUBMITTED] = {"submitted", "已报", "submitted"},
    [ITEM_RETURNED] = {"returned", "已退回", "returned"},
    [ITEM_RESUBMITTED] = {"resubmitted", "已补正", "resubmitted"},
    [ITEM_ACCEPTED] = {"accepted", "审核通过", "accepted"},
};

static const name_row timetable_states[] = {
    [TIMETABLE_NONE] = {"none", "未报", "not filed"},
    [TIMETABLE_FILED] = {"filed", "待审", "filed"},
    [TIMETABLE_ACCEPTED] = {"accepted", "已备案", "accepted"},
    [TIMETABLE_RETURNED] = {"returned", "已退回", "returned"},
};

static const name_row office_kinds[OFFICE_KIND_COUNT] = {
    [OFFICE_NONE] = {"", "", ""},
    [OFFICE_CITY] = {"city", "市", "city"},
    [OFFICE_COUNTY] = {"county", "县区", "county"},
    [OFFICE_ZONE] = {"zone", "开发区", "zone"},
    [OFFICE_DEPARTMENT] = {"department", "部门", "department"},
    [OFFICE_INSTITUTION] = {"institution", "事业单位", "institution"},
    [OFFICE_PARTY] = {"party", "党群", "party"},
    [OFFICE_JUDICIAL] = {"judicial", "司法", "judicial"},
    [OFFICE_CENTRAL] = {"central", "驻聊", "central"},
    [OFFICE_COLLEGE] = {"college", "高校", "college"},
    [OFFICE_COMPANY] = {"company", "企业", "company"},
    [OFFICE_MASS] = {"mass", "群团", "mass"},
    [OFFICE_GROUP] = {"group", "名单组", "group"},
};

static const name_row task_kinds[TASK_KIND_COUNT] = {
    [TASK_NONE] = {"", "", ""},
    [TASK_INDICATOR] = {"indicator", "指标", "indicator"},
    [TASK_MILESTONE] = {"milestone", "节点", "milestone"},
    [TASK_POLICY] = {"policy", "政策", "policy"},
    [TASK_LIVELIHOOD] = {"livelihood", "民生", "livelihood"},
    [TASK_ACTION_PLAN] = {"action_plan", "行动", "action plan"},
    [TASK_STANDING] = {"standing", "长期", "standing"},
};

static const name_row comparators[COMPARATOR_COUNT_OF] = {
    [COMPARATOR_NONE] = {"", "", ""},
    [COMPARATOR_COUNT] = {"count", "达到", "reach"},
    [COMPARATOR_AT_LEAST] = {"at_least", "不低于", "at least"},
    [COMPARATOR_AT_MOST] = {"at_most", "不高于", "at most"},
    [COMPARATOR_BETWEEN] = {"between", "区间", "between"},
    [COMPARATOR_ABOUT] = {"about", "约", "about"},
    [COMPARATOR_EXACTLY] = {"exactly", "等于", "exactly"},
    [COMPARATOR_YES_NO] = {"yes_no", "是否", "yes or no"},
    [COMPARATOR_FLOOR_STRETCH] = {"floor_stretch", "力争区间", "floor and stretch"},
    [COMPARATOR_REFERENCE] = {"reference", "参照", "reference"},
    [COMPARATOR_PENDING] = {"pending", "待定", "pending"},
};

static const name_row natures[NATURE_COUNT] = {
    [NATURE_NONE] = {"", "", ""},
    [NATURE_CUMULATIVE] = {"cumulative", "累计", "cumulative"},
    [NATURE_LEVEL] = {"level", "时点", "level"},
    [NATURE_RATE] = {"rate", "增速", "rate"},
    [NATURE_RANK] = {"rank", "位次", "rank"},
    [NATURE_BOOLEAN] = {"yes_no", "是否", "yes_no"},
};

static const name_row profiles[PROFILE_COUNT] = {
    [PROFILE_NONE] = {"", "", ""},
    [PROFILE_NODES] = {"nodes", "节点", "nodes"},
    [PROFILE_EVEN] = {"even", "匀速", "even"},
    [PROFILE_YEAR_END] = {"year_end", "年末", "year_end"},
    [PROFILE_SEASON] = {"season", "季节", "season"},
};

static const name_row cycles[PERIOD_KIND_COUNT] = {
    [PERIOD_NONE] = {"", "", ""},
    [PERIOD_DAY] = {"day", "日", "day"},
    [PERIOD_XUN] = {"xun", "旬", "xun"},
    [PERIOD_MONTH] = {"month", "月", "month"},
    [PERIOD_FIRST_TWO] = {"first_two", "1—2月", "first_two"},
    [PERIOD_QUARTER] = {"quarter", "季", "quarter"},
    [PERIOD_HALF] = {"half", "半年", "half"},
    [PERIOD_THREE_QUARTERS] = {"three_quarters", "前三季度", "three_quarters"},
    [PERIOD_YEAR] = {"year", "年", "year"},
};

static const name_row event_kinds[KIND_COUNT] = {
    [KIND_NONE] = {"", "", ""},
    [KIND_GENESIS] = {"genesis", "创世", "genesis"},
    [KIND_OFFICES] = {"offices", "登记单位", "offices"},
    [KIND_KEYS] = {"keys", "登记密钥", "keys"},
    [KIND_CALENDAR] = {"calendar", "工作日历", "calendar"},
    [KIND_PLAN_CHUNK] = {"plan_chunk", "台账分段", "part of a plan"},
    [KIND_PLAN_PUBLISH] = {"plan_publish", "发布台账", "plan published"},
    [KIND_LIGHTS] = {"lights", "亮灯规则", "light table"},
    [KIND_TIMETABLE] = {"timetable", "推进方案", "timetable"},
    [KIND_TIMETABLE_REVIEW] = {"timetable_review", "方案审核", "timetable review"},
    [KIND_SUBMISSION] = {"submission", "报送", "submission"},
    [KIND_REVIEW] = {"review", "审核", "review"},
    [KIND_CLOCK] = {"clock", "日期", "clock"},
    [KIND_TIME] = {"time", "校时", "time"},
    [KIND_DIGEST] = {"digest", "状态摘要", "digest"},
    [KIND_CONFLICT] = {"conflict", "编号冲突", "conflict"},
    [KIND_AMENDMENT] = {"amendment", "台账调整", "amendment"},
    [KIND_SPLITTING] = {"splitting", "分解目标", "splits"},
    [KIND_CALL_IN] = {"call_in", "调度责任单位", "call-in"},
    [KIND_FILLER] = {"filler", "代报或数据来源", "who fills"},
    [KIND_CONFIRMATION] = {"confirmation", "代报确认", "confirmation"},
    [KIND_ASSIGNMENT] = {"assignment", "分办", "assignment"},
    [KIND_OFFICE_CHANGE] = {"office_change", "单位变更", "office change"},
    [KIND_POSTS] = {"posts", "领导岗位", "posts"},
    [KIND_RELEASE] = {"release", "统计发布", "release"},
    [KIND_UNLOCK] = {"unlock", "解锁", "unlock"},
    [KIND_OVERRIDE] = {"override", "人工调整灯色", "override"},
    [KIND_FORMS] = {"forms", "办理规则", "table of papers"},
    [KIND_PAPER] = {"paper", "督办文书", "paper"},
    [KIND_ROLES] = {"roles", "权限表", "table of roles"},
    [KIND_CHECKS] = {"checks", "校验规则", "table of checks"},
    [KIND_WEIGHTS] = {"weights", "权重表", "table of weights"},
    [KIND_PROJECT] = {"project", "项目", "project"},
    [KIND_VERIFICATION] = {"verification", "核实", "verification"},
    [KIND_REDACTION] = {"redaction", "清除正文", "redaction"},
    [KIND_SESSION] = {"session", "查阅会话", "session"},
    [KIND_ACCESS] = {"access", "查阅授权", "access granted"},
};

static const name_row strengths[STRENGTH_COUNT] = {
    [STRENGTH_NONE] = {"", "", ""},
    [STRENGTH_BINDING] = {"binding", "约束性", "binding"},
    [STRENGTH_EXPECTED] = {"expected", "预期性", "expected"},
    [STRENGTH_STRIVING] = {"striving", "力争", "striving"},
};

static const name_row rollups[ROLLUP_COUNT] = {
    [ROLLUP_NONE] = {"", "", ""},
    [ROLLUP_SUM] = {"sum", "合计", "sum"},
    [ROLLUP_COUNT_MET] = {"count_met", "达标个数", "count met"},
    [ROLLUP_LEAD_ONLY] = {"lead_only", "牵头填报", "lead only"},
    [ROLLUP_WEIGHTED_MEAN] = {"weighted_mean", "加权平均", "weighted mean"},
    [ROLLUP_RATIO] = {"ratio", "比率", "ratio"},
    [ROLLUP_MIN] = {"min", "最小", "min"},
    [ROLLUP_MAX] = {"max", "最大", "max"},
    [ROLLUP_ALL_OF] = {"all_of", "全部达标", "all of"},
};

static const name_row vintages[VINTAGE_COUNT] = {
    [VINTAGE_NONE] = {"", "", ""},
    [VINTAGE_PRELIMINARY] = {"preliminary", "初步", "preliminary"},
    [VINTAGE_REVISED] = {"revised", "修订", "revised"},
    [VINTAGE_FINAL] = {"final", "最终核实", "final"},
};

static const name_row visibilities[VISIBILITY_COUNT] = {
    [VISIBILITY_PUBLIC] = {"public", "公开", "public"},
    [VISIBILITY_INTERNAL] = {"internal", "内部", "internal"},
    [VISIBILITY_RESTRICTED] = {"restricted", "限制", "restricted"},
    [VISIBILITY_OFFLINE] = {"offline", "线下报送", "offline"},
};

static const name_row shapes[PLAN_SHAPE_COUNT] = {
    [PLAN_SHAPE_NONE] = {"", "", ""},
    [PLAN_SHAPE_ANNUAL] = {"annual", "年度任务", "annual tasks"},
    [PLAN_SHAPE_LIVELIHOOD] = {"livelihood", "民生实事", "livelihood list"},
    [PLAN_SHAPE_POLICY] = {"policy", "拟制发政策", "policy list"},
    [PLAN_SHAPE_PROJECT] = {"project", "重点项目", "project list"},
    [PLAN_SHAPE_REFORM] = {"reform", "改革任务", "reform list"},
};

static const name_row stages[STAGE_COUNT] = {
    [STAGE_NONE] = {"", "", ""},
    [STAGE_RESERVED] = {"reserved", "储备", "reserved"},
    [STAGE_PLANNED] = {"planned", "谋划", "planned"},
    [STAGE_STARTED] = {"started", "开工", "started"},
    [STAGE_IN_STATISTICS] = {"in_statistics", "入统", "in statistics"},
    [STAGE_IN_PRODUCTION] = {"in_production", "投产", "in production"},
};

static const name_row rights[RIGHT_COUNT] = {
    [RIGHT_NONE] = {"", "", ""},
    [RIGHT_OFFICE] = {"office", "本单位", "office"},
    [RIGHT_BOARD] = {"board", "全部台账", "board"},
    [RIGHT_JOURNAL] = {"journal", "全部记录", "journal"},
};

static const name_row office_acts[OFFICE_ACT_COUNT] = {
    [OFFICE_ACT_NONE] = {"", "", ""},
    [OFFICE_RENAMED] = {"renamed", "更名", "renamed"},
    [OFFICE_MOVED] = {"moved", "调整隶属", "moved"},
    [OFFICE_ENDED] = {"ended", "撤并", "ended"},
};

static const name_row relations[RELATION_COUNT] = {
    [RELATION_NONE] = {"", "", ""},
    [BY_CITY] = {"city", "市政府办公室", "city office"},
    [BY_LEAD] = {"lead", "第一牵头单位", "first lead"},
    [BY_FURTHER_LEAD] = {"further_lead", "其他牵头单位", "further lead"},
    [BY_OWNER] = {"owner", "事项所属单位", "owner"},
    [BY_FILLER] = {"filler", "代报单位", "filler"},
    [BY_PARENT] = {"parent", "上级单位", "parent"},
    [BY_ADDRESSEE] = {"addressee", "收文单位", "addressee"},
    [BY_OPENER] = {"opener", "发起单位", "opener"},
    [BY_RESPONSIBLE] = {"responsible", "责任单位", "responsible"},
    [BY_ANYONE] = {"anyone", "任何单位", "anyone"},
};

static const name_row needs[NEED_COUNT] = {
    [NEED_NONE] = {"", "", ""},
    [NEED_TEXT] = {"text", "正文", "text"},
    [NEED_EVIDENCE] = {"evidence", "佐证", "evidence"},
    [NEED_DOCUMENT] = {"document", "文号", "document number"},
    [NEED_LIMIT] = {"limit", "时限", "limit"},
    [NEED_DAY] = {"day", "日期", "day"},
    [NEED_TASK] = {"task", "任务", "task"},
    [NEED_OFFICE] = {"office", "单位", "office"},
    [NEED_AUTHORITY] = {"authority", "决定机关", "authority"},
    [NEED_INDEX] = {"index", "序号", "index"},
    [NEED_REFERS] = {"refers", "所指文书", "refers"},
};

static const name_row effects[EFFECT_COUNT] = {
    [EFFECT_NONE] = {"", "", ""},
    [EFFECT_EXTEND] = {"extend", "延期", "extend"},
    [EFFECT_EXEMPT] = {"exempt", "核减", "exempt"},
    [EFFECT_FIND] = {"find", "认定问题", "find"},
    [EFFECT_REVERSE] = {"reverse", "撤销认定", "reverse"},
    [EFFECT_CLOSE] = {"close", "办结销号", "close"},
    [EFFECT_REOPEN] = {"reopen", "重新开启", "reopen"},
    [EFFECT_FULFIL] = {"fulfil", "视同完成", "fulfil"},
    [EFFECT_TOLERATE] = {"tolerate", "容错免责", "tolerate"},
};

static const name_row severities[SEVERITY_COUNT] = {
    [SEVERITY_NONE] = {"", "", ""},
    [SEVERITY_ERROR] = {"error", "错误", "error"},
    [SEVERITY_WARNING] = {"warning", "警告", "warning"},
    [SEVERITY_NOTE] = {"note", "提示", "note"},
};

static const name_row checks[TEST_COUNT] = {
    [TEST_NONE] = {"", "", ""},
    [TEST_RANGE] = {"range", "取值范围", "range"},
    [TEST_NOT_FALLING] = {"not_falling", "累计不减", "not falling"},
    [TEST_NOT_NEGATIVE] = {"not_negative", "不为负", "not negative"},
    [TEST_CHANGE] = {"change", "比上期变动", "change"},
    [TEST_BOTH_OR_NEITHER] = {"both_or_neither", "同报同缺", "both or neither"},
    [TEST_EXCLUSIVE] = {"exclusive", "互斥", "exclusive"},
    [TEST_NOT_ABOVE] = {"not_above", "不大于", "not above"},
    [TEST_WITH_EVIDENCE] = {"with_evidence", "须附佐证", "with evidence"},
};

static const name_row answers[ANSWER_COUNT] = {
    [ANSWER_NONE] = {"", "", ""},
    [ANSWER_CONFIRMED] = {"confirmed", "已确认", "confirmed"},
    [ANSWER_OBJECTED] = {"objected", "有异议", "objected"},
};

static const name_row duties[DUTY_WHY_COUNT] = {
    [DUTY_NONE] = {"", "", ""},
    [DUTY_CALLED_IN] = {"called_in", "调度", "called in"},
    [DUTY_TAKEN_OVER] = {"taken_over", "承接", "taken over"},
    [DUTY_ENDED] = {"ended", "已终止", "ended"},
};

static const name_row tables[TABLE_COUNT] = {
    [TABLE_NONE] = {"", "", ""},
    [TABLE_LIGHTS] = {"lights", "亮灯规则表", "light table"},
    [TABLE_FORMS] = {"forms", "办理规则表", "table of papers"},
    [TABLE_CHECKS] = {"checks", "校验规则表", "table of checks"},
    [TABLE_WEIGHTS] = {"weights", "权重表", "table of weights"},
    [TABLE_ROLES] = {"roles", "权限表", "table of roles"},
};

static const name_row bases[BASIS_COUNT] = {
    [BASIS_REPORTED] = {"reported", "填报口径", "reported"},
    [BASIS_ACCEPTED] = {"accepted", "审核口径", "accepted"},
    [BASIS_VERIFIED] = {"verified", "核实口径", "verified"},
};

#define ROWS_N(rows) (sizeof(rows) / sizeof((rows)[0]))

typedef struct name_set {
    const name_row *rows;
    size_t n;
} name_set;

#define SET(rows)                                                                        \
    { rows, ROWS_N(rows) }

static const name_set sets[TEXT_SETS_N] = {
    [TEXT_EVENT_KIND] = SET(event_kinds),
    [TEXT_GRADE] = SET(grades),
    [TEXT_OFFICE_KIND] = SET(office_kinds),
    [TEXT_TASK_KIND] = SET(task_kinds),
    [TEXT_COMPARATOR] = SET(comparators),
    [TEXT_NATURE] = SET(natures),
    [TEXT_STRENGTH] = SET(strengths),
    [TEXT_ROLLUP] = SET(rollups),
    [TEXT_VINTAGE] = SET(vintages),
    [TEXT_VISIBILITY] = SET(visibilities),
    [TEXT_SHAPE] = SET(shapes),
    [TEXT_STAGE] = SET(stages),
    [TEXT_OFFICE_ACT] = SET(office_acts),
    [TEXT_RELATION] = SET(relations),
    [TEXT_NEED] = SET(needs),
    [TEXT_EFFECT] = SET(effects),
    [TEXT_SEVERITY] = SET(severities),
    [TEXT_CHECK] = SET(checks),
    [TEXT_ANSWER] = SET(answers),
    [TEXT_DUTY] = SET(duties),
    [TEXT_TABLE] = SET(tables),
    [TEXT_BASIS] = SET(bases),
    [TEXT_RIGHT] = SET(rights),
};

static const char *pick(const name_row *rows, size_t n, unsigned value, duban_lang lang) {
    if (value >= n || !rows[value].zh) return "";
    return lang == DUBAN_ZH ? rows[value].zh : rows[value].en;
}

static const char *code_of(const name_row *rows, size_t n, unsigned value) {
    return value < n && rows[value].code ? rows[value].code : "";
}

static unsigned read_any(const name_row *rows, size_t n, const char *text) {
    for (unsigned i = 1; i < n; i++) {
        const name_row *row = &rows[i];
        if (!row->code) continue;
        if (strcmp(row->zh, text) == 0 || strcasecmp(row->code, text) == 0 ||
            strcasecmp(row->en, text) == 0)
            return i;
    }
    return 0;
}

const char *text_grade(grade value, duban_lang lang) {
    return pick(grades, ROWS_N(grades), value, lang);
}
const char *text_grade_code(grade value) {
    return code_of(grades, ROWS_N(grades), value);
}
const char *text_cause(cause value, duban_lang lang) {
    return pick(causes, ROWS_N(causes), value, lang);
}
const char *text_cause_code(cause value) {
    return code_of(causes, ROWS_N(causes), value);
}
const char *text_item_state(item_state value, duban_lang lang) {
    return pick(item_states, ROWS_N(item_states), value, lang);
}
const char *text_item_state_code(item_state value) {
    return code_of(item_states, ROWS_N(item_states), value);
}
const char *text_timetable_state(timetable_state value, duban_lang lang) {
    return pick(timetable_states, ROWS_N(timetable_states), value, lang);
}
const char *text_office_kind(office_kind value, duban_lang lang) {
    return pick(office_kinds, ROWS_N(office_kinds), value, lang);
}
const char *text_office_kind_code(office_kind value) {
    return code_of(office_kinds, ROWS_N(office_kinds), value);
}
const char *text_task_kind(task_kind value, duban_lang lang) {
    return pick(task_kinds, ROWS_N(task_kinds), value, lang);
}
const char *text_comparator(comparator value, duban_lang lang) {
    return pick(comparators, ROWS_N(comparators), value, lang);
}
const char *text_comparator_code(comparator value) {
    return code_of(comparators, ROWS_N(comparators), value);
}
const char *text_nature_code(nature value) {
    return code_of(natures, ROWS_N(natures), value);
}
const char *text_event_kind_code(event_kind value) {
    return code_of(event_kinds, ROWS_N(event_kinds), value);
}
const char *text_event_kind(event_kind value, duban_lang lang) {
    return pick(event_kinds, ROWS_N(event_kinds), value, lang);
}

const char *text_profile(profile value, duban_lang lang) {
    return pick(profiles, ROWS_N(profiles), value, lang);
}
const char *text_cycle(period_kind value, duban_lang lang) {
    return pick(cycles, ROWS_N(cycles), value, lang);
}

const char *text_margin_unit(nature value, duban_lang lang) {
    bool zh = lang == DUBAN_ZH;
    switch (value) {
    case NATURE_CUMULATIVE:
    case NATURE_RATE: return zh ? "个百分点" : " points";
    case NATURE_LEVEL: return "%";
    case NATURE_RANK: return zh ? "位" : " places";
    default: return "";
    }
}

grade text_read_grade(const char *text) {
    return (grade)read_any(grades, ROWS_N(grades), text);
}
cause text_read_cause(const char *text) {
    return (cause)read_any(causes, ROWS_N(causes), text);
}
office_kind text_read_office_kind(const char *text) {
    return (office_kind)read_any(office_kinds, ROWS_N(office_kinds), text);
}
nature text_read_nature(const char *text) {
    return (nature)read_any(natures, ROWS_N(natures), text);
}
profile text_read_profile(const char *text) {
    return (profile)read_any(profiles, ROWS_N(profiles), text);
}
period_kind text_read_cycle(const char *text) {
    return (period_kind)read_any(cycles, ROWS_N(cycles), text);
}

bool text_read_yes(const char *text) {
    static const char *const yes[] = {"是", "yes", "true", "1", "y"};
    for (size_t i = 0; i < ROWS_N(yes); i++)
        if (strcasecmp(text, yes[i]) == 0) return true;
    return false;
}

const char *text_word(word_set set, unsigned value, duban_lang lang) {
    return pick(sets[set].rows, sets[set].n, value, lang);
}

const char *text_code(word_set set, unsigned value) {
    return code_of(sets[set].rows, sets[set].n, value);
}

bool text_read(word_set set, const char *text, unsigned *out) {
    const name_row *rows = sets[set].rows;
    bool zero = !*text || (*rows[0].zh && (strcmp(rows[0].zh, text) == 0 ||
                                           strcasecmp(rows[0].code, text) == 0));
    unsigned found = zero ? 0 : read_any(rows, sets[set].n, text);
    if (!zero && !found) return false;
    *out = found;
    return true;
}

const char *text_list(word_set set, duban_lang lang, char out[TEXT_LIST_SIZE]) {
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < sets[set].n; i++) {
        const char *word = text_word(set, i, lang), *gap = used ? "/" : "";
        if (!*word) continue;
        if (used + strlen(word) + 2 > TEXT_LIST_SIZE) break;
        used += (size_t)snprintf(out + used, TEXT_LIST_SIZE - used, "%s%s", gap, word);
    }
    return out;
}
