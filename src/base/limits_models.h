// The limits of models and of what the room tells others; a part of limits.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace guildhall {

// ---- live dialogues
inline constexpr std::size_t kMaxDialogueModels = 4;        // side by side: a letter each
inline constexpr std::size_t kMaxDialogueTurns = 50;        // on one path
inline constexpr std::size_t kMaxDialogueNodes = 500;       // of one dialogue, all branches
inline constexpr std::int64_t kMaxDialogueTokens = 32'768;  // that one reply may have
inline constexpr std::size_t kMaxSystemPrompt = 64U << 10;  // bytes
inline constexpr std::size_t kMaxTurnBytes = 128U << 10;    // what a person writes at a time
inline constexpr std::size_t kMaxReplyBytes = 512U << 10;   // what a model answers at a time
inline constexpr std::size_t kMaxDialogueBytes = 4U << 20;  // of one path, sent to a model
inline constexpr std::size_t kMaxLiveReplies = 1'024;       // that one process receives
inline constexpr std::int64_t kReplyFlushMs = 1'000;        // between two writings of one
inline constexpr std::int64_t kReplyTouchMs = 5'000;        // a reply still says it is received
inline constexpr std::int64_t kReplyLostMs = 20'000;        // without that word: given up

// ---- models that judge, draft and generate
inline constexpr std::size_t kMaxPromptBytes = 1U << 20;  // both texts of one ask
inline constexpr std::size_t kMaxReasonChars = 20'000;    // a model's reasons for one thing
inline constexpr std::size_t kMaxCertificateParts = 200;  // premises or traces of one review
inline constexpr std::size_t kMaxCriteriaTogether = 4;    // judged by one ask; else one each
inline constexpr std::size_t kMaxSeeds = 20;              // tasks that new ones are made from
inline constexpr std::size_t kMaxBriefBytes = 16'000;     // what is to be generated
inline constexpr std::size_t kMaxGenerated = 20;          // tasks that one ask may want

// ---- the mock model
inline constexpr int kMockWorkers = 8;
inline constexpr std::size_t kMaxMockBody = 32U << 20;      // one request
inline constexpr std::int64_t kMaxMockTokens = 1'000'000;   // pieces of one answer
inline constexpr std::int64_t kMaxMockBytes = 256LL << 20;  // of one answer's text
inline constexpr std::int64_t kMaxMockDelayMs = 3'600'000;  // anything that is waited for: 1 h
inline constexpr std::int64_t kMaxMockCalls = 64;           // of tools, in one answer
inline constexpr std::size_t kMaxMockItems = 256;           // of a list that is made up
inline constexpr std::size_t kMaxMockTexts = 2'048;         // embedded by one request
inline constexpr std::size_t kMaxMockDimensions = 4'096;    // of an embedding
inline constexpr std::size_t kMaxMockCounts = 65'536;       // prompts whose failures are counted
inline constexpr std::size_t kMockTakeBytes = 64U << 10;    // handed to the server at a time

