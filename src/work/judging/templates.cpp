// The list of templates, and what a version stands for.
#include <fmt/format.h>

#include <vector>

#include "work/judging/judging.h"
#include "work/judging/texts.h"

namespace guildhall::work::judging {

std::span<const PromptTemplate> templates() {
  static const std::vector<PromptTemplate> all = [] {
    std::vector<PromptTemplate> out;
    for (const auto& texts : all_texts()) out.push_back(texts.info);
    return out;
  }();
  return all;
}

Result<PromptTemplate> find_template(std::string_view name, int version) {
  const PromptTemplate* found = nullptr;
  for (const auto& one : templates()) {
    if (one.name != name || (version != 0 && one.version != version)) continue;
    if (!found || one.version > found->version) found = &one;
  }
  if (found) return *found;
  return fail(Fault::not_found, "no-prompt-template", "There is no such prompt template.",
              "template");
}

std::string text_of(const PromptTemplate& prompt) {
  const auto& texts = texts_of(prompt);
  std::string out = fmt::format("{}\n\n{}\n\n{}\n\n{}\n\n{}\n\n{}", texts.system, fence_words(),
                                texts.user, texts.task, texts.rest, texts.stop);
  for (int kind = 0; kind <= static_cast<int>(QuestionKind::dialogue); ++kind) {
    out += fmt::format("\n{}", answer_words(static_cast<QuestionKind>(kind)));
  }
  return out;
}

}  // namespace guildhall::work::judging
