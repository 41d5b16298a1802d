#include "net/exchange.h"

#include <strings.h>
#include <sys/socket.h>

#include <charconv>
#include <exception>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "net/parking.h"
#include "net/raw_streams.h"
#include "net/target.h"

namespace guildhall::net {
namespace {

bool is_raw(const Reply& reply) { return reply.source || reply.events || reply.held || reply.live; }

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// 96 random bits; nothing about order or time.
std::string new_request_id() {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  unsigned char bytes[20];
  system_random().fill(bytes, sizeof bytes);
  std::string id(sizeof bytes, '\0');
  for (std::size_t i = 0; i < sizeof bytes; ++i) id[i] = kAlphabet[bytes[i] & 31];
  return id;
}

std::optional<Method> method_of(std::string_view name) {
  for (Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                        Method::del, Method::options}) {
    if (method_name(method) == name) return method;
  }
  return std::nullopt;
}

std::unexpected<Error> bad_framing(std::string_view why) {
  return fail(Fault::malformed, "bad-framing", std::string(why));
}

Error full() {
  return Error{Fault::unavailable, "server-full", "The server is full; try again shortly.", {}};
}

}  // namespace

Exchange::Exchange(Core& core, Connection& connection, std::string_view raw_target)
    : core_(core), connection_(connection), mhd_(connection.mhd), raw_target_(raw_target) {
  request_id = new_request_id();
}

Exchange::~Exchange() {
  if (response_ != nullptr) MHD_destroy_response(response_);
  release_body();
}

void Exchange::release_body() {
  core_.body_bytes.fetch_sub(static_cast<std::int64_t>(accounted_), std::memory_order_relaxed);
  accounted_ = 0;
}

std::string_view Exchange::header(std::string_view name) const {
  for (const auto& field : headers_)
    if (same_name(field.name, name)) return field.value;
  return {};
}

MHD_Result Exchange::on_call(const char* method, const char* version, const char* data,
                             std::size_t* size) {
  switch (step_) {
    case Step::fresh: return begin(method, version);
    case Step::collecting: return *size > 0 ? collect(data, size) : dispatch();
    case Step::streaming: return *size > 0 ? stream_piece(data, size) : last_streaming_call();
    case Step::working: return handed_back_ ? MHD_NO : send_prepared();
    case Step::discarding:
      if (*size == 0) return MHD_NO;
      *size = 0;
      return MHD_YES;
    case Step::refused:
    case Step::over: break;
  }
  return MHD_NO;
}

void Exchange::read_headers() {
  // One block of text for all of them: MHD may still read from the connection while a worker
  // looks at the headers of a streamed request.
  struct Copy {
    std::string& text;
    std::vector<HeaderField>& fields;
    std::vector<std::pair<std::size_t, std::size_t>> sizes;
  } copy{header_text_, headers_, {}};
  header_text_.reserve(512);
  copy.sizes.reserve(16);
  MHD_get_connection_values_n(
      mhd_, MHD_HEADER_KIND,
      [](void* cls, MHD_ValueKind, const char* key, std::size_t key_size, const char* value,
         std::size_t value_size) {
        auto& to = *static_cast<Copy*>(cls);
        to.text.append(key, key_size).append(value == nullptr ? "" : value, value_size);
        to.sizes.emplace_back(key_size, value_size);
        return MHD_YES;
      },
      &copy);
  std::string_view rest = header_text_;
  headers_.reserve(copy.sizes.size());
  for (auto [name, value] : copy.sizes) {
    headers_.push_back({rest.substr(0, name), rest.substr(name, value)});
    rest.remove_prefix(name + value);
  }
}

// Two readings of where a message ends are how requests are smuggled past a proxy: whatever is
// ambiguous is refused.
Result<> Exchange::check_framing() {
  int lengths = 0;
  int codings = 0;
  int hosts = 0;
  std::string_view length;
  std::string_view coding;
  for (const auto& field : headers_) {
    if (same_name(field.name, "Content-Length")) {
      ++lengths;
      length = field.value;
    } else if (same_name(field.name, "Transfer-Encoding")) {
      ++codings;
      coding = field.value;
    } else if (same_name(field.name, "Host")) {
      ++hosts;
    }
    if (field.name.find_first_of(" \t") != std::string_view::npos) {
      return bad_framing("A header name has a space in it.");
    }
  }
  has_body_ = lengths > 0 || codings > 0;
  if (hosts > 1) return bad_framing("Host is given more than once.");
  if (lengths > 1) return bad_framing("Content-Length is given more than once.");
  if (codings > 1 || (codings == 1 && lengths == 1)) {
    return bad_framing("The length of the body is given twice.");
  }
  if (codings == 1 && (http10_ || !same_name(coding, "chunked"))) {
    return bad_framing("The only transfer coding taken is chunked, in HTTP/1.1.");
  }
  if (lengths == 1) {
    const char* end = length.data() + length.size();
    auto [at, error] = std::from_chars(length.data(), end, declared_bytes_);
    if (length.empty() || error != std::errc() || at != end || declared_bytes_ < 0) {
      return bad_framing("Content-Length is not a number.");
    }
    has_body_ = declared_bytes_ > 0;
  }
  return {};
}

