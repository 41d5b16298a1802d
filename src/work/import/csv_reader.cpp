#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "work/import/csv_columns.h"
#include "work/import/record_reader.h"
#include "work/import/record_text.h"

namespace guildhall::work {
namespace {

std::unexpected<Error> bad_row(std::string detail) {
  return fail(Fault::malformed, "bad-csv-row", std::move(detail));
}

// RFC 4180 with either line ending. A fault in the quoting loses the row up to the next line
// break: where the row really ends cannot be known.
class CsvReader final : public RecordReader {
 public:
  void feed(std::string_view chunk, const RecordSink& sink) override {
    if (auto held_back = mark_.strip(chunk); !held_back.empty()) scan(held_back, sink);
    scan(chunk, sink);
  }

  void finish(const RecordSink& sink) override {
    scan(mark_.rest(), sink);
    if (stopped_) return;
    if (state_ == State::quoted) {
      set_error(bad_row("A quoted cell is not closed."));
      end_row(sink);
    } else if (state_ == State::after_cr || state_ == State::skip_line) {
      end_row(sink);
    } else if (row_size_ > 0) {
      end_cell();
      end_row(sink);
    }
    if (!header_read_ && !stopped_) {
      Record record{
          1, fail(Fault::invalid, "bad-csv-header", "There is no header row.", "header"), {}};
      sink(record);
      stopped_ = true;
    }
  }

 private:
  enum class State { cell_start, plain, quoted, quote_in_quoted, after_cr, skip_line };

  void scan(std::string_view text, const RecordSink& sink) {
    std::size_t at = 0;
    while (at < text.size() && !stopped_) {
      switch (state_) {
        case State::plain: {
          const std::size_t from = at;
          while (at < text.size() && !ends_plain(text[at])) ++at;
          add(text.substr(from, at - from));
          if (at < text.size()) plain_special(text[at++], sink);
          break;
        }
        case State::quoted: {
          const std::size_t quote = std::min(text.find('"', at), text.size());
          const std::string_view piece = text.substr(at, quote - at);
          line_ += std::ranges::count(piece, '\n');
          add(piece);
          at = quote;
          if (at == text.size()) break;
          ++at;
          ++row_size_;
          state_ = State::quote_in_quoted;
          break;
        }
        case State::skip_line: {
          at = std::min(text.find('\n', at), text.size());
          if (at == text.size()) break;
          ++at;
          end_line(sink);
          break;
        }
        default: step(text, at, sink);
      }
    }
  }

  static bool ends_plain(char c) { return c == ',' || c == '"' || c == '\n' || c == '\r'; }

  void step(std::string_view text, std::size_t& at, const RecordSink& sink) {
    const char c = text[at];
    if (state_ == State::after_cr) {
      if (c == '\n') {
        ++at;
        return end_line(sink);
      }
      return give_up(bad_row("A carriage return without a line feed."));
    }
    if (c == '"') {
      ++at;
      ++row_size_;
      if (state_ == State::quote_in_quoted) keep("\"");
      quoted_row_ = true;
      state_ = State::quoted;
      return;
    }
    if (!ends_plain(c)) {
      if (state_ == State::quote_in_quoted) {
        return give_up(bad_row("Text follows a closing quote."));
      }
      state_ = State::plain;
      return;
    }
    ++at;
    plain_special(c, sink);
  }

  // What may end a cell; a quote inside an unquoted cell may not.
  void plain_special(char c, const RecordSink& sink) {
    if (c == '"') return give_up(bad_row("A quote inside an unquoted cell."));
    ++row_size_;
    end_cell();
    if (c == '\n') return end_line(sink);
    state_ = c == ',' ? State::cell_start : State::after_cr;
  }

  void add(std::string_view piece) {
    row_size_ += piece.size();
    keep(piece);
  }

  void keep(std::string_view piece) {
    if (row_size_ > kMaxImportLine && !error_) set_error(std::unexpected(record_too_long()));
    if (!error_) row_.append(piece);
  }

  void end_cell() {
    if (error_) return;
    if (cell_ends_.size() > kMaxCsvColumns) return set_error(bad_row("Too many cells."));
    cell_ends_.push_back(row_.size());
  }

  void set_error(std::unexpected<Error> error) {
    if (!error_) error_ = std::move(error).error();
    row_.clear();
    cell_ends_.clear();
  }

  void give_up(std::unexpected<Error> error) {
    set_error(std::move(error));
    state_ = State::skip_line;
  }

  void end_line(const RecordSink& sink) {
    ++line_;
    end_row(sink);
  }

  void end_row(const RecordSink& sink) {
    const bool blank = !error_ && row_.empty() && cell_ends_.size() <= 1 && !quoted_row_;
    if (!blank) header_read_ ? take_row(sink) : take_header(sink);
    row_.clear();
    cell_ends_.clear();
    error_.reset();
    row_size_ = 0;
    quoted_row_ = false;
    row_line_ = line_;
    state_ = State::cell_start;
  }

  void split_cells() {
    cells_.clear();
    std::size_t from = 0;
    for (std::size_t end : cell_ends_) {
      cells_.push_back(std::string_view(row_).substr(from, end - from));
      from = end;
    }
  }

  void take_header(const RecordSink& sink) {
    split_cells();
    Result<CsvColumns> columns =
        error_ ? std::unexpected(std::move(*error_)) : CsvColumns::from_header(cells_);
    header_read_ = true;
    if (columns) {
      columns_ = *std::move(columns);
      return;
    }
    stopped_ = true;
    Record record{row_line_, std::unexpected(std::move(columns).error()), {}};
    sink(record);
  }

  void take_row(const RecordSink& sink) {
    Record record{row_line_, row_value(), {}};
    sink(record);
  }

  Result<json::value> row_value() {
    if (error_) return std::unexpected(std::move(*error_));
    split_cells();
    if (cells_.size() != columns_.size()) {
      return bad_row("The row has " + std::to_string(cells_.size()) + " cells, the header " +
                     std::to_string(columns_.size()) + ".");
    }
    for (std::string_view cell : cells_) {
      if (!valid_utf8(cell)) return bad_row("A cell is not UTF-8.");
    }
    return columns_.line(cells_);
  }

  ByteOrderMark mark_;
  State state_ = State::cell_start;
  CsvColumns columns_;
  bool header_read_ = false;
  bool stopped_ = false;

  std::string row_;                     // the row's cells one after another, quotes undone
  std::vector<std::size_t> cell_ends_;  // in row_
  std::vector<std::string_view> cells_;
  std::optional<Error> error_;  // the row's first fault
  std::size_t row_size_ = 0;    // its bytes in the file
  bool quoted_row_ = false;     // it has a quoted cell, so it is not a blank line
  std::int64_t line_ = 1;
  std::int64_t row_line_ = 1;
};

}  // namespace

std::unique_ptr<RecordReader> make_csv_reader() { return std::make_unique<CsvReader>(); }

}  // namespace guildhall::work
