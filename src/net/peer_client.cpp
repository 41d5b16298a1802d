#include "net/peer_client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "base/clock.h"
#include "base/limits.h"

namespace guildhall::net {
namespace {

// What libcurl is told the peer's address is; it connects to none.
constexpr std::string_view kNoAddress = "192.0.2.1";
constexpr std::size_t kIdleHandles = 64;

class CurlPeer;

struct Transfer {
  CurlPeer* owner = nullptr;
  std::uint32_t id = 0;
  CURL* easy = nullptr;  // begun
  PeerRequest request;
  curl_slist* header = nullptr;  // of a mail: to whom
  std::size_t sent = 0;          // of a mail
  PeerHeaders reply;
  std::size_t reply_bytes = 0;
  bool headed = false;
  bool malformed = false;
  bool starved = false;  // it came to need a descriptor, and there was none
  bool paused = false;
};

class CurlPeer final : public PeerClient {
 public:
  CurlPeer(PeerClientOptions options, PeerPort& port)
      : options_(std::move(options)), port_(port), multi_(curl_multi_init()) {}
  CurlPeer(const CurlPeer&) = delete;
  CurlPeer& operator=(const CurlPeer&) = delete;
  ~CurlPeer() override;
  bool prepare();

  void start(std::uint32_t id, PeerRequest request) override;
  void cancel(std::uint32_t id) override;
  void resume(std::uint32_t id) override;
  void add_descriptor(int fd) override;
  void no_descriptor() override;
  void on_ready(int fd, std::uint32_t events) override;
  std::int64_t on_time() override;

  PeerPort& port() { return port_; }
  int take_descriptor(Transfer& transfer);
  void closed(int fd);
  void set_timer(long ms) { due_ms_ = ms < 0 ? -1 : monotonic_ms() + ms; }

 private:
  void begin(Transfer& transfer);
  CURL* made_handle();
  void set_options(Transfer& transfer);
  void set_mail(Transfer& transfer);
  const char* scheme() const {
    if (options_.mail) return options_.starttls ? "smtp" : "smtps";
    return options_.tls ? "https" : "http";
  }
  void begin_waiting();
  void finish_done();
  // `again`: its handle serves another transfer.
  void release(Transfer& transfer, bool again = false);

  const PeerClientOptions options_;
  PeerPort& port_;
  CURLM* multi_;
  curl_slist* resolve_ = nullptr;
  std::string base_;
  std::int64_t due_ms_ = -1;
  std::unordered_map<std::uint32_t, std::unique_ptr<Transfer>> transfers_;
  std::deque<std::uint32_t> waiting_;
  std::vector<int> spare_;  // connected, not used yet
  std::vector<CURL*> idle_;
  std::size_t connections_ = 0;
  std::size_t begun_ = 0;
};

// ---- what libcurl calls
std::size_t on_bytes(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  std::string_view got(bytes, size * count);
  if (transfer.owner->port().on_data(transfer.id, got)) return got.size();
  transfer.paused = true;
  return CURL_WRITEFUNC_PAUSE;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  std::string_view line(bytes, size * count);
  transfer.reply_bytes += line.size();
  if (transfer.reply_bytes > kMaxPeerHead) {
    transfer.malformed = true;
    return 0;
  }
  if (transfer.request.mail) return line.size();
  auto text = trimmed(line);
  if (line.starts_with("HTTP/")) {
    transfer.reply.clear();
  } else if (!text.empty()) {
    auto colon = text.find(':');
    if (colon == std::string_view::npos) return line.size();
    std::string name(text.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    transfer.reply.emplace_back(std::move(name), trimmed(text.substr(colon + 1)));
  } else if (!transfer.headed) {
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200) return line.size();  // more will come
    transfer.headed = true;
    transfer.owner->port().on_head(transfer.id, static_cast<int>(status),
                                   std::move(transfer.reply));
  }
  return line.size();
}

std::size_t on_more(char* to, std::size_t size, std::size_t count, void* from) {
  auto& transfer = *static_cast<Transfer*>(from);
  auto left = std::string_view(transfer.request.body).substr(transfer.sent);
  auto part = left.substr(0, size * count);
  std::ranges::copy(part, to);
  transfer.sent += part.size();
  return part.size();
}

curl_socket_t on_open(void* to, curlsocktype /*purpose*/, curl_sockaddr* /*address*/) {
  auto& transfer = *static_cast<Transfer*>(to);
  return transfer.owner->take_descriptor(transfer);
}

int on_connected(void* /*to*/, curl_socket_t /*fd*/, curlsocktype /*purpose*/) {
  return CURL_SOCKOPT_ALREADY_CONNECTED;
}

int on_close(void* to, curl_socket_t fd) {
  static_cast<CurlPeer*>(to)->closed(fd);
  return 0;
}

int on_watch(CURL* /*easy*/, curl_socket_t fd, int what, void* to, void* /*of_socket*/) {
  std::uint32_t events = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= EPOLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= EPOLLOUT;
  static_cast<CurlPeer*>(to)->port().watch(fd, events);
  return 0;
}

int on_timer(CURLM* /*multi*/, long ms, void* to) {
  static_cast<CurlPeer*>(to)->set_timer(ms);
  return 0;
}

PeerEnd end_of(CURLcode code, const Transfer& transfer) {
  if (transfer.malformed) return PeerEnd::malformed;
  switch (code) {
    case CURLE_OK: return transfer.headed ? PeerEnd::complete : PeerEnd::malformed;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return PeerEnd::connect_failed;
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_PEER_FAILED_VERIFICATION: return PeerEnd::tls_failed;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING: return PeerEnd::malformed;
    default: return PeerEnd::broken;
  }
}

// The relay's last word is its answer, be it no.
CURLcode answer_of_mail(CURLcode code, Transfer& transfer) {
  long status = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  bool refused = status >= 400 && status < 600 && end_of(code, transfer) == PeerEnd::broken;
  if (code != CURLE_OK && !refused) return code;
  transfer.headed = true;
  transfer.owner->port().on_head(transfer.id, static_cast<int>(status), {});
  return CURLE_OK;
}

// ---- the client
bool CurlPeer::prepare() {
  if (!multi_) return false;
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_watch);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.keep));
  bool six = options_.host.find(':') != std::string::npos;
  auto host = six ? fmt::format("[{}]", options_.host) : options_.host;
  base_ = fmt::format("{}://{}:{}", scheme(), host, options_.port);
  auto known = fmt::format("{}:{}:{}", options_.host, options_.port, kNoAddress);
  resolve_ = curl_slist_append(nullptr, known.c_str());
  return resolve_ != nullptr;
}

