/* Every bound of the system, named once, with where the number comes from.
 * Knows: numbers. Must not know: anything else. */
#ifndef DUBAN_PROTO_LIMITS_H
#define DUBAN_PROTO_LIMITS_H

/* --- entries and messages ----------------------------------------------------------- */

/* An entry is addressed by a 16-bit size in a tlog-tiles entry bundle (C2SP tlog-tiles,
 * "Log entries"), so no entry can be longer. */
#define ENTRY_SIZE_MAX 65535
/* Entry prefix (proto/entry.h) 64 + signature 64, rounded up to a power of two. */
#define SIGNED_SIZE_MAX (ENTRY_SIZE_MAX - 256)
/* Words and scans that travel with one submission; a phone photograph fits. */
#define BODY_SIZE_MAX  (512 * 1024)
#define BODIES_MAX     64
#define BODY_SALT_SIZE 16
/* Whatever arrives on a socket is refused above this before it is read into memory. */
#define REQUEST_SIZE_MAX (1024 * 1024)
/* On the feed socket: a cursor, or the opening of a session. */
#define FEED_REQUEST_MAX (64 * 1024)
/* On the publish socket, where nobody should say anything. */
#define PUBLISH_RECEIVE_MAX 64
/* A reply carries at most this; readers ask again from where they stand. */
#define REPLY_SIZE_MAX (4 * 1024 * 1024)
/* A published frame above this says "fetch" instead of carrying its cells. */
#define FRAME_SIZE_MAX (256 * 1024)

/* --- words -------------------------------------------------------------------------- */

#define ORIGIN_SIZE_MAX 128 /* bytes, the origin line of a checkpoint */
#define CODE_SIZE_MAX   32  /* plan and office codes: [0-9A-Za-z._-] */
#define NAME_SIZE_MAX   192 /* bytes of UTF-8: 64 Chinese characters */
#define TITLE_SIZE_MAX  768 /* bytes of UTF-8: 256 Chinese characters */
#define UNIT_SIZE_MAX   48  /* bytes of UTF-8 */
#define NUMBER_TEXT_MAX 16  /* a printed task number such as 122 or 5.1 */

/* --- counts ------------------------------------------------------------------------- */

#define PLANS_MAX            64    /* plans of one broker, several a year for decades */
#define OFFICES_MAX          4096  /* a province's townships */
#define KEYS_MAX             16384 /* four keys an office */
#define TASKS_MAX            2048  /* tasks of one plan; 160 in 2023 */
#define METRICS_MAX          64    /* metrics of one task; six in 2023 */
#define NODES_MAX            64    /* nodes of one timetable */
#define SEASON_MONTHS        12
#define SEASON_WHOLE         10000 /* hundredths of a percent of a year */
#define DUTIES_MAX           128   /* offices named by one task */
#define LEADERS_MAX          16    /* leaders named by one task */
#define TAGS_MAX             16    /* tags of one task */
#define ALIASES_MAX          16    /* aliases of one office */
#define SPLITS_MAX           4096  /* splits of one task; more than fit an entry */
#define MEMBERS_MAX          256   /* members of a group of offices */
#define STATEMENTS_MAX       400   /* statements of one submission: they fit an entry */
#define ROUNDS_MAX           400   /* rounds of one plan: a daily cycle over a year */
#define LIGHT_ROWS_MAX       64    /* rows of a light table */
#define CALENDAR_DAYS_MAX    366   /* exceptions of one calendar year */
#define PLAN_CHUNKS_MAX      256   /* chunks of one plan */
#define SUCCESSORS_MAX       16    /* offices that take over from one that ended */
#define POSTS_MAX            256   /* leaders' posts of a city, former ones included */
#define GATES_MAX            5     /* one for each stage of a project */
#define PROJECTS_MAX         1024  /* projects of one task; 50 in the plan of 2023 */
#define EDITIONS_MAX         256   /* editions of one task */
#define FORMS_MAX            64    /* kinds of papers of one plan */
#define FORM_STATES_MAX      32
#define FORM_ACTS_MAX        64
#define FORM_TRIGGERS_MAX    16
#define FORM_WORDS_MAX       16    /* relations, needs, grades of one row */
#define PAPERS_MAX           65535 /* papers of one plan: 400 for each task of 2023 */
#define PAPERS_OF_OFFICE_MAX 4096  /* of them opened by one office but the city's */
#define PAPER_TASKS_MAX      64    /* tasks one paper speaks of */
#define PAPERS_A_DAY_MAX     4096  /* proposed by one clock entry; the next goes on */
#define PAPER_DAYS_MAX       3660  /* a day it names lies within ten years of its plan */
#define FORM_DAYS_MAX        366   /* working days a paper may stay in one state */
#define ROLE_ROWS_MAX        512   /* each kind in each relation */
#define CHECK_ROWS_MAX       1024
#define WEIGHT_ROWS_MAX      4096
#define RANK_GROUPS_MAX      16
#define WEIGHT_MAX           1000000 /* of a row, and of a score: 128 bits hold sums */
#define RATIO_SCALE_MAX      1000000 /* a ratio per million; sums stay in 128 bits */
#define RELEASE_DAYS_MAX     366
#define REVIEW_DAYS_MAX      366

