// A messages request as a chat request.
#include "gateway/dialects/translate_rules.h"

namespace guildhall::gateway {
namespace {

constexpr std::int64_t kLowEffortTokens = 4'096;  // of thinking; below it little is asked for
constexpr std::int64_t kMediumEffortTokens = 16'384;
constexpr std::size_t kMaxStops = 4;  // that a chat takes

constexpr CarryRule kMessagesRules[] = {{"model"},
                                        {"messages"},
                                        {"system"},
                                        {"max_tokens"},
                                        {"stream"},
                                        {"temperature"},
                                        {"top_p"},
                                        {"stop_sequences"},
                                        {"tools"},
                                        {"tool_choice"},
                                        {"thinking"},
                                        {"metadata"},
                                        {"output_config"},
                                        {"output_format"},
                                        {"cache_control", Carry::left_out},
                                        {"service_tier", Carry::left_out}};
constexpr CarryRule kMessageRules[] = {{"role"}, {"content"}};
constexpr CarryRule kBlockRules[] = {{"type"},
                                     {"text"},
                                     {"source"},
                                     {"title"},
                                     {"cache_control", Carry::left_out},
                                     {"citations", Carry::left_out}};
constexpr CarryRule kToolUseRules[] = {
    {"type"}, {"id"}, {"name"}, {"input"}, {"cache_control", Carry::left_out}};
constexpr CarryRule kToolResultRules[] = {{"type"},
                                          {"tool_use_id"},
                                          {"content"},
                                          {"is_error", Carry::left_out},
                                          {"cache_control", Carry::left_out}};
constexpr CarryRule kCustomToolRules[] = {{"type"},
                                          {"name"},
                                          {"description"},
                                          {"input_schema"},
                                          {"strict"},
                                          {"cache_control", Carry::left_out},
                                          {"eager_input_streaming", Carry::left_out}};
constexpr CarryRule kOutputRules[] = {{"effort"}, {"format"}};
constexpr CarryRule kMetadataRules[] = {{"user_id"}};
constexpr CarryRule kThinkingRules[] = {{"type"}, {"budget_tokens"}, {"display", Carry::left_out}};
constexpr CarryRule kChoiceRules[] = {{"type"}, {"name"}, {"disable_parallel_tool_use"}};

class ToChat {
 public:
  ToChat(const Request& request, const Rewrite& how)
      : request_(request), how_(how), body_(RawJson::known(request.body())) {}

  Result<std::string> run() {
    TRY(check_carried(kMessagesRules, body_, ""));
    out_.begin_object().field("model", how_.model);
    auto limit = request_.facts().max_output_tokens;
    if (!limit) limit = how_.max_output_tokens;
    if (limit) out_.field("max_completion_tokens", *limit);
    out_.key("messages").begin_array();
    if (const RawJson system = body_.member("system")) {
      TRY(turn("system", system, "/system"));
    }
    TRY(turns());
    out_.end_array();
    TRY(tools());
    TRY(tool_choice());
    TRY(settings());
    TRY(output());
    return out_.end_object().take();
  }

 private:
  Result<> turns() {
    std::size_t index = 0;
    const auto messages = body_.member("messages").items();
    for (const RawJson& message : messages) {
      const std::string at = fmt::format("/messages/{}", index++);
      TRY(check_carried(kMessageRules, message, at));
      const RawJson content = message.member("content");
      if (message.member("role").is("user")) {
        TRY(user(content, at + "/content"));
      } else if (!message.member("role").is("assistant")) {
        return not_carried("A turn is the user's or the assistant's.", at + "/role");
      } else if (index == messages.size()) {
        return not_carried("The last turn begins the model's reply: no chat can go on with it.",
                           at);
      } else {
        TRY(assistant(content, at + "/content"));
      }
    }
    return {};
  }

  // A turn of strings, texts and media.
  Result<> turn(std::string_view role, const RawJson& content, const std::string& at) {
    out_.begin_object().field("role", role).key("content");
    TRY(plain_or_parts(content, at));
    out_.end_object();
    return {};
  }

