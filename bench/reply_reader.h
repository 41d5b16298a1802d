// Reads one HTTP/1.1 reply as its bytes come in: head, then a body by its length, in chunks, or up
// to the end of the connection.
//
// Concurrency: one thread. Limits: a head of 64 KiB.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace guildhall::bench {

class ReplyReader {
 public:
  enum class State : unsigned char { head, body, whole, broken };

  // Appends to `body` what it finds of it.
  State read(std::string_view bytes, std::string& body);
  // The other side has closed: is that how the body ends?
  State closed();
  void reset() { *this = ReplyReader(); }

  State state() const { return state_; }
  int status() const { return status_; }
  bool keeps_alive() const { return keeps_alive_; }

 private:
  enum class Chunk : unsigned char { length, data, data_end, trailer };
  void read_head();
  void read_chunks(std::string_view bytes, std::string& body);

  State state_ = State::head;
  std::string head_;
  int status_ = 0;
  bool keeps_alive_ = true;
  bool chunked_ = false;
  std::int64_t left_ = -1;  // of the body, or of the chunk; -1: up to the end of the connection
  Chunk chunk_ = Chunk::length;
  std::string line_;
};

}  // namespace guildhall::bench
