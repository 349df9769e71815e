#include "client/cli/commands.h"

#include "client/cli/help.h"

#define PLAN_OPTION                                                                      \
    {                                                                                    \
        "plan", "CODE", "台账代码，缺省为最新发布的台账",                                \
            "plan code; default the newest one"                                          \
    }
#define NOTE_OPTIONS                                                                     \
    {"reason", "TEXT", "理由", "the reason"}, {                                          \
        "reason-file", "FILE", "理由所在文件", "file that holds the reason"              \
    }
#define END                                                                              \
    { NULL, NULL, NULL, NULL }

#define NEW_KEY_OPTIONS                                                                  \
    {"passphrase", NULL, "用口令加密密钥", "seal the key with a passphrase"}, {          \
        "algorithm", "NAME", "ed25519（缺省）或 sm2", "ed25519 (default) or sm2"         \
    }
#define FINGERPRINT_OPTION                                                               \
    {                                                                                    \
        "fingerprint", "TEXT", "电话或登记单核对的指纹，不符则拒绝",                     \
            "what was compared by telephone or slip; refused when it differs"            \
    }

const option_def cli_global_options[] = {
    {"passphrase-file", "FILE", "密钥口令所在文件（或 DUBAN_PASSPHRASE）",
     "file with the key's passphrase (or DUBAN_PASSPHRASE)"},
    {"home", "DIR", "本单位的密钥、配置与发件箱目录（缺省 ~/.duban）",
     "this office's key, config and outbox (default ~/.duban)"},
    {"broker", "URL", "服务的命令地址", "command address of the broker"},
    {"feed", "URL", "服务的订阅地址", "feed address of the broker"},
    {"lang", "zh|en", "语言", "language"},
    {"json", NULL, "以 JSON 输出", "print JSON"},
    {"quiet", NULL, "少说话", "say less"},
    {"no-color", NULL, "不用颜色", "no colour"},
    {"help", NULL, "本命令的说明", "help on this command"},
    END,
};

static const option_def init_options[] = {
    {"city", NULL, "同时建立新台账，本单位为市政府办公室",
     "also found a new journal; this home becomes the city office"},
    {"data", "DIR", "新台账的数据目录", "data folder of the new journal"},
    {"origin", "NAME", "新台账的名称，如 duban.example/2023",
     "name of the new journal, such as duban.example/2023"},
    {"name", "TEXT", "市政府办公室的名称", "name of the city office"},
    {"code", "CODE", "市政府办公室的代码", "code of the city office"},
    {"log", "VKEY", "台账的公钥，由市政府办公室提供",
     "the journal's key, as the city office hands it out"},
    {"drill", "MOMENT", "演练台账，从该时刻开始", "a drill that begins at that moment"},
    NEW_KEY_OPTIONS,
    END,
};

static const option_def whoami_options[] = {
    {"letter", NULL, "打印密钥登记单，供签字盖章",
     "print an enrolment slip to be signed and sealed"},
    END,
};

static const option_def key_new_options[] = {
    NEW_KEY_OPTIONS,
    END,
};

static const option_def key_file_options[] = {
    {"file", "FILE", "密钥文件，缺省为本单位的", "the key file (default: this home's)"},
    END,
};

static const option_def office_list_options[] = {
    {"keys", NULL, "列出每把密钥及其指纹", "every key with its fingerprint"},
    END,
};

static const option_def office_rotate_options[] = {
    {"key", "KEY", "新公钥（duban whoami 所示）或其文件",
     "the new public key as `duban whoami` shows it, or its file"},
    {"number", "N", "要更换的密钥编号，单位有多把密钥时必填",
     "number of the key it replaces, where the office has several"},
    FINGERPRINT_OPTION,
    END,
};

static const option_def pki_use_options[] = {
    {"name", "HOST", "服务证书上的名称，与地址不同时才需要",
     "the broker's name in its certificate, where it differs from the URL's"},
    END,
};

/* Its key's passphrase is that of --passphrase-file, as for every other key. */
#define PKI_OPTIONS                                                                      \
    { "dir", "DIR", "签发目录，缺省 pki", "the authority's folder (default pki)" }

static const option_def pki_init_options[] = {
    PKI_OPTIONS,
    {"name", "TEXT", "签发者名称", "the authority's name"},
    {"days", "N", "有效天数，缺省 3650", "days it lasts (default 3650)"},
    END,
};

static const option_def pki_issue_options[] = {
    PKI_OPTIONS,
    {"office", "CODE", "单位代码", "for the office of that code"},
    {"server", NULL, "服务（duband）的证书", "for the broker"},
    {"dns", "NAME", "服务的域名，可多次", "a name of the broker, may be repeated"},
    {"ip", "ADDRESS", "服务的 IP 地址，可多次",
     "an address of the broker, may be repeated"},
    {"days", "N", "有效天数，缺省 730", "days it lasts (default 730)"},
    {"from", "DAY", "生效日，缺省今天", "first day (default today)"},
    {"out", "DIR", "写到此目录", "folder to write to"},
    END,
};

static const option_def pki_options[] = {PKI_OPTIONS, END};

static const option_def office_enroll_options[] = {
    {"keys", "DIR", "公钥目录，每个单位一个“代码.pub”", "folder of CODE.pub public keys"},
    {"code", "CODE", "单位代码", "office code"},
    {"name", "TEXT", "单位全称", "full name"},
    {"kind", "KIND", "单位类别，如 县区、部门", "kind, such as county or department"},
    {"key", "KEY", "公钥（duban whoami 所示）", "public key as `duban whoami` shows it"},
    FINGERPRINT_OPTION,
    END,
};

static const option_def office_revoke_options[] = {
    {"number", "N", "密钥编号", "key number"},
    FINGERPRINT_OPTION,
    END,
};