/* --- reading ------------------------------------------------------------------------ */

#define CHALLENGE_SIZE 32            /* what a session signs, for one connection alone */
#define TOKEN_SIZE_MAX 64            /* what a session is known by afterwards */
#define SESSION_MS     (3600 * 1000) /* a session lasts an hour at most */
#define WITNESSES_MAX  16            /* that one broker asks; a note has room for more */
#define PROOF_PATH_MAX 64            /* hashes of a proof, as TLOG_PATH_MAX */
#define PAGE_SIZE_MAX                                                                    \
    (REPLY_SIZE_MAX - 65536 - 131072) /* of the state, beside its proof */

/* --- signed notes and proofs -------------------------------------------------------- */

/* C2SP signed-note asks for at least 16 signatures, each up to nearly 5 kB (7 in base64).
 */
#define NOTE_SIZE_MAX       (128 * 1024)
#define NOTE_SIGNATURES_MAX 32
#define NOTE_SIGNATURE_MAX  8192  /* characters of base64 in one signature line */
#define PROOF_EXTRA_MAX     1024  /* bytes of opaque extra data in a tlog-proof */
#define RECEIPTS_MAX        65536 /* that one audit is given */
/* A receipt's file: an entry in base64, 64 hashes, a note. */
#define RECEIPT_SIZE_MAX (NOTE_SIZE_MAX + 96 * 1024)
#define COSIGN_TEXT_MAX  4096 /* a checkpoint that is cosigned; three lines need 195 */
/* Commands in a row that were shown a checkpoint and given no proof of it, for whatever
 * reason: so many are a refusal. */
#define TRUST_UNPROVED_MAX 8

/* --- certificates ------------------------------------------------------------------- */

#define PEM_SIZE_MAX      (1024 * 1024) /* a list of 15,000 revoked ones has this */
#define TLS_NAME_SIZE_MAX 253           /* a DNS name, RFC 1035 */
#define PKI_ROWS_MAX      15000         /* certificates of one CA: see PEM_SIZE_MAX */
#define PKI_HOSTS_MAX     16            /* names and addresses of one broker */
#define PKI_DAYS_MAX      36500         /* a certificate's life, a century */
#define PKI_NAME_SIZE_MAX 63 /* bytes of the CA's name; X.509 has 64 characters */

/* --- files that people edit --------------------------------------------------------- */

#define NOTICE_SIZE_MAX (4 * 1024 * 1024)  /* a notice; the one of 2023 has 66 kB */
#define NOTICE_LINE_MAX 65536              /* a line or a task of it; 1.2 kB in 2023 */
#define SHEET_SIZE_MAX  (32 * 1024 * 1024) /* TASKS_MAX tasks of eight rows of 2 kB */

/* --- numbers and time --------------------------------------------------------------- */

