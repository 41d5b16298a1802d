// Every limit of the system, by name. docs/limits.md gives the reason of each; a test compares
// the two lists.
#pragma once

#include <cstddef>
#include <cstdint>

namespace guildhall {

// ---- JSON and bodies
inline constexpr int kMaxJsonDepth = 64;
inline constexpr std::size_t kMaxJsonBody = 4U << 20;         // one JSON request body, bytes
inline constexpr std::size_t kMaxImportLine = 8U << 20;       // one NDJSON line, CSV row or array element
inline constexpr std::size_t kMaxImportErrors = 1'000;        // errors listed in an import's answer
inline constexpr std::size_t kMaxCsvColumns = 512;
inline constexpr std::size_t kMaxHeaderBytes = 16U << 10;
inline constexpr std::size_t kMaxUpload = 512U << 20;         // one uploaded file, bytes

// ---- store
inline constexpr std::size_t kMaxContent = 16U << 20;          // one stored object, bytes

// ---- templates
inline constexpr std::size_t kMaxTemplateBytes = 256U << 10;
inline constexpr std::size_t kMaxTemplateViews = 64;
inline constexpr std::size_t kMaxTemplateQuestions = 128;
inline constexpr std::size_t kMaxQuestionOptions = 256;
inline constexpr std::size_t kMaxRepeats = 200;               // rows of a repeated group
inline constexpr std::size_t kMaxGuidelinesBytes = 1U << 20;

// ---- passwords and sessions
inline constexpr int kMaxPasswordChecks = 2;                  // Argon2id runs at once
inline constexpr int kMaxPasswordWaiters = 8;                 // others that may wait for one
inline constexpr std::int64_t kPasswordWaitMs = 3'000;        // and how long
inline constexpr std::uint64_t kPasswordOperations = 2;       // Argon2id passes ("interactive")
inline constexpr std::size_t kPasswordMemoryBytes = 64U << 20;
inline constexpr std::size_t kMinPasswordChars = 12;
inline constexpr std::size_t kMaxPasswordBytes = 512;
inline constexpr std::size_t kMaxBlockSchedules = 4;          // key schedules a thread keeps

}  // namespace guildhall
