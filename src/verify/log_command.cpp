#include "verify/log_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "base/json.h"
#include "base/limits.h"
#include "net/http_client.h"
#include "verify/proof_check.h"

namespace guildhall::verify {
namespace {

std::string text_of(const json::value& value, std::string_view name) {
  const auto* text = find_string(value, name);
  return text ? std::string(view(*text)) : std::string();
}

std::int64_t number_of(const json::value& value, std::string_view name) {
  const auto* number = find(value, name);
  return number ? as_int(*number).value_or(-1) : -1;
}

constexpr int kAttempts = 3;
constexpr auto kPause = std::chrono::milliseconds(300);

class Room {
 public:
  Room(const LogQuery& query, std::unique_ptr<net::HttpClient> client)
      : query_(query), client_(std::move(client)) {}

  Checked<std::string> get(const std::string& path) {
    const std::string url = query_.room + "/api/v1" + path;
    net::HttpRequest request;
    request.url = url;
    request.bearer = query_.token;
    auto reply = client_->send(request);
    if (!reply) return found(Kind::unreachable, reply.error().detail);
    if (reply->status == 200) return std::move(reply->body);
    auto problem = parse_json(reply->body);
    const std::string detail = problem ? text_of(*problem, "detail") : std::string();
    return found(Kind::refused, fmt::format("The room answered {}. {}", reply->status, detail));
  }

  Checked<json::value> list(const std::string& path) {
    auto body = get(path);
    if (!body) return std::unexpected(std::move(body).error());
    auto value = parse_json(*body);
    if (!value || !find_array(*value, "items"))
      return found(Kind::unreachable, "The room's answer is not of its form.");
    return std::move(*value);
  }

 private:
  const LogQuery& query_;
  std::unique_ptr<net::HttpClient> client_;
};

// The proof's log is the one whose key has its name; there is one for each of a room's processes.
Checked<Proven> check(const LogQuery& query, const std::string& text) {
  Checked<Proven> proven = found(Kind::usage, "--key: none given.");
  for (const auto& key : query.keys) {
    proven = check_proof(text, {key, query.witnesses, {}});
    if (proven || proven.error().kind != Kind::bad_signature) break;
  }
  return proven;
}

// The line says what the entry that was proved says.
bool agrees(const json::value& line, const json::value& entry) {
  return text_of(entry, "verb") == "content.open" && text_of(line, "at") == text_of(entry, "at") &&
         text_of(line, "reason") == text_of(entry, "reason") &&
         text_of(line, "who") == text_of(entry, "who") &&
         number_of(line, "count") == number_of(entry, "detail");
}

std::string objects_of(const json::value& line) {
  std::string out;
  const auto* objects = find_array(line, "objects");
  for (std::size_t i = 0; objects && i < objects->size(); ++i) {
    if (i > 0) out += ", ";
    const std::string id = text_of((*objects)[i], "id");
    out += text_of((*objects)[i], "type") + (id.empty() ? "" : " ") + id;
  }
  const auto shown = static_cast<std::int64_t>(objects ? objects->size() : 0);
  const auto more = number_of(line, "count") - shown;
  return more > 0 ? fmt::format("{} and {} more", out, more) : out;
}

void print(const json::value& line, const Proven& proven, bool as_json) {
  if (as_json) {
    JsonWriter out;
    out.begin_object();
    std::string members = to_json(line);
    out.raw_members(std::string_view(members).substr(1, members.size() - 2));
    out.field("proved_at_size", proven.checkpoint.size).end_object();
    fmt::print("{}\n", out.text());
    return;
  }
  std::string who = text_of(line, "member");
  if (who.empty()) who = text_of(line, "who").empty() ? "the room itself" : "an erased member";
  fmt::print("{}  {:<8}  {:<26}  {}  (leaf {} of {}, proved)\n", text_of(line, "at"),
             text_of(line, "reason"), who, objects_of(line), proven.index,
             proven.checkpoint.origin);
}

Checked<> prove_and_print(const LogQuery& query, Room& room, const json::value& line) {
  const auto index = number_of(line, "index");
  const auto path = fmt::format("/log/proof?index={}&log={}", index, number_of(line, "log"));
  Checked<Proven> proven = found(Kind::no_witness, "");
  // A witness signs a moment after the log does.
  for (int i = 0; i < kAttempts && !proven && proven.error().kind == Kind::no_witness; ++i) {
    if (i > 0) std::this_thread::sleep_for(kPause);
    auto text = room.get(path);
    if (!text) return std::unexpected(std::move(text).error());
    proven = check(query, *text);
  }
  if (!proven) {
    proven.error().sentence = fmt::format("Leaf {}: {}", index, proven.error().sentence);
    return std::unexpected(std::move(proven).error());
  }
  auto entry = parse_json(proven->entry);
  if (static_cast<std::int64_t>(proven->index) != index || !entry || !agrees(line, *entry))
    return found(Kind::not_included,
                 fmt::format("Leaf {}: the room says of it what the log does not say.", index));
  print(line, *proven, query.json);
  return {};
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    const bool plain = std::string_view("-._~").contains(c) || (c >= '0' && c <= '9') ||
                       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string about(const std::string& id) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"tsk_", "task"}, {"sub_", "submission"}, {"prj_", "project"}, {"mem_", "about"}};
  for (const auto& [prefix, word] : kWords) {
    if (id.starts_with(prefix)) return fmt::format("{}={}", word, escaped(id));
  }
  return {};
}

Checked<std::uint64_t> print_openings(const LogQuery& query) {
  net::HttpClientOptions options;
  options.ca_file = query.ca_file;
  options.plain_http = query.room.starts_with("http://");
  auto client = net::HttpClient::open(std::move(options));
  if (!client) return found(Kind::unreachable, client.error().detail);
  Room room(query, std::move(*client));
  std::uint64_t lines = 0;
  std::int64_t logs = 1;
  for (std::int64_t log = 1; log <= logs; ++log) {
    std::string cursor;
    do {
      auto page = room.list(fmt::format("/log/openings?log={}&limit={}&{}{}{}", log, kMaxPage,
                                        query.params, cursor.empty() ? "" : "&cursor=", cursor));
      if (!page) return std::unexpected(std::move(page).error());
      for (const auto& line : *find_array(*page, "items")) {
        auto done = prove_and_print(query, room, line);
        if (!done) return std::unexpected(std::move(done).error());
        ++lines;
      }
      logs = std::clamp<std::int64_t>(number_of(*page, "logs"), 1, kMaxRoomLogs);
      cursor = escaped(text_of(*page, "next"));
    } while (!cursor.empty());
  }
  return lines;
}

}  // namespace guildhall::verify