#define DECIMAL_SCALE_MAX 6
#define DECIMAL_MICRO     1000000LL
#define VALUE_ABS_MAX     1000000000000LL /* as printed, product.md "Values" */
#define TOLERANCE_DEFAULT 5  /* percent of target, for ABOUT without tolerance */
#define NUMBER_WINDOW     64 /* span of a key's submission numbers */
/* A desk believes no broker that its key has used more: none can use them up. */
#define NUMBER_TOLD_MAX  (UINT64_C(1) << 62)
#define CLOCK_AHEAD_DAYS 3     /* more than this ahead needs the operator */
#define DAY_MIN          0     /* 1970-01-01 */
#define DAY_MAX          73049 /* 2170-01-01 */
#define MOMENT_MS_MAX    ((DAY_MAX + 1) * 86400000LL) /* moments lie in 0 .. this */
#define UTC_OFFSET_MAX   840  /* minutes: the furthest time zone is UTC+14 */
#define VIEW_AHEAD_DAYS  3660 /* a board may be looked at so far ahead of its day */
#define WINDOW_DAYS_MAX  366  /* a window begins and ends within a year of its period */

/* --- the journal on disk ------------------------------------------------------------ */

#define JOURNAL_READERS_MAX   512  /* views open at once: workers, audit and backup */
#define HEADS_SLOTS           64   /* signed heads kept in the ring */
#define READER_CHECK_COMMITS  1024 /* commits between two searches for dead readers */
#define VERIFY_TILES_PER_VIEW 16   /* a verification pins pages no longer than this */

/* --- the broker's queues ------------------------------------------------------------ */

#define COMMAND_CONTEXTS  1024 /* requests held at once on the command socket */
#define FEED_CONTEXTS     4096 /* readers held at once on the feed socket; 1 kB each */
#define INBOX_MAX         768 /* calls waiting for a turn; beyond them BUSY is answered */
#define TURN_ENTRIES_MAX  1024               /* entries of one turn */
#define DIGEST_EVERY      4096               /* entries, docs/decisions/0023 */
#define STAGED_BYTES_MAX  (64 * 1024 * 1024) /* staged and not yet durable */
#define FEED_HOLD_MS      20000              /* longest hold of a feed poll */
#define FEED_BATCH_BYTES  (1024 * 1024)
#define FRAME_COALESCE_MS 20
#define HEARTBEAT_MS      1000
#define RETRY_MS          200   /* told to a client refused by a full queue */
#define REQUEST_RESEND_MS 30000 /* longer than FEED_HOLD_MS, see docs/protocol.md */
#define WATCHDOG_MS       5000
#define WORKER_QUEUE_MAX  64 /* questions to the worker waiting that fold nothing */
#define WORKER_FOLDS_MAX  32 /* about the past: each may fold the whole journal again */
#define WORKER_FOLDS_EACH 8  /* of them, of one office */
#define WORKER_LATE_MAX   16 /* strangers' boards of the past, besides them */
#define INBOX_BYTES_MAX   (64 * 1024 * 1024) /* requests waiting for a turn, as STAGED */
#define HELD_BYTES_MAX    (64 * 1024 * 1024) /* boards and frames waiting to be durable */
#define SENDING_BYTES_MAX (64 * 1024 * 1024) /* answers not taken yet, of one socket */
#define PIPE_BYTES_MAX    (8 * 1024 * 1024)  /* of them, of one connection */
#define PIPE_QUERIES_MAX  64    /* unanswered over one connection, before BUSY */
#define PIPE_UNSENT_MAX   512   /* answers one connection may leave; further calls drop */
#define COMMAND_SPARE     64    /* contexts kept for submissions and info */
#define FEED_SPARE        32    /* contexts kept free: beyond them the oldest poll ends */
#define FRESH_BODIES_MAX  1024  /* bodies remembered until they are durable */
#define VERIFY_STEP       1024  /* entries verified behind the service between pauses */
#define CONFLICTS_MAX     65536 /* conflict entries remembered, a window for 1,024 keys */

/* --- witnesses ---------------------------------------------------------------------- */

