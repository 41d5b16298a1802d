#include "work/import/record_reader.h"
#include "work/import/record_text.h"

namespace guildhall::work {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_space(char c) { return kSpace.find(c) != std::string_view::npos; }

// Cuts the array into its elements by brackets and strings alone; each element is then parsed on
// its own, so nothing larger than one of them is ever held.
class ArrayReader final : public RecordReader {
 public:
  void feed(std::string_view chunk, const RecordSink& sink) override {
    if (auto held_back = mark_.strip(chunk); !held_back.empty()) scan(held_back, sink);
    scan(chunk, sink);
  }

  void finish(const RecordSink& sink) override {
    scan(mark_.rest(), sink);
    if (state_ == State::before_array) stop("There is no JSON array.", sink);
    if (state_ != State::after_array) stop("The array is not closed.", sink);
  }

 private:
  enum class State { before_array, before_first, before_next, element, after_array, stopped };

  void scan(std::string_view text, const RecordSink& sink) {
    while (!text.empty() && state_ != State::stopped) {
      if (state_ == State::element) {
        scan_element(text, sink);
        continue;
      }
      const char c = text.front();
      if (is_space(c)) {
        text.remove_prefix(1);
        continue;
      }
      switch (state_) {
        case State::before_array:
          if (c != '[') return stop("The body is not a JSON array.", sink);
          state_ = State::before_first;
          text.remove_prefix(1);
          break;
        case State::before_first:
        case State::before_next:
          if (c == ']' && state_ == State::before_first) {
            state_ = State::after_array;
            text.remove_prefix(1);
            break;
          }
          if (c == ',' || c == ']') return stop("An element is missing.", sink);
          state_ = State::element;
          break;
        default: return stop("Something follows the array.", sink);
      }
    }
  }

  // Consumes up to and including the ',' or ']' that ends the element, or all of `text`.
  void scan_element(std::string_view& text, const RecordSink& sink) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (escaped_) {
        escaped_ = false;
        continue;
      }
      if (in_string_) {
        while (i < text.size() && text[i] != '"' && text[i] != '\\') ++i;
        if (i == text.size()) break;
        if (text[i] == '"') in_string_ = false;
        if (text[i] == '\\') escaped_ = true;
        continue;
      }
      const char c = text[i];
      if (c == '"') in_string_ = true;
      if (c == '[' || c == '{') ++depth_;
      const bool closes = c == ']' || c == '}';
      if (closes && depth_ > 0) {
        --depth_;
      } else if (closes || (c == ',' && depth_ == 0)) {
        if (c == '}') return stop("An element is not JSON.", sink);
        take_element(text.substr(0, i), sink);
        if (state_ == State::stopped) return;
        state_ = c == ']' ? State::after_array : State::before_next;
        text.remove_prefix(i + 1);
        return;
      }
    }
    text_.add(text);
    text = {};
  }

  void take_element(std::string_view last_piece, const RecordSink& sink) {
    ++index_;
    std::string_view element = text_.complete(last_piece);
    if (text_.too_long()) {
      Record record{index_, std::unexpected(record_too_long()), {}};
      sink(record);
    } else {
      element = element.substr(0, element.find_last_not_of(kSpace) + 1);
      Record record{index_, parse_record(element, "element"), {}};
      if (record.value) record.raw = element;
      if (!record.value) state_ = State::stopped;
      sink(record);
    }
    text_.clear();
  }

  void stop(std::string detail, const RecordSink& sink) {
    if (state_ == State::stopped) return;
    state_ = State::stopped;
    text_.clear();
    Record record{index_ + 1, fail(Fault::malformed, "bad-json", std::move(detail)), {}};
    sink(record);
  }

  RecordText text_;
  ByteOrderMark mark_;
  State state_ = State::before_array;
  std::int64_t index_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> make_array_reader() { return std::make_unique<ArrayReader>(); }

}  // namespace guildhall::work