static const option_def plan_import_options[] = {
    {"o", "FILE", "写入的文件", "file to write"},
    END,
};

static const option_def plan_publish_options[] = {
    {"code", "CODE", "台账代码，如 2023", "plan code, such as 2023"},
    {"title", "TEXT", "台账名称", "title"},
    {"first", "DAY", "起始日", "first day"},
    {"last", "DAY", "截止日", "last day"},
    {"cycle", "KIND", "调度周期：日、旬、月、1—2月、季（缺省）、半年、前三季度、年",
     "rounds: day, xun, month, first_two, quarter (default), half, three_quarters, year"},
    {"window", "A:B", "填报窗口的工作日，缺省 1:10",
     "window in working days, default 1:10"},
    {"splits", "FILE", "分解任务表", "table of splits"},
    {"lights", "FILE", "亮灯规则表，缺省用随附的缺省表",
     "light table; default the one that comes with Duban"},
    {"zones-inside", NULL, "开发区的数已含在所在县区内",
     "zones are counted inside their counties"},
    {"shape", "SHAPE", "台账类型：年度任务、民生实事、拟制发政策、重点项目、改革任务",
     "annual, livelihood, policy, project or reform"},
    {"locks", NULL, "窗口过后锁定，逐项解锁",
     "lock after the window; items are unlocked"},
    {"review-days", "N", "审核时限（工作日）", "working days to review a report"},
    {"two-persons", NULL, "填报人与签发人须为两人", "filler and signer are two persons"},
    {"cutoff-days", "N", "数据截止在期末前几日",
     "figures are cut off so many days before the period's end"},
    {"accept-doubts", NULL, "存疑栏不空也发布", "publish although doubts are left"},
    END,
};

static const option_def plan_check_options[] = {
    {"splits", "FILE", "分解任务表", "table of splits"},
    {"offices", "FILE", "单位表，尚未登记单位时用",
     "table of offices, before they are enrolled"},
    END,
};

static const option_def plan_options[] = {PLAN_OPTION, END};

static const option_def timetable_file_options[] = {
    PLAN_OPTION,
    {"task", "NO", "只取表中该任务", "only this task of the table"},
    {"responsible", "FILE", "责任人姓名所在文件（作为正文，不入记录）",
     "file naming the responsible person (kept as a body)"},
    END,
};

static const option_def timetable_review_options[] = {
    PLAN_OPTION,
    {"task", "NO", "任务号；缺省为所有待审", "task number; default all that wait"},
    NOTE_OPTIONS,
    END,
};

static const option_def due_options[] = {
    PLAN_OPTION,
    {"period", "PERIOD", "报告期，缺省为当前一期", "period; default the current round"},
    {"office", "CODE", "单位，缺省为本单位", "office; default this one"},
    {"mine", "CODE", "只列分办给该代码的", "only what is assigned to this code"},
    {"all", NULL, "已报的也列出", "list what is reported too"},
    {"sheet", "FILE", "写出待填表格", "write a sheet to fill in"},
    END,
};

static const option_def submit_options[] = {
    PLAN_OPTION,
    {"task", "NO", "任务号", "task number"},
    {"office", "CODE", "代哪个单位报送", "on behalf of which office"},
    {"period", "PERIOD", "报告期，如 2023Q2", "period, such as 2023Q2"},
    {"metric", "M", "指标：M1 或名称", "metric: M1 or its label"},
    {"ytd", "N", "累计值", "value to date"},
    {"add", "N", "当期值", "this period's value"},
    {"value", "N", "时点、增速、位次的值", "value of a level, rate or rank"},
    {"denominator", "N", "比率的分母", "denominator of a ratio"},
    {"vintage", "WORD", "数据版次：初步、修订、最终核实",
     "preliminary, revised or final"},
    {"comment", "TEXT", "数值说明（校验提醒时须填）",
     "a comment on the value, where a check warns"},
    {"unit", "UNIT", "计量单位，缺省同指标", "unit; default the metric's"},
    {"data-date", "DAY", "数据截止日", "data date"},
    {"node", "N", "时间节点编号", "node"},
    {"done", "DAY", "节点完成日", "day the node was done"},
    {"note", "TEXT", "进展情况", "progress in words"},
    {"problem", "TEXT", "存在问题", "problems"},
    {"next", "TEXT", "下步措施", "next steps"},
    {"no-change", NULL, "本期无变化", "nothing changed"},
    {"nil", "TEXT", "零报告及理由", "a nil report and why"},
    {"evidence", "FILE", "佐证材料，可多次", "evidence, may be repeated"},
    {"supersedes", "INDEX", "更正哪一序号", "index that this corrects"},
    {"reason", "TEXT", "更正理由", "why it is corrected"},
    {"filler", "CODE", "填报人代码（不写姓名），缺省见配置",
     "code of who filled it in, no name; default the config's"},
    {"reviewer", "CODE", "审核人代码", "code of who reviewed it"},
    {"signer", "CODE", "签发人代码", "code of who signed it"},
    {"partial", NULL, "表中有错行时仍报送其余行",
     "send the good rows of a sheet with bad ones"},
    {"offline", NULL, "只签名入队，不发送", "only sign and queue"},
    END,
};

static const option_def outbox_options[] = {
    {"wait", NULL, "一直等到都有回音", "wait until everything is answered"},
    {"timeout", "SECONDS", "最多等多久，缺省 60", "how long to wait, default 60"},
    {"all", NULL, "已办结的也列出", "list what is settled too"},
    END,
};

