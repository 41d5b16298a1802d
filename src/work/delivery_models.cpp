// What models did, in deliveries: judges' answers beside people's, drafts that people were shown,
// tasks that were made up. Each says so itself.
#include <algorithm>

#include "work/delivery_reader.h"

namespace guildhall::work {

using store::Reason;
using store::Tx;

Result<void> DeliveryReader::read_models(Tx& tx) {
  models_.clear();
  made_.clear();
  if (!format_.tells_provenance()) return {};
  TaskId first = tasks_.front().id;
  TaskId last = tasks_.back().id;
  models_ = TRY(assist::answers_to(tx, ctx_, project_, first, last, Reason::deliver));
  made_ = TRY(assist::origins_of(tx, ctx_, project_, first, last, Reason::deliver));
  return {};
}

std::string DeliveryReader::origin_json(const assist::Origin& origin) const {
  JsonWriter out;
  out.begin_object().field("kind", "model");
  assist::write_origin_members(out, ctx_.ids, project_, origin);
  out.end_object();
  return out.take();
}

// A draft was shown where it was there when the lease began and the project showed suggestions.
Result<void> DeliveryReader::add_drafts(Tx& tx, const HeldAnswers& held,
                                        DeliverySubmission& shown) {
  if (held.adjudicated) return {};
  std::string drafts;
  for (const auto& draft : models_) {
    if (draft.task != held.task || !assist::was_shown(draft, held.leased_at)) continue;
    drafts += (drafts.empty() ? "[" : ",") + origin_json(draft.origin);
  }
  if (drafts.empty()) return {};
  auto settings = TRY(ctx_.projects.settings(tx, project_, held.settings_version));
  if (settings->show_suggestions) shown.drafts = drafts + "]";
  return {};
}

void DeliveryReader::add_models(TaskId id, DeliveryTask& task) const {
  for (const auto& answer : models_) {
    bool judged = answer.kind == assist::WorkKind::judge && answer.at >= filter_.since_ms;
    if (answer.task != id || !judged) continue;
    auto& shown = task.submissions.emplace_back();
    shown.id = ctx_.ids.show(project_, answer.work);
    shown.member = "model";
    shown.submitted_at_ms = answer.at;
    shown.template_version = answer.template_version;
    shown.answers = LazyJson(answer.answers_json);
    shown.origin = origin_json(answer.origin);
  }
  for (const auto& made : made_) {
    if (made.task != id) continue;
    JsonWriter out;
    out.begin_object().field("kind", "generated");
    assist::write_origin_members(out, ctx_.ids, project_, made.origin);
    out.field("edited", made.edited).key("seeds").begin_array();
    for (const auto& seed : made.seeds) out.raw(seed);
    out.end_array().end_object();
    task.origin = out.take();
  }
}

}  // namespace guildhall::work
