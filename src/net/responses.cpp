// How replies become bytes: MHD's response objects, and the text of those that are written on the
// descriptor itself.
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>

#include "base/clock.h"
#include "net/exchange.h"

namespace guildhall::net {
namespace {

void add_header(MHD_Response* response, const std::string& name, const std::string& value) {
  // MHD refuses a header with a line break in it; so a value cannot smuggle another one.
  MHD_add_response_header(response, name.c_str(), value.c_str());
}

bool clean(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return false;
  return true;
}

std::string http_date() {
  time_t now = static_cast<time_t>(system_clock().now_ms() / 1000);
  tm parts{};
  gmtime_r(&now, &parts);
  char out[40];
  std::size_t size = strftime(out, sizeof out, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {out, size};
}

void free_string(void* body) { delete static_cast<std::string*>(body); }

MHD_Response* body_response(Reply& reply) {
  if (reply.file) {
    FileBody file = *reply.file;
    reply.file.reset();
    if (file.length > 0) {
      return MHD_create_response_from_fd_at_offset64(static_cast<std::uint64_t>(file.length),
                                                     file.fd,
                                                     static_cast<std::uint64_t>(file.offset));
    }
    close(file.fd);
  }
  if (reply.body.empty()) {
    return MHD_create_response_from_buffer(0, nullptr, MHD_RESPMEM_PERSISTENT);
  }
  auto* body = new std::string(std::move(reply.body));
  return MHD_create_response_from_buffer_with_free_callback_cls(body->size(), body->data(),
                                                                &free_string, body);
}

std::string head_text(const Reply& reply, std::string_view request_id) {
  const char* phrase = MHD_get_reason_phrase_for(static_cast<unsigned>(reply.status));
  std::string out = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nConnection: close\r\n", reply.status,
                                phrase, http_date());
  if (!reply.content_type.empty()) out += fmt::format("Content-Type: {}\r\n", reply.content_type);
  out += fmt::format("X-Request-Id: {}\r\n", request_id);
  for (const auto& [name, value] : reply.headers) {
    if (clean(name) && clean(value)) out += fmt::format("{}: {}\r\n", name, value);
  }
  return out;
}

}  // namespace

MHD_Response* make_response(Reply& reply, std::string_view request_id, bool close) {
  bool typed = !reply.body.empty() || reply.file;
  MHD_Response* response = body_response(reply);
  if (response == nullptr) return nullptr;
  if (typed && !reply.content_type.empty()) {
    add_header(response, "Content-Type", reply.content_type);
  }
  add_header(response, "X-Request-Id", std::string(request_id));
  for (const auto& [name, value] : reply.headers) add_header(response, name, value);
  if (close) add_header(response, "Connection", "close");
  return response;
}

std::string reply_text(const Reply& reply, std::string_view request_id) {
  std::string out = head_text(reply, request_id);
  out += fmt::format("Content-Length: {}\r\n\r\n", reply.body.size());
  return out + reply.body;
}

std::string raw_header(const Reply& reply, std::string_view request_id, bool chunked) {
  std::string out = head_text(reply, request_id);
  if (chunked) out += "Transfer-Encoding: chunked\r\n";
  if (reply.source_bytes >= 0) out += fmt::format("Content-Length: {}\r\n", reply.source_bytes);
  return out + "\r\n";
}

}  // namespace guildhall::net