void Exchange::read_origin() {
  Origin origin;
  if (core_.options.proxies_send_forwarded) {
    origin = core_.proxies.from_forwarded(connection_.peer, header("Forwarded"));
  } else {
    origin = core_.proxies.from_x_forwarded(connection_.peer, header("X-Forwarded-For"),
                                            header("X-Forwarded-Proto"));
  }
  peer_address = std::move(origin.address);
  secure = origin.secure;
}

Result<> Exchange::read_head(const char* method_text, const char* version) {
  http10_ = std::string_view(version) == "HTTP/1.0";
  read_headers();
  close_ = true;  // until the framing is known to be sound
  TRY(check_framing());
  close_ = core_.closing.load(std::memory_order_relaxed);
  if (close_) {
    return fail(Fault::unavailable, "stopping", "The server is stopping; try again shortly.");
  }
  auto known = method_of(method_text);
  if (!known) return fail(Fault::not_allowed, "method-not-allowed", "No such method here.");
  head_ = *known == Method::head;
  method = head_ ? Method::get : *known;
  Target target = TRY(parse_target(raw_target_));
  path = std::move(target.path);
  query = std::move(target.query);
  read_origin();
  try {
    admission_ = core_.app.admit(method, path);
  } catch (...) {
    return fail(Fault::internal, "internal", "The request could not be admitted.");
  }
  if (declared_bytes_ > 0 &&
      static_cast<std::uint64_t>(declared_bytes_) > admission_.max_body_bytes) {
    return fail(Fault::too_large, "body-too-large", "The body is larger than this route takes.");
  }
  return {};
}

MHD_Result Exchange::begin(const char* method_text, const char* version) {
  core_.requests.fetch_add(1, std::memory_order_relaxed);
  core_.in_flight.fetch_add(1, std::memory_order_relaxed);
  counted_ = true;
  auto head = read_head(method_text, version);
  if (!head) return refuse(head.error());
  if (admission_.stream_body && has_body_) return dispatch_streaming();
  step_ = Step::collecting;
  if (has_body_) {
    if (declared_bytes_ > 0 && declared_bytes_ <= 64 << 10) {
      body.reserve(static_cast<std::size_t>(declared_bytes_));
    }
    connection_.enter(Phase::body);
  }
  return MHD_YES;
}

MHD_Result Exchange::collect(const char* data, std::size_t* size) {
  if (body.size() + *size > admission_.max_body_bytes) {
    *size = 0;
    return refuse(
        {Fault::too_large, "body-too-large", "The body is larger than this route takes.", {}});
  }
  accounted_ += *size;
  auto all =
      core_.body_bytes.fetch_add(static_cast<std::int64_t>(*size), std::memory_order_relaxed);
  if (all > static_cast<std::int64_t>(kMaxBodiesInFlight)) {
    *size = 0;
    return refuse_full();
  }
  body.append(data, *size);
  connection_.body_bytes.fetch_add(*size, std::memory_order_relaxed);
  *size = 0;
  return MHD_YES;
}

MHD_Result Exchange::dispatch() {
  has_body_ = false;  // it is all here: a refusal need not drop any
  if (!core_.queue->reserve()) return refuse_full();
  step_ = Step::working;
  connection_.enter(Phase::working);
  MHD_suspend_connection(mhd_);
  core_.queue->push_reserved(shared_from_this());
  return MHD_YES;
}

MHD_Result Exchange::dispatch_streaming() {
  // Slow uploads hold their workers: half of them stay free for everything else.
  int most = core_.options.workers / 2 > 0 ? core_.options.workers / 2 : 1;
  if (core_.streaming_bodies.fetch_add(1) >= most) {
    core_.streaming_bodies.fetch_sub(1);
    return refuse_full();
  }
  if (!core_.queue->reserve()) {
    core_.streaming_bodies.fetch_sub(1);
    return refuse_full();
  }
  upload_ = std::make_unique<BodyBuffer>(mhd_, admission_.max_body_bytes);
  stream = upload_.get();
  step_ = Step::streaming;
  connection_.enter(Phase::body);
  core_.queue->push_reserved(shared_from_this());
  return MHD_YES;
}

MHD_Result Exchange::stream_piece(const char* data, std::size_t* size) {
  switch (upload_->append(data, *size)) {
    case BodyBuffer::Taken::all: break;
    case BodyBuffer::Taken::suspended:
      connection_.paused.store(true, std::memory_order_relaxed);
      return MHD_YES;
    case BodyBuffer::Taken::reader_gone: *size = 0; return refuse_with(std::move(reply_));
  }
  connection_.body_bytes.fetch_add(*size, std::memory_order_relaxed);
  *size = 0;
  return MHD_YES;
}

