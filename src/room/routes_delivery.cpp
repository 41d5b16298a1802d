#include <fmt/format.h>

#include <atomic>

#include "base/limits.h"
#include "room/http_range.h"
#include "room/render.h"
#include "room/serve.h"
#include "work/delivery_job.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kWish[] = {
    {"format", Kind::text, true}, {"filter", Kind::object}, {"note", Kind::text}};

constexpr std::int64_t kWaitForSmallOnesMs = 2'000;

std::atomic<work::DeliveryBuilder*> builder{nullptr};

void write_delivery(JsonWriter& out, const Call& call, const work::Delivery& d) {
  out.begin_object().field("id", call.room.ids().show(call.project, d.id));
  out.field("format", d.format).field("state", work::word(d.state)).field("built", d.built);
  auto asked = parse_json(d.filter_json);
  const auto* filter = asked ? find(*asked, "filter") : nullptr;
  const auto* note = asked ? find(*asked, "note") : nullptr;
  out.key("filter");
  filter ? out.value(*filter) : out.begin_object().end_object();
  out.key("note");
  note ? out.value(*note) : out.string("");
  out.key("manifest");
  d.manifest_json.empty() ? out.null() : out.raw(d.manifest_json);
  out.field("created_at", rfc3339(d.created_at)).end_object();
}

Result<work::Delivery> find(Call& call) {
  return call.room.db().read_as([&](Tx& tx) {
    return work::find_delivery(tx, call.room.work(), call.project, call.id<DeliveryId>("delivery"));
  });
}

Result<Reply> create(Call& call) {
  auto* running = builder.load();
  if (!running) return fail(Fault::unavailable, "stopping", "The server is stopping.");
  work::NewDelivery wish{text_or(call.body, "format", ""), json::object(),
                         text_or(call.body, "note", "")};
  if (const auto* filter = guildhall::find(call.body, "filter"); filter && filter->is_object()) {
    wish.filter = *filter;
  }
  auto id = TRY(running->request(call.actor(), call.project, wish));
  running->wait_ms(id, kWaitForSmallOnesMs);
  auto delivery = TRY(call.room.db().read_as(
      [&](Tx& tx) { return work::find_delivery(tx, call.room.work(), call.project, id); }));
  JsonWriter out;
  write_delivery(out, call, delivery);
  return json_reply(201, out.take());
}

Result<Reply> list(Call& call) {
  auto page = TRY(page_of(call));
  auto all = TRY(call.room.db().read_as([&](Tx& tx) {
    return work::list_deliveries(tx, call.room.work(), call.project, DeliveryId{page.after},
                                 page.limit);
  }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& delivery : all) write_delivery(out, call, delivery);
  out.end_array().key("next");
  bool more = static_cast<std::int64_t>(all.size()) == page.limit;
  more ? out.string(next_cursor(call, all.back().id.value)) : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

Result<Reply> get(Call& call) {
  JsonWriter out;
  write_delivery(out, call, TRY(find(call)));
  return json_reply(200, out.take());
}

const work::DeliveryFormatInfo* format_info(std::string_view name) {
  for (const auto& info : work::delivery_formats())
    if (info.name == name) return &info;
  return nullptr;
}

Result<Reply> records(Call& call) {
  auto delivery = TRY(find(call));
  if (delivery.state != work::DeliveryState::ready) {
    return fail(Fault::conflict, "not-ready",
                fmt::format("The delivery is {}.", work::word(delivery.state)));
  }
  auto manifest = TRY(parse_json(delivery.manifest_json));
  const auto* info = format_info(delivery.format);
  auto file = TRY(work::delivery_file(call.room.work(), call.project, delivery));
  Reply reply;
  reply.content_type = info ? info->content_type : "application/x-ndjson";
  reply.header("ETag", fmt::format("\"{}\"", view(manifest.at("sha256").get_string())));
  reply.header("Content-Disposition", fmt::format("attachment; filename=\"{}.{}\"",
                                                  call.room.ids().show(call.project, delivery.id),
                                                  info ? info->extension : "jsonl"));
  return ranged(call.request, std::move(reply), std::move(file),
                {store::Reason::deliver, call.who.member});
}

// Chunk after chunk, each of its own moment: nothing is kept.
class ExportSource final : public net::BodySource {
 public:
  ExportSource(Room& room, ProjectId project, work::DeliveryFilter filter,
               std::unique_ptr<work::DeliveryFormat> format)
      : room_(room),
        format_(std::move(format)),
        reader_(room.work(), project, std::move(filter), *format_) {
    format_->header(head_);
  }

  Result<void> next(std::string& out) override {
    const std::size_t before = out.size();
    out += std::exchange(head_, {});
    while (out.size() == before && !over_) {
      TRY(room_.db().read([&](Tx& tx) -> Result<void> {
        over_ = !TRY(reader_.next(tx, out));
        return {};
      }));
    }
    return {};
  }

 private:
  Room& room_;
  std::unique_ptr<work::DeliveryFormat> format_;
  work::DeliveryReader reader_;
  std::string head_;
  bool over_ = false;
};

Result<Reply> export_records(Call& call) {
  json::object filter;
  for (auto name : {"state", "batch", "since"}) {
    if (auto value = call.request.param(name)) filter[name] = *value;
  }
  auto parsed = TRY(work::DeliveryFilter::parse(filter, call.room.work(), call.project));
  auto name = std::string(call.request.param("format").value_or("guildhall"));
  auto form = TRY(call.room.db().read_as(
      [&](Tx& tx) { return call.room.work().projects.find(tx, call.project); }))
  .form;
  auto format = TRY(work::make_delivery_format(name, form->kind()));
  auto limit = TRY(number_param(call, "limit", 0, 1, kMaxExportPreview));
  if (limit > 0) format->limit(limit);
  Reply reply;
  reply.content_type = format_info(name)->content_type;
  reply.source =
      std::make_unique<ExportSource>(call.room, call.project, std::move(parsed), std::move(format));
  return reply;
}

}  // namespace

void set_delivery_builder(work::DeliveryBuilder* running) { builder = running; }

void add_delivery_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::auditor).in(Scope::project);
  constexpr auto manage = allow(kStaff).writing().in(Scope::project);
  // Content in bulk: not for an auditor.
  constexpr auto take = allow(kStaff).in(Scope::project);
  routes.push_back({Method::post, "/projects/{project}/deliveries", manage, create,
                    "Make a delivery: a frozen snapshot with a manifest", "Delivery", 201,
                    BodyKind::json, kWish});
  routes.push_back({Method::get, "/projects/{project}/deliveries", read, list,
                    "Deliveries of a project", "DeliveryList"});
  routes.push_back({Method::get, "/deliveries/{delivery}", read, get, "One delivery", "Delivery"});
  routes.push_back({Method::get, "/deliveries/{delivery}/records", take, records,
                    "The delivery's file; Range and If-Range are honoured", ""});
  routes.push_back({Method::get, "/projects/{project}/export", take, export_records,
                    "The same lines as a plain stream", ""});
}

}  // namespace guildhall::room
