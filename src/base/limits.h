// Every limit of the system, by name. docs/limits.md gives the reason of each; a test compares
// the two lists.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/limits_models.h"  // IWYU pragma: export

namespace guildhall {

// ---- JSON and bodies
inline constexpr int kMaxJsonDepth = 64;
inline constexpr std::size_t kMaxJsonBody = 4U << 20;  // one JSON request body, bytes
inline constexpr std::size_t kMaxImportLine = 8U
                                              << 20;    // one NDJSON line, CSV row or array element
inline constexpr std::size_t kMaxImportErrors = 1'000;  // errors listed in an import's answer
inline constexpr std::size_t kMaxCsvColumns = 512;
inline constexpr std::size_t kMaxHeaderBytes = 16U << 10;
inline constexpr std::size_t kMaxUpload = 512U << 20;  // one uploaded file, bytes

// ---- store
inline constexpr std::size_t kMaxContent = 16U << 20;  // one stored object, bytes

// ---- projects
inline constexpr std::size_t kMaxTitle = 300;        // bytes
inline constexpr std::size_t kProjectCache = 4'096;  // parsed versions held in memory

// ---- work
inline constexpr int kMaxExpirySweep = 256;                 // leases taken back in one transaction
inline constexpr std::int64_t kMaxClockSkewMs = 60'000;     // a client's clock may run ahead by
inline constexpr std::int64_t kMaxActivityMs = 43'200'000;  // one interval of paid time: 12 h
inline constexpr std::int64_t kMaxActivityAgeMs = 2'678'400'000;  // how late time is reported: 31 d
inline constexpr std::size_t kMaxActivityEntries = 500;           // intervals in one report
inline constexpr std::size_t kMaxBulkVerdicts = 200;              // submissions accepted at once
inline constexpr std::int64_t kMaxDays = 400;                     // days of one answer
inline constexpr std::int64_t kMaxTodayMs = 604'800'000;  // how far back "today" may begin: 7 d
inline constexpr std::size_t kMaxNoteBytes = 16'000;      // one note or reply
inline constexpr std::int64_t kMaxNotes = 50;             // of one assignment
inline constexpr std::int64_t kMaxNoteReplies = 200;      // to one note
inline constexpr std::int64_t kSecondLookWalk = 512;      // verdicts looked at to find one
inline constexpr std::int64_t kMaxRecentLooks = 50;       // second looks shown one by one

// ---- templates
inline constexpr std::size_t kMaxTemplateBytes = 256U << 10;
inline constexpr std::size_t kMaxTemplateViews = 64;
inline constexpr std::size_t kMaxTemplateQuestions = 128;
inline constexpr std::size_t kMaxQuestionOptions = 256;
inline constexpr std::size_t kMaxRepeats = 200;  // rows of a repeated group
inline constexpr std::size_t kMaxGuidelinesBytes = 1U << 20;
inline constexpr std::size_t kMaxTemplateId = 48;          // an id of a view or question, bytes
inline constexpr std::size_t kMaxTemplateLabel = 500;      // a label or an option, bytes
inline constexpr std::size_t kMaxTemplateHelp = 4'000;     // help under a question, bytes
inline constexpr std::size_t kMaxTemplatePointer = 256;    // a JSON pointer in a form, bytes
inline constexpr std::size_t kMaxAnswerText = 200'000;     // one text answer, code points
inline constexpr std::size_t kMaxAnswerFiles = 16;         // files of one question
inline constexpr std::size_t kMaxSpans = 2'000;            // spans of one question
inline constexpr std::size_t kMaxBoxes = 1'000;            // boxes of one question
inline constexpr std::size_t kMaxSegments = 2'000;         // segments of one question
inline constexpr std::int64_t kMaxSegmentMs = 86'400'000;  // where a segment may end: 24 h
inline constexpr std::size_t kMaxTemplateSamples = 20;     // data that a form is tried on at once
inline constexpr std::size_t kMaxResponses = 26;           // responses side by side: a letter each
inline constexpr std::size_t kMaxCriteria = 200;           // criteria of one rubric
inline constexpr int kMaxCriterionPoints = 10;             // either side of zero
inline constexpr std::size_t kMaxSteps = 2'000;            // steps or messages of one task
inline constexpr int kMaxRatingSpan = 100;                 // a rating's bounds, either side of zero

// ---- passwords and sessions
inline constexpr int kMaxPasswordChecks = 2;             // Argon2id runs at once
inline constexpr int kMaxPasswordWaiters = 8;            // others that may wait for one
inline constexpr std::int64_t kPasswordWaitMs = 3'000;   // and how long
inline constexpr std::uint64_t kPasswordOperations = 2;  // Argon2id passes ("interactive")
inline constexpr std::size_t kPasswordMemoryBytes = 64U << 20;
inline constexpr std::size_t kMinPasswordChars = 12;
inline constexpr std::size_t kMaxPasswordBytes = 512;
inline constexpr std::size_t kMaxBlockSchedules = 4;              // key schedules a thread keeps
inline constexpr std::int64_t kSessionIdleMs = 12LL * 3'600'000;  // without a request
inline constexpr std::int64_t kSessionMs = 7LL * 24 * 3'600'000;  // whatever is done with it
inline constexpr std::int64_t kSeenEveryMs = 60'000;              // how exactly "last seen" is kept
inline constexpr std::size_t kMaxSeenPending = 65'536;            // sightings not yet written
inline constexpr int kMaxSessions = 50;                           // of one member; the oldest ends
inline constexpr int kMaxTokens = 50;                             // of one member
inline constexpr int kMaxSignInAttempts = 10;                     // an e-mail address a window
inline constexpr int kMaxSignInAttemptsPeer = 100;                // a network address a window
inline constexpr std::int64_t kSignInWindowMs = 15LL * 60'000;
inline constexpr std::size_t kMaxSignInCounters = 32'768;  // addresses that are counted at once
inline constexpr std::int64_t kInviteMs = 7LL * 24 * 3'600'000;
inline constexpr std::size_t kMaxEmailBytes = 254;
inline constexpr std::size_t kMaxNameBytes = 200;  // of a member, vendor, group or token
inline constexpr std::size_t kMaxGroupMembers = 10'000;
inline constexpr std::size_t kMaxGroups = 1'000;        // of one project
inline constexpr std::size_t kMaxInviteProjects = 100;  // named in one invitation
inline constexpr std::int64_t kMaxQuota = 1'000'000'000;
inline constexpr std::int64_t kPurgeRows = 1'000;  // rows one purge takes away

// ---- keys
inline constexpr std::size_t kKeyArenaBytes = 16U << 10;  // locked memory taken at a time
inline constexpr std::uint64_t kKeyFileOperations = 3;    // Argon2id passes ("moderate")
inline constexpr std::size_t kKeyFileMemoryBytes = 256U << 20;
inline constexpr std::uint64_t kMaxKeyFileOperations = 64;  // that a file may ask for
inline constexpr std::size_t kMaxKeyFileMemoryBytes = std::size_t{4} << 30;
inline constexpr std::size_t kMaxKeyFileBytes = 64U << 20;
inline constexpr int kMaxShares = 16;                     // of one secret
inline constexpr std::size_t kMaxSharedSecretBytes = 64;  // in shares that people type

// ---- import lines
inline constexpr std::size_t kMaxTaskKey = 512;            // a task's key, bytes
inline constexpr std::size_t kMaxBatchName = 256;          // a batch's name in a line, bytes
inline constexpr std::size_t kMaxAuthorLabel = 256;        // of a suggestion or submission, bytes
inline constexpr std::int64_t kMaxTaskPriority = 100;      // either side of 0
inline constexpr std::size_t kMaxSuggestions = 32;         // per task
inline constexpr std::size_t kMaxEarlierSubmissions = 64;  // per task, from elsewhere

// ---- import jobs, batches and tasks
inline constexpr std::size_t kImportChunkLines = 8'192;      // checked lines held, then written
inline constexpr std::size_t kImportChunkBytes = 20U << 20;  // and their bytes
inline constexpr std::int64_t kImportTxMs = 5;               // what one transaction should take
inline constexpr std::size_t kMinImportTxLines = 128;
inline constexpr std::size_t kMaxImportTxLines = 1'024;
inline constexpr std::size_t kImportTxBytes = 2U << 20;  // one transaction's content
inline constexpr std::size_t kSpoolBlock = 256U << 10;   // of an upload kept for checking
inline constexpr std::size_t kMaxBatches = 1'000;        // of one project
inline constexpr std::size_t kMaxAudience = 10'000;      // people and groups of one batch
inline constexpr int kMaxTaskLeases = 4'096;             // of one task, ended by one cancelling
inline constexpr int kMaxReleased = 1'000;               // leases ended when a person is removed
inline constexpr std::int64_t kMaxTaskCeiling = 1'000;   // answers that one task may collect

// ---- HTTP server
inline constexpr int kMaxConnections = 12'000;
inline constexpr int kMaxEventStreams = 8'000;
inline constexpr int kMaxParked = 4'096;       // requests whose answer is made elsewhere
inline constexpr int kMaxLiveStreams = 4'096;  // bodies that arrive from elsewhere
inline constexpr int kWorkers = 48;
inline constexpr int kWorkQueue = 4'096;                     // requests waiting for a worker
inline constexpr std::size_t kWorkerStackBytes = 1U << 20;   // address space; touched pages count
inline constexpr std::size_t kConnectionMemory = 24U << 10;  // header, parsed fields, read buffer
inline constexpr std::size_t kMaxTargetBytes = 8U << 10;     // path and query as sent
inline constexpr int kMaxQueryParams = 64;
inline constexpr std::size_t kMaxBodiesInFlight = 256U << 20;  // all collected bodies together
inline constexpr std::size_t kBodyStreamBytes = 256U
                                                << 10;     // one streamed body, waiting to be read
inline constexpr std::size_t kMaxEventBytes = 1U << 20;    // what one poll of a stream may return
inline constexpr std::int64_t kHeaderDeadlineMs = 10'000;  // first byte (or accept) to whole header
inline constexpr std::int64_t kIdleMs = 75'000;            // kept alive without a request
inline constexpr std::int64_t kBodyDeadlineMs = 20'000;    // window in which the rate must be kept
inline constexpr std::int64_t kBodyMinBytesPerSecond = 512;
inline constexpr std::int64_t kSendStallMs = 20'000;  // a reply of which nothing is taken
inline constexpr std::int64_t kLingerMs = 2'000;      // for the last bytes of a closed reply
inline constexpr std::int64_t kDrainMs = 10'000;      // requests in flight when stopping
inline constexpr std::int64_t kEventKeepAliveMs = 15'000;
inline constexpr std::int64_t kEventIntervalMs = 250;  // least time between polls of a stream
inline constexpr std::int64_t kEventFanoutMs = 25;     // least time between wakes of a topic
inline constexpr int kRetryAfterS = 1;
inline constexpr std::size_t kMaxStaticBytes = 64U << 20;  // the web app's files, in memory
inline constexpr std::size_t kMaxStaticFiles = 1'000;

// ---- HTTP client
inline constexpr std::int64_t kHttpConnectMs = 5'000;
inline constexpr std::int64_t kHttpTotalMs = 30'000;  // one request, connecting included
inline constexpr std::size_t kMaxHttpResponse = 1U << 20;

// ---- leases
inline constexpr std::int64_t kLeaseMs = 60'000;  // the term, unless the client says other
inline constexpr std::int64_t kMinLeaseMs = 10'000;
inline constexpr std::int64_t kMaxLeaseMs = 86'400'000;  // 24 h
inline constexpr std::size_t kMaxLeaseKeys = 1'000;      // keys of one lease
inline constexpr std::int64_t kChallengeMs = 60'000;     // how long a challenge can be answered
inline constexpr std::size_t kMaxChallenges = 16;        // unanswered ones at once
inline constexpr std::size_t kMaxWithdrawn = 4'096;      // projects withdrawn one by one
inline constexpr std::size_t kMaxExchangeFrame = 64U << 10;
inline constexpr std::size_t kMaxExchangeFrames = 256;  // of one body
inline constexpr std::size_t kMaxExchangeBody = 1U << 20;
inline constexpr std::int64_t kMaxExchangeWaitMs = 25'000;  // an answer is held at most so long
inline constexpr std::int64_t kLeaseTickMs = 20;            // what ran out leaves memory
inline constexpr std::int64_t kLeaseWaitMs = 3'000;    // a project's first use waits for its key
inline constexpr int kMaxLeaseWaiters = 4;             // that wait at once
inline constexpr std::int64_t kKeeperNearMs = 30'000;  // since it asked last: worth waiting for
inline constexpr std::int64_t kKeyIdleMs = 600'000;    // an unused project's key is let go
inline constexpr std::int64_t kVaultWatchMs = 1'000;   // the room looks again at least so often
inline constexpr std::int64_t kDarkGraceMs = 60'000;   // after it: nobody's reservation ends
inline constexpr std::int64_t kWishMs = 60'000;        // a wish to withdraw is handed on so long

// ---- keeper
inline constexpr std::size_t kMaxKeeperKeys = 20'000;
inline constexpr std::int64_t kKeeperChallengeMs = 20'000;  // an older challenge is not answered
inline constexpr std::int64_t kKeeperRetryMs = 250;         // after a failed exchange
inline constexpr std::int64_t kKeeperRetryMaxMs = 5'000;    // after many
inline constexpr std::int64_t kKeeperPaceMs = 1'000;        // when a room does not hold its answers
inline constexpr std::int64_t kKeeperWatchMs = 50;          // looks at what commands changed
inline constexpr std::int64_t kKeeperConfirmMs = 5'000;     // a command waits for the room's word
inline constexpr std::int64_t kWrongPassphraseMs = 2'000;   // before it is said

// ---- supervisor
inline constexpr std::int64_t kChildStopMs = 15'000;    // from SIGTERM to SIGKILL
inline constexpr std::int64_t kRestartBackoffMs = 100;  // doubled per quick death
inline constexpr std::int64_t kRestartBackoffMaxMs = 5'000;
inline constexpr std::int64_t kChildSteadyMs = 10'000;  // lived so long: backoff starts over

// ---- store
inline constexpr std::size_t kMaxWriteQueue = 4'096;      // closures that wait to be written
inline constexpr std::size_t kMaxGroup = 256;             // closures that share one commit
inline constexpr std::int64_t kMaxGroupMs = 10;           // when a group takes no more closures
inline constexpr std::int64_t kMaxBulkWaitMs = 50;        // a bulk closure gives way so long
inline constexpr std::int64_t kReadWaitMs = 5'000;        // wait for a free read connection
inline constexpr int kSqliteBusyMs = 5'000;               // wait for another process's lock
inline constexpr int kCheckpointPages = 2'048;            // WAL pages that start a checkpoint
inline constexpr int kCheckpointTailPages = 64;           // what the writer itself copies
inline constexpr std::int64_t kMaxWalBytes = 64LL << 20;  // WAL file is cut back to this
inline constexpr std::size_t kMaxPostgresGroup = 8;       // closures in one transaction there
inline constexpr std::int64_t kSqliteCalmMs = 10'000;     // in which the writer
inline constexpr std::int64_t kSqliteCalmWrites = 100;    // wrote less: its cache is given back
inline constexpr int kSqliteCalmCache = 4 << 20;          // if it is larger, bytes
inline constexpr int kWriteAttempts = 6;                  // deadlock or lost connection: again
inline constexpr std::int64_t kRetryPauseMs = 20;         // before the second attempt; doubles
inline constexpr std::int64_t kClockAgeMs = 1'000;        // the server's time is read again
inline constexpr std::int64_t kClockWindowMs = 30'000;    // of its answers the least late counts
inline constexpr int kPostgresConnectS = 5;
inline constexpr int kPostgresTcpMs = 10'000;  // unanswered bytes end a connection
inline constexpr int kStatementTimeoutMs = 30'000;
inline constexpr int kLockTimeoutMs = 5'000;
inline constexpr int kIdleInTransactionMs = 60'000;
inline constexpr std::size_t kMaxArrayRows = 2'048;  // rows that one statement writes
inline constexpr std::size_t kMaxPipelineBytes = 1U << 20;
inline constexpr std::int64_t kKeyBlock = 65'536;       // inner keys a process takes at once
inline constexpr std::int64_t kFirstKey = 65'536;       // first inner key of a room
inline constexpr std::int64_t kKeyWaitMs = 5'000;       // wait for a block of keys
inline constexpr std::int64_t kKeyCeiling = 1LL << 40;  // keys stay below

// ---- sealing
inline constexpr std::size_t kMaxSealBatch = 1'024;      // bodies sealed or opened in one call
inline constexpr std::size_t kMaxSealBytes = 24U << 20;  // and their bytes
inline constexpr std::size_t kMaxKeptNames = 65'536;     // names and titles held opened
inline constexpr std::size_t kMaxShownTasks = 8U << 20;  // bytes of task data held to check answers
inline constexpr std::size_t kMaxShownTask = 64U << 10;  // of one of them
inline constexpr std::size_t kMaxVaultFrame = 64U << 20;
inline constexpr std::size_t kMaxVaultKeys = 4'096;        // projects in use
inline constexpr std::size_t kMaxLeafObjects = 512;        // named in one leaf
inline constexpr std::size_t kMaxVerb = 48;                // bytes of a deed's word
inline constexpr int kVaultChannels = 14;                  // requests to the vault at once
inline constexpr std::int64_t kIntegrateMs = 80;           // deeds and openings go into the tree
inline constexpr int kMaxRoomLogs = 16;                    // one for each process of a room
inline constexpr std::int64_t kLogRetryMs = 500;           // a log that failed is opened again
inline constexpr std::int64_t kFeedRows = 4'096;           // deeds handed to the vault at once
inline constexpr std::int64_t kOpeningsPerMinute = 6'000;  // objects, one member
inline constexpr std::int64_t kRoomOpeningsPerMinute = 1'200'000;
inline constexpr std::int64_t kDeliveriesPerMinute = 20'000'000;
inline constexpr std::size_t kMaxBudgetMembers = 65'536;  // counted in one minute
inline constexpr std::size_t kMaxKnownRows = 65'536;      // authority rows known to be sound
inline constexpr std::size_t kMaxRefusedRows = 1'024;     // refused ones, not yet written down
inline constexpr std::int64_t kRowSettleMs = 2'000;       // an older row may be read beside a newer
inline constexpr std::size_t kFilePart = 1U << 20;        // of a file, sealed or opened in one call
inline constexpr std::uint64_t kLogScanBundles = 512;  // of 256 leaves, looked through per request
inline constexpr std::int64_t kLogSlackMs = 10'000;    // how far leaves may stand out of order
inline constexpr std::size_t kMaxShownObjects = 20;    // of one opening, in a list
inline constexpr std::int64_t kMaxAnswersLookedFor = 1'000;  // of a task, among the openings

// ---- deliveries
inline constexpr std::int64_t kDeliveryChunk = 128;           // tasks read at a time
inline constexpr std::size_t kDeliveryChunkBytes = 1U << 20;  // or once their data has so many

inline constexpr std::int64_t kMaxExportPreview = 1'000;  // records that an export may be cut to

// ---- room
inline constexpr std::size_t kMaxDoorLine = 8'192;           // a request at the room's socket
inline constexpr std::int64_t kDoorMs = 5'000;               // for it to come in
inline constexpr std::size_t kMaxFileName = 255;             // an uploaded file's name, bytes
inline constexpr std::size_t kMaxDiffCells = 4'000'000;      // lines × lines that are compared
inline constexpr std::int64_t kMaxPage = 200;                // items of one page of a list
inline constexpr std::size_t kMaxUnwantedBody = 64U << 10;   // a body of somebody unknown
inline constexpr std::int64_t kHousekeepingMs = 250;         // leases taken back, feed read
inline constexpr std::int64_t kHousekeepingSlowMs = 60'000;  // ended sessions and keys dropped
inline constexpr std::int64_t kIdempotencyMs = 86'400'000;   // how long a key is remembered: 24 h
inline constexpr std::size_t kMaxIdempotencyKey = 200;       // bytes
inline constexpr std::size_t kMaxStoredReply = 1U << 20;     // a reply kept for its key, bytes

// ---- quality in the room
inline constexpr std::size_t kMaxQualityAnswers = 1'000'000;   // of one project that are read
inline constexpr std::size_t kMaxHeldJudgments = 4'000'000;    // of all projects, in memory
inline constexpr std::size_t kMaxQualityLabels = 65'535;       // different ones of one project
inline constexpr std::int64_t kQualityOpensAtOnce = 2'000;     // answers opened by one request
inline constexpr std::int64_t kQualityOpensPerMinute = 8'000;  // and by all of a process
inline constexpr std::int64_t kQualityWaitMs = 1'500;     // for figures, before the old are shown
inline constexpr std::int64_t kQualityEveryMs = 2'000;    // figures are computed so often
inline constexpr std::size_t kMaxRankedModels = 200;      // of one ranking
inline constexpr std::size_t kMaxCostJudgments = 20'000;  // replayed for a curve of costs
inline constexpr std::size_t kMaxCostPoints = 12;         // judgments a task, on that curve

// ---- transparency log
inline constexpr std::size_t kMaxLeafBytes = 65'535;    // one entry: its length has two bytes
inline constexpr std::size_t kMaxNoteText = 64U << 10;  // a signed note, bytes
inline constexpr std::size_t kMaxNoteSignatures = 64;   // of one note
inline constexpr std::size_t kMaxBundleBytes = 256 * (kMaxLeafBytes + 2);  // 256 entries
inline constexpr std::size_t kMaxMarkBytes = 1'024;       // a caller's position in its own feed
inline constexpr std::size_t kJournalStretch = 1U << 20;  // of zeros, for records to come
inline constexpr std::size_t kMaxPendingLeafBytes = 256U << 20;  // durable, not yet in tiles
inline constexpr std::size_t kMaxLogFile = 512U << 20;           // one file of the log, read whole
inline constexpr std::size_t kMaxConsistencyProof = 63;          // hashes of one witness request

// ---- a room's life: sealing an old one, backup, restore
inline constexpr std::size_t kUpkeepRows = 512;         // sealed in one transaction
inline constexpr std::size_t kUpkeepBytes = 8U << 20;   // and their bytes
inline constexpr std::int64_t kBackupWaitMs = 60'000;   // until the log has a backup's leaf
inline constexpr std::size_t kMaxManifest = 64U << 20;  // a backup's list of files, bytes
inline constexpr std::int64_t kRestoredKeys = 1 << 24;  // inner keys passed over at a restore

// ---- the keeper's page
inline constexpr int kPageWorkers = 2;
inline constexpr int kPageConnections = 32;
inline constexpr std::size_t kPageBody = 4U << 10;  // a passphrase and an address
inline constexpr std::size_t kPageSessions = 8;     // browsers let in at a time
inline constexpr int kPagePassphrases = 5;          // wrong ones in kPagePassphraseMs
inline constexpr std::int64_t kPagePassphraseMs = 60'000;

// ---- witness
inline constexpr std::int64_t kWitnessPatienceMs = 1'000;  // a checkpoint waits for cosignatures
inline constexpr std::size_t kMaxWitnesses = 16;           // of one room's log
inline constexpr std::int64_t kLogSilentMs = 60'000;       // without a sign of the log: an alarm
inline constexpr std::size_t kMaxEvidence = 32;            // files kept of forks and rollbacks
inline constexpr std::int64_t kProportionMs = 60'000;      // over which openings are compared
inline constexpr std::uint64_t kAlarmOpenings = 2'000;     // in it, without a deed to explain them
inline constexpr std::uint64_t kAlarmOpeningsPerDeed = 50;
inline constexpr std::uint64_t kAlarmBulkOpenings = 10'000;     // in it, without a delivery
inline constexpr std::int64_t kDeliveryExplainsMs = 3'600'000;  // openings after its last deed: 1 h

// ---- sandbox
inline constexpr std::size_t kMaxHandedOver = 64;      // descriptors, to one role
inline constexpr std::size_t kMaxPlaces = 64;          // files and folders a role may see
inline constexpr std::uint64_t kMaxRefusalLines = 64;  // of one process; then only counted
inline constexpr std::uint64_t kSmallRoleMemory = 1ULL
                                                  << 32U;  // dialler, shim, translator: addresses
inline constexpr std::uint64_t kSmallRoleFiles = 8'448;    // and descriptors
inline constexpr std::uint64_t kConverterMemory = 2ULL << 30U;
inline constexpr std::uint64_t kConverterCpuS = 120;
inline constexpr std::uint64_t kMaxConvertedFile = 1U << 30;  // what it writes, bytes
inline constexpr std::uint64_t kConverterFiles = 64;          // descriptors

// ---- quality
inline constexpr std::uint16_t kMaxQualityClasses = 4'096;  // labels that a question may have
inline constexpr int kQualityThreads = 16;                  // that statistics use at most
inline constexpr std::size_t kMaxCsvCells = 1'024;          // of one row of a table
inline constexpr std::size_t kMaxTruthCells = 1ULL << 28U;  // of one table: 1 GB of floats
inline constexpr int kMaxTruthSweeps = 500;                 // passes of a method that iterates
inline constexpr std::size_t kMaxPairedWorkers = 4'096;     // whose agreements in pairs are held
inline constexpr std::size_t kMaxComparisons = (1U << 30U) - 1;  // of pairs, ranked together
inline constexpr std::size_t kMaxCovariates = 32;                // of one comparison
inline constexpr std::size_t kMaxLiveClasses = 256;       // whose agreement is kept up to date
inline constexpr std::size_t kMaxSkillCells = 2'000'000;  // people x domains of one scorecard
inline constexpr int kPopulationRounds = 200;             // of fitting a population of people
inline constexpr int kRubricRounds = 500;                 // of fitting a many-facet model
inline constexpr std::size_t kMaxRubricFacets = 500;      // raters and steps, solved as one
inline constexpr std::uint64_t kMaxRingMeetings = 500'000'000;  // of two on one item, counted
inline constexpr std::uint64_t kMaxRingWork = 5'000'000;        // items shared by pairs, compared
inline constexpr int kMaxRingRounds = 6;      // of finding rings and silencing them
inline constexpr int kTimingRounds = 500;     // of fitting times of work
inline constexpr int kBeliefSweeps = 60;      // over the judgments, until belief has settled
inline constexpr int kBeliefRowClasses = 16;  // up to which each class has a confusion row
inline constexpr int kOverlapAhead = 7;       // judgments of one item that are weighed at once
inline constexpr std::uint32_t kJudgeFamilies = 64;  // of models that err together
inline constexpr int kJudgeSteps = 50;               // of Newton, for the weights of families
inline constexpr int kOverlapRounds = 2'000;         // of a replay, each with belief renewed

}  // namespace guildhall
