// A chat request as a messages request.
#include <array>

#include "gateway/dialects/translate_rules.h"

namespace guildhall::gateway {
namespace {

constexpr CarryRule kChatRules[] = {{"model"},
                                    {"messages"},
                                    {"stream"},
                                    {"max_tokens"},
                                    {"max_completion_tokens"},
                                    {"temperature"},
                                    {"top_p"},
                                    {"stop"},
                                    {"tools"},
                                    {"tool_choice"},
                                    {"parallel_tool_calls"},
                                    {"response_format"},
                                    {"reasoning_effort"},
                                    {"user"},
                                    {"safety_identifier"},
                                    {"n"},  // one: checked apart
                                    {"stream_options", Carry::left_out},
                                    {"prompt_cache_key", Carry::left_out},
                                    {"metadata", Carry::left_out},
                                    {"service_tier", Carry::left_out},
                                    {"modalities", Carry::left_out}};
constexpr CarryRule kTurnRules[] = {{"role"}, {"content"}};
constexpr CarryRule kAssistantRules[] = {{"role"},
                                         {"content"},
                                         {"tool_calls"},
                                         {"refusal"},
                                         {"annotations", Carry::left_out},
                                         {"reasoning_content", Carry::left_out},
                                         {"reasoning", Carry::left_out},
                                         {"reasoning_details", Carry::left_out}};
constexpr CarryRule kToolTurnRules[] = {
    {"role"}, {"content"}, {"tool_call_id"}, {"name", Carry::left_out}};
constexpr CarryRule kToolRules[] = {{"type"}, {"function"}};
constexpr CarryRule kFunctionRules[] = {{"name"}, {"description"}, {"parameters"}, {"strict"}};
constexpr CarryRule kFormatRules[] = {{"name"}, {"schema"}, {"strict"}, {"description"}};

class ToMessages {
 public:
  ToMessages(const Request& request, const Rewrite& how)
      : request_(request), how_(how), body_(RawJson::known(request.body())) {}

  Result<std::string> run() {
    TRY(check_carried(kChatRules, body_, ""));
    if (request_.facts().choices != 1) return not_carried("A message is one choice.", "/n");
    auto limit = request_.facts().max_output_tokens;
    if (!limit) limit = how_.max_output_tokens;
    if (!limit) return not_carried("The model's provider needs a limit of output.", "/max_tokens");
    out_.begin_object().field("model", how_.model).field("max_tokens", *limit);
    TRY(system_turns());
    TRY(turns());
    TRY(tools());
    TRY(tool_choice());
    TRY(settings());
    TRY(output_config());
    return out_.end_object().take();
  }

 private:
  static bool is_system(const RawJson& turn) {
    return turn.member("role").is("system") || turn.member("role").is("developer");
  }
  static std::string turn_at(std::size_t index) { return fmt::format("/messages/{}", index); }

  // What stands before the first turn; a string alone stays one.
  Result<> system_turns() {
    turns_ = body_.member("messages").items();
    while (first_ < turns_.size() && is_system(turns_[first_])) ++first_;
    if (first_ == 0) return {};
    out_.key("system");
    if (first_ == 1 && turns_[0].member("content").is_string()) {
      TRY(check_carried(kTurnRules, turns_[0], turn_at(0)));
      out_.raw(turns_[0].member("content").text());
      return {};
    }
    out_.begin_array();
    for (std::size_t i = 0; i < first_; ++i) {
      TRY(check_carried(kTurnRules, turns_[i], turn_at(i)));
      TRY(content(turns_[i].member("content"), turn_at(i)));
    }
    out_.end_array();
    return {};
  }

  Result<> turns() {
    if (first_ == turns_.size()) return not_carried("There is no turn to answer.", "/messages");
    out_.key("messages").begin_array();
    for (std::size_t i = first_; i < turns_.size();) {
      const RawJson role = turns_[i].member("role");
      if (role.is("tool")) {
        TRY(tool_results(i));
      } else if (role.is("user")) {
        TRY(check_carried(kTurnRules, turns_[i], turn_at(i)));
        out_.begin_object().field("role", "user").key("content");
        TRY(plain_or_blocks(turns_[i].member("content"), turn_at(i)));
        out_.end_object();
        ++i;
      } else if (role.is("assistant")) {
        TRY(assistant(turns_[i], turn_at(i)));
        if (++i == turns_.size()) {
          return not_carried("The last turn is the model's: there it would go on with it.",
                             turn_at(i - 1));
        }
      } else {
        return not_carried("A turn in this role can stand at the beginning only, or not at all.",
                           turn_at(i) + "/role");
      }
    }
    out_.end_array();
    return {};
  }