static const option_def correct_options[] = {
    PLAN_OPTION,
    {"task", "NO", "任务号，序号中有多行时用",
     "task, when the submission has several lines"},
    {"metric", "M", "指标", "metric"},
    {"ytd", "N", "累计值", "value to date"},
    {"add", "N", "当期值", "this period's value"},
    {"value", "N", "时点、增速、位次的值", "value of a level, rate or rank"},
    {"data-date", "DAY", "数据截止日", "data date"},
    {"denominator", "N", "比率的分母", "denominator of a ratio"},
    {"vintage", "WORD", "数据版次", "preliminary, revised or final"},
    {"comment", "TEXT", "数值说明", "a comment on the value"},
    {"filler", "CODE", "填报人代码", "code of who filled it in"},
    {"reviewer", "CODE", "审核人代码", "code of who reviewed it"},
    {"signer", "CODE", "签发人代码", "code of who signed it"},
    NOTE_OPTIONS,
    END,
};

#define REVIEW_FILTERS                                                                   \
    PLAN_OPTION, {"task", "NO", "任务号", "task number"},                                \
        {"office", "CODE", "单位", "office"}, {                                          \
        "period", "PERIOD", "报告期", "period"                                           \
    }

static const option_def review_list_options[] = {REVIEW_FILTERS, END};

static const option_def review_options[] = {REVIEW_FILTERS, NOTE_OPTIONS, END};

static const option_def board_options[] = {
    PLAN_OPTION,
    {"by", "VIEW", "task、county、office、leader、chapter、tag",
     "task, county, office, leader, chapter or tag"},
    {"as-of", "WHEN", "某一时刻或序号", "a moment or an index"},
    {"day", "DAY", "按该日计算窗口、期限与亮灯",
     "evaluate windows, dues and lights on a day"},
    {"basis", "BASIS", "口径：reported、accepted、verified",
     "reported, accepted or verified figures"},
    {"grade", "GRADE", "只列该灯色", "only this grade"},
    {"tag", "TAG", "只列带该标签的任务；不指定台账时跨各台账",
     "only tasks with that tag; of every plan where none is named"},
    END,
};

static const option_def watch_options[] = {
    PLAN_OPTION,
    {"until", "INDEX", "到该序号为止，打印看板后结束", "print the board there and end"},
    {"by", "VIEW", "看板的分法", "how the board is arranged"},
    {"fresh", NULL, "不接着上次的游标", "do not go on from the saved cursor"},
    END,
};

static const option_def replay_options[] = {
    PLAN_OPTION,
    {"from", "WHEN", "从何时或何序号", "from a moment or an index"},
    {"to", "WHEN", "到何时或何序号", "to a moment or an index"},
    {"speed", "N", "每秒多少天，缺省尽快", "days a second; default as fast as it goes"},
    {"by", "VIEW", "看板的分法", "how the board is arranged"},
    END,
};

static const option_def diff_options[] = {
    PLAN_OPTION,
    {"task", "NO", "只看一项任务", "one task only"},
    {"all", NULL, "连同由此推出的进度", "with the paces that follow from it"},
    END,
};

static const option_def history_options[] = {
    {"office", "OFFICE", "单位代码或全称，缺省为本单位",
     "office code or full name; default this one"},
    {"from", "INDEX", "从该序号起", "from that index on"},
    {"to", "INDEX", "到该序号为止", "up to that index"},
    END,
};

static const option_def export_options[] = {
    PLAN_OPTION,
    {"format", "csv|xlsx|json", "格式，缺省 csv", "form, default csv"},
    {"o", "FILE", "写入的文件，缺省为标准输出", "file to write, default standard output"},
    {"as-of", "MOMENT|INDEX", "该时刻或该序号时的样子", "as of that moment or index"},
    END,
};

static const option_def audit_fetch_options[] = {
    {"data", "DIR", "服务的数据目录（已停或在运行，只读）",
     "a broker's data folder, stopped or running, read only"},
    {"key", "VKEY", "台账的公钥（VKEY 文字）", "the journal's verifier key, as text"},
    {"purpose", "TEXT", "查阅事由，记入台账", "why it is read; goes into the journal"},
    END,
};

static const option_def audit_verify_options[] = {
    {"key", "VKEY", "台账的公钥（VKEY 文字），须自行取得",
     "the journal's verifier key, as text, from elsewhere"},
    {"receipt", "FILE|DIR", "应在其中的回执或回执目录，可多次",
     "a receipt to find, or a folder of them, may be repeated"},
    {"witness", "VKEY", "见证方的公钥，可多次", "a witness's key, may be repeated"},
    {"witnesses", "N", "至少几个见证，缺省全部",
     "how many must have signed, default all"},
    {"report", "FILE", "核验结果另存为文件", "the page as a file, too"},
    END,
};

static const option_def page_prove_options[] = {
    {"as-of", "WHEN", "某一时刻或序号", "a moment or an index"},
    {"o", "FILE", "写入的文件", "file to write"},
    END,
};

static const option_def page_verify_options[] = {
    {"key", "VKEY", "台账的公钥（VKEY 文字）", "the journal's verifier key, as text"},
    END,
};

#define PAPER_SAID                                                                       \
    PLAN_OPTION, {"form", "CODE", "哪一种文书", "which form"},                           \
        {"task", "NO", "任务号，可多次", "task number, may be repeated"},                \
        {"office", "CODE", "收文单位，可多次", "addressee, may be repeated"},            \
        {"title", "TEXT", "事由，缺省为任务名", "title; default the task's"},            \
        {"text", "TEXT", "正文", "the words"},                                           \
        {"text-file", "FILE", "正文所在文件", "file that holds the words"},              \
        {"document", "NO", "文号", "document number"},                                   \
        {"authority", "POST", "决定机关或职务", "who decided, a post or body"},          \
        {"limit", "DAY|N", "时限：日期，或几个工作日", "limit: a day, or working days"}, \
        {"day", "DAY", "日期", "the day it speaks of"},                                  \
        {"index", "INDEX|head", "所依据的序号", "index it speaks of"},                   \
        {"refers", "NUMBER", "所指文书的编号", "another paper"}, {                       \
        "evidence", "FILE", "佐证材料，可多次", "evidence, may be repeated"              \
    }