CurlPeer::~CurlPeer() {
  for (auto& [id, transfer] : transfers_) release(*transfer);
  for (CURL* easy : idle_) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi_);
  curl_slist_free_all(resolve_);
  for (int fd : spare_) close(fd);
}

// With what is the same for every transfer; a handle serves one after another.
CURL* CurlPeer::made_handle() {
  CURL* easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_RESOLVE, resolve_);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, scheme());
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 64L << 10);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(kHttpConnectMs));
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_connected);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  if (options_.mail) {
    curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  }
  if (options_.tls) {
    curl_blob authorities{const_cast<char*>(options_.authorities.data()),
                          options_.authorities.size(), CURL_BLOB_NOCOPY};
    curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &authorities);
    if (!options_.pin.empty()) {
      curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, options_.pin.c_str());
    }
  }
  return easy;
}

void CurlPeer::set_options(Transfer& transfer) {
  CURL* easy = transfer.easy;
  const auto& mail = transfer.request.mail;
  auto path = mail ? "/" + mail->domain : transfer.request.path;
  curl_easy_setopt(easy, CURLOPT_URL, (base_ + path).c_str());
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  if (transfer.request.mail) return set_mail(transfer);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.header);
  if (!transfer.request.post) {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    return;
  }
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(transfer.request.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer.request.body.data());
}

void CurlPeer::set_mail(Transfer& transfer) {
  CURL* easy = transfer.easy;
  const auto& mail = *transfer.request.mail;
  transfer.sent = 0;
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail.from.c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, transfer.header);
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_more);
  curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                   static_cast<curl_off_t>(transfer.request.body.size()));
  if (mail.user.expose().empty()) return;
  curl_easy_setopt(easy, CURLOPT_USERNAME, std::string(mail.user.expose()).c_str());
  curl_easy_setopt(easy, CURLOPT_PASSWORD, std::string(mail.password.expose()).c_str());
}

void CurlPeer::start(std::uint32_t id, PeerRequest request) {
  auto transfer = std::make_unique<Transfer>();
  transfer->owner = this;
  transfer->id = id;
  transfer->request = std::move(request);
  auto& lines = transfer->request.header;
  if (const auto& mail = transfer->request.mail) lines = {mail->to};
  for (const auto& line : lines) {
    transfer->header = curl_slist_append(transfer->header, line.c_str());
  }
  Transfer& added = *transfer;
  transfers_[id] = std::move(transfer);
  if (waiting_.empty() && connections_ + spare_.size() > begun_) return begin(added);
  waiting_.push_back(id);
  port_.want_descriptor();
}

