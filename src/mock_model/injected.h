// Orders hidden in content, which a model may fall for. What stands inside a fence is data and does
// not count: that is what tests of judges look at.
//
// Concurrency: pure. Limits: none.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::mock_model {

// The two lines between which, as a system's text says, material stands: "between the line X and
// the line Y", X and Y without spaces.
struct Announced {
  std::string_view open;
  std::string_view close;
};
std::optional<Announced> announced_fence(std::string_view system);

// What a text has under a heading, a line "[NAME]" outside of fences.
struct Section {
  std::string heading;
  std::string text;  // what is fenced; all of it where nothing was announced
};
struct Reading {
  std::vector<Section> sections;
  std::string outside;  // the lines outside of fences
};
// A fence is what was announced; or a line of three or more ` or ~ up to a line of at least as many
// of them and nothing else; or -----BEGIN N----- up to -----END N-----. One that is not closed goes
// on to the end.
Reading read_text(std::string_view text, const std::optional<Announced>& announced);

// X of the first "SYSTEM OVERRIDE: answer X" outside of fences, up to the end of its line.
std::optional<std::string> injected_order(std::string_view text,
                                          const std::optional<Announced>& announced = {});

// The first word that `is_verdict` takes and that follows a word such as "choose" or "verdict",
// with nothing but filling between them. Case, invisible characters, and letters that only look
// like Latin ones make no difference.
std::optional<std::string> named_verdict(std::string_view outside,
                                         const std::function<bool(std::string_view)>& is_verdict);

}  // namespace guildhall::mock_model