// ---- model gateway
inline constexpr std::size_t kMaxModels = 200;             // of one room
inline constexpr std::size_t kMaxTargets = 8;              // of one model
inline constexpr std::size_t kMaxModelName = 200;          // also a peer's and a provider's, bytes
inline constexpr std::size_t kMaxKeyModels = 64;           // that one virtual key names
inline constexpr std::size_t kMaxVirtualKeys = 1'000;      // of one project, revoked ones too
inline constexpr std::size_t kMaxBudgets = 100;            // of one project
inline constexpr std::int64_t kMaxTokenPrice = 1LL << 40;  // millionths, for a million tokens
inline constexpr std::int64_t kMaxExchangeTokens = 1LL << 31;  // either way, all choices
inline constexpr std::int64_t kMaxBudgetAmount = 1LL << 56;    // of either count
inline constexpr std::int64_t kBlockShare = 16;                // of what is left, a block
inline constexpr std::int64_t kBlockHolds = 32;                // reservations, at most
inline constexpr std::int64_t kBlockIdleMs = 2'000;            // then it goes back
inline constexpr std::int64_t kPotTendMs = 1'000;              // how often that is looked at
inline constexpr std::int64_t kNodeTrustMs = 10'000;           // blocks in memory count so long
inline constexpr std::int64_t kNodeGoneMs = 30'000;            // unseen: its blocks are lost
inline constexpr std::size_t kMaxPots = 65'536;                // held in memory
inline constexpr std::int64_t kReservedRetryMs = 500;          // after others hold what is left
inline constexpr std::int64_t kLimitWindowMs = 60'000;         // of requests and tokens a minute
inline constexpr int kMaxAttempts = 4;                         // at all targets of one request
inline constexpr int kMaxTargetAttempts = 2;                   // at one of them
inline constexpr std::int64_t kAttemptPauseMs = 250;           // before the second; doubles
inline constexpr std::int64_t kMaxAttemptPauseMs = 8'000;      // also what a provider may ask
inline constexpr int kBreakerFaults = 5;                       // in a row: the target rests
inline constexpr std::int64_t kBreakerRestMs = 10'000;         // then one attempt is let through
inline constexpr std::int64_t kMaxBreakerRestMs = 300'000;     // doubled up to this
inline constexpr std::size_t kMaxExchangeReply = 3U << 20;     // recorded, bytes
inline constexpr std::size_t kExchangePartBytes = 8U << 20;    // of a record, one stored object
inline constexpr std::size_t kMaxExchangeBacklog = 4'096;      // exchanges not yet written
inline constexpr std::int64_t kRecordWaitMs = 250;             // for a place among them
inline constexpr std::size_t kMaxExchangeBytes = 256U << 20;   // and their bodies together
inline constexpr std::size_t kExchangeBatch = 64;              // written in one transaction
inline constexpr std::size_t kExchangeBatchBytes = 8U << 20;   // and their bodies
inline constexpr std::size_t kExchangeGather = 12;             // records that a batch waits for
inline constexpr std::int64_t kExchangeGatherMs = 40;          // and so long at most
inline constexpr std::int64_t kExchangePauseMs = 200;          // before a failed one is repeated
inline constexpr std::int64_t kExchangePatienceMs = 30'000;    // for a key; then without content
inline constexpr std::int64_t kExchangeStopMs = 8'000;         // at a stop, for what is queued
inline constexpr std::int64_t kExchangePurgeRows = 500;        // taken away in one transaction
inline constexpr std::int64_t kMaxKeepDays = 3'650;            // exchanges are kept

// ---- models at work in projects
inline constexpr std::int64_t kMaxModelWork = 32;             // of one project
inline constexpr std::int64_t kMaxModelTries = 10;            // of one task, before people have it
inline constexpr std::int64_t kMadeUpAtOnce = 5;              // that one ask wants
inline constexpr std::int64_t kMaxMadeUp = 100'000;           // tasks of one such work
inline constexpr std::size_t kModelWorkAtOnce = 8;            // tasks that one process asks about
inline constexpr std::size_t kMaxWorkReply = 1U << 20;        // a model's reply to one ask, bytes
inline constexpr std::int64_t kModelWorkLookMs = 500;         // between two looks for tasks
inline constexpr std::int64_t kModelWorkRestMs = 1'000;       // after a model could not be had,
inline constexpr std::int64_t kModelWorkMostRestMs = 60'000;  // doubled up to this

// ---- the gateway's dialects
inline constexpr std::size_t kMaxModelBody = 32U << 20;   // a client's request to a model, bytes
inline constexpr std::size_t kMaxModelReply = 64U << 20;  // a provider's whole reply, bytes
inline constexpr std::size_t kMaxSseEvent = 16U << 20;    // one event of a provider's stream
inline constexpr std::int64_t kMaxChoices = 128;          // replies to one request
inline constexpr std::int64_t kMaxOutputTokens = 10'000'000;     // that a request may allow
inline constexpr std::int64_t kImageTokensBound = 50'000;        // of one image, at most
inline constexpr std::int64_t kDocumentTokensBound = 1'000'000;  // of one document, at most
inline constexpr std::int64_t kRequestTokensBound = 2'048;       // that a provider adds of its own
inline constexpr std::size_t kMaxUpstreamWord = 256;       // a provider's id, model, reason; bytes
inline constexpr std::size_t kMaxUpstreamMessage = 4'096;  // of a provider's error; bytes
inline constexpr std::size_t kMaxHeldBlocks = 256;         // of a stream that wait for their turn
inline constexpr std::size_t kMaxHeldBytes = 16U << 20;    // and their bytes

