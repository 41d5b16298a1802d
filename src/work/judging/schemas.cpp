#include "work/judging/schemas.h"

#include "base/limits.h"

namespace guildhall::work::judging {

json::object object_of(std::initializer_list<Member> members) {
  json::object properties;
  json::array required;
  for (const auto& member : members) {
    properties.emplace(member.name, member.schema);
    required.emplace_back(json::string(member.name));
  }
  json::object out;
  out["type"] = "object";
  out["additionalProperties"] = false;
  out["required"] = std::move(required);
  out["properties"] = std::move(properties);
  return out;
}

// Numbers are int64: the validator takes no others here.
json::object list_of(json::value item, std::size_t least, std::size_t most) {
  json::object out;
  out["type"] = "array";
  out["minItems"] = static_cast<std::int64_t>(least);
  out["maxItems"] = static_cast<std::int64_t>(most);
  out["items"] = std::move(item);
  return out;
}

json::object reason() {
  json::object out;
  out["type"] = "string";
  out["minLength"] = 1;
  out["maxLength"] = static_cast<std::int64_t>(kMaxReasonChars);
  return out;
}

json::object whole(std::int64_t least, std::int64_t most) {
  json::object out;
  out["type"] = "integer";
  out["minimum"] = least;
  out["maximum"] = most;
  return out;
}

}  // namespace guildhall::work::judging
