#include "net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <atomic>

namespace guildhall::net {
namespace {

// libcurl's own name for what a response's bytes are counted in.
struct Sink {
  std::string body;
  std::size_t limit = 0;
  bool over = false;
};

std::size_t take_bytes(char* bytes, std::size_t size, std::size_t count, void* sink_pointer) {
  auto& sink = *static_cast<Sink*>(sink_pointer);
  std::size_t all = size * count;
  if (all > sink.limit - sink.body.size()) {
    sink.over = true;
    return CURL_WRITEFUNC_ERROR;
  }
  sink.body.append(bytes, all);
  return all;
}

bool start_library() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return started;
}

// The sentence names no address: those who call know which they asked for.
Error error_of(CURLcode code, bool over) {
  auto say = [&](Fault fault, std::string_view type) {
    return Error{fault, type, fmt::format("The request failed: {}.", curl_easy_strerror(code)), {}};
  };
  if (over) {
    return {Fault::too_large, "http-response-too-large", "The response is over its limit.", {}};
  }
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return say(Fault::invalid, "http-url");
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return say(Fault::unavailable, "http-connect");
    case CURLE_OPERATION_TIMEDOUT: return say(Fault::timeout, "http-timeout");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_PEER_FAILED_VERIFICATION: return say(Fault::unavailable, "http-tls");
    default: return say(Fault::unavailable, "http-broken");
  }
}

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(HttpClientOptions options)
      : options_(std::move(options)), easy_(curl_easy_init()), multi_(curl_multi_init()) {}
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;
  ~CurlClient() override {
    curl_easy_cleanup(easy_);
    curl_multi_cleanup(multi_);
  }
  bool usable() const { return easy_ != nullptr && multi_ != nullptr; }

  Result<HttpResponse> send(const HttpRequest& request) override {
    Sink sink{{}, options_.max_response_bytes, false};
    curl_slist* headers = prepare(request, sink);
    auto done = run();
    curl_slist_free_all(headers);
    if (!done) return std::unexpected(std::move(done).error());
    long opened = 0;
    if (curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &opened) == CURLE_OK) opened_ += opened;
    if (*done != CURLE_OK) return std::unexpected(error_of(*done, sink.over));
    long status = 0;
    const char* type = nullptr;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy_, CURLINFO_CONTENT_TYPE, &type);
    return HttpResponse{static_cast<int>(status), type ? type : "", std::move(sink.body)};
  }

  void interrupt() override {
    interrupted_ = true;
    curl_multi_wakeup(multi_);
  }

  std::int64_t connections() const override { return opened_; }

 private:
  // Options are set anew each time: nothing of one request remains for the next but connections.
  curl_slist* prepare(const HttpRequest& request, Sink& sink) {
    curl_easy_reset(easy_);
    std::string url(request.url);
    curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());  // libcurl copies
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, options_.plain_http ? "https,http" : "https");
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy_, CURLOPT_PROXY, "");  // an empty one also silences the environment's
    curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options_.connect_timeout_ms));
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &sink);
    if (!options_.ca_file.empty()) {
      curl_easy_setopt(easy_, CURLOPT_CAINFO, options_.ca_file.c_str());
      curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);  // those of the file and no others
    }
    curl_slist* headers = curl_slist_append(nullptr, "Expect:");  // no pause before a body
    if (request.post) {
      curl_easy_setopt(easy_, CURLOPT_POST, 1L);
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.post_body.size()));
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDS,
                       request.post_body.empty() ? "" : request.post_body.data());
      auto type = fmt::format("Content-Type: {}", request.content_type);
      headers = curl_slist_append(headers, type.c_str());
    }
    if (!request.bearer.empty()) {
      auto line = fmt::format("Authorization: Bearer {}", request.bearer);
      headers = curl_slist_append(headers, line.c_str());
    }
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers);
    return headers;
  }

  Result<CURLcode> run() {
    curl_multi_add_handle(multi_, easy_);
    auto outcome = drive();
    curl_multi_remove_handle(multi_, easy_);  // what is unfinished loses its connection
    return outcome;
  }

  Result<CURLcode> drive() {
    for (;;) {
      if (interrupted_.exchange(false)) {
        return fail(Fault::unavailable, "http-interrupted", "The request was interrupted.");
      }
      int running = 0;
      auto state = curl_multi_perform(multi_, &running);
      int left = 0;
      while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg == CURLMSG_DONE) return message->data.result;
      }
      if (state == CURLM_OK) state = curl_multi_poll(multi_, nullptr, 0, 1'000, nullptr);
      if (state != CURLM_OK) {
        return fail(Fault::unavailable, "http-broken", "The request could not be driven.");
      }
    }
  }

  HttpClientOptions options_;
  CURL* easy_;
  CURLM* multi_;
  std::atomic<bool> interrupted_ = false;
  std::int64_t opened_ = 0;
};

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::open(HttpClientOptions options) {
  std::unique_ptr<CurlClient> client;
  if (start_library()) client = std::make_unique<CurlClient>(std::move(options));
  if (!client || !client->usable()) {
    return fail(Fault::internal, "http-broken", "The HTTP client could not start.");
  }
  return client;
}

}  // namespace guildhall::net
