#include "net/static_files.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/limits.h"

namespace guildhall::net {
namespace {

namespace fs = std::filesystem;
using FilePtr = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; media-src 'self' blob:; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";
constexpr std::string_view kUploadPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";
constexpr std::string_view kApiPolicy = "default-src 'none'; frame-ancestors 'none'";

std::string_view content_type_of(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".txt", "text/plain; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".webmanifest", "application/manifest+json"},
      {".wasm", "application/wasm"},
  };
  for (const auto& [ending, type] : kTypes)
    if (name.ends_with(ending)) return type;
  return "application/octet-stream";
}

// "app-3F2A9C1B.js", "app.3f2a9c1b.js": eight or more letters and digits, one of them a digit or
// all upper case, between a '-' or '.' and the ending.
bool has_hash(std::string_view name) {
  std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::size_t dot = name.find_last_of('.');
  if (dot == std::string_view::npos) return false;
  std::size_t start = name.find_last_of("-.", dot - 1);
  if (start == std::string_view::npos || dot == 0) return false;
  std::string_view hash = name.substr(start + 1, dot - start - 1);
  if (hash.size() < 8) return false;
  bool digit = false;
  bool lower = false;
  for (char c : hash) {
    bool is_digit = c >= '0' && c <= '9';
    bool is_lower = c >= 'a' && c <= 'z';
    if (!is_digit && !is_lower && !(c >= 'A' && c <= 'Z')) return false;
    digit = digit || is_digit;
    lower = lower || is_lower;
  }
  return digit || !lower;
}

// FNV-1a: an ETag tells versions apart, nothing rests on it.
std::string etag_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return fmt::format("\"{:016x}-{:x}\"", hash, bytes.size());
}

Result<std::string> read_whole(const fs::path& path) {
  FilePtr file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return fail(Fault::not_found, "no-web-app", "A file of the web app cannot be read.");
  std::string out;
  char buffer[16'384];
  while (std::size_t got = std::fread(buffer, 1, sizeof buffer, file.get())) {
    out.append(buffer, got);
    if (out.size() > kMaxStaticBytes) break;
  }
  return out;
}

bool names_match(std::string_view header, std::string_view etag) {
  return header == "*" || header.find(etag) != std::string_view::npos;
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const std::string& directory) {
  auto files = std::make_shared<std::unordered_map<std::string, File>>();
  std::size_t bytes = 0;
  std::error_code error;
  fs::recursive_directory_iterator at(directory, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (!at->is_regular_file(error) || error) continue;
    File file;
    file.bytes = TRY(read_whole(at->path()));
    bytes += file.bytes.size();
    if (bytes > kMaxStaticBytes || files->size() >= kMaxStaticFiles) {
      return fail(Fault::too_large, "web-app-too-large", "The web app is larger than its limit.");
    }
    std::string name = "/" + fs::relative(at->path(), directory, error).generic_string();
    file.etag = etag_of(file.bytes);
    file.content_type = content_type_of(name);
    file.immutable = has_hash(name);
    (*files)[name] = std::move(file);
  }
  if (!files->contains("/index.html")) {
    return fail(Fault::not_found, "no-web-app", "The web app's directory has no index.html.");
  }
  StaticFiles out;
  out.files_ = std::move(files);
  return out;
}

Reply StaticFiles::serve(const Request& request) const {
  std::string_view path = request.path;
  bool api = path == "/api" || path.starts_with("/api/");
  auto found = files_->find(request.path);
  if (found == files_->end() && !api) {
    // A name with an ending is an asset that is gone, not an entrance of the app.
    std::size_t slash = path.rfind('/');
    bool asset = slash != std::string_view::npos && path.find('.', slash) != std::string_view::npos;
    if (!asset) found = files_->find("/index.html");
  }
  if (found == files_->end() || api) {
    Reply reply =
        problem({Fault::not_found, "not-found", "There is nothing here.", {}}, request.request_id);
    add_api_headers(reply);
    return reply;
  }
  if (request.method != Method::get && request.method != Method::head) {
    Reply reply = problem({Fault::not_allowed, "method-not-allowed", "Only GET here.", {}},
                          request.request_id);
    reply.header("Allow", "GET, HEAD");
    add_api_headers(reply);
    return reply;
  }
  const File& file = found->second;
  Reply reply;
  reply.content_type = file.content_type;
  add_page_headers(reply);
  bool page = found->first.ends_with(".html");
  reply.header("Cache-Control", page             ? "no-store"
                                : file.immutable ? "public, max-age=31536000, immutable"
                                                 : "no-cache");
  if (!page) reply.header("ETag", file.etag);
  if (!page && names_match(request.header("If-None-Match"), file.etag)) {
    reply.status = 304;
  } else {
    reply.body = file.bytes;
  }
  return reply;
}

void add_api_headers(Reply& reply) {
  bool cached = false;
  for (const auto& [name, value] : reply.headers) cached = cached || name == "Cache-Control";
  if (!cached) reply.header("Cache-Control", "no-store");
  reply.header("Content-Security-Policy", std::string(kApiPolicy));
  reply.header("X-Content-Type-Options", "nosniff");
  reply.header("Referrer-Policy", "no-referrer");
  reply.header("Cross-Origin-Resource-Policy", "same-origin");
}

void add_page_headers(Reply& reply) {
  reply.header("Content-Security-Policy", std::string(kPagePolicy));
  reply.header("X-Content-Type-Options", "nosniff");
  reply.header("Referrer-Policy", "no-referrer");
  reply.header("Cross-Origin-Opener-Policy", "same-origin");
  reply.header("Cross-Origin-Resource-Policy", "same-origin");
  reply.header("Permissions-Policy",
               "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), "
               "display-capture=()");
}

void add_upload_headers(Reply& reply, std::string_view file_name) {
  std::string plain;
  std::string encoded;
  for (char c : file_name) {
    auto byte = static_cast<unsigned char>(c);
    bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                c == '-' || c == '_' || c == '.';
    plain += word ? c : '_';
    if (word) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", byte);
    }
  }
  if (plain.empty()) plain = encoded = "file";
  reply.header("Content-Disposition",
               fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, encoded));
  reply.header("Content-Security-Policy", std::string(kUploadPolicy));
  reply.header("X-Content-Type-Options", "nosniff");
  reply.header("Referrer-Policy", "no-referrer");
  reply.header("Cross-Origin-Resource-Policy", "same-origin");
  reply.header("Cache-Control", "no-store");
}

}  // namespace guildhall::net