#define WITNESS_LOGS_MAX        256   /* one witness knows: the cities of a province */
#define WITNESS_CONNECTIONS_MAX 64    /* it serves at once; each holds one question */
#define WITNESS_PER_ADDRESS_MAX 16    /* of them, from one address */
#define WITNESS_HEADERS_MAX     16384 /* bytes for the head of an HTTP request */
#define WITNESS_QUESTION_MS     10000 /* for a question to arrive whole */
#define WITNESS_ROUND_MS        1000  /* a broker asks no more often than this */
#define WITNESS_CONNECT_MS      2000  /* for a connection to a witness */
#define WITNESS_ANSWER_MS       5000  /* for its answer, connection included */
#define WITNESS_ANSWER_MAX      16384 /* bytes of it: 16 lines of the longest names */
#define WITNESS_RETRY_MAX_MS    10000 /* pause after failures, doubling up to this */
#define WITNESS_PATIENCE_MS     3000  /* a receipt waits for them; clients wait 5 s */
#define WITNESS_WAITING_MAX     512   /* receipts that wait so: half the contexts */
#define UNWITNESSED_RETRY_MS    1000  /* told to who then got none */
#define WITNESS_URL_SIZE_MAX    512

/* --- limits against abuse, docs/decisions/0024 -------------------------------------- */

#define PIPES_MAX              16384  /* connections of all sockets, where files allow */
#define PIPES_COMMAND_MAX      2048   /* for commands: each may hold half of 1 MiB */
#define COMMAND_ADDRESS_MAX    512    /* of one address: a county behind one router */
#define READERS_ADDRESS_MAX    4096   /* on each of the other sockets */
#define PIPE_SILENT_MS         60000  /* before a first request: 1 MiB at 140 kbit/s */
#define PIPE_IDLE_MS           300000 /* between two requests */
#define PIPE_SILENT_CROWDED_MS 10000  /* when three quarters of the places are taken */
#define PIPE_IDLE_CROWDED_MS   30000  /* longer than FEED_HOLD_MS */
#define PIPES_CLOSED_A_BEAT    256    /* overdue ones, of one socket */
#define STRANGER_BURST         1000 /* requests of one address that cannot be verified */
#define STRANGER_RATE          100  /* of them a second: 0.4% of a core at 40 us each */
#define KEY_PENDING_MAX        128  /* of one key at once: two windows of numbers */
#define KEY_RATE               1000 /* of one key a second: a tenth of what disks take */
#define KEY_BURST              4096
#define QUOTA_RETRY_MS         1000  /* told to whoever is over a quota */
#define DESCRIPTORS_MAX        65536 /* asked of the system at start */
#define DESCRIPTORS_KEPT       64    /* for files, the worker, the witnesses' thread */

/* --- the client's home -------------------------------------------------------------- */

#define CONFIG_SIZE_MAX      65536 /* a home's config; a dozen lines in practice */
#define FORMER_KEYS_MAX      32    /* of one home: it may change its key so often */
#define OUTBOX_QUEUED_MAX    65536 /* messages waiting: weeks of a department offline */
#define SLICE_BATCH_MAX      4096  /* entries asked for at once at most */
#define SLICE_SIZE_MAX       (1LL << 32)   /* on disk: 65,536 of the largest entries */
#define BOARD_PART_BYTES     (1024 * 1024) /* of a saved board, one after another */
#define BOARD_CELLS_MAX      (1 << 22)     /* a plan's cells: TASKS_MAX tasks of 2,048 */
#define BOARD_FILE_MAX       (1LL << 30)   /* such a board in a file, 256 bytes a cell */
#define CONNECT_PAUSE_MS     100   /* before a second attempt; then doubling, jittered */
#define CONNECT_PAUSE_MAX_MS 5000  /* a city's clerks coming back spread over this */
#define CONNECT_BUSY_MAX_MS  20000 /* after attempts that took long: the broker is busy */

/* A key sealed with a passphrase (proto/keyseal.h): what Argon2id takes when we seal one,
 * and the most that a file may ask of whoever opens it. */
#define PASSPHRASE_SIZE_MIN    8
#define PASSPHRASE_SIZE_MAX    1024
#define KEYSEAL_MEMORY_KIB     65536
#define KEYSEAL_PASSES         3
#define KEYSEAL_MEMORY_KIB_MAX 262144
#define KEYSEAL_PASSES_MAX     16

#endif
