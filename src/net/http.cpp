#include "net/http.h"

#include "base/json.h"
#include "base/limits.h"

namespace guildhall::net {
namespace {

// "body-truncated" -> "Body truncated": a type's slug says what it is.
std::string title_of(std::string_view slug) {
  std::string title(slug);
  for (char& c : title)
    if (c == '-') c = ' ';
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] += 'A' - 'a';
  return title;
}

}  // namespace

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::del: return "DELETE";
    case Method::options: return "OPTIONS";
  }
  return "GET";
}

Reply problem(const Error& error, std::string_view request_id) {
  JsonWriter out;
  out.begin_object();
  out.field("type", "/problems/" + std::string(error.type));
  out.field("title", title_of(error.type));
  out.field("status", http_status(error.fault));
  if (!error.detail.empty()) out.field("detail", error.detail);
  if (!error.field.empty()) out.field("field", error.field);
  if (!request_id.empty()) out.field("request_id", request_id);
  out.end_object();
  Reply reply;
  reply.status = http_status(error.fault);
  reply.content_type = "application/problem+json";
  reply.body = out.take();
  reply.header("Cache-Control", "no-store");
  if (error.fault == Fault::unavailable || error.fault == Fault::too_many) {
    reply.header("Retry-After", std::to_string(kRetryAfterS));
  }
  return reply;
}

}  // namespace guildhall::net
