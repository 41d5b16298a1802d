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

// ---- templates
inline constexpr std::size_t kMaxTemplateBytes = 256U << 10;
inline constexpr std::size_t kMaxTemplateViews = 64;
inline constexpr std::size_t kMaxTemplateQuestions = 128;
inline constexpr std::size_t kMaxQuestionOptions = 256;
inline constexpr std::size_t kMaxRepeats = 200;               // rows of a repeated group
inline constexpr std::size_t kMaxGuidelinesBytes = 1U << 20;

}  // namespace guildhall
