#include "net/static_files.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>

namespace guildhall::net {
namespace {

namespace fs = std::filesystem;

struct FakeRequest final : Request {
  std::string none_match;
  std::string_view header(std::string_view name) const override {
    return name == "If-None-Match" ? std::string_view(none_match) : std::string_view();
  }
};

std::string value_of(const Reply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers)
    if (key == name) return value;
  return {};
}

void put(const fs::path& path, std::string_view text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  REQUIRE(file != nullptr);
  std::fwrite(text.data(), 1, text.size(), file);
  std::fclose(file);
}

struct Folder {
  Folder() {
    char name[] = "/tmp/guildhall-static-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

Reply get(const StaticFiles& files, std::string path, Method method = Method::get) {
  FakeRequest request;
  request.method = method;
  request.path = std::move(path);
  return files.serve(request);
}

TEST_CASE("static: pages, assets, entrances, and what is not there") {
  Folder folder;
  put(folder.path / "index.html", "<!doctype html>");
  put(folder.path / "app-3F2A9C1B.js", "go()");
  put(folder.path / "service-worker.js", "sw()");
  fs::create_directory(folder.path / "fonts");
  put(folder.path / "fonts/a.woff2", "font");
  auto files = StaticFiles::load(folder.path);
  REQUIRE(files);

  Reply page = get(*files, "/projects/abc/work");
  CHECK(page.body == "<!doctype html>");
  CHECK(value_of(page, "Cache-Control") == "no-store");
  std::string policy = value_of(page, "Content-Security-Policy");
  CHECK(policy.find("default-src 'none'") == 0);
  CHECK(policy.find("require-trusted-types-for 'script'") != std::string::npos);
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(value_of(page, "Cross-Origin-Opener-Policy") == "same-origin");

  Reply script = get(*files, "/app-3F2A9C1B.js");
  CHECK(script.content_type == "text/javascript; charset=utf-8");
  CHECK(value_of(script, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(value_of(get(*files, "/service-worker.js"), "Cache-Control") == "no-cache");
  CHECK(get(*files, "/fonts/a.woff2").body == "font");

  CHECK(get(*files, "/gone-3F2A9C1B.js").status == 404);
  CHECK(get(*files, "/api/v1/nothing").status == 404);
  CHECK(value_of(get(*files, "/api/v1/nothing"), "Cache-Control") == "no-store");
  CHECK(get(*files, "/", Method::post).status == 405);

  FakeRequest again;
  again.path = "/app-3F2A9C1B.js";
  again.none_match = value_of(script, "ETag");
  CHECK(files->serve(again).status == 304);
  CHECK(files->serve(again).body.empty());
}

TEST_CASE("static: a folder without a page is refused") {
  Folder folder;
  CHECK(StaticFiles::load(folder.path).error().type == "no-web-app");
  CHECK(StaticFiles::load(folder.path / "absent").error().type == "no-web-app");
}

TEST_CASE("static: an upload goes out as an attachment whose name breaks nothing") {
  Reply reply;
  add_upload_headers(reply, "r\xc3\xa9sum\xc3\xa9 \"x\"\r\nSet-Cookie: a.html");
  std::string name = value_of(reply, "Content-Disposition");
  CHECK(name.find("attachment; filename=\"r__sum__") == 0);
  CHECK(name.find("filename*=UTF-8''r%C3%A9sum%C3%A9%20%22x%22%0D%0A") != std::string::npos);
  CHECK(name.find('\n') == std::string::npos);
  CHECK(value_of(reply, "Content-Security-Policy").find("sandbox") != std::string::npos);
}

}  // namespace
}  // namespace guildhall::net
