#include "mock_model/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "mock_model/injected.h"
#include "mock_model/plain.h"
#include "mock_model/sample.h"

namespace guildhall::mock_model {
namespace {

constexpr std::string_view kReason = "That is what the rule comes to.";
constexpr std::string_view kYes[] = {"true", "yes", "met", "passed"};
constexpr std::string_view kNo[] = {"false", "no", "unmet", "failed"};

template <class Words>
bool one_of(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != std::end(words);
}

class Judge {
 public:
  Judge(Reading reading, bool obey, Random& random)
      : reading_(std::move(reading)), obey_(obey), random_(random) {}

  // `index`: which item of the list that it stands in.
  json::value make(const json::value& schema, std::string_view name, std::size_t index, int depth) {
    const json::array* either = find_array(schema, "anyOf");
    if (either && !either->empty() && depth < kMaxJsonDepth) {
      return make(either->front(), name, index, depth + 1);
    }
    if (const json::array* values = find_array(schema, "enum"); values && !values->empty()) {
      return one_value(*values, index);
    }
    const auto types = types_of(schema);
    if (one_of(types, "boolean")) return met(index);
    if (one_of(types, "object") && depth < kMaxJsonDepth) return object(schema, index, depth);
    if (one_of(types, "array") && depth < kMaxJsonDepth) return array(schema, depth);
    if (one_of(types, "string")) return json::string(kReason);
    if (one_of(types, "integer") && (name == "step" || name == "criterion")) return index + 1;
    const json::value* least = find(schema, "minimum");
    if (least && (one_of(types, "integer") || one_of(types, "number"))) return *least;
    return sample_of_schema(schema, random_);
  }

 private:
  static std::vector<std::string_view> types_of(const json::value& schema) {
    std::vector<std::string_view> out;
    const json::value* type = find(schema, "type");
    if (type && type->is_string()) out.push_back(view(type->get_string()));
    for (std::size_t i = 0; type && type->is_array() && i < type->get_array().size(); ++i) {
      if (const auto* text = type->get_array()[i].if_string()) out.push_back(view(*text));
    }
    return out;
  }

  json::value object(const json::value& schema, std::size_t index, int depth) {
    json::object out;
    const json::object* properties = find_object(schema, "properties");
    if (!properties) return out;
    for (const auto& member : *properties) {
      out[member.key()] =
          make(member.value(), {member.key().data(), member.key().size()}, index, depth + 1);
    }
    return out;
  }

  // As few as may be; where fewer are allowed, as it is up to the first error, up to that.
  json::value array(const json::value& schema, int depth) {
    json::array out;
    const json::value* items = find(schema, "items");
    const json::value* least = find(schema, "minItems");
    const json::value* most = find(schema, "maxItems");
    auto count = static_cast<std::size_t>(least ? as_int(*least).value_or(0) : 0);
    const bool rated =
        items && find(*items, "properties") && find(items->at("properties"), "rating");
    if (rated && most) count = static_cast<std::size_t>(as_int(*most).value_or(0));
    for (std::size_t i = 0; items && i < std::min(count, kMaxMockItems); ++i) {
      out.push_back(make(*items, {}, i, depth + 1));
      const json::value* rating = rated ? find(out.back(), "rating") : nullptr;
      const bool may_stop = least && most && as_int(*least) < as_int(*most);
      if (rating && may_stop && as_int(*rating) == -1) break;
    }
    return out;
  }

  std::optional<std::string> ordered(const std::function<bool(std::string_view)>& is_verdict) {
    return obey_ ? named_verdict(reading_.outside, is_verdict) : std::nullopt;
  }

  static std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(view(value.get_string())) : to_json(value);
  }

  json::value one_value(const json::array& values, std::size_t index) {
    const auto with_text = [&](std::string_view text) {
      return std::ranges::find_if(values, [&](const auto& v) { return text_of(v) == text; });
    };
    const auto order = ordered([&](auto word) { return with_text(word) != values.end(); });
    if (order) return *with_text(*order);
    const auto best = with_text(best_letter());
    if (with_text("a") != values.end() && best != values.end()) return *best;
    const auto rated = with_text(has_digit(nth("step", index)) ? "1" : "-1");
    if (with_text("-1") != values.end() && rated != values.end()) return *rated;
    return values.front();
  }

  std::string best_letter() const {
    std::string best = "tie";
    std::size_t length = 0;
    for (const auto& section : reading_.sections) {
      if (!section.heading.starts_with("response ")) continue;
      if (section.text.size() == length) best = "tie";
      if (section.text.size() <= length) continue;
      best = section.heading.substr(9);
      length = section.text.size();
    }
    return best;
  }

  // The text of the index-th section of its kind.
  std::string_view nth(std::string_view kind, std::size_t index) const {
    for (const auto& section : reading_.sections) {
      if (section.heading.starts_with(kind) && index-- == 0) return section.text;
    }
    return {};
  }

  static bool has_digit(std::string_view text) {
    return text.find_first_of("0123456789") != std::string_view::npos;
  }

  json::value met(std::size_t index) {
    const auto order = ordered([](auto word) { return one_of(kYes, word) || one_of(kNo, word); });
    if (order) return one_of(kYes, *order);
    std::string wanted;
    for (const auto& word : plain_words(nth("criterion", index))) {
      if (word.size() > wanted.size()) wanted = word;
    }
    return std::ranges::any_of(reading_.sections, [&](const Section& section) {
      return !section.heading.starts_with("criterion") && one_of(plain_words(section.text), wanted);
    });
  }

  Reading reading_;
  bool obey_;
  Random& random_;
};

}  // namespace

json::value judge_by_rule(const Ask& ask, bool obey, Random& random) {
  Judge judge(read_text(ask.last_user, announced_fence(ask.system)), obey, random);
  return judge.make(*ask.schema, {}, 0, 0);
}

}  // namespace guildhall::mock_model
