// One request and its reply: what MHD tells the loop, turned into one call of the app on a worker.
// Internal to src/net.
//
// Operation. MHD calls once with the header, then per piece of the body, then once more. The
// header is checked and admitted at the first; a collected body is dispatched at the last, a
// streamed one at the first. A dispatched request is suspended; the worker prepares MHD's response
// and resumes it. Long replies and streams go to a RawStream, which has the descriptor to itself
// while MHD keeps the connection suspended; an answer that is made elsewhere is waited for in the
// Parking.
// What is refused before its body was read is answered straight on the descriptor, and the rest of
// the body is read and dropped for a moment: closing at once would reset the connection and take
// the answer away from the client.
//
// Concurrency: on_* on the loop; run on a worker; fail_slow on the sweeper; the rest whoever has a
// suspended exchange for the moment, and no longer than until it has answered or handed back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/body_buffer.h"
#include "net/core.h"

namespace guildhall::net {

class Exchange final : public Request, public Job, public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Core& core, Connection& connection, std::string_view raw_target);
  ~Exchange() override;

  std::string_view header(std::string_view name) const override;

  // Loop: one call of MHD's access handler.
  MHD_Result on_call(const char* method, const char* version, const char* data, std::size_t* size);
  // Loop: MHD is done with the request, well or not.
  void on_end();
  // Worker: the app's part.
  void run() noexcept override;
  // Sweeper: the body comes too slowly.
  void fail_slow();
  // Parking: what was waited for, or that there is no place to wait.
  void answer(Reply reply);
  void answer_full();
  // The descriptor is MHD's again, and to be closed.
  void hand_back();

  bool head_only() const { return head_; }
  bool old_http() const { return http10_; }
  RawKind raw_kind() const;
  Connection& connection() { return connection_; }
  Reply take_reply() { return std::move(reply_); }
  LaterReply take_later() { return std::move(*std::exchange(reply_.later, std::nullopt)); }

 private:
  enum class Step : unsigned char {
    fresh,
    collecting,
    streaming,
    working,
    refused,
    discarding,
    over
  };
  struct HeaderField {
    std::string_view name;
    std::string_view value;
  };

  Result<> read_head(const char* method, const char* version);
  Result<> check_framing();
  void read_headers();
  void read_origin();
  MHD_Result begin(const char* method, const char* version);
  MHD_Result collect(const char* data, std::size_t* size);
  MHD_Result stream_piece(const char* data, std::size_t* size);
  MHD_Result last_streaming_call();
  MHD_Result dispatch();
  MHD_Result dispatch_streaming();
  MHD_Result send_prepared();
  MHD_Result refuse(const Error& error);
  MHD_Result refuse_with(Reply reply);
  MHD_Result refuse_full();
  void call_app();
  void finish_upload();
  void send_off();
  void prepare();
  void release_body();

  Core& core_;
  Connection& connection_;
  MHD_Connection* const mhd_;
  std::string raw_target_;
  std::string header_text_;
  std::vector<HeaderField> headers_;
  Step step_ = Step::fresh;
  Admission admission_;
  bool head_ = false;
  bool http10_ = false;
  bool has_body_ = false;
  bool close_ = false;    // the reply ends the connection
  bool counted_ = false;  // in core.in_flight
  std::int64_t declared_bytes_ = -1;
  std::size_t accounted_ = 0;  // of core.body_bytes
  std::unique_ptr<BodyBuffer> upload_;

  Reply reply_;                       // the worker's answer
  MHD_Response* response_ = nullptr;  // the same, prepared, unless it is raw
  unsigned status_ = 0;
  bool prepared_ = true;  // it will be; otherwise the connection stays suspended
  std::atomic<bool> handed_back_{false};
};

// The response for a plain reply (body or file), with the headers every reply has.
MHD_Response* make_response(Reply& reply, std::string_view request_id, bool close);
// A whole HTTP message for answering on the descriptor; says Connection: close.
std::string reply_text(const Reply& reply, std::string_view request_id);
// The header block of a raw stream, up to and with the empty line.
std::string raw_header(const Reply& reply, std::string_view request_id, bool chunked);

}  // namespace guildhall::net