static const option_def paper_options[] = {PAPER_SAID, END};

static const option_def paper_list_options[] = {
    PLAN_OPTION,
    {"form", "FORM", "只列该文种，如 slip、约谈", "only this form, such as slip or talk"},
    {"open", NULL, "只列未办结的", "only those open"},
    {"overdue", NULL, "只列逾期的", "only those past their limit"},
    {"waiting", NULL, "只列等本单位办的", "only those that wait for this office"},
    {"office", "CODE", "只列该单位收或发的", "only to or from this office"},
    {"task", "NO", "只列该任务的", "only of this task"},
    {"period", "PERIOD", "只列该期的", "only of this period"},
    {"none", NULL, "列没有这种文书的牵头单位", "lead offices that have none"},
    END,
};

static const option_def reminders_options[] = {
    PLAN_OPTION,
    {"all", NULL, "各单位的都列", "of every office"},
    {"office", "CODE", "只列该单位的", "of this office"},
    {"mine", "CODE", "只列分办给该代码的", "only what is assigned to this code"},
    {"days", "N", "几个工作日内到期算临近，缺省 5",
     "due soon within so many working days, default 5"},
    {"watch", NULL, "一直看着，有新的就说", "stay and tell what is new"},
    END,
};

static const option_def rank_options[] = {
    PLAN_OPTION,
    {"as-of", "MOMENT|INDEX", "该时刻或该序号时的排名", "as of that moment or index"},
    {"before", "MOMENT|INDEX", "与该时刻的名次相比", "compare with the ranks of then"},
    {"office", "OFFICE", "列出该单位的计分项", "the parts of that office's score"},
    END,
};

static const option_def lights_show_options[] = {
    PLAN_OPTION,
    {"o", "FILE", "写入的文件，缺省为标准输出", "file to write, default standard output"},
    END,
};

static const option_def table_file_options[] = {
    {"o", "FILE", "写入的文件，缺省为标准输出", "file to write, default standard output"},
    END,
};

static const option_def data_options[] = {
    {"data", "DIR", "已停服务的数据目录", "data folder of a stopped broker"},
    {"trace", NULL, "逐条列出每条记录引起的变化", "list what each entry brought about"},
    END,
};

static const option_def sample_options[] = {
    {"dir", "DIR", "示例城市的密钥与目录", "folder for the sample offices' homes"},
    {"source", "DIR", "示例数据所在目录", "folder of the sample's tables"},
    {"seed", "N", "随机种子，缺省 2023", "seed, default 2023"},
    {"until", "DAY", "生成到哪一天", "last day to generate"},
    {"speed", "N", "每秒多少天，缺省尽快", "days a second; default as fast as it goes"},
    PLAN_OPTION,
    END,
};

static const option_def bench_options[] = {
    {"seconds", "N", "每项测多久", "seconds for each figure"},
    {"clients", "N", "同时在途的请求", "requests in flight"},
    {"duband", "FILE", "duband 程序", "the duband program"},
    {"dir", "DIR", "临时目录所在", "where temporary folders go"},
    {"readers", "N", "订阅者个数", "how many readers"},
    {"entries", "N", "记录条数", "how many entries"},
    END,
};

#define DAY_OPTION                                                                       \
    { "day", "DAY", "自何日起", "from which day" }
#define DOCUMENT_OPTION                                                                  \
    { "document", "NO", "文号", "document number" }

static const option_def plan_amend_options[] = {
    DAY_OPTION,
    {"approver", "POST", "批准人职务或机关", "post or body that approved"},
    DOCUMENT_OPTION,
    {"title", "TEXT", "事项", "title"},
    {"lead", "A,B", "牵头单位，第一个汇总", "leads; the first collates"},
    {"responsible", "A,B", "责任单位", "responsible offices"},
    {"deadline", "[M1=]DAY", "期限，可只改一个指标", "deadline, of the task or a metric"},
    {"target", "M1=N", "目标值，可多次", "target, may be repeated"},
    {"target-max", "M1=N", "区间上限，可多次", "upper end of a range, may be repeated"},
    {"stretch", "M1=N", "力争值，可多次", "what is striven for, may be repeated"},
    {"visibility", "WORD", "公开、内部、限制、线下报送",
     "public, internal, restricted or offline"},
    {"asked-by", "TEXT", "依据", "the document that asked for it"},
    {"splits", "FILE", "按表调整时的分解任务表", "table of splits, beside a sheet"},
    {"yes", NULL, "按表调整时确认发出", "send what a sheet changes"},
    NOTE_OPTIONS,
    END,
};

static const option_def plan_carry_options[] = {
    {"splits", "FILE", "同时写出分解任务表", "write the table of splits too"},
    END,
};

static const option_def split_options[] = {
    DAY_OPTION,
    {"complete", NULL, "已分解到位，合计须达到目标",
     "the splits make up the whole target"},
    {"weight", "OFFICE=N", "加权平均的权数，可多次", "weight of a mean, may be repeated"},
    {"opening", "OFFICE=N", "该单位期初值，可多次",
     "an office's opening value, may be repeated"},
    NOTE_OPTIONS,
    END,
};

static const option_def callin_options[] = {
    DAY_OPTION,
    {"end", NULL, "自该日起不再调度", "no longer called in from that day on"},
    NOTE_OPTIONS,
    END,
};

static const option_def fill_for_options[] = {
    {"by", "OFFICE", "由哪个单位代报", "the office that fills it"},
    {"source", NULL, "该单位是数据来源单位", "it is the source of these figures"},
    {"stop", NULL, "改回由本单位填报", "the office fills it itself again"},
    END,
};

static const option_def reason_options[] = {NOTE_OPTIONS, END};

static const option_def assign_options[] = {
    {"day", "DAY", "内部时限", "internal limit"},
    {"nobody", NULL, "撤销分办", "nobody any more"},
    END,
};