  Result<> plain_or_parts(const RawJson& content, const std::string& at) {
    if (content.is_string() || !content) {
      out_.raw(content ? content.text() : "\"\"");
      return {};
    }
    out_.begin_array();
    std::size_t index = 0;
    for (const RawJson& block : content.items()) {
      const std::string block_at = fmt::format("{}/{}", at, index++);
      if (!block.member("type").is("tool_result")) TRY(part(block, block_at));
    }
    out_.end_array();
    return {};
  }

  Result<> part(const RawJson& block, const std::string& at) {
    TRY(check_carried(kBlockRules, block, at));
    const RawJson type = block.member("type");
    const RawJson source = block.member("source");
    const RawJson text = type.is("text") ? block.member("text") : source.member("data");
    const bool image = type.is("image");
    if (!text.is_string() || !(type.is("text") || image || type.is("document"))) {
      return not_carried("A chat has no such part.", at);
    }
    out_.begin_object();
    if (type.is("text") || source.member("type").is("text")) {
      out_.field("type", "text").key("text").raw(text.text()).end_object();
      return {};
    }
    const std::string url =
        fmt::format("data:{};base64,{}", source.member("media_type").decoded(), text.decoded());
    if (image) {
      out_.field("type", "image_url").key("image_url").begin_object().field("url", url);
    } else {
      const RawJson title = block.member("title");
      out_.field("type", "file").key("file").begin_object().key("filename");
      out_.raw(title.is_string() ? title.text() : "\"document.pdf\"").field("file_data", url);
    }
    out_.end_object().end_object();
    return {};
  }

  // Tools' results are turns of their own there, before what the user says with them.
  Result<> user(const RawJson& content, const std::string& at) {
    std::size_t index = 0;
    bool said = content.is_string() || content.items().empty();
    for (const RawJson& block : content.items()) {
      const std::string block_at = fmt::format("{}/{}", at, index++);
      if (!block.member("type").is("tool_result")) {
        said = true;
        continue;
      }
      TRY(check_carried(kToolResultRules, block, block_at));
      for (const RawJson& inner : block.member("content").items()) {
        if (!inner.member("type").is("text")) {
          return not_carried("A tool's result is text in a chat.", block_at + "/content");
        }
      }
      if (!block.member("tool_use_id").is_string()) {
        return not_carried("It answers no tool call.", block_at);
      }
      out_.begin_object().field("role", "tool").key("tool_call_id");
      out_.raw(block.member("tool_use_id").text()).key("content");
      TRY(plain_or_parts(block.member("content"), block_at + "/content"));
      out_.end_object();
    }
    return said ? turn("user", content, at) : Result<>();
  }

  Result<> assistant(const RawJson& content, const std::string& at) {
    if (content.is_string()) return turn("assistant", content, at);
    std::vector<RawJson> texts;
    std::vector<RawJson> calls;
    std::size_t index = 0;
    for (const RawJson& block : content.items()) {
      const std::string block_at = fmt::format("{}/{}", at, index++);
      const RawJson type = block.member("type");
      if (type.is("text") && block.member("text").is_string()) {
        TRY(check_carried(kBlockRules, block, block_at));
        texts.push_back(block.member("text"));
      } else if (type.is("tool_use") && block.member("input").is_object() &&
                 block.member("id").is_string() && block.member("name").is_string()) {
        TRY(check_carried(kToolUseRules, block, block_at));
        calls.push_back(block);
      } else if (!type.is("thinking") && !type.is("redacted_thinking")) {
        return not_carried("A chat has no such part in a reply.", block_at);
      }
    }
    out_.begin_object().field("role", "assistant").key("content");
    said(texts);
    if (!calls.empty()) tool_calls(calls);
    out_.end_object();
    return {};
  }

  void said(const std::vector<RawJson>& texts) {
    if (texts.empty()) {
      out_.null();
    } else if (texts.size() == 1) {
      out_.raw(texts[0].text());
    } else {
      out_.begin_array();
      for (const RawJson& text : texts) {
        out_.begin_object().field("type", "text").key("text").raw(text.text()).end_object();
      }
      out_.end_array();
    }
  }

  void tool_calls(const std::vector<RawJson>& calls) {
    out_.key("tool_calls").begin_array();
    for (const RawJson& call : calls) {
      out_.begin_object().key("id").raw(call.member("id").text()).field("type", "function");
      out_.key("function").begin_object().key("name").raw(call.member("name").text());
      out_.field("arguments", call.member("input").text()).end_object().end_object();
    }
    out_.end_array();
  }

