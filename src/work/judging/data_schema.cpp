#include "work/judging/data_schema.h"

#include <fmt/format.h>

#include <span>

#include "base/limits.h"
#include "work/judging/questions.h"
#include "work/judging/schemas.h"

namespace guildhall::work::judging {
namespace {

json::object text() {
  json::object out;
  out["type"] = "string";
  out["minLength"] = 1;
  return out;
}

json::object message() {
  json::object role;
  role["enum"] = {"system", "user", "assistant"};
  return object_of({{"role", std::move(role)}, {"content", text()}});
}

json::object messages() { return list_of(message(), 1, kMaxSteps); }

json::object table_row() {
  json::object out;
  out["type"] = "object";
  return out;
}

json::object criterion() {
  json::object id = text();
  id["maxLength"] = 64;
  json::object gate;
  gate["type"] = "boolean";
  return object_of({{"id", std::move(id)},
                    {"criterion", text()},
                    {"points", whole(-kMaxCriterionPoints, kMaxCriterionPoints)},
                    {"gate", std::move(gate)}});
}

class Builder {
 public:
  explicit Builder(bool dialogues) : dialogues_(dialogues) { root_ = object_of({}); }

  Result<json::object> build(const Form& form) && {
    for (const auto& v : form.views) TRY(add(v));
    for (const auto& q : form.questions) TRY(add(q));
    return std::move(root_);
  }

 private:
  Result<void> add(const View& v) {
    switch (v.kind) {
      case ViewKind::markdown:
      case ViewKind::code: return put(v.from, v.each ? list_of(text(), 1, kMaxSteps) : text());
      case ViewKind::chat: return put(v.from, chat(v));
      case ViewKind::diff: TRY(put(v.from, text())); return put(*v.to, text());
      case ViewKind::json: return put(v.from, json::object());
      case ViewKind::table: return put(v.from, list_of(table_row(), 1, kMaxSteps));
      case ViewKind::trajectory:
        if (!v.each) return put(v.from, messages());
        return put(v.from, list_of(object_of({{"messages", messages()}}), 1, kMaxSteps));
      default: break;
    }
    if (v.optional) return {};
    return not_for_this_form(fmt::format("The view {} shows a file.", v.id));
  }

  json::object chat(const View& v) const {
    if (!v.each) return dialogues_ ? messages() : text();
    if (dialogues_) return list_of(object_of({{"messages", messages()}}), 1, kMaxSteps);
    return list_of(object_of({{"text", text()}}), 1, kMaxSteps);
  }

  Result<void> add(const Question& q) {
    for (const auto& inner : q.questions) TRY(add(inner));
    if (q.options_from && q.options.empty()) {
      TRY(put(*q.options_from, list_of(text(), 1, kMaxQuestionOptions)));
    }
    if (!q.from) return {};
    switch (q.kind) {
      case QuestionKind::rubric: return put(*q.from, list_of(criterion(), 1, kMaxCriteria));
      case QuestionKind::compare:
      case QuestionKind::rank:
        return put(*q.from, list_of(object_of({{"text", text()}}), 2, kMaxResponses));
      case QuestionKind::steps:
        return put(*q.from, q.roles.empty() ? list_of(text(), 1, kMaxSteps) : messages());
      case QuestionKind::spans: return put(*q.from, text());
      default: break;
    }
    return not_for_this_form(fmt::format("The question {} is about a file.", q.id));
  }

  // The first that names a place says what lies there: views come before questions.
  Result<void> put(const Pointer& at, json::object schema) {
    auto* object = &root_;
    const auto name = [&](const std::string& token, json::object what) -> json::object* {
      auto* properties = object->if_contains("properties");
      if (!properties) return nullptr;  // inside of what is described already
      auto& members = properties->get_object();
      if (!members.contains(token)) {
        members.emplace(token, std::move(what));
        object->at("required").get_array().emplace_back(token);
      }
      return &members.at(token).get_object();
    };
    if (!at.tokens.empty()) {
      for (const auto& token : std::span(at.tokens).first(at.tokens.size() - 1)) {
        object = name(token, object_of({}));
        if (!object) break;
      }
      if (object && name(at.tokens.back(), std::move(schema))) return {};
    }
    return not_for_this_form("The form shows a part of its data that cannot be described.");
  }

  json::object root_;
  bool dialogues_;
};

}  // namespace

Result<json::object> data_schema(const Form& form, bool dialogues) {
  return Builder(dialogues).build(form);
}

}  // namespace guildhall::work::judging
