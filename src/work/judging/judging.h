// What models are asked about a project's tasks, and what their replies come to: judges that answer
// as one more rater, drafts that an expert corrects, tasks that are generated from seeds. The pure
// part: no store, no HTTP, no model. docs/judging.md tells what is sent and what is claimed.
//
// The order of use: find_template; asks_for makes the prompts; each is sent (a reply that
// read_reply refuses may be asked for again); then answers_from or tasks_from over all replies, one
// for each ask and in the same order.
//
// Content from outside (task data, seeds) stands in the user's text between two lines that hold a
// word drawn for this ask alone, which occurs nowhere in the content; nothing from outside stands
// anywhere else, neither in the system's text nor in a schema.
//
// Concurrency: pure functions and values; a Random belongs to its caller.
// Limits: base/limits.h, "models that judge, draft and generate".
// Errors, field = "/replies/N" for a reply:
//   not_found/"no-prompt-template"
//   invalid/"not-for-this-form": the template cannot be used with the form or the task's data
//   too_large/"prompt-too-large"
//   invalid/"reply-not-json", "reply-not-of-schema": worth another try
//   invalid/"no-verdict": the two orders contradict one another and the form has no tie
// No detail repeats content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "work/template/template.h"

namespace guildhall::work::judging {

enum class Purpose : unsigned char { judge, draft, generate };
std::string_view name_of(Purpose purpose);

// A prompt that comes with Guildhall. Its texts never change: a changed text is a new version.
struct PromptTemplate {
  std::string_view name;
  int version = 1;
  Purpose purpose = Purpose::judge;
  std::string_view what;  // a sentence for the person who chooses one
};

std::span<const PromptTemplate> templates();
// version 0: the newest.
Result<PromptTemplate> find_template(std::string_view name, int version = 0);
// Every text of the template, its blanks in braces: what a version stands for.
std::string text_of(const PromptTemplate& prompt);

// What the asks are about. Judge and draft: `data`, which has passed check_data. Generate: `seeds`
// (data of other tasks; 0 to kMaxSeeds), `brief`, and how many tasks an ask wants.
struct Subject {
  const json::value* data = nullptr;
  std::string_view guidelines;  // of the project; may be empty
  std::string_view brief;
  std::span<const json::value> seeds;
  std::size_t count = 1;  // tasks of one ask, 1 to kMaxGenerated
};

struct Ask {
  std::string system;
  std::string user;
  json::object reply_schema;  // JSON Schema of the reply: for `response_format` and the like
  std::string variant;        // "forward", "reversed", "criterion-3", …: for records; no content
};

// Can this template be used with this form at all? The task's data may still say no.
Result<void> check_form(const PromptTemplate& prompt, const Template& form);

// The same Random, the same asks. One ask or more.
Result<std::vector<Ask>> asks_for(const PromptTemplate& prompt, const Template& form,
                                  const Subject& subject, Random& random);

// One reply alone: JSON, of the ask's schema, its members in the schema's order. `reply` is the
// text itself or one fenced block, and nothing else.
Result<json::object> read_reply(const Ask& ask, std::string_view reply);

// Judge and draft. The answers have passed check_answers: complete ones of a judge, a draft's of a
// draft.
Result<json::object> answers_from(const PromptTemplate& prompt, const Template& form,
                                  const Subject& subject, std::span<const std::string> replies);

// Generate. Each has passed check_data; none is like a seed or like another of them.
Result<std::vector<json::object>> tasks_from(const PromptTemplate& prompt, const Template& form,
                                             const Subject& subject,
                                             std::span<const std::string> replies);

}  // namespace guildhall::work::judging
