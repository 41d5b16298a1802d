#include "connector/endpoints.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace guildhall::connector {
namespace {

using gateway::Operation;
using gateway::PeerKind;
using gateway::Vendor;

struct Row {
  Vendor vendor;
  Operation operation;
  Endpoint endpoint;
};
constexpr Row kRows[] = {
    {Vendor::openai, Operation::chat, {true, "/chat/completions"}},
    {Vendor::openai, Operation::responses, {true, "/responses"}},
    {Vendor::openai, Operation::embeddings, {true, "/embeddings"}},
    {Vendor::openai, Operation::models, {false, "/models"}},
    {Vendor::anthropic, Operation::messages, {true, "/messages"}},
    {Vendor::anthropic, Operation::count_tokens, {true, "/messages/count_tokens"}},
    {Vendor::anthropic, Operation::models, {false, "/models"}},
};

constexpr std::string_view kVersion = "anthropic-version";
constexpr std::string_view kAsked[] = {kVersion, "anthropic-beta"};
constexpr std::string_view kNotice[] = {"webhook-id", "webhook-timestamp", "webhook-signature"};
constexpr std::string_view kReplied[] = {"content-type",   "retry-after", "retry-after-ms",
                                         "x-should-retry", "request-id",  "x-request-id"};

bool fits_line(std::string_view value) {
  return !value.empty() && value.size() <= kMaxModelHeaderBytes &&
         std::ranges::all_of(value, [](char c) { return c >= ' ' && c < 127; });
}

// Of the room's own headers those that this kind of peer is sent.
bool goes_to(const gateway::Peer& peer, std::string_view name) {
  auto among = [&](const auto& names) {
    return std::ranges::find(names, name) != std::ranges::end(names);
  };
  switch (peer.kind) {
    case PeerKind::model: return peer.dialect == Vendor::anthropic && among(kAsked);
    case PeerKind::webhook: return among(kNotice);
    case PeerKind::traces:
    case PeerKind::mail: return false;
  }
  return false;
}

}  // namespace

std::optional<Endpoint> endpoint_of(const gateway::Peer& peer, const gateway::Begin& begin) {
  if (begin.plain != (peer.kind != PeerKind::model)) return std::nullopt;
  if (peer.kind == PeerKind::webhook) return Endpoint{true, ""};
  if (peer.kind == PeerKind::traces) return Endpoint{true, "/v1/traces"};
  if (peer.kind == PeerKind::mail) return std::nullopt;  // mail.h
  for (const Row& row : kRows) {
    if (row.vendor == peer.dialect && row.operation == begin.operation) return row.endpoint;
  }
  return std::nullopt;
}

Result<std::vector<std::string>> request_header(const gateway::Peer& peer, const Secret& credential,
                                                const gateway::HeaderList& asked, bool stream) {
  std::vector<std::string> out{"Content-Type: application/json", "Expect:",
                               stream ? "Accept: text/event-stream" : "Accept: application/json",
                               "User-Agent: guildhall/" GUILDHALL_VERSION};
  bool anthropic = peer.kind == PeerKind::model && peer.dialect == Vendor::anthropic;
  bool versioned = false;
  for (const auto& [name, value] : asked) {
    if (!goes_to(peer, name)) continue;
    if (!fits_line(value)) {
      return fail(Fault::invalid, "bad-header", "A header has a value that is none.", name);
    }
    versioned = versioned || name == kVersion;
    out.push_back(fmt::format("{}: {}", name, value));
  }
  if (anthropic && !versioned) out.push_back(fmt::format("{}: 2023-06-01", kVersion));
  if (credential.expose().empty()) return out;
  out.push_back(fmt::format("{}{}", anthropic ? "x-api-key: " : "Authorization: Bearer ",
                            credential.expose()));
  return out;
}

gateway::HeaderList reply_header(const gateway::HeaderList& from) {
  gateway::HeaderList out;
  for (const auto& [name, value] : from) {
    bool known = std::ranges::find(kReplied, name) != std::end(kReplied);
    if (known && fits_line(value) && out.size() < kMaxModelHeaders) out.emplace_back(name, value);
  }
  return out;
}

}  // namespace guildhall::connector
