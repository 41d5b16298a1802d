#include "work/import/record_reader.h"
#include "work/import/record_text.h"

namespace guildhall::work {
namespace {

bool blank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

class NdjsonReader final : public RecordReader {
 public:
  void feed(std::string_view chunk, const RecordSink& sink) override {
    if (auto held_back = mark_.strip(chunk); !held_back.empty()) text_.add(held_back);
    while (!chunk.empty()) {
      const auto end = chunk.find('\n');
      if (end == std::string_view::npos) return text_.add(chunk);
      take_line(chunk.substr(0, end), sink);
      chunk.remove_prefix(end + 1);
    }
  }

  void finish(const RecordSink& sink) override {
    text_.add(mark_.rest());
    if (!text_.empty()) take_line({}, sink);
  }

 private:
  void take_line(std::string_view last_piece, const RecordSink& sink) {
    ++line_;
    std::string_view line = text_.complete(last_piece);
    if (text_.too_long()) {
      Record record{line_, std::unexpected(record_too_long()), {}};
      sink(record);
    } else if (!blank(line)) {
      Record record{line_, parse_record(line, "line"), {}};
      if (record.value) record.raw = line;
      sink(record);
    }
    text_.clear();
  }

  RecordText text_;
  ByteOrderMark mark_;
  std::int64_t line_ = 0;
};

}  // namespace

std::unique_ptr<RecordReader> make_ndjson_reader() { return std::make_unique<NdjsonReader>(); }

}  // namespace guildhall::work