  // All results of one turn stand in one turn there.
  Result<> tool_results(std::size_t& i) {
    out_.begin_object().field("role", "user").key("content").begin_array();
    for (; i < turns_.size() && turns_[i].member("role").is("tool"); ++i) {
      TRY(check_carried(kToolTurnRules, turns_[i], turn_at(i)));
      const RawJson id = turns_[i].member("tool_call_id");
      if (!id.is_string()) return not_carried("It answers no tool call.", turn_at(i));
      out_.begin_object().field("type", "tool_result").key("tool_use_id").raw(id.text());
      out_.key("content");
      TRY(plain_or_blocks(turns_[i].member("content"), turn_at(i)));
      out_.end_object();
    }
    out_.end_array().end_object();
    return {};
  }

  Result<> plain_or_blocks(const RawJson& said, const std::string& at) {
    if (said.is_string()) {
      out_.raw(said.text());
      return {};
    }
    out_.begin_array();
    TRY(content(said, at));
    out_.end_array();
    return {};
  }

  void text_block(const RawJson& text) {
    if (text.inner().empty()) return;  // refused there, and says nothing
    out_.begin_object().field("type", "text").key("text").raw(text.text()).end_object();
  }

  // Content's blocks, into an open array.
  Result<> content(const RawJson& said, const std::string& at) {
    if (said.is_string()) text_block(said);
    std::size_t index = 0;
    for (const RawJson& part : said.items()) {
      const RawJson type = part.member("type");
      if (type.is("text")) {
        text_block(part.member("text"));
      } else if (type.is("refusal")) {
        text_block(part.member("refusal"));
      } else if (type.is("image_url") || type.is("file")) {
        TRY(media(part, fmt::format("{}/content/{}", at, index)));
      } else {
        return not_carried("The model's provider takes no such part.",
                           fmt::format("{}/content/{}", at, index));
      }
      ++index;
    }
    return {};
  }

  Result<> media(const RawJson& part, const std::string& at) {
    const bool image = part.member("type").is("image_url");
    const auto data =
        parse_data_url(image ? part.at("image_url", "url") : part.at("file", "file_data"));
    if (!data || (!image && data->type != "application/pdf")) {
      return not_carried("Images and PDF documents are carried as base64 data: URLs.", at);
    }
    out_.begin_object().field("type", image ? "image" : "document").key("source").begin_object();
    out_.field("type", "base64").field("media_type", data->type).field("data", data->data);
    out_.end_object();
    const RawJson name = part.at("file", "filename");
    if (name.is_string()) out_.key("title").raw(name.text());
    out_.end_object();
    return {};
  }

  Result<> assistant(const RawJson& turn, const std::string& at) {
    TRY(check_carried(kAssistantRules, turn, at));
    out_.begin_object().field("role", "assistant").key("content");
    const RawJson said = turn.member("content");
    const auto calls = turn.member("tool_calls").items();
    if (said.is_string() && calls.empty() && !turn.member("refusal")) {
      out_.raw(said.text()).end_object();
      return {};
    }
    out_.begin_array();
    TRY(content(said, at));
    text_block(turn.member("refusal"));
    std::size_t index = 0;
    for (const RawJson& call : calls) {
      TRY(tool_use(call, fmt::format("{}/tool_calls/{}", at, index++)));
    }
    out_.end_array().end_object();
    return {};
  }

  Result<> tool_use(const RawJson& call, const std::string& at) {
    const RawJson function = call.member("function");
    const RawJson name = function.member("name");
    if (!function.is_object() || !name.is_string() || !call.member("id").is_string()) {
      return not_carried("It calls no function.", at);
    }
    std::string arguments = function.member("arguments").decoded();
    if (arguments.empty()) arguments = "{}";
    const auto checked = RawJson::parse(arguments);
    if (!checked || !checked->is_object()) {
      return not_carried("The arguments are no JSON object.", at + "/function/arguments");
    }
    out_.begin_object().field("type", "tool_use").key("id").raw(call.member("id").text());
    out_.key("name").raw(name.text()).key("input").raw(checked->text()).end_object();
    return {};
  }

