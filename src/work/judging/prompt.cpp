#include "work/judging/prompt.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

#include "base/limits.h"

namespace guildhall::work::judging {
namespace {

using Blank = std::pair<std::string_view, std::string_view>;

// In one pass: what fills a blank is not searched for others.
std::string filled(std::string_view text, std::initializer_list<Blank> blanks) {
  std::string out;
  while (!text.empty()) {
    const auto at = text.find('{');
    out += text.substr(0, at);
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    std::size_t taken = 1;
    std::string_view with = text.substr(0, 1);
    for (const auto& [name, value] : blanks) {
      if (!text.starts_with(name)) continue;
      taken = name.size();
      with = value;
    }
    out += with;
    text.remove_prefix(taken);
  }
  return out;
}

// What the project itself says: it is followed.
std::string project_words(const Subject& subject) {
  std::string out;
  if (!subject.brief.empty()) out += fmt::format("What the project wants:\n{}\n\n", subject.brief);
  if (!subject.guidelines.empty()) {
    out += fmt::format("The project's guidelines:\n{}\n\n", subject.guidelines);
  }
  return out;
}

}  // namespace

Result<Ask> put_into_words(const Texts& texts, Plan plan, const Subject& subject, Random& random) {
  const Fence fence(plan.materials, random);
  const Blank open{"{open}", fence.open()};
  const Blank close{"{close}", fence.close()};
  const auto announced = filled(fence_words(), {open, close});
  const auto project = project_words(subject);
  const auto schema = to_json(plan.schema);
  Ask ask;
  ask.system = filled(texts.system, {{"{fence}", announced},
                                     {"{form}", plan.form},
                                     {"{task}", plan.task},
                                     {"{project}", project},
                                     {"{schema}", schema}});
  const auto material = fence.around(plan.materials);
  ask.user = filled(texts.user, {open, close, {"{material}", material}});
  if (ask.system.size() + ask.user.size() > kMaxPromptBytes) {
    return fail(Fault::too_large, "prompt-too-large",
                fmt::format("A prompt has {} bytes at most.", kMaxPromptBytes));
  }
  ask.reply_schema = std::move(plan.schema);
  ask.variant = std::move(plan.variant);
  return ask;
}

}  // namespace guildhall::work::judging
