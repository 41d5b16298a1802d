// What may stand in turns and tools: text, and media that the request itself carries.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "gateway/dialects/errors.h"
#include "gateway/dialects/request_policy.h"

namespace guildhall::gateway {
namespace {

constexpr std::string_view kTextParts[] = {"text",     "input_text",   "output_text",
                                           "refusal",  "thinking",     "redacted_thinking",
                                           "tool_use", "summary_text", "reasoning_text"};
constexpr std::string_view kToolTypes[] = {"function", "custom"};
// Tools that Anthropic describes and the client runs; their names end in a date.
constexpr std::string_view kClientTools[] = {"bash_", "text_editor_", "computer_", "memory_"};
constexpr std::string_view kItems[] = {
    "message",          "function_call",           "function_call_output",
    "custom_tool_call", "custom_tool_call_output", "reasoning"};

bool is_one_of(const RawJson& word, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view one) { return word.is(one); });
}

std::unexpected<Error> refuse_part(std::string why, std::string at) {
  return fail(Fault::forbidden, kRefusedByPolicy, std::move(why), std::move(at));
}

class Content {
 public:
  // A turn's content, or what a tool gave: a string, or a list of parts.
  Result<> check(const RawJson& content, const std::string& at) {
    if (!content || content.is_string()) return {};
    if (!content.is_array()) return refuse_part("Content is a string or a list of parts.", at);
    int index = 0;
    for (const RawJson& part : content.items()) {
      TRY(check_part(part, fmt::format("{}/{}", at, index++)));
    }
    return {};
  }

  Media media;

 private:
  Result<> check_part(const RawJson& part, const std::string& at) {
    const RawJson type = part.member("type");
    if (is_one_of(type, kTextParts)) return {};
    if (type.is("tool_result")) return check(part.member("content"), at + "/content");
    if (type.is("search_result")) return check(part.member("content"), at + "/content");
    if (type.is("input_audio")) return {};  // has more bytes than tokens
    if (type.is("image_url")) return inline_data(part.at("image_url", "url"), at, media.images);
    if (type.is("input_image") && !part.member("file_id")) {
      return inline_data(part.member("image_url"), at, media.images);
    }
    if (type.is("file") && !part.at("file", "file_id")) {
      return count(part.at("file", "file_data"), at, media.documents);
    }
    if (type.is("input_file") && !part.member("file_id") && !part.member("file_url")) {
      return count(part.member("file_data"), at, media.documents);
    }
    if (type.is("image")) return check_source(part.member("source"), at, media.images);
    if (type.is("document")) return check_source(part.member("source"), at, media.documents);
    return refuse_part(
        "Parts of this type may not pass: only text, and images and documents that the request "
        "itself carries.",
        at);
  }

  Result<> check_source(const RawJson& source, const std::string& at, std::int64_t& counter) {
    if (source.member("type").is("base64")) return count(source.member("data"), at, counter);
    if (source.member("type").is("text")) return {};
    if (source.member("type").is("content")) return check(source.member("content"), at);
    return refuse_part("The provider would fetch it: carry it in the request, as base64.", at);
  }

  Result<> inline_data(const RawJson& url, const std::string& at, std::int64_t& counter) {
    if (!url.decoded().starts_with("data:")) {
      return refuse_part("The provider would fetch it: carry it in the request, as a data: URL.",
                         at);
    }
    return count(url, at, counter);
  }

  Result<> count(const RawJson& data, const std::string& at, std::int64_t& counter) {
    if (!data.is_string()) return refuse_part("It is not carried in the request.", at);
    ++counter;
    media.bytes += data.text().size();
    return {};
  }
};

Result<> check_tools(Operation operation, const RawJson& tools) {
  int index = 0;
  for (const RawJson& tool : tools.items()) {
    const RawJson type = tool.member("type");
    const bool anthropic = dialect_of(operation) == Dialect::messages;
    const std::string name = anthropic ? type.decoded() : std::string();
    const bool ours = is_one_of(type, kToolTypes) || (anthropic && !type) ||
                      std::ranges::any_of(kClientTools, [&](std::string_view prefix) {
                        return name.starts_with(prefix);
                      });
    if (!ours) {
      return refuse_part("Tools that the provider runs may not pass: only the client's own.",
                         fmt::format("/tools/{}", index));
    }
    ++index;
  }
  return {};
}

Result<> check_items(Content& content, const RawJson& input) {
  int index = 0;
  for (const RawJson& item : input.items()) {
    const std::string at = fmt::format("/input/{}", index++);
    const RawJson type = item.member("type");
    if (type && !is_one_of(type, kItems)) {
      return refuse_part("Items of this type may not pass.", at);
    }
    TRY(content.check(item.member("content"), at + "/content"));
    TRY(content.check(item.member("output"), at + "/output"));
  }
  return {};
}

}  // namespace

Result<Media> check_content(Operation operation, const RawJson& body) {
  Content content;
  TRY(check_tools(operation, body.member("tools")));
  if (operation == Operation::responses) TRY(check_items(content, body.member("input")));
  TRY(content.check(body.member("system"), "/system"));
  int index = 0;
  for (const RawJson& turn : body.member("messages").items()) {
    TRY(content.check(turn.member("content"), fmt::format("/messages/{}/content", index++)));
    if (turn.member("audio")) {
      return refuse_part("It refers to what the provider keeps.",
                         fmt::format("/messages/{}/audio", index - 1));
    }
  }
  return content.media;
}

}  // namespace guildhall::gateway
