#include "keeper/page.h"

#include <map>

#include "base/json.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "keeper/keeper_test_util.h"
#include "keeper/page_files.h"

namespace guildhall::keeper {
namespace {

constexpr int kPort = 4711;
const std::string kUrl = "http://127.0.0.1:1";

struct Asked final : net::Request {
  std::map<std::string, std::string, std::less<>> headers{{"Host", "127.0.0.1:4711"}};
  std::string_view header(std::string_view name) const override {
    auto at = headers.find(name);
    return at == headers.end() ? std::string_view() : at->second;
  }
};

// A page, and a browser that was let in by the address that it printed last.
struct World {
  World()
      : page(kPort, {.store = store,
                     .random = random,
                     .now_ms = [this] { return now; },
                     .status = []() -> Result<std::string> { return R"({"rooms":[]})"; },
                     .cover = [this]() -> Result<Cover> { return cover; },
                     .check_secret = [this](const Secret& given) -> Result<void> {
                       ++checked;
                       if (given.expose() == "right") return {};
                       bool pin = cover == Cover::token;
                       return fail(Fault::invalid, pin ? "bad-pin" : "bad-passphrase", "No.");
                     },
                     .on_address = [this](const std::string& next) { printed = next; }}) {
    store.state.rooms.push_back({kUrl, "", "", 7, 60'000, 0, {}});
  }
  static std::string token_of(const std::string& address) {
    return address.substr(address.find('#') + 1);
  }
  net::Reply ask(net::Method method, const std::string& path, std::string body = {}) {
    Asked request;
    request.method = method;
    request.path = path;
    request.body = std::move(body);
    for (const auto& [name, value] : headers) request.headers[name] = value;
    return page.handle(request);
  }
  net::Reply post(const std::string& path, const std::string& body) {
    return ask(net::Method::post, path, body);
  }
  void enter() {
    auto reply = post("/enter", R"({"token":")" + token_of(page.address()) + R"("})");
    REQUIRE(reply.status == 200);
    for (const auto& [name, value] : reply.headers) {
      if (name == "Set-Cookie") headers["Cookie"] = "a=b; " + value.substr(0, value.find(';'));
    }
    headers["Guildhall-Page"] = view(*find_string(*parse_json(reply.body), "word"));
  }
  const std::vector<Order>& orders() const { return store.state.rooms[0].orders; }

  testing::MemoryStore store;
  SeededRandom random{1};
  std::int64_t now = 1'000'000;
  int checked = 0;
  Cover cover = Cover::passphrase;
  std::string printed;
  std::map<std::string, std::string> headers;
  Page page;
};

TEST_CASE("keeper's page: only at its own address, and to nobody from another page") {
  World on;
  on.enter();
  CHECK(on.ask(net::Method::get, "/").status == 200);
  CHECK(on.ask(net::Method::get, "/status").status == 200);
  for (const char* host : {"evil.example", "localhost:4711", "127.0.0.1:4712", "127.0.0.1", ""}) {
    on.headers["Host"] = host;
    for (const char* path : {"/", "/status", "/page.js"}) {
      CHECK(on.ask(net::Method::get, path).status == 403);
    }
  }
  on.headers["Host"] = "127.0.0.1:4711";
  on.headers["Origin"] = "http://127.0.0.1:8080";
  CHECK(on.post("/withdraw", "{}").status == 403);
  on.headers["Origin"] = "http://127.0.0.1:4711";
  CHECK(on.post("/withdraw", "{}").status == 200);
}

TEST_CASE("keeper's page: the token is good once, and both halves are needed") {
  World on;
  CHECK(on.ask(net::Method::get, "/status").status == 401);
  auto first = World::token_of(on.page.address());
  on.enter();
  CHECK(World::token_of(on.printed) != first);
  CHECK(on.printed == on.page.address());
  CHECK(on.post("/enter", R"({"token":")" + first + R"("})").status == 401);
  CHECK(on.post("/enter", R"({"token":""})").status == 401);
  CHECK(on.post("/enter", "token").status == 400);
  auto whole = on.headers;
  for (const char* half : {"Cookie", "Guildhall-Page"}) {
    on.headers = whole;
    on.headers.erase(half);
    CHECK(on.ask(net::Method::get, "/status").status == 401);
    CHECK(on.post("/withdraw", "{}").status == 401);
  }
  CHECK(on.orders().empty());
  on.headers = whole;
  on.enter();  // another browser
  std::swap(on.headers["Cookie"], whole["Cookie"]);
  CHECK(on.ask(net::Method::get, "/status").status == 401);
  std::swap(on.headers["Cookie"], whole["Cookie"]);
  for (std::size_t i = 0; i < kPageSessions; ++i) {
    auto before = on.headers;
    on.enter();
    std::swap(before, on.headers);
    bool still = on.ask(net::Method::get, "/status").status == 200;
    std::swap(before, on.headers);
    CHECK(still == true);
  }
  on.headers = whole;
  CHECK(on.ask(net::Method::get, "/status").status == 401);  // the oldest had to go
}

TEST_CASE("keeper's page: withdraws at once, restores for the passphrase only") {
  World on;
  on.enter();
  CHECK(on.post("/withdraw", R"({"room":"http://elsewhere"})").status == 404);
  CHECK(on.post("/withdraw", R"({"room":")" + kUrl + R"(","project":-1})").status == 422);
  CHECK(on.post("/withdraw", R"({"room":")" + kUrl + R"(","project":5})").status == 200);
  REQUIRE(on.orders().size() == 1);
  CHECK((on.orders()[0].withdraws() && on.orders()[0].project == ProjectId{5}));
  CHECK(on.checked == 0);
  auto body = R"({"room":")" + kUrl + R"(","project":5,"passphrase":")";
  auto wrong = on.post("/restore", body + "wrong\"}");
  CHECK(wrong.status == 422);
  CHECK(wrong.body.find("bad-passphrase") != std::string::npos);
  CHECK(on.orders()[0].withdraws());
  CHECK(on.post("/restore", body + "right\"}").status == 200);
  CHECK_FALSE(on.orders()[0].withdraws());
  CHECK(on.ask(net::Method::get, "/withdraw").status == 404);
}

TEST_CASE("keeper's page: the servers of one room are told together, and ordered together") {
  World on;
  on.enter();
  on.store.state.rooms[0].verifier_key = "first";
  on.store.state.rooms.push_back({"http://127.0.0.1:2", "second", "", 7, 60'000, 0, {}});
  on.store.state.rooms.push_back({"http://127.0.0.1:3", "other", "", 8, 60'000, 0, {}});
  on.store.state.rooms[1].node_of = "first";
  CHECK(on.post("/withdraw", R"({"room":"http://127.0.0.1:2","project":5})").status == 200);
  auto status = parse_json(on.ask(net::Method::get, "/status").body);
  const auto* rooms = find_array(*status, "rooms");
  REQUIRE((rooms && rooms->size() == 3));
  const std::string others[] = {"http://127.0.0.1:2", kUrl, ""};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto* named = find_array((*rooms)[i], "others");
    REQUIRE(named);
    CHECK(named->size() == (others[i].empty() ? 0 : 1));
    if (!named->empty()) CHECK(view((*named)[0].get_string()) == others[i]);
    CHECK(on.store.state.rooms[i].orders.size() == named->size());
  }
}

TEST_CASE("keeper's page: guessing passphrases ends, withdrawing does not") {
  World on;
  on.enter();
  for (int i = 0; i < kPagePassphrases; ++i) {
    CHECK(on.post("/restore", R"({"passphrase":"guess"})").status == 422);
  }
  CHECK(on.post("/restore", R"({"passphrase":"right"})").status == 429);
  CHECK(on.checked == kPagePassphrases);
  CHECK(on.post("/withdraw", "{}").status == 200);
  on.now += kPagePassphraseMs;
  CHECK(on.post("/restore", R"({"passphrase":"right"})").status == 200);
  CHECK(on.post("/restore", "{}").status == 422);
}

TEST_CASE("keeper's page: with a token it asks for the PIN, and guessing that ends too") {
  World on;
  on.enter();
  auto asks = [&] {
    auto status = parse_json(on.ask(net::Method::get, "/status").body);
    const auto* asked = find_string(*status, "asks");
    return asked ? std::string(view(*asked)) : std::string();
  };
  CHECK(asks() == "passphrase");
  on.cover = Cover::none;
  CHECK(asks().empty());
  on.cover = Cover::token;
  CHECK(asks() == "pin");
  CHECK(on.post("/withdraw", "{}").status == 200);
  auto foreign = on.post("/restore", R"({"passphrase":"right"})");
  CHECK(foreign.body.find("bad-pin") != std::string::npos);
  CHECK(on.orders()[0].withdraws());
  CHECK(on.post("/restore", R"({"pin":"right"})").status == 200);
  CHECK_FALSE(on.orders()[0].withdraws());
  for (int i = 1; i < kPagePassphrases; ++i) {
    CHECK(on.post("/restore", R"({"pin":"guess"})").status == 422);
  }
  CHECK(on.post("/restore", R"({"pin":"right"})").status == 429);
}

TEST_CASE("keeper's page: nothing from elsewhere, nothing inline") {
  World on;
  auto page = on.ask(net::Method::get, "/");
  bool strict = false;
  for (const auto& [name, value] : page.headers) {
    strict = strict || (name == "Content-Security-Policy" &&
                        value.find("script-src 'self'") != std::string::npos);
  }
  CHECK(strict);
  for (const char* path : {"/", "/page.css", "/page.js"}) {
    const auto* file = find_page_file(path);
    REQUIRE(file);
    CHECK(file->bytes.size() > 500);
    CHECK(file->bytes.find("://") == std::string_view::npos);
    CHECK(file->bytes.find("innerHTML") == std::string_view::npos);
    CHECK(file->bytes.find(" style=") == std::string_view::npos);
  }
}

}  // namespace
}  // namespace guildhall::keeper