static const option_def office_change_options[] = {DAY_OPTION, DOCUMENT_OPTION,
                                                   NOTE_OPTIONS, END};

static const option_def office_end_options[] = {
    DAY_OPTION,
    {"into", "A,B", "承接单位，第一个接续事项", "successors; the first takes over"},
    DOCUMENT_OPTION,
    NOTE_OPTIONS,
    END,
};

static const option_def post_add_options[] = {
    {"from", "DAY", "任职起", "from which day"},
    {"until", "DAY", "任职止", "until which day"},
    {"holder", "NAME", "任职人姓名（作为正文，不入记录）",
     "the holder's name (kept as a body)"},
    END,
};

static const option_def day_options[] = {DAY_OPTION, END};

static const option_def unlock_options[] = {
    {"until", "DAY", "开放到何日", "open until"},
    {"for", "CODE", "为何人开放（代码，不写姓名）", "for whom: a code, no name"},
    NOTE_OPTIONS,
    END,
};

static const option_def light_set_options[] = {
    {"grade", "GRADE", "灯色", "the grade"},
    {"until", "DAY", "到何日为止", "until which day"},
    NOTE_OPTIONS,
    END,
};

static const option_def verify_options[] = {
    {"text", "TEXT", "核实说明", "what was found"},
    DOCUMENT_OPTION,
    END,
};

#define PROJECT_OPTIONS                                                                  \
    {"office", "OFFICE", "责任单位", "whose project it is"},                             \
        {"unit", "UNIT", "投资额单位，如 亿元", "unit of the amounts, such as 亿元"},    \
        {"total", "N", "总投资", "investment in all"},                                   \
        {"annual", "N", "年度计划投资", "planned this year"},                            \
        {"gate", "STAGE=DAY", "某阶段的时限，可多次",                                    \
         "day by which a stage is due, may be repeated"},                                \
        {"stage", "STAGE", "已到阶段", "stage reached"},                                 \
        {"stage-day", "DAY", "到达之日", "the day it was reached"},                      \
        {"invested", "N", "本年完成投资", "invested this year"},                         \
        {"data-date", "DAY", "数据截止日", "data date"}, {                               \
        "text", "TEXT", "说明", "in words"                                               \
    }

static const option_def project_add_options[] = {PROJECT_OPTIONS, END};

static const option_def project_update_options[] = {
    {"title", "TEXT", "项目名称", "title"}, PROJECT_OPTIONS, END};

static const option_def lights_options[] = {
    PLAN_OPTION,
    {"order", "A;B;C", "灯色由好到差的次序", "grades from best to worst"},
    {"running-from", "GRADE", "从何灯色起计连续，缺省黄灯",
     "the grade from which rounds run on, default yellow"},
    END,
};

static const option_def table_options[] = {
    {"o", "FILE", "写成表格文件", "write it as a sheet"},
    END,
};

#define LOG_OPTION                                                                       \
    { "log", "VKEY", "台账的公钥，可多次", "a journal's key, may be repeated" }

static const option_def status_options[] = {
    {"log-key", NULL, "只印台账公钥，供见证方和审计使用",
     "print the journal's key alone, for witnesses and auditors"},
    END,
};

static const option_def witness_init_options[] = {
    {"name", "NAME", "见证方名称，如 duban.example/audit",
     "name of the witness, such as duban.example/audit"},
    LOG_OPTION,
    END,
};

static const option_def witness_run_options[] = {
    {"listen", "HOST:PORT", "监听地址，缺省 127.0.0.1:7170",
     "where to listen, default 127.0.0.1:7170"},
    LOG_OPTION,
    END,
};

#define RECEIPT_OPTIONS                                                                  \
    {"key", "VKEY", "台账的公钥，缺省为本机所存",                                        \
     "the journal's key; default the one this home has pinned"},                         \
        {"public", "KEY", "单位的公钥（一行文字）或其文件",                              \
         "the office's public key, as its line or a file"},                              \
    {                                                                                    \
        "witness", "VKEY", "须有其见证的见证方公钥，可多次",                             \
            "a witness that must have signed; may be repeated"                           \
    }
#define WITNESSED_OPTION                                                                 \
    {                                                                                    \
        "witnessed", NULL, "用最新的有足够见证的校验点",                                 \
            "under the newest checkpoint that enough witnesses have signed"              \
    }

static const option_def receipt_show_options[] = {RECEIPT_OPTIONS, WITNESSED_OPTION, END};

static const option_def receipt_verify_options[] = {RECEIPT_OPTIONS, END};

static const option_def receipt_save_options[] = {
    {"o", "FILE", "写入的文件，缺省 序号.receipt",
     "file to write, default INDEX.receipt"},
    WITNESSED_OPTION,
    END,
};

static const option_def access_grant_options[] = {
    {"until", "DAY", "最后一天（含当日）", "the last day, inclusive"},
    {"document", "NO", "批准文号", "number of the document that allows it"},
    END,
};
static const option_def access_revoke_options[] = {
    {"document", "NO", "文号", "number of the document"},
    END,
};
static const option_def redact_options[] = {
    {"order", "NO", "决定清除的文号", "document number of the order"},
    END,
};

