#include "work/deeds.h"

#include "base/limits.h"

namespace guildhall::work {
namespace {

using store::Row;
using store::Tx;

constexpr std::int64_t kSlice = kMaxPage;      // deeds read at a time
constexpr std::int64_t kMostSlices = 64;       // for one page; an import may fill them all
constexpr std::int64_t kImportGapMs = 60'000;  // between slices of what a person takes for one

// An earlier slice of the import that was listed last.
bool goes_on(const std::vector<DoneDeed>& deeds, const DoneDeed& next) {
  if (deeds.empty() || next.verb != "task.import") return false;
  const auto& last = deeds.back();
  return last.verb == next.verb && last.actor == next.actor &&
         last.version - next.at < kImportGapMs;
}

}  // namespace

Result<DeedPage> list_deeds(Tx& tx, const Context& ctx, ProjectId project, DeedPlace after,
                            std::int64_t limit) {
  DeedPage page;
  page.last = after;
  bool full = false;
  std::int64_t seen = kSlice;
  auto sink = [&](const Row& row) {
    DoneDeed deed{row.integer(2), row.id<MemberId>(3), std::string(row.bytes(4)),
                  row.integer(5), row.integer(6),      row.integer(7)};
    bool import = deed.verb == "task.import";
    if (import) deed.version = deed.at;  // when its earliest slice was
    if (goes_on(page.deeds, deed)) {
      page.deeds.back().detail += deed.detail;
      page.deeds.back().version = deed.at;
    } else if (static_cast<std::int64_t>(page.deeds.size()) == limit) {
      full = true;
      return false;
    } else {
      page.deeds.push_back(std::move(deed));
    }
    page.last = {row.integer(0), row.integer(1)};
    return true;
  };
  for (std::int64_t walked = 0; walked < kMostSlices * kSlice && seen == kSlice && !full;
       walked += seen) {
    seen =
        TRY(tx.query("SELECT tick, deed, at, actor, verb, object, version, detail FROM deed WHERE"
                     " room = $1 AND project = $2 AND verb <> 'assignment.claim' AND"
                     " verb <> 'exchange.record' AND verb <> 'dialogue.turn' AND"
                     " verb <> 'dialogue.reply' AND verb <> 'dialogue.edit' AND"
                     " verb <> 'model_answer.record' AND"
                     " (tick, deed) < ($3, $4) ORDER BY tick DESC, deed DESC LIMIT $5",
                     {ctx.room, project, page.last.tick, page.last.deed, kSlice}, sink));
  }
  page.more = full || seen == kSlice;
  return page;
}

}  // namespace guildhall::work
