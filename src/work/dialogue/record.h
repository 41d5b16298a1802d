// A dialogue as deliveries tell it: the whole tree with its provenance, and read again from there
// the path that an answer tells.
//
// Concurrency: pure. Limits: those of a dialogue.
#pragma once

#include <string>

#include "base/json.h"
#include "store/external_id.h"
#include "work/dialogue/dialogue.h"

namespace guildhall::work::dialogue {

// {"question", "system"?, "models": [by letter], "nodes": […]}
std::string record_json(const Dialogue& dialogue, const store::ExternalIds& ids);

// What was said and answered along the path of an answer.
struct Told {
  std::string system;
  Tree tree;
  std::vector<Turn> turns;  // into the tree
};
// Nothing where the answers have none to the question. Error: internal/"internal" where one does
// not fit the other.
Result<std::optional<Told>> read_record(const json::value& record, const json::value& answers);

}  // namespace guildhall::work::dialogue