const command cli_commands[] = {
    {"init", "", 0, 0, "建立本单位的密钥和配置", "make this office's key and config",
     init_options, cmd_init},
    {"whoami", "", 0, 0, "本单位的公钥、指纹与登记情况",
     "this office's public key, fingerprint and enrolment", whoami_options, cmd_whoami},
    {"key new", "", 0, 0, "另建一把新密钥，登记前仍用旧的",
     "make a new key; the old one stays in use until it is enrolled", key_new_options,
     cmd_key_new},
    {"key use", "", 0, 0, "新密钥已登记，改用新密钥",
     "the new key is enrolled: use it from now on", NULL, cmd_key_use},
    {"key seal", "", 0, 0, "用口令加密密钥文件", "seal a key file with a passphrase",
     key_file_options, cmd_key_seal},
    {"key unseal", "", 0, 0, "解除密钥文件的口令", "take the passphrase off a key file",
     key_file_options, cmd_key_unseal},
    {"config", "", 0, 0, "配置及其来源", "configuration and where each value came from",
     NULL, cmd_config},
    {"pki init", "", 0, 0, "建立小型证书签发机构", "make a small certificate authority",
     pki_init_options, cmd_pki_init},
    {"pki issue", "", 0, 0, "签发证书", "issue a certificate", pki_issue_options,
     cmd_pki_issue},
    {"pki revoke", "NAME|SERIAL", 1, 1, "吊销证书", "revoke certificates", pki_options,
     cmd_pki_revoke},
    {"pki list", "", 0, 0, "已签发的证书", "certificates that were issued", pki_options,
     cmd_pki_list},
    {"pki crl", "", 0, 0, "重写吊销名单", "write the list of what is revoked again",
     pki_options, cmd_pki_crl},
    {"pki use", "DIR", 1, 1, "把发下来的证书放入本机配置",
     "put a certificate that was handed out into this home", pki_use_options,
     cmd_pki_use},
    {"status", "", 0, 0, "服务的状态", "state of the broker", status_options, cmd_status},
    {"office enroll", "[FILE]", 0, 1, "登记单位和公钥", "enrol offices and their keys",
     office_enroll_options, cmd_office_enroll},
    {"office list", "", 0, 0, "单位一览", "list offices", office_list_options,
     cmd_office_list},
    {"office rotate", "OFFICE", 1, 1, "更换密钥：登记新的，同时吊销旧的",
     "change a key: enrol the new one and revoke the old at once", office_rotate_options,
     cmd_office_rotate},
    {"office revoke", "", 0, 0, "吊销密钥", "revoke a key", office_revoke_options,
     cmd_office_revoke},
    {"office rename", "OFFICE NAME", 2, 2, "单位更名", "rename an office",
     office_change_options, cmd_office_rename},
    {"office move", "OFFICE PARENT", 2, 2, "调整单位隶属", "move an office",
     office_change_options, cmd_office_move},
    {"office end", "OFFICE", 1, 1, "撤销或合并单位", "end or merge an office",
     office_end_options, cmd_office_end},
    {"post add", "CODE TITLE", 2, 2, "登记领导岗位", "enter a leader's post",
     post_add_options, cmd_post_add},
    {"post end", "CODE", 1, 1, "岗位任职终止", "end a post", day_options, cmd_post_end},
    {"post list", "", 0, 0, "领导岗位一览", "list posts", NULL, cmd_post_list},
    {"calendar publish", "FILE", 1, 1, "发布放假和调休",
     "publish holidays and worked weekends", NULL, cmd_calendar_publish},
    {"time set", "MOMENT", 1, 1, "演练台账的时间，或确认时钟跳跃",
     "set a drill's time, or confirm a jump of the clock", NULL, cmd_time_set},
    {"plan import", "FILE", 1, 1, "把通知变成可修改的表", "turn a notice into a table",
     plan_import_options, cmd_plan_import},
    {"plan check", "FILE", 1, 1, "检查台账表", "check a plan's table", plan_check_options,
     cmd_plan_check},
    {"plan publish", "FILE", 1, 1, "发布台账", "publish a plan", plan_publish_options,
     cmd_plan_publish},
    {"plan show", "[NO]", 0, 1, "台账内容", "show the plan or one task", plan_options,
     cmd_plan_show},
    {"plan amend", "PLAN TASK|FILE.csv", 2, 2, "调整台账：一项任务，或按表",
     "amend a plan: one task, or as a sheet says", plan_amend_options, cmd_plan_amend},
    {"plan diff", "PLAN [TASK]", 1, 2, "历次调整", "what amendments changed", NULL,
     cmd_plan_diff},
    {"plan carry", "PLAN FILE.csv", 2, 2, "未完成任务结转为下一年的表",
     "a sheet of what is unfinished, for the next plan", plan_carry_options,
     cmd_plan_carry},
    {"lights show", "", 0, 0, "现行的亮灯规则表", "the light table in force",
     lights_show_options, cmd_lights_show},
    {"lights default", "", 0, 0, "随附的缺省亮灯规则表",
     "the light table that comes along", table_file_options, cmd_lights_default},
    {"lights publish", "FILE", 1, 1, "发布亮灯规则表", "publish a light table",
     lights_options, cmd_lights_publish},
    {"forms show", "[PLAN]", 0, 1, "文种表（可存成表格修改）",
     "the table of papers, to be edited as a spreadsheet", plan_options, cmd_forms_show},
    {"forms set", "[PLAN [FILE]]", 0, 2, "设定文种表，缺省用随附的缺省表",
     "set the table of papers; default the one that comes with Duban", plan_options,
     cmd_forms_set},
    {"forms default", "", 0, 0, "随附的缺省文种表", "the table that comes with Duban",
     NULL, cmd_forms_default},
    {"timetable file", "FILE", 1, 1, "报备工作推进方案", "file timetables",
     timetable_file_options, cmd_timetable_file},
    {"timetable accept", "", 0, 0, "同意备案", "accept filed timetables",
     timetable_review_options, cmd_timetable_accept},
    {"timetable return", "", 0, 0, "退回方案", "return a filed timetable",
     timetable_review_options, cmd_timetable_return},
    {"timetable list", "", 0, 0, "备案情况", "who has filed", plan_options,
     cmd_timetable_list},
    {"split", "PLAN TASK METRIC OFFICE=VALUE…", 4, CLI_ARGS_MAX, "分解目标",
     "divide a target among offices", split_options, cmd_split},
    {"callin", "PLAN TASK OFFICE…", 3, CLI_ARGS_MAX, "调度责任单位填报",
     "call offices in to report", callin_options, cmd_callin},
    {"fill-for", "PLAN TASK METRIC OFFICE", 4, 4, "指定代报单位或数据来源",
     "who fills an office's figures", fill_for_options, cmd_fill_for},
    {"confirm", "PLAN TASK METRIC PERIOD", 4, 4, "确认代报的数",
     "confirm what was filled on one's behalf", reason_options, cmd_confirm},
    {"object", "PLAN TASK METRIC PERIOD", 4, 4, "对代报的数提出异议",
     "object to what was filled on one's behalf", reason_options, cmd_object},
    {"assign", "PLAN TASK [CODE]", 2, 3, "单位内分办", "assign a task within the office",
     assign_options, cmd_assign},
    {"release", "PLAN CODE PERIOD DAY", 4, 4, "登记统计数据发布日",
     "say when a statistic was released", NULL, cmd_release},
    {"unlock", "PLAN TASK OFFICE PERIOD", 4, 4, "为一项解锁", "unlock one item",
     unlock_options, cmd_unlock},
    {"light set", "PLAN TASK [OFFICE]", 2, 3, "人工调整灯色", "set a light by hand",
     light_set_options, cmd_light_set},
    {"light lift", "PLAN TASK [OFFICE]", 2, 3, "取消人工调整", "lift a light set by hand",
     reason_options, cmd_light_lift},
    {"verify", "PLAN TASK METRIC OFFICE PERIOD VALUE", 6, 6, "登记核实数",
     "enter a value found on the spot", verify_options, cmd_verify},
    {"project add", "PLAN TASK TITLE", 3, 3, "登记项目", "add a project",
     project_add_options, cmd_project_add},
    {"project update", "PLAN TASK NUMBER", 3, 3, "更新项目", "say how a project stands",
     project_update_options, cmd_project_update},
    {"project list", "PLAN [TASK]", 1, 2, "项目一览", "list projects", NULL,
     cmd_project_list},
    {"project rates", "PLAN [TASK]", 1, 2, "开工率、入统率、投资完成率",
     "the three rates", NULL, cmd_project_rates},
    {"roles show", "", 0, 0, "权限表", "who may do what", table_options, cmd_roles_show},
    {"roles set", "FILE|default", 1, 1, "更换权限表", "replace the table of roles", NULL,
     cmd_roles_set},
    {"checks show", "PLAN", 1, 1, "校验规则表", "the table of checks", table_options,
     cmd_checks_show},
    {"checks set", "PLAN FILE", 2, 2, "更换校验规则表", "replace the table of checks",
     NULL, cmd_checks_set},
    {"weights show", "PLAN", 1, 1, "权重表", "the table of weights", table_options,
     cmd_weights_show},
    {"weights set", "PLAN FILE", 2, 2, "更换权重表", "replace the table of weights", NULL,
     cmd_weights_set},
    {"access list", "", 0, 0, "哪些单位另获查阅授权", "who was given more to read", NULL,
     cmd_access_list},
    {"access grant", "OFFICE board|journal", 2, 2, "授予单位查阅全部台账或全部记录",
     "let an office read every board, or the journal", access_grant_options,
     cmd_access_grant},
    {"access revoke", "OFFICE", 1, 1, "收回查阅授权", "take back what was given to read",
     access_revoke_options, cmd_access_revoke},
    {"redact", "INDEX", 1, 1, "按文件要求清除正文和附件",
     "delete an entry's bodies by order", redact_options, cmd_redact},
    {"due", "", 0, 0, "应报事项", "what is owed, by when", due_options, cmd_due},
    {"submit", "[FILE]", 0, 1, "报送一项，或报送表格", "submit one statement, or a sheet",
     submit_options, cmd_submit},
    {"outbox", "", 0, 0, "发件箱：已发、回执、退回", "queued, sent, receipted, returned",
     outbox_options, cmd_outbox},
    {"receipt list", "", 0, 0, "本单位报文的回执", "receipts of this office's messages",
     NULL, cmd_receipt_list},
    {"receipt show", "INDEX", 1, 1, "核验并说明一份回执",
     "verify a receipt and say what it says", receipt_show_options, cmd_receipt_show},
    {"receipt save", "INDEX", 1, 1, "把一份回执写成文件，任何人可核验",
     "write a receipt to a file that anybody can verify", receipt_save_options,
     cmd_receipt_save},
    {"receipt verify", "FILE", 1, 1, "核验回执文件，不用网络",
     "verify such a file, without the network", receipt_verify_options,
     cmd_receipt_verify},
    {"correct", "INDEX", 1, 1, "更正一次报送", "correct a submission", correct_options,
     cmd_correct},
    {"review list", "", 0, 0, "待审的报送", "submissions that wait for review",
     review_list_options, cmd_review_list},
    {"review accept", "", 0, 0, "审核通过", "accept a submission", review_options,
     cmd_review_accept},
    {"review return", "", 0, 0, "退回补正", "return a submission", review_options,
     cmd_review_return},
    {"paper list", "", 0, 0, "文书一览", "papers that stand", paper_list_options,
     cmd_paper_list},
    {"paper show", "NUMBER", 1, 1, "一件文书的办理经过", "every act of a paper's life",
     plan_options, cmd_paper_show},
    {"paper print", "NUMBER", 1, 1, "打印一件文书（中文）",
     "a paper as a printable sheet", plan_options, cmd_paper_print},
    {"paper acts", "[FORM|NUMBER]", 0, 1, "有哪些文种；一种或一件可以怎么办",
     "which forms there are; what may be done", plan_options, cmd_paper_acts},
    {"paper", "FORM ACT [NUMBER…]", 2, 60, "办理一件文书：文种、动作、编号",
     "an act on a paper: form, act, number", paper_options, cmd_paper},
    {"slip", "ACT [NUMBER…]", 1, 60, "提示单、催办单、督办单、协调函",
     "slips and letters", paper_options, cmd_paper_word},
    {"ticket", "ACT [NUMBER…]", 1, 60, "提请协调（会商）事项", "tickets", paper_options,
     cmd_paper_word},
    {"relief", "ACT [NUMBER…]", 1, 60, "延期、核减、容错免责、目标调整",
     "extension, exemption, tolerance, change of target", paper_options, cmd_paper_word},
    {"finding", "ACT [NUMBER…]", 1, 60, "督查发现问题、整改", "findings, rectification",
     paper_options, cmd_paper_word},
    {"close", "ACT [NUMBER…]", 1, 60, "办结销号", "closing", paper_options,
     cmd_paper_word},
    {"bulletin", "ACT [NUMBER…]", 1, 60, "督查通报、表扬、批评",
     "bulletins, commendation, criticism", paper_options, cmd_paper_word},
    {"meeting", "ACT [NUMBER…]", 1, 60, "专题推进会、议定事项",
     "meetings and their actions", paper_options, cmd_paper_word},
    {"talk", "ACT [NUMBER…]", 1, 60, "约谈、移送追责", "talks, referral", paper_options,
     cmd_paper_word},
    {"instruction", "ACT [NUMBER…]", 1, 60, "领导批示", "instructions", paper_options,
     cmd_paper_word},
    {"policy", "ACT [NUMBER…]", 1, 60, "制发政策", "policy papers", paper_options,
     cmd_paper_word},
    {"reminders", "", 0, 0, "提醒：临近、未报、退回、未办、未审、未备案",
     "what is due soon, missing, unanswered, unreviewed", reminders_options,
     cmd_reminders},
    {"board", "", 0, 0, "调度看板", "the board", board_options, cmd_board},
    {"why", "PLAN/NO[/OFFICE]", 1, 1, "为何亮这盏灯", "why a light shows what it shows",
     board_options, cmd_why},
    {"watch", "", 0, 0, "看板实况", "the live board", watch_options, cmd_watch},
    {"replay", "", 0, 0, "历史回放", "play history again", replay_options, cmd_replay},
    {"changed", "", 0, 0, "审核之后变动、与核实不符的数",
     "figures changed since accepted, or found otherwise", plan_options, cmd_changed},
    {"diff", "A B", 2, 2, "两个时刻之间的变化", "what changed between two moments",
     diff_options, cmd_diff},
    {"history", "", 0, 0, "一个单位的全部办理记录", "all acts of one office",
     history_options, cmd_history},
    {"rank", "[PERIOD]", 0, 1, "排名", "rank counties, zones and departments apart",
     rank_options, cmd_rank},
    {"bulletin print", "NUMBER", 1, 1, "印出通报", "print a bulletin", plan_options,
     cmd_bulletin_print},
    {"export board", "", 0, 0, "把看板导出为表格", "the board as a table", export_options,
     cmd_export_board},
    {"export plan", "", 0, 0, "把台账导出为表格", "the plan as a table", export_options,
     cmd_export_plan},
    {"export journal", "", 0, 0, "把全部记录导出为表格", "the journal as a table",
     export_options, cmd_export_journal},
    {"digest", "", 0, 0, "重放台账并核对状态摘要",
     "fold the journal again and compare digests", data_options, cmd_digest},
    {"audit fetch", "DIR", 1, 1, "把整个台账取成普通文件，供离线核验",
     "the whole journal as plain files, to be verified offline", audit_fetch_options,
     cmd_audit_fetch},
    {"audit verify", "DIR", 1, 1, "离线核验这些文件：散列、签名、规则、回执、见证",
     "verify such files offline: hashes, signatures, rules, receipts, witnesses",
     audit_verify_options, cmd_audit_verify},
    {"page prove", "PLAN[/OFFICE]", 1, 1, "取一单位在台账中的状态页，连同证明，写成文件",
     "one office's page of the state with its proof, as a file", page_prove_options,
     cmd_page_prove},
    {"page verify", "FILE", 1, 1, "核验状态页文件，不用网络",
     "verify such a file, without the network", page_verify_options, cmd_page_verify},
    {"witness init", "", 0, 0, "建立见证方的密钥", "make a witness's key",
     witness_init_options, cmd_witness_init},
    {"witness run", "", 0, 0, "运行见证服务", "run a witness", witness_run_options,
     cmd_witness_run},
    {"witness show", "", 0, 0, "见证过的台账", "what this witness has signed", NULL,
     cmd_witness_show},
    {"sample keys", "", 0, 0, "为示例城市的单位建立密钥（示例数据）",
     "make keys for the sample city's offices (sample data)", sample_options,
     cmd_sample_keys},
    {"sample play", "", 0, 0, "向演练台账报送示例城市的一年（示例数据）",
     "play the sample city's year into a drill journal (sample data)", sample_options,
     cmd_sample_play},
    {"bench ingest", "", 0, 0, "测报送速度", "measure durable submissions", bench_options,
     cmd_bench_ingest},
    {"bench watch", "", 0, 0, "测报送到看板的延迟", "measure submit-to-reader latency",
     bench_options, cmd_bench_watch},
    {"bench replay", "", 0, 0, "测重放速度", "measure the refold rate", bench_options,
     cmd_bench_replay},
    {"bench verify", "", 0, 0, "测离线核验速度", "measure the offline audit",
     bench_options, cmd_bench_verify},
    {"help", "[COMMAND]", 0, 3, "说明", "help", NULL, help_run},
    {"man", "", 0, 0, "输出手册页", "print a man page", NULL, help_man},
    {"completion", "", 0, 0, "输出 bash 补全脚本", "print a bash completion script", NULL,
     help_completion},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL},
};