MHD_Result Exchange::last_streaming_call() {
  step_ = Step::working;
  has_body_ = false;
  connection_.enter(Phase::working);
  if (upload_->end_and_wait()) return MHD_YES;
  if (prepared_) return send_prepared();
  MHD_suspend_connection(mhd_);
  send_off();
  return MHD_YES;
}

MHD_Result Exchange::send_prepared() {
  if (response_ == nullptr) prepare();
  if (response_ == nullptr) return MHD_NO;
  connection_.enter(Phase::sending);
  MHD_Result queued = MHD_queue_response(mhd_, status_, response_);
  MHD_destroy_response(response_);
  response_ = nullptr;
  step_ = Step::over;
  return queued;
}

MHD_Result Exchange::refuse_full() {
  core_.refused_full.fetch_add(1, std::memory_order_relaxed);
  return refuse(full());
}

MHD_Result Exchange::refuse(const Error& error) {
  Reply reply = problem(error, request_id);
  if (error.fault == Fault::not_allowed) {
    reply.header("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  }
  return refuse_with(std::move(reply));
}

MHD_Result Exchange::refuse_with(Reply reply) {
  // A client that waits for "100 Continue" has not sent its body: MHD can answer it as usual.
  bool waits = step_ == Step::fresh && same_name(header("Expect"), "100-continue");
  if (step_ == Step::fresh && !has_body_ && !close_) {
    // MHD closes after a reply to the first call: at the last one the connection goes on.
    reply_ = std::move(reply);
    step_ = Step::working;
    return MHD_YES;
  }
  if (!has_body_ || waits) {
    close_ = close_ || waits;
    reply_ = std::move(reply);
    return send_prepared();
  }
  std::string text = reply_text(reply, request_id);
  {
    MutexLock lock(connection_.mutex);
    // A client that takes not even this much loses the answer with the connection.
    if (send(connection_.fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ||
        shutdown(connection_.fd, SHUT_WR) != 0) {
      return MHD_NO;
    }
  }
  step_ = Step::discarding;
  connection_.enter(Phase::discarding);
  return MHD_YES;
}

void Exchange::on_end() {
  if (upload_) {
    upload_->fail_with(
        {Fault::malformed, "body-truncated", "The body ended before its announced end.", {}});
  }
  if (counted_) core_.in_flight.fetch_sub(1, std::memory_order_relaxed);
  counted_ = false;
}

void Exchange::fail_slow() {
  if (upload_) upload_->fail_with({Fault::timeout, "slow-body", "The body came too slowly.", {}});
}

void Exchange::call_app() {
  try {
    reply_ = core_.app.handle(*this);
    return;
  } catch (const std::exception&) {
    log_line(LogLevel::error, "a handler threw", {{"request", request_id}});
  } catch (...) {
    log_line(LogLevel::error, "a handler threw", {{"request", request_id}});
  }
  reply_ =
      problem({Fault::internal, "internal", "The request could not be answered.", {}}, request_id);
}

void Exchange::run() noexcept {
  call_app();
  prepared_ = !reply_.later && !is_raw(reply_);
  release_body();
  std::string().swap(body);
  if (upload_) {
    finish_upload();
  } else {
    send_off();
  }
}

// A reply that MHD does not send from memory cannot go out beside a body that still comes in.
void Exchange::finish_upload() {
  bool whole = prepared_ && !reply_.file;
  while (!whole) {
    auto piece = upload_->read();
    whole = !piece || piece->empty();
    if (!piece && reply_.later) {  // there is nobody who could wait
      reply_ = problem(piece.error(), request_id);
      prepared_ = true;
    }
  }
  core_.streaming_bodies.fetch_sub(1);
  if (upload_->close_reader(prepared_) && !prepared_) send_off();
}

// The connection is suspended, and the reply is there or will come later.
void Exchange::send_off() {
  if (reply_.later) return core_.parking->park(shared_from_this());
  if (is_raw(reply_)) {
    if (core_.streams->start(shared_from_this())) return;
    return answer_full();
  }
  prepare();
  MHD_resume_connection(mhd_);
}

void Exchange::answer(Reply reply) {
  reply_ = std::move(reply);
  if (reply_.later) {
    reply_ = problem({Fault::internal, "internal", "An answer was put off twice.", {}}, request_id);
  }
  send_off();
}

void Exchange::answer_full() {
  core_.refused_full.fetch_add(1, std::memory_order_relaxed);
  answer(problem(full(), request_id));
}

RawKind Exchange::raw_kind() const {
  if (head_ || reply_.source) return RawKind::source;
  return reply_.live ? RawKind::live : RawKind::polled;
}

void Exchange::prepare() {
  close_ = close_ || core_.stopping.load(std::memory_order_relaxed);
  status_ = static_cast<unsigned>(reply_.status);
  response_ = make_response(reply_, request_id, close_);
}

void Exchange::hand_back() {
  handed_back_ = true;
  MHD_resume_connection(mhd_);
}

}  // namespace guildhall::net
