#include "mock_model/sample.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/limits.h"

namespace guildhall::mock_model {
namespace {

constexpr std::array<std::string_view, 8> kFillers = {"clear",  "sound", "brief", "careful",
                                                      "proper", "exact", "plain", "complete"};

std::string_view word(Random& random) { return kFillers[random.below(kFillers.size())]; }

class SchemaSampler {
 public:
  SchemaSampler(const json::value& root, Random& random) : root_(root), random_(random) {}

  json::value make(const json::value& schema, int depth) {
    if (depth > kMaxJsonDepth || !schema.is_object()) return nullptr;
    if (const json::value* value = find(schema, "const")) return *value;
    if (const json::array* values = find_array(schema, "enum"); values && !values->empty()) {
      return (*values)[random_.below(values->size())];
    }
    if (const json::string* ref = find_string(schema, "$ref")) {
      return make(resolve(view(*ref)), depth + 1);
    }
    for (const char* key : {"anyOf", "oneOf", "allOf"}) {
      const json::array* choices = find_array(schema, key);
      if (choices && !choices->empty()) return make(choices->front(), depth + 1);
    }
    return of_type(type_of(schema), schema, depth);
  }

 private:
  static std::string_view type_of(const json::value& schema) {
    const json::value* type = find(schema, "type");
    if (type && type->is_array() && !type->get_array().empty()) type = &type->get_array().front();
    if (type && type->is_string()) return view(type->get_string());
    return find(schema, "properties") ? "object" : "string";
  }

  json::value of_type(std::string_view type, const json::value& schema, int depth) {
    if (type == "object") return object(schema, depth);
    if (type == "array") return array(schema, depth);
    if (type == "boolean") return random_.below(2) == 1;
    if (type == "null") return nullptr;
    if (type == "integer" || type == "number") return number(schema, type == "integer");
    return json::string(word(random_));
  }

  json::value object(const json::value& schema, int depth) {
    json::object out;
    if (const json::object* properties = find_object(schema, "properties")) {
      for (const auto& member : *properties) {
        out.insert_or_assign(member.key(), make(member.value(), depth + 1));
      }
    }
    return out;
  }

  json::value array(const json::value& schema, int depth) {
    json::array out;
    const json::value* least = find(schema, "minItems");
    const json::value* items = find(schema, "items");
    const std::int64_t some = 1 + static_cast<std::int64_t>(random_.below(2));
    const std::int64_t wanted = least ? as_int(*least).value_or(0) : 0;
    const auto most = static_cast<std::int64_t>(kMaxMockItems);
    for (std::int64_t i = 0; items && i < std::min(std::max(some, wanted), most); ++i) {
      out.push_back(make(*items, depth + 1));
    }
    return out;
  }

  json::value number(const json::value& schema, bool integer) {
    const json::value* low = find(schema, "minimum");
    const json::value* high = find(schema, "maximum");
    const double from = low ? as_number(*low).value_or(0) : 0;
    const double to = std::max(from, high ? as_number(*high).value_or(from + 10) : from + 10);
    const double share = static_cast<double>(random_.below(1'001)) / 1'000;
    if (!integer) return std::round((from + share * (to - from)) * 100) / 100;
    const double value = std::floor(from + share * (to - from));
    return std::abs(value) < 9e15 ? json::value(static_cast<std::int64_t>(value)) : json::value(0);
  }

  // "#/$defs/name", a member at a time.
  const json::value& resolve(std::string_view ref) const {
    static const json::value nothing = nullptr;
    if (!ref.starts_with("#/")) return nothing;
    const json::value* at = &root_;
    ref.remove_prefix(2);
    while (at && !ref.empty()) {
      const auto name = ref.substr(0, ref.find('/'));
      ref.remove_prefix(name.size() < ref.size() ? name.size() + 1 : name.size());
      at = find(*at, name);
    }
    return at ? *at : nothing;
  }

  const json::value& root_;
  Random& random_;
};

// One of "A|B|tie"; a word for any other text.
json::value text_like(std::string_view example, Random& random) {
  std::size_t choices = 1;
  for (char c : example) choices += c == '|' ? 1 : 0;
  if (choices == 1) return json::string(word(random));
  for (std::size_t skip = random.below(choices); skip > 0; --skip) {
    example.remove_prefix(example.find('|') + 1);
  }
  return json::string(example.substr(0, example.find('|')));
}

}  // namespace

json::value sample_of_schema(const json::value& schema, Random& random) {
  return SchemaSampler(schema, random).make(schema, 0);
}

json::value sample_of_example(const json::value& example, Random& random) {
  switch (example.kind()) {
    case json::kind::object: {
      json::object out;
      for (const auto& member : example.get_object()) {
        out.insert_or_assign(member.key(), sample_of_example(member.value(), random));
      }
      return out;
    }
    case json::kind::array: {
      json::array out;
      for (const json::value& item : example.get_array()) {
        out.push_back(sample_of_example(item, random));
      }
      return out;
    }
    case json::kind::string: return text_like(view(example.get_string()), random);
    case json::kind::bool_: return random.below(2) == 1;
    case json::kind::null: return nullptr;
    case json::kind::double_:
      return std::round(example.get_double() * static_cast<double>(random.below(101))) / 100;
    case json::kind::int64:
    case json::kind::uint64: break;
  }
  const std::int64_t most = as_int(example).value_or(0);
  if (most <= 0) return 0;
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most) + 1));
}

}  // namespace guildhall::mock_model