// ---- the way to a model
inline constexpr std::size_t kMaxModelFrame = 64U << 10;     // between two processes; bytes
inline constexpr std::size_t kModelWindow = 256U << 10;      // of a reply that nobody has taken yet
inline constexpr std::size_t kMaxModelExchanges = 4'096;     // with one peer at a time
inline constexpr std::size_t kMaxModelHeaders = 32;          // of a request or a reply that go on
inline constexpr std::size_t kMaxModelHeaderBytes = 1'024;   // of one
inline constexpr std::int64_t kMaxModelTokens = 1LL << 40U;  // that a provider may count
inline constexpr std::size_t kMaxPeerHead = 64U << 10;       // a reply's header, bytes
inline constexpr std::size_t kMaxRoleLines = 64;             // passed on, of one start of a role
inline constexpr std::size_t kMaxRoleLine = 1'024;           // bytes
inline constexpr std::int64_t kPeerListMs = 1'000;           // a peer off the list still runs
inline constexpr std::int64_t kRoleSilentMs = 500;           // with its output closed
inline constexpr std::int64_t kPeerLookMs = 1'000;           // between two looks at the launcher
inline constexpr std::int64_t kMaxExposed = 10'000;  // exchanges of a project, for one report
inline constexpr std::int64_t kMaxExchangeAgeMs = 3'600'000;   // of one, with all its attempts
inline constexpr std::uint64_t kMaxSpentFile = 4'096;          // what the dialler may write; bytes
inline constexpr std::int64_t kLeastPeerPace = 64LL << 10U;    // of a connection; bytes a second
inline constexpr std::size_t kMaxPeers = 32;                   // of one room
inline constexpr std::size_t kMaxPeerName = 32;                // letters
inline constexpr std::size_t kMaxPeersFile = 64U << 10;        // their signed list, bytes
inline constexpr std::size_t kMaxCredential = 4'096;           // bytes
inline constexpr std::size_t kMaxAuthorities = 4U << 20;       // certificates that TLS trusts
inline constexpr std::size_t kMaxLauncherMessage = 64U << 10;  // bytes
inline constexpr std::int64_t kPeerRestartMs = 1'000;          // between two starts of a peer
inline constexpr std::int64_t kPeerBytesPerDay = 1LL << 30U;   // unless its list says otherwise
inline constexpr std::int64_t kPeerBytesPerSecond = 32LL << 20U;  // of one connection
inline constexpr std::size_t kMaxPeerConnections = 4'096;
inline constexpr std::int64_t kAccountMs = 50;          // between two looks at what was sent
inline constexpr std::size_t kMaxDials = 64;            // at once, for one peer
inline constexpr std::int64_t kResolvedMs = 30'000;     // for which a name's addresses are kept
inline constexpr std::size_t kMaxAddresses = 16;        // of one name
inline constexpr std::int64_t kModelAccessMs = 1'000;   // for which what a key may do is known
inline constexpr std::size_t kMaxModelAccess = 10'000;  // keys and models that are known so
inline constexpr std::int64_t kBudgetRetryMs = 250;     // until others may have given some back

// ---- what the room tells others
inline constexpr std::size_t kMaxWebhooks = 16;                 // of one project
inline constexpr std::size_t kMaxWebhooksUnderWay = 64;         // told at once, by one process
inline constexpr std::int64_t kWebhookDeeds = 256;              // read at a time, of one
inline constexpr std::int64_t kWebhookLookMs = 1'000;           // between two looks for news
inline constexpr std::int64_t kWebhookWaitMs = 15'000;          // for the answer to one
inline constexpr std::uint64_t kMaxWebhookReply = 64U << 10;    // bytes, which nobody reads
inline constexpr std::int64_t kWebhookRetryMs = 1'000;          // after a first failure; doubles
inline constexpr std::int64_t kWebhookMostRetryMs = 3'600'000;  // up to here
inline constexpr std::int64_t kWebhookGiveUpMs = 5LL * 86'400'000;  // of nothing but failures
inline constexpr std::size_t kMaxTraceSpans = 4'096;                // that wait to be sent
inline constexpr std::size_t kTraceBatch = 256;                     // in one request
inline constexpr std::int64_t kTraceFlushMs = 1'000;                // for which they wait at least
inline constexpr std::int64_t kTraceWaitMs = 10'000;                // for the collector's answer
inline constexpr std::size_t kMaxMailBytes = 64U << 10;             // the text of one
inline constexpr std::size_t kMaxMailId = 64;                       // by which the relay tells it
inline constexpr std::int64_t kMailWaitMs = 15'000;                 // for the relay to take it

}  // namespace guildhall