  Result<> tools() {
    const auto tools = body_.member("tools").items();
    if (tools.empty()) return {};
    out_.key("tools").begin_array();
    std::size_t index = 0;
    for (const RawJson& tool : tools) {
      const std::string at = fmt::format("/tools/{}", index++);
      const RawJson type = tool.member("type");
      if ((type && !type.is("custom")) || !tool.member("name").is_string()) {
        return not_carried("Only this provider's models know the tool.", at);
      }
      TRY(check_carried(kCustomToolRules, tool, at));
      out_.begin_object().field("type", "function").key("function").begin_object();
      copy("name", tool.member("name"));
      copy("description", tool.member("description"));
      copy("parameters", tool.member("input_schema"));
      if (tool.member("strict").is_true()) out_.field("strict", true);
      out_.end_object().end_object();
    }
    out_.end_array();
    return {};
  }

  Result<> tool_choice() {
    const RawJson choice = body_.member("tool_choice");
    if (!choice) return {};
    TRY(check_carried(kChoiceRules, choice, "/tool_choice"));
    const RawJson type = choice.member("type");
    out_.key("tool_choice");
    if (type.is("auto") || type.is("none")) {
      out_.raw(type.text());
    } else if (type.is("any")) {
      out_.string("required");
    } else if (type.is("tool") && choice.member("name").is_string()) {
      out_.begin_object().field("type", "function").key("function").begin_object();
      out_.key("name").raw(choice.member("name").text()).end_object().end_object();
    } else {
      return not_carried("A chat knows no such choice.", "/tool_choice");
    }
    if (choice.member("disable_parallel_tool_use").is_true()) {
      out_.field("parallel_tool_calls", false);
    }
    return {};
  }

  void copy(std::string_view name, const RawJson& value) {
    if (value) out_.key(name).raw(value.text());
  }

  Result<> settings() {
    copy("temperature", body_.member("temperature"));
    copy("top_p", body_.member("top_p"));
    copy("stream", body_.member("stream"));
    if (request_.facts().stream) {
      out_.key("stream_options").begin_object().field("include_usage", true).end_object();
    }
    const RawJson stop = body_.member("stop_sequences");
    if (stop.items().size() > kMaxStops) {
      return not_carried(fmt::format("A chat takes at most {}.", kMaxStops), "/stop_sequences");
    }
    copy("stop", stop);
    TRY(check_carried(kMetadataRules, body_.member("metadata"), "/metadata"));
    copy("user", body_.at("metadata", "user_id"));
    return {};
  }

  Result<> output() {
    const RawJson config = body_.member("output_config");
    TRY(check_carried(kOutputRules, config, "/output_config"));
    TRY(check_carried(kThinkingRules, body_.member("thinking"), "/thinking"));
    const RawJson effort = config.member("effort");
    if (effort.is("max")) {
      return not_carried("A chat knows no such effort.", "/output_config/effort");
    }
    const auto budget = body_.at("thinking", "budget_tokens").integer();
    if (effort) {
      copy("reasoning_effort", effort);
    } else if (body_.at("thinking", "type").is("enabled") && budget) {
      out_.field("reasoning_effort", *budget < kLowEffortTokens      ? "low"
                                     : *budget < kMediumEffortTokens ? "medium"
                                                                     : "high");
    }
    RawJson format = config.member("format");
    if (!format) format = body_.member("output_format");
    if (!format) return {};
    if (!format.member("type").is("json_schema") || !format.member("schema").is_object()) {
      return not_carried("A chat takes a JSON Schema.", "/output_config/format");
    }
    out_.key("response_format").begin_object().field("type", "json_schema");
    out_.key("json_schema").begin_object().field("name", "reply").field("strict", true);
    out_.key("schema").raw(format.member("schema").text()).end_object().end_object();
    return {};
  }

  const Request& request_;
  const Rewrite& how_;
  const RawJson body_;
  JsonWriter out_;
};

}  // namespace

Result<std::string> request_to_chat(const Request& request, const Rewrite& how) {
  return ToChat(request, how).run();
}

}  // namespace guildhall::gateway
