#include "client/cli/advice.h"

#include <stddef.h>
#include <string.h>

/* The first row of the status and the field counts; field NULL: any. */
typedef struct advice {
    duban_status status;
    const char *field;
    const char *zh, *en;
} advice;

static const char certificate_zh[] =
    "先看本机日期是否正确；再请管理员签发证书（duban pki issue --office 代码），"
    "拿到目录后运行 duban pki use 目录";
static const char certificate_en[] =
    "look at this machine's date first; else ask the administrator for a certificate "
    "(duban pki issue --office CODE), and run `duban pki use FOLDER` with what you are "
    "handed";
static const char passphrase_zh[] =
    "再输一次，或检查 --passphrase-file、DUBAN_PASSPHRASE；"
    "口令遗失无法找回，只能换密钥（duban key new）";
static const char passphrase_en[] =
    "try again, or look at --passphrase-file and DUBAN_PASSPHRASE; a lost passphrase "
    "cannot be brought back, only another key made (duban key new)";
static const char journal_zh[] =
    "读全部记录须市政府办公室授权：duban access grant 单位代码 journal --document 文号";
static const char journal_en[] =
    "reading every entry is granted by the city office: `duban access grant OFFICE "
    "journal --document NO`";

static const advice rows[] = {
    {DUBAN_E_UNREACHABLE, "name",
     "本机查不到这个名称：检查网络，或请管理员登记名称（DNS 或 /etc/hosts）；"
     "报送照常，先入发件箱",
     "this machine cannot look that name up: check the network, or have the name entered "
     "(DNS or /etc/hosts); reports may be queued meanwhile"},
    {DUBAN_E_UNREACHABLE, "broker",
     "看网络是否通、服务是否在运行、地址是否写对（duban config 可查；供他机连接的服务用 "
     "tls+tcp://）；报送照常，先入发件箱",
     "is the network up, the broker running and the address right? `duban config` shows "
     "it; a broker that serves other machines is at tls+tcp://; reports may be queued "
     "meanwhile"},
    {DUBAN_E_ADDRESS, "broker",
     "地址写作 tls+tcp://名称或IP:端口；本机的服务也可写 tcp://127.0.0.1:端口",
     "an address reads tls+tcp://NAME-OR-IP:PORT, or tcp://127.0.0.1:PORT on the "
     "broker's own machine"},
    {DUBAN_E_CERTIFICATE, "broker",
     "地址须是服务证书上写明的名称或 IP（名称不同时用 duban pki use 目录 --name 名称），"
     "双方证书须出自同一签发机构且未吊销、未过期，两边时钟须正确",
     "the address must be a name or IP that the broker's certificate says (`duban pki "
     "use FOLDER --name NAME` where it differs), both certificates by one authority, "
     "neither revoked nor expired, and both clocks right"},
    {DUBAN_E_CERTIFICATE, "tls_ca", certificate_zh, certificate_en},
    {DUBAN_E_CERTIFICATE, "tls_cert", certificate_zh, certificate_en},
    {DUBAN_E_CERTIFICATE, "tls_key", certificate_zh, certificate_en},
    {DUBAN_E_SESSION_NEEDED, NULL,
     "本机的密钥没有在这本台账登记，或已吊销：duban whoami 可查；duban whoami --letter "
     "打印登记单，交市政府办公室",
     "this machine's key is not enrolled with this journal, or revoked: `duban whoami` "
     "tells; `duban whoami --letter` prints the slip for the city office"},
    {DUBAN_E_UNKNOWN_KEY, "key.next",
     "市政府办公室还没有登记新密钥；登记之前旧密钥照常使用",
     "the city office has not enrolled the new key yet; the old one stays in use"},
    {DUBAN_E_UNKNOWN_KEY, "key", "duban whoami --letter 打印登记单，交市政府办公室登记",
     "`duban whoami --letter` prints the slip to be handed to the city office"},
    {DUBAN_E_REVOKED, "key",
     "本机的密钥已被市政府办公室吊销。若非贵单位所请，立即电话查问；换新密钥："
     "duban key new，交登记单，登记之后 duban key use",
     "the city office revoked this machine's key. If you did not ask for it, telephone "
     "at once; for another key: `duban key new`, hand in its slip, and `duban key use` "
     "once it is enrolled"},
    {DUBAN_E_NUMBER_USED, NULL,
     "别处有本目录的副本，已用这个编号报送过。只在一台机器上使用一个目录；查清后重新填报",
     "another copy of this folder has used that number. Use a folder on one machine "
     "only; find out which, then report again"},
    {DUBAN_E_FINGERPRINT, NULL,
     "不要登记。用已知的号码打电话给该单位，与其 duban whoami 所示指纹逐组核对",
     "do not enrol it. Telephone the office at a number you know, and compare with what "
     "its `duban whoami` shows"},
    {DUBAN_E_PASSPHRASE, "key", passphrase_zh, passphrase_en},
    {DUBAN_E_PASSPHRASE, "file", passphrase_zh, passphrase_en},
    {DUBAN_E_NOT_ALLOWED, "right", journal_zh, journal_en},
    {DUBAN_E_NOT_ALLOWED, "from", journal_zh, journal_en},
    {DUBAN_E_UNWITNESSED, "witness",
     "这份回执上没有该见证方的签名：请出具单位用 duban receipt save 序号 --witnessed "
     "另写一份",
     "that witness has not signed this receipt: ask for one written with `duban receipt "
     "save INDEX --witnessed`"},
    {DUBAN_E_PROOF, "signature", "给出的公钥不是签这份报文的密钥：与密钥登记单核对",
     "the public key given is not the one that signed this: compare it with the "
     "enrolment slip"},
};

const char *advice_on(const duban_refusal *refusal, duban_lang lang) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == refusal->status &&
            (!rows[i].field || strcmp(rows[i].field, refusal->field) == 0))
            return lang == DUBAN_ZH ? rows[i].zh : rows[i].en;
    return NULL;
}
