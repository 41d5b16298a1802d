#include "reply_reader.h"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace guildhall::bench {
namespace {

constexpr std::size_t kMaxHead = 64U << 10;

bool named(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         strncasecmp(line.data(), name.data(), name.size()) == 0;
}

bool says(std::string_view line, std::string_view word) {
  for (; line.size() >= word.size(); line.remove_prefix(1)) {
    if (strncasecmp(line.data(), word.data(), word.size()) == 0) return true;
  }
  return false;
}

}  // namespace

void ReplyReader::read_head() {
  std::string_view rest = head_;
  status_ = rest.size() > 12 ? std::atoi(rest.data() + 9) : 0;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    if (named(line, "Transfer-Encoding")) chunked_ = says(line, "chunked");
    if (named(line, "Connection")) keeps_alive_ = !says(line, "close");
    if (named(line, "Content-Length")) {
      const auto digit = line.find_first_of("0123456789");
      if (digit == std::string_view::npos) continue;
      std::from_chars(line.data() + digit, line.data() + line.size(), left_);
    }
  }
  state_ = !chunked_ && left_ == 0 ? State::whole : State::body;
  if (status_ == 0) state_ = State::broken;
}

ReplyReader::State ReplyReader::read(std::string_view bytes, std::string& body) {
  if (state_ == State::head) {
    const std::size_t before = head_.size();
    head_ += bytes;
    const auto end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
    if (end == std::string::npos) {
      if (head_.size() > kMaxHead) state_ = State::broken;
      return state_;
    }
    bytes.remove_prefix(end + 4 - before);
    head_.resize(end + 2);
    read_head();
  }
  if (state_ != State::body) return state_;
  if (chunked_) {
    read_chunks(bytes, body);
  } else {
    body += bytes;
    if (left_ >= 0) left_ -= static_cast<std::int64_t>(bytes.size());
    if (left_ == 0) state_ = State::whole;
  }
  return state_;
}

void ReplyReader::read_chunks(std::string_view bytes, std::string& body) {
  while (!bytes.empty() && state_ == State::body) {
    if (chunk_ == Chunk::data) {
      const auto take = std::min(static_cast<std::size_t>(left_), bytes.size());
      body += bytes.substr(0, take);
      bytes.remove_prefix(take);
      left_ -= static_cast<std::int64_t>(take);
      if (left_ == 0) chunk_ = Chunk::data_end;
      continue;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    if (c != '\n') {
      if (c != '\r') line_ += c;
      continue;
    }
    if (chunk_ == Chunk::data_end) {
      chunk_ = Chunk::length;
      if (!line_.empty()) state_ = State::broken;
    } else if (chunk_ == Chunk::trailer) {
      if (line_.empty()) state_ = State::whole;
    } else {
      auto [end, error] = std::from_chars(line_.data(), line_.data() + line_.size(), left_, 16);
      if (error != std::errc()) state_ = State::broken;
      chunk_ = left_ == 0 ? Chunk::trailer : Chunk::data;
    }
    line_.clear();
  }
}

ReplyReader::State ReplyReader::closed() {
  const bool good = state_ == State::whole || (state_ == State::body && !chunked_ && left_ < 0);
  state_ = good ? State::whole : State::broken;
  return state_;
}

}  // namespace guildhall::bench
