#include "work/delivery_job.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "store/content.h"
#include "store/deed.h"

namespace guildhall::work {
namespace {

using store::ContentType;
using store::Row;
using store::Tx;

#define GH_DELIVERY_COLUMNS \
  "delivery, state, format, filter_ref, manifest_ref, built, bytes, created_at"

Delivery read_delivery(const Row& row) {
  Delivery d;
  d.id = row.id<DeliveryId>(0);
  d.state = static_cast<DeliveryState>(row.integer(1));
  d.format = row.bytes(2);
  d.filter_ref = row.id<ContentRef>(3);
  d.manifest_ref = row.id<ContentRef>(4);
  d.built = row.integer(5);
  d.bytes = row.integer(6);
  d.created_at = row.integer(7);
  return d;
}

Result<void> open_texts(Tx& tx, const Context& ctx, ProjectId project, Delivery& d) {
  auto filter = TRY(store::open_content(tx, {ctx.room, project, ContentType::filter, d.id.value},
                                        d.filter_ref, store::Reason::manage));
  d.filter_json = filter.expose();
  if (!d.manifest_ref) return {};
  auto manifest =
      TRY(store::open_content(tx, {ctx.room, project, ContentType::manifest, d.id.value},
                              d.manifest_ref, store::Reason::manage));
  d.manifest_json = manifest.expose();
  return {};
}

void write_versions(JsonWriter& out, std::string_view name,
                    const std::map<std::int64_t, bool>& versions) {
  out.key(name).begin_array();
  for (const auto& [version, unused] : versions) out.integer(version);
  out.end_array();
}

// Before anybody waits for it.
Result<void> check_posterior(const DeliveryFilter& filter, const Template& form) {
  if (!filter.posterior) return {};
  auto questions = form.closed_questions();
  const auto& wanted = filter.posterior->question;
  bool known = wanted.empty()
                   ? !questions.empty()
                   : std::ranges::any_of(questions, [&](auto& one) { return one.id == wanted; });
  if (known) return {};
  return fail(Fault::invalid, "bad-filter", "No such question with a closed set of answers.",
              "/filter/posterior/question");
}

void write_posteriors(JsonWriter& out, const Posteriors& posteriors, double least) {
  out.key("posterior").begin_object().field("question", posteriors.question);
  out.field("least", least).field("method", posteriors.method);
  out.field("computed_at", rfc3339(posteriors.computed_at)).end_object();
}

std::string manifest_of(const DeliveryReader& reader, const DeliveryCounts& counts,
                        std::string_view format, store::SealedFileWriter& file, TimeMs at,
                        const std::optional<Posteriors>& posteriors) {
  JsonWriter out;
  out.begin_object().field("format", format).field("records", counts.records);
  out.field("tasks", counts.tasks).field("submissions", counts.submissions);
  out.key("dropped").raw(counts.dropped_json());
  write_versions(out, "guidelines_versions", reader.guidelines_versions());
  write_versions(out, "template_versions", reader.template_versions());
  out.field("sha256", file.sha256()).field("bytes", file.size());
  if (posteriors) write_posteriors(out, *posteriors, reader.filter().posterior->least);
  out.field("created_at", rfc3339(at)).end_object();
  return out.take();
}

}  // namespace

namespace {

std::filesystem::path path_of(const Context& ctx, DeliveryId id) {
  return ctx.blob_dir / fmt::format("delivery-{}", id.value);
}

}  // namespace

Result<store::SealedFile> delivery_file(const Context& ctx, ProjectId project,
                                        const Delivery& delivery) {
  auto manifest = TRY(parse_json(delivery.manifest_json));
  const auto* bytes = find(manifest, "bytes");
  return store::SealedFile::open(path_of(ctx, delivery.id), ctx.sealer,
                                 {ctx.room, project, ContentType::dataset, delivery.id.value},
                                 bytes ? as_int(*bytes).value_or(-1) : -1);
}

Result<Delivery> find_delivery(Tx& tx, const Context& ctx, ProjectId project, DeliveryId id) {
  auto found = TRY(tx.first("SELECT " GH_DELIVERY_COLUMNS " FROM delivery WHERE room = $1 AND"
                            " project = $2 AND delivery = $3",
                            {ctx.room, project, id}, read_delivery));
  if (!found) return fail(Fault::not_found, "not-found", "There is no such delivery.");
  TRY(open_texts(tx, ctx, project, *found));
  return *std::move(found);
}

Result<std::vector<Delivery>> list_deliveries(Tx& tx, const Context& ctx, ProjectId project,
                                              DeliveryId before, std::int64_t limit) {
  std::vector<Delivery> all;
  TRY(tx.query("SELECT " GH_DELIVERY_COLUMNS " FROM delivery WHERE room = $1 AND project = $2"
               " AND delivery < $3 ORDER BY delivery DESC LIMIT $4",
               {ctx.room, project, before ? before.value : INT64_MAX, limit}, [&](const Row& row) {
                 all.push_back(read_delivery(row));
                 return true;
               }));
  for (auto& delivery : all) TRY(open_texts(tx, ctx, project, delivery));
  return all;
}

DeliveryBuilder::DeliveryBuilder(const Context& ctx, PosteriorSource posteriors)
    : ctx_(ctx), posteriors_(std::move(posteriors)) {
  MutexLock lock(mutex_);
  auto left = ctx_.db.read([&](Tx& tx) -> Result<void> {
    TRY(tx.query("SELECT project, delivery FROM delivery WHERE room = $1 AND state = 1",
                 {ctx_.room}, [&](const Row& row) {
                   mutex_.assert_held();
                   jobs_.push_back({row.id<ProjectId>(0), row.id<DeliveryId>(1)});
                   return true;
                 }));
    return {};
  });
  if (!left) log_line(LogLevel::warning, "unfinished deliveries not read");
  thread_ = std::thread([this] { run(); });
}

Result<DeliveryId> DeliveryBuilder::request(const Actor& actor, ProjectId project,
                                            const NewDelivery& wish) {
  std::int64_t first = TRY(ctx_.keys.take(3));
  DeliveryId id{first};
  JsonWriter asked;
  asked.begin_object().field("filter", wish.filter).field("note", wish.note).end_object();
  auto filter = TRY(DeliveryFilter::parse(wish.filter, ctx_, project));
  TRY(ctx_.db.write([&](Tx& tx) -> Result<void> {
    auto form = TRY(ctx_.projects.find(tx, project))
    .form;
    TRY(make_delivery_format(wish.format, form->kind()));
    TRY(check_posterior(filter, *form));
    TRY(store::put_content(tx, {ctx_.room, project, ContentType::filter, id.value},
                           ContentRef{first + 1}, Plaintext(asked.text())));
    TRY(tx.exec(
        "INSERT INTO delivery (room, project, delivery, state, format, filter_ref,"
        " manifest_ref, built, bytes, created_at, created_by) VALUES ($1, $2, $3, 1, $4,"
        " $5, 0, 0, 0, $6, $7)",
        {ctx_.room, project, id, wish.format, ContentRef{first + 1}, tx.now(), actor.member}));
    return store::record(
        tx, {ctx_.room, project, first + 2, actor.member, "delivery.request", id.value});
  }));
  MutexLock lock(mutex_);
  jobs_.push_back({project, id});
  changed_.notify_all();
  return id;
}

void DeliveryBuilder::wait_ms(DeliveryId id, std::int64_t timeout_ms) {
  std::int64_t until_ms = monotonic_ms() + timeout_ms;
  MutexLock lock(mutex_);
  while (!stopping_) {
    bool waiting =
        building_ == id || std::ranges::any_of(jobs_, [&](const Job& job) { return job.id == id; });
    std::int64_t left_ms = until_ms - monotonic_ms();
    if (!waiting || left_ms <= 0) return;
    changed_.wait_for_ms(mutex_, left_ms);
  }
}

void DeliveryBuilder::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool DeliveryBuilder::stopping() {
  MutexLock lock(mutex_);
  return stopping_;
}

void DeliveryBuilder::run() {
  while (true) {
    Job job;
    {
      MutexLock lock(mutex_);
      building_ = {};
      changed_.notify_all();
      while (jobs_.empty() && !stopping_) changed_.wait(mutex_);
      if (stopping_) return;
      job = jobs_.front();
      jobs_.pop_front();
      building_ = job.id;
    }
    auto built = build(job);
    if (built || stopping()) continue;  // what a stop interrupts is built at the next start
    log_line(LogLevel::error, "delivery failed", {{"type", built.error().type}});
    (void)finish(job, DeliveryState::failed, {}, 0, 0);
  }
}

Result<std::optional<Posteriors>> DeliveryBuilder::posteriors_for(const Job& job) {
  auto delivery =
      TRY(ctx_.db.read_as([&](Tx& tx) { return find_delivery(tx, ctx_, job.project, job.id); }));
  auto asked = TRY(parse_json(delivery.filter_json));
  auto filter = TRY(DeliveryFilter::parse(asked.at("filter"), ctx_, job.project));
  if (!filter.posterior) return std::nullopt;
  if (!posteriors_) return fail(Fault::invalid, "bad-filter", "Nobody computes posteriors here.");
  return TRY(posteriors_(job.project, filter.posterior->question, [this] { return stopping(); }));
}

Result<void> DeliveryBuilder::build(const Job& job) {
  store::SealedFileWriter file(path_of(ctx_, job.id), ctx_.sealer,
                               {ctx_.room, job.project, ContentType::dataset, job.id.value});
  TRY(file.open());
  auto posteriors = TRY(posteriors_for(job));
  std::string manifest;
  std::int64_t tasks = 0;
  TRY(ctx_.db.read([&](Tx& tx) -> Result<void> {  // one snapshot for the whole of it
    auto delivery = TRY(find_delivery(tx, ctx_, job.project, job.id));
    auto asked = TRY(parse_json(delivery.filter_json));
    auto filter = TRY(DeliveryFilter::parse(asked.at("filter"), ctx_, job.project));
    auto form = TRY(ctx_.projects.find(tx, job.project))
    .form;
    auto format = TRY(make_delivery_format(delivery.format, form->kind()));
    DeliveryReader reader(ctx_, job.project, filter, *format);
    if (posteriors) {
      format->weigh();
      reader.weigh_by(*posteriors);
    }
    std::string lines;
    format->header(lines);
    while (TRY(reader.next(tx, lines))) {
      if (stopping()) return fail(Fault::unavailable, "stopping", "The server is stopping.");
      TRY(file.add(lines));
      lines.clear();
    }
    TRY(file.add(lines));
    tasks = format->counts().tasks;
    manifest = manifest_of(reader, format->counts(), delivery.format, file, tx.now(), posteriors);
    return {};
  }));
  TRY(file.keep());
  std::int64_t bytes = file.padded_size();
  return finish(job, DeliveryState::ready, manifest, tasks, bytes);
}

Result<void> DeliveryBuilder::finish(const Job& job, DeliveryState state, std::string_view manifest,
                                     std::int64_t built, std::int64_t bytes) {
  std::int64_t first = TRY(ctx_.keys.take(2));
  return ctx_.db.write([&](Tx& tx) -> Result<void> {
    ContentRef ref{manifest.empty() ? 0 : first};
    if (ref) {
      TRY(store::put_content(tx, {ctx_.room, job.project, ContentType::manifest, job.id.value}, ref,
                             Plaintext(std::string(manifest))));
    }
    TRY(tx.exec(
        "UPDATE delivery SET state = $4, manifest_ref = $5, built = $6, bytes = $7 WHERE"
        " room = $1 AND project = $2 AND delivery = $3",
        {ctx_.room, job.project, job.id, static_cast<std::int64_t>(state), ref, built, bytes}));
    return store::record(tx, {ctx_.room,
                              job.project,
                              first + 1,
                              {},
                              "delivery.finish",
                              job.id.value,
                              0,
                              static_cast<std::int64_t>(state)});
  });
}

}  // namespace guildhall::work