  Result<> tools() {
    const auto tools = body_.member("tools").items();
    if (tools.empty()) return {};
    out_.key("tools").begin_array();
    std::size_t index = 0;
    for (const RawJson& tool : tools) {
      const std::string at = fmt::format("/tools/{}", index++);
      const RawJson function = tool.member("function");
      if (!tool.member("type").is("function") || !function.member("name").is_string()) {
        return not_carried("The model's provider takes functions only.", at);
      }
      TRY(check_carried(kToolRules, tool, at));
      TRY(check_carried(kFunctionRules, function, at + "/function"));
      out_.begin_object().key("name").raw(function.member("name").text());
      copy("description", function.member("description"));
      const RawJson schema = function.member("parameters");
      out_.key("input_schema").raw(schema ? schema.text() : R"({"type":"object","properties":{}})");
      if (function.member("strict").is_true()) out_.field("strict", true);
      out_.end_object();
    }
    out_.end_array();
    return {};
  }

  Result<> tool_choice() {
    const RawJson choice = body_.member("tool_choice");
    const bool single = body_.member("parallel_tool_calls").is_false() && request_.facts().tools;
    if (!choice && !single) return {};
    const RawJson name = choice.at("function", "name");
    out_.key("tool_choice").begin_object();
    if (!choice || choice.is("auto")) {
      out_.field("type", "auto");
    } else if (choice.is("none")) {
      out_.field("type", "none").end_object();
      return {};
    } else if (choice.is("required")) {
      out_.field("type", "any");
    } else if (name.is_string()) {
      out_.field("type", "tool").key("name").raw(name.text());
    } else {
      return not_carried("The model's provider knows no such choice.", "/tool_choice");
    }
    if (single) out_.field("disable_parallel_tool_use", true);
    out_.end_object();
    return {};
  }

  void copy(std::string_view name, const RawJson& value) {
    if (value) out_.key(name).raw(value.text());
  }

  Result<> settings() {
    const RawJson temperature = body_.member("temperature");
    if (temperature.number().value_or(0) > 1) {
      return not_carried("The model's provider takes 0 to 1.", "/temperature");
    }
    copy("temperature", temperature);
    copy("top_p", body_.member("top_p"));
    copy("stream", body_.member("stream"));
    const RawJson stop = body_.member("stop");
    if (stop.is_string()) out_.key("stop_sequences").begin_array().raw(stop.text()).end_array();
    if (stop.is_array()) copy("stop_sequences", stop);
    RawJson user = body_.member("safety_identifier");
    if (!user) user = body_.member("user");
    if (user) out_.key("metadata").begin_object().key("user_id").raw(user.text()).end_object();
    return {};
  }

  Result<> output_config() {
    const RawJson effort = body_.member("reasoning_effort");
    const RawJson format = body_.member("response_format");
    const bool plain = !format || format.member("type").is("text");
    const bool quiet = !effort || effort.is("none");
    if (plain && quiet) return {};
    out_.key("output_config").begin_object();
    if (!quiet) {
      if (effort.is("minimal")) {
        return not_carried("The model's provider takes low, medium or high.", "/reasoning_effort");
      }
      out_.key("effort").raw(effort.text());
    }
    if (!plain) {
      const RawJson schema = format.at("json_schema", "schema");
      if (!format.member("type").is("json_schema") || !schema.is_object()) {
        return not_carried("The model's provider takes a JSON Schema only.", "/response_format");
      }
      TRY(check_carried(kFormatRules, format.member("json_schema"), "/response_format"));
      out_.key("format").begin_object().field("type", "json_schema");
      out_.key("schema").raw(schema.text()).end_object();
    }
    out_.end_object();
    return {};
  }

  const Request& request_;
  const Rewrite& how_;
  const RawJson body_;
  std::vector<RawJson> turns_;
  std::size_t first_ = 0;  // turn that is no system's
  JsonWriter out_;
};

}  // namespace

Result<std::string> request_to_messages(const Request& request, const Rewrite& how) {
  return ToMessages(request, how).run();
}

}  // namespace guildhall::gateway