void CurlPeer::begin(Transfer& transfer) {
  if (idle_.empty()) {
    transfer.easy = made_handle();
  } else {
    transfer.easy = idle_.back();
    idle_.pop_back();
  }
  transfer.starved = false;
  set_options(transfer);
  ++begun_;
  curl_multi_add_handle(multi_, transfer.easy);
  due_ms_ = monotonic_ms();
}

void CurlPeer::begin_waiting() {
  while (!waiting_.empty() && connections_ + spare_.size() > begun_) {
    auto at = transfers_.find(waiting_.front());
    waiting_.pop_front();
    if (at != transfers_.end() && !at->second->easy) begin(*at->second);
  }
}

int CurlPeer::take_descriptor(Transfer& transfer) {
  if (spare_.empty()) {
    transfer.starved = true;
    return CURL_SOCKET_BAD;
  }
  int fd = spare_.back();
  spare_.pop_back();
  ++connections_;
  return fd;
}

// Whoever made the descriptor watches it too: closing it alone would end nothing.
void CurlPeer::closed(int fd) {
  --connections_;
  shutdown(fd, SHUT_RDWR);
  close(fd);
}

void CurlPeer::release(Transfer& transfer, bool again) {
  if (transfer.easy) {
    curl_multi_remove_handle(multi_, transfer.easy);
    if (again && idle_.size() < kIdleHandles) {
      idle_.push_back(transfer.easy);
    } else {
      curl_easy_cleanup(transfer.easy);
    }
    transfer.easy = nullptr;
    --begun_;
  }
  curl_slist_free_all(transfer.header);
  transfer.header = nullptr;
}

void CurlPeer::cancel(std::uint32_t id) {
  auto at = transfers_.find(id);
  if (at == transfers_.end()) return;
  release(*at->second);
  transfers_.erase(at);
  begin_waiting();
}

void CurlPeer::resume(std::uint32_t id) {
  auto at = transfers_.find(id);
  if (at == transfers_.end() || !at->second->paused) return;
  at->second->paused = false;
  curl_easy_pause(at->second->easy, CURLPAUSE_CONT);
  due_ms_ = monotonic_ms();
}

void CurlPeer::add_descriptor(int fd) {
  spare_.push_back(fd);
  begin_waiting();
}

void CurlPeer::no_descriptor() {
  while (!waiting_.empty()) {
    auto id = waiting_.front();
    waiting_.pop_front();
    auto at = transfers_.find(id);
    if (at == transfers_.end() || at->second->easy) continue;
    release(*at->second);
    transfers_.erase(at);
    return port_.on_end(id, PeerEnd::connect_failed);
  }
}

void CurlPeer::on_ready(int fd, std::uint32_t events) {
  int what = 0;
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) what |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0) what |= CURL_CSELECT_ERR;
  int running = 0;
  curl_multi_socket_action(multi_, fd, what, &running);
  finish_done();
}

std::int64_t CurlPeer::on_time() {
  // What is begun inside may be due at once.
  for (int round = 0; round < 8 && due_ms_ >= 0 && due_ms_ <= monotonic_ms(); ++round) {
    due_ms_ = -1;
    int running = 0;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    finish_done();
  }
  return due_ms_ < 0 ? -1 : std::max<std::int64_t>(due_ms_ - monotonic_ms(), 0);
}

void CurlPeer::finish_done() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    auto id = transfer->id;
    if (transfer->starved && !transfer->headed) {
      // Its connection was gone when it wanted to use it: nothing of it was taken.
      PeerRequest again = std::move(transfer->request);
      release(*transfer);
      transfers_.erase(id);
      start(id, std::move(again));
      continue;
    }
    if (transfer->request.mail) code = answer_of_mail(code, *transfer);
    auto end = end_of(code, *transfer);
    release(*transfer, end == PeerEnd::complete);
    transfers_.erase(id);
    port_.on_end(id, end);
  }
  begin_waiting();
}

}  // namespace

Result<std::unique_ptr<PeerClient>> PeerClient::open(PeerClientOptions options, PeerPort& port) {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  auto client = std::make_unique<CurlPeer>(std::move(options), port);
  if (!started || !client->prepare()) {
    return fail(Fault::unavailable, "http-client", "The HTTP client does not start.");
  }
  return client;
}

}  // namespace guildhall::net
