/* Every outcome of every fallible function: one table, codes that never change meaning.
 * Knows: codes and their texts. Must not know: who raises them.
 *
 * A status is 0 (done) or negative. Its printed code is `E` and the number without sign;
 * a code is never reused. Groups: 1xx the machine, 2xx messages and signatures,
 * 3xx who may, 4xx what a plan and a submission say, 5xx the journal, 6xx the network,
 * 7xx files that people edit. */
#ifndef DUBAN_PROTO_STATUS_H
#define DUBAN_PROTO_STATUS_H

#include <stdbool.h>
#include <stdint.h>

/* X(NAME, number, Chinese, English) */
#define DUBAN_STATUS_TABLE(X)                                                            \
    X(NO_MEMORY, 101, "内存不足", "out of memory")                                       \
    X(IO, 102, "读写失败", "input or output failed")                                     \
    X(DISK_FULL, 103, "磁盘已满", "the disk is full")                                    \
    X(NOT_FOUND, 104, "没有找到", "not found")                                           \
    X(EXISTS, 105, "已经存在", "it exists already")                                      \
    X(USAGE, 106, "用法有误", "wrong usage")                                             \
    X(INTERNAL, 107, "程序内部错误", "an internal error")                                \
    X(MALFORMED, 201, "报文无法解读", "the message cannot be read")                      \
    X(TOO_LARGE, 202, "超过大小上限", "larger than the limit")                           \
    X(VERSION, 203, "版本不受支持", "this version is not supported")                     \
    X(UNKNOWN_KIND, 204, "报文种类未知", "the kind of message is unknown")               \
    X(CONTEXT, 205, "签名用途不符", "signed for another purpose")                        \
    X(ORIGIN, 206, "不是本台账的报文", "signed for another journal")                     \
    X(ALGORITHM, 207, "签名算法不符", "the key has another algorithm")                   \
    X(UNSIGNED, 208, "没有签名", "there is no signature")                                \
    X(SIGNATURE, 209, "签名不正确", "the signature is wrong")                            \
    X(UNKNOWN_KEY, 210, "密钥未登记", "the key is not enrolled")                         \
    X(REVOKED, 211, "密钥已吊销", "the key is revoked")                                  \
    X(KEY_OFFICE, 212, "密钥不属于该单位", "the key belongs to another office")          \
    X(NUMBER_USED, 213, "编号已用于另一报文", "the number was used for other bytes")     \
    X(NUMBER_OLD, 214, "编号过旧", "the number lies below the window")                   \
    X(TEXT, 215, "文字含有非法字符", "the text has illegal characters")                  \
    X(BODY_HASH, 216, "附件与所签散列不符", "a body does not match its signed hash")     \
    X(BODY_MISSING, 217, "缺少正文或附件", "a signed body was not sent")                 \
    X(UNKNOWN_FIELD, 218, "含有未知字段", "the message has an unknown field")            \
    X(KEY_FORMAT, 219, "密钥格式不正确", "the key is malformed")                         \
    X(KEY_MODE, 220, "密钥文件可被他人读写", "others may read or write the key file")    \
    X(PASSPHRASE, 221, "口令不正确或未提供", "the passphrase is wrong or was not given") \
    X(FINGERPRINT, 222, "指纹与公钥不符", "the fingerprint is another key's")            \
    X(NOT_ALLOWED, 301, "没有权限", "not allowed")                                       \
    X(NOT_DRILL, 302, "只有演练台账可以这样做", "only a drill journal allows this")      \
    X(UNKNOWN_OFFICE, 401, "单位不存在", "unknown office")                               \
    X(UNKNOWN_PLAN, 402, "台账不存在", "unknown plan")                                   \
    X(UNKNOWN_TASK, 403, "任务不存在", "unknown task")                                   \
    X(UNKNOWN_METRIC, 404, "指标不存在", "unknown metric")                               \
    X(UNKNOWN_PERIOD, 405, "不是本台账的报告期", "not a period of this plan")            \
    X(UNKNOWN_NODE, 406, "时间节点不存在", "unknown node")                               \
    X(UNKNOWN_INDEX, 407, "该序号没有可操作的报送",                                      \
      "no submission stands at that index")                                              \
    X(NO_ITEM, 408, "该单位本期不欠此项", "the office owes no such item")                \
    X(WRONG_UNIT, 409, "计量单位不符", "the unit differs from the plan's")               \
    X(OVERFLOW, 410, "数值超出范围", "the number is out of range")                       \
    X(SCALE, 411, "小数位数过多", "too many decimals")                                   \
    X(MODE_NEEDED, 412, "须注明累计或当期",                                              \
      "say whether it is to date or this period's")                                      \
    X(MODE, 413, "该指标不分累计与当期", "this metric takes neither to date nor period") \
    X(DATA_DATE, 414, "数据截止日不在报告期内", "the data date lies outside the period") \
    X(FUTURE, 415, "日期尚未到来", "the day has not come yet")                           \
    X(EMPTY, 416, "没有填报内容", "there is nothing in it")                              \
    X(REASON_NEEDED, 417, "须说明理由", "a reason is needed")                            \
    X(SPLIT_SHORT, 418, "分解合计低于目标",                                              \
      "the complete split falls short of its target")                                    \
    X(TARGET, 419, "目标值不合规则", "the target does not follow the rules")             \
    X(DUPLICATE, 420, "重复", "given twice")                                             \
    X(SEQUENCE, 421, "序号不连续", "not the next number")                                \
    X(CHUNKS, 422, "台账分段不齐或散列不符", "the plan's chunks are not all there")      \
    X(PUBLISHED, 423, "台账已经发布", "the plan is published already")                   \
    X(STATE, 424, "当前状态不允许", "its state does not allow this")                     \
    X(SUPERSEDED, 425, "已有更新的报送", "a newer submission stands")                    \
    X(SUPERSEDES_NEEDED, 426, "已报送，更正须注明原序号",                                \
      "reported already: say what it corrects")                                          \
    X(SHARES, 427, "时间节点或份额不合规则",                                             \
      "the nodes or shares do not follow the rules")                                     \
    X(CLOCK, 428, "时钟只能前进", "the clock only goes forward")                         \
    X(CLOCK_AHEAD, 429, "时间超前过多，须由管理员确认",                                  \
      "too far ahead: the operator must confirm")                                        \
    X(LIMIT, 430, "超过数量上限", "more than the limit")                                 \
    X(UNSUPPORTED, 431, "本版本尚不支持", "not supported by this version")               \
    X(DATE, 432, "日期不正确", "not a date")                                             \
    X(DECIMAL, 433, "不是数字", "not a number")                                          \
    X(RULES, 434, "规则表不合规则", "the table of rules is not well formed")             \
    X(CODE, 435, "代码含有不允许的字符", "the code has characters it may not have")      \
    X(OVERLAP, 436, "同一数据重复填报", "the same thing is stated twice")                \
    X(UNKNOWN_FORM, 437, "没有这种文书或办理动作",                                       \
      "the table of papers has no such form or act")                                     \
    X(UNKNOWN_PAPER, 438, "文书不存在", "unknown paper")                                 \
    X(NEEDED, 439, "缺少办理所需内容", "something this act needs is missing")            \
    X(CHECK, 440, "未通过校验规则", "it does not pass a check of the plan")              \
    X(COMMENT_NEEDED, 441, "校验提醒，须附说明", "a check warns: a comment is needed")   \
    X(ROUND_LOCKED, 451, "该期已锁定，须先申请解锁",                                     \
      "its window is over and the plan locks: it needs an unlock")                       \
    X(TWO_PERSONS, 452, "须由两人办理，填报与签发不得为同一人",                          \
      "two persons are needed: a filler and another who signs")                          \
    X(UNKNOWN_RELEASE, 453, "没有指标等待此发布", "no metric waits for such a release")  \
    X(OFFICE_ENDED, 446, "单位已撤并", "the office has ended")                           \
    X(CORRUPT, 501, "台账数据损坏", "the journal is damaged")                            \
    X(SHORTER, 502, "台账短于已签校验点", "the journal is shorter than its signed head") \
    X(ROOT, 503, "台账与已签校验点不符", "the journal differs from its signed head")     \
    X(DIGEST, 504, "状态摘要不符", "the state digest differs")                           \
    X(NO_GENESIS, 505, "没有创世记录", "there is no genesis")                            \
    X(LOCKED, 506, "已有程序打开此台账", "another program holds this journal")           \
    X(COMMIT, 507, "提交失败，服务已停止", "a commit failed and the broker stops")       \
    X(DIVERGED, 508, "游标属于另一段历史", "the cursor belongs to another history")      \
    X(PROOF, 510, "证明不成立", "the proof does not hold")                               \
    X(NOTE, 511, "校验点格式或签名不正确", "the signed note is not well formed")         \
    X(AHEAD, 512, "所求序号尚未产生", "that index does not exist yet")                   \
    X(REDACTED, 513, "正文已按文号清除", "the body was removed by order")                \
    X(UNWITNESSED, 514, "尚未取得足够见证", "not enough witnesses have signed yet")      \
    X(WITNESS, 515, "见证签名不成立", "a witness's signature does not hold")             \
    X(UNREACHABLE, 601, "连接不上服务", "the broker cannot be reached")                  \
    X(TIMEOUT, 602, "等待超时", "timed out")                                             \
    X(BUSY, 603, "服务繁忙，请稍后再试", "the broker is busy, try again")                \
    X(STOPPING, 604, "服务正在停止", "the broker is stopping")                           \
    X(NOT_LOOPBACK, 605, "只允许本机地址", "only loopback addresses are allowed")        \
    X(ADDRESS, 606, "地址不可用", "the address cannot be used")                          \
    X(WRONG_SOCKET, 607, "此请求应发往另一端口",                                         \
      "this request belongs to the other socket")                                        \
    X(NOT_READY, 608, "尚未配置", "not set up yet")                                      \
    X(CERTIFICATE, 609, "证书不可用", "the certificate cannot be used")                  \
    X(SESSION_NEEDED, 610, "须先建立会话（登录）方可读取",                               \
      "reading this needs a session")                                                    \
    X(SESSION_ENDED, 611, "会话已失效，须重新建立", "the session has ended")             \
    X(QUOTA, 612, "请求过多，已超出配额", "more requests than the quota allows")         \
    X(SHEET, 701, "表格无法读取", "the sheet cannot be read")                            \
    X(COLUMN, 702, "表头缺列或有不认识的列", "a column is missing or unknown")           \
    X(ROWS, 703, "表中有错误的行，未报送", "the sheet has bad rows, nothing was sent")   \
    X(DOUBTS, 704, "有未核对的存疑", "doubts are left to be checked")                    \
    X(WORD, 705, "不是可填的词", "not one of the words that may stand here")

typedef enum duban_status {
    DUBAN_OK = 0,
#define X(name, number, zh, en) DUBAN_E_##name = -(number),
    DUBAN_STATUS_TABLE(X)
#undef X
} duban_status;

typedef enum duban_lang { DUBAN_ZH, DUBAN_EN } duban_lang;

/* The status's name, e.g. "WRONG_UNIT"; "OK" for 0, "UNKNOWN" for a number not in the
 * table. Static storage. */
const char *duban_status_name(duban_status status);
/* The sentence for people. Static storage. */
const char *duban_status_text(duban_status status, duban_lang lang);
/* The status with that positive number, or DUBAN_E_INTERNAL when the table has none. */
duban_status duban_status_of_number(uint32_t number);

/* What a refusal tells: which outcome, where, what was found and what was expected.
 * All strings are UTF-8, cut at a character when too long, "" when there is none. */
typedef struct duban_refusal {
    duban_status status;
    uint32_t line;  /* statement or row, from 1; 0 when it concerns the whole */
    char field[32]; /* name of the field as in duban.proto or the sheet's header */
    char found[128];
    char expected[128];
} duban_refusal;

/* Fills *refusal (which may be NULL) and returns status, so that a check can end with
 * `return refuse(...)`. found and expected may be NULL. */
duban_status duban_refuse(duban_refusal *refusal, duban_status status, uint32_t line,
                          const char *field, const char *found, const char *expected);

#endif
