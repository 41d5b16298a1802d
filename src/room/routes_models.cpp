// Models and virtual keys, for those who run the room.
#include "gateway/virtual_keys.h"
#include "room/render.h"

namespace guildhall::room {
namespace {

using gateway::KeyChange;
using gateway::Model;
using gateway::NewKey;
using gateway::VirtualKey;
using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kModel[] = {{"name", Kind::text, true, "as programs ask for it"},
                            {"currency", Kind::text, true, "of its prices: USD"},
                            {"targets", Kind::list, true, "in order of fall-back"},
                            {"requests_per_minute", Kind::integer},
                            {"tokens_per_minute", Kind::integer}};
constexpr Field kModelChange[] = {{"name", Kind::text},
                                  {"currency", Kind::text},
                                  {"targets", Kind::list},
                                  {"requests_per_minute", Kind::integer},
                                  {"tokens_per_minute", Kind::integer}};
constexpr Field kKey[] = {{"name", Kind::text, true},
                          {"purpose", Kind::text, true, "dialogue, judge or drafting"},
                          {"budget", Kind::text, true},
                          {"models", Kind::texts, true},
                          {"requests_per_minute", Kind::integer},
                          {"tokens_per_minute", Kind::integer},
                          {"expires_at", Kind::time}};
constexpr Field kKeyChange[] = {{"name", Kind::text},
                                {"budget", Kind::text},
                                {"models", Kind::texts},
                                {"requests_per_minute", Kind::integer},
                                {"tokens_per_minute", Kind::integer}};

void write_model(JsonWriter& out, const Call& call, const Model& model) {
  auto terms = gateway::to_text(model.terms);
  out.begin_object().field("id", call.room.ids().show(model.id)).field("version", model.version);
  out.field("created_at", rfc3339(model.created_at));
  out.raw_members(std::string_view(terms).substr(1, terms.size() - 2)).end_object();
}

Reply model_reply(const Call& call, const Model& model, int status) {
  JsonWriter out;
  write_model(out, call, model);
  return json_reply(status, out.take());
}

Result<Reply> list_all_models(Call& call) {
  auto models = TRY(call.room.db().read_as(
      [&](Tx& tx) { return gateway::list_models(tx, call.room.gateway()); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& model : models) write_model(out, call, model);
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<Reply> one_model(Call& call) {
  auto model = TRY(call.room.db().read_as([&](Tx& tx) {
    return gateway::model_of(tx, call.room.gateway(), call.id<ModelId>("model"));
  }));
  return model_reply(call, model, 200);
}

Result<Reply> add_model(Call& call) {
  auto terms = TRY(gateway::read_model_terms(call.body));
  auto model = TRY(gateway::create_model(call.room.gateway(), call.who.member, terms));
  return model_reply(call, model, 201);
}

Result<Reply> patch_model(Call& call) {
  auto model = TRY(gateway::change_model(call.room.gateway(), call.who.member,
                                         call.id<ModelId>("model"), call.body.get_object()));
  return model_reply(call, model, 200);
}

Result<Reply> drop_model(Call& call) {
  TRY(gateway::remove_model(call.room.gateway(), call.who.member, call.id<ModelId>("model")));
  return no_content();
}

Result<gateway::Rates> rates_field(const json::value& body) {
  if (auto rates = gateway::read_rates(body)) return *rates;
  return fail(Fault::invalid, "bad-virtual-key", "A rate is a whole number.",
              "/requests_per_minute");
}

Result<std::vector<ModelId>> models_field(const Call& call) {
  std::vector<ModelId> models;
  for (const auto& text : texts_of(call.body, "models")) {
    auto opened = call.room.ids().open(store::IdType::model, text);
    if (!opened) return fail(Fault::invalid, "bad-virtual-key", "No such model.", "/models");
    models.push_back(ModelId{opened->inner});
  }
  return models;
}

Result<BudgetId> budget_field(const Call& call) {
  auto opened = call.room.ids().open(store::IdType::budget, text_or(call.body, "budget", ""));
  if (opened && opened->project == call.project) return BudgetId{opened->inner};
  return fail(Fault::invalid, "bad-virtual-key", "No such budget in this project.", "/budget");
}

void write_key_members(JsonWriter& out, const Call& call, const VirtualKey& key) {
  const auto& ids = call.room.ids();
  out.field("id", ids.show(key.project, key.id)).field("name", key.terms.name);
  out.field("purpose", gateway::word(key.purpose));
  out.field("budget", ids.show(key.project, key.budget)).key("models").begin_array();
  for (ModelId model : key.terms.models) out.string(ids.show(model));
  out.end_array();
  gateway::write_rates(out, key.terms.rates);
  out.field("revoked", key.revoked).field("created_at", rfc3339(key.created_at)).key("expires_at");
  key.expires_at ? out.string(rfc3339(key.expires_at)) : out.null();
}

Result<Reply> list_virtual_keys(Call& call) {
  auto page = TRY(page_of(call));
  auto keys = TRY(call.room.db().read_as([&](Tx& tx) {
    return gateway::list_keys(tx, call.room.gateway(), call.project, VirtualKeyId{page.after},
                              page.limit);
  }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& key : keys) {
    out.begin_object();
    write_key_members(out, call, key);
    out.end_object();
  }
  out.end_array().key("next");
  bool more = static_cast<std::int64_t>(keys.size()) == page.limit;
  more ? out.string(next_cursor(call, keys.back().id.value)) : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

Result<Reply> make_key(Call& call) {
  NewKey wanted;
  auto purpose = gateway::purpose_of(text_or(call.body, "purpose", ""));
  if (!purpose) {
    return fail(Fault::invalid, "bad-virtual-key", "purpose is dialogue, judge or drafting.",
                "/purpose");
  }
  wanted.purpose = *purpose;
  wanted.budget = TRY(budget_field(call));
  wanted.expires_at = time_if(call.body, "expires_at").value_or(0);
  wanted.terms = {
    text_or(call.body, "name", ""),
    TRY(models_field(call)),
    TRY(rates_field(call.body))
  };
  auto made = TRY(gateway::create_key(call.room.gateway(), call.who.member, call.project, wanted));
  JsonWriter out;
  out.begin_object().field("secret", made.secret.expose()).key("key").begin_object();
  write_key_members(out, call, made.key);
  out.end_object().end_object();
  return json_reply(201, out.take());
}

Result<Reply> patch_key(Call& call) {
  KeyChange change;
  change.name = text_if(call.body, "name");
  if (find_string(call.body, "budget")) change.budget = TRY(budget_field(call));
  if (find_array(call.body, "models")) change.models = TRY(models_field(call));
  if (find(call.body, "requests_per_minute") || find(call.body, "tokens_per_minute")) {
    change.rates = TRY(rates_field(call.body));
  }
  auto key = TRY(gateway::change_key(call.room.gateway(), call.who.member, call.project,
                                     call.id<VirtualKeyId>("virtual_key"), change));
  JsonWriter out;
  out.begin_object();
  write_key_members(out, call, key);
  out.end_object();
  return json_reply(200, out.take());
}

Result<Reply> end_key(Call& call) {
  TRY(gateway::revoke_key(call.room.gateway(), call.who.member, call.project,
                          call.id<VirtualKeyId>("virtual_key")));
  return no_content();
}

}  // namespace

void add_model_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::auditor).in(Scope::room);
  constexpr auto manage = allow(kStaff).writing().in(Scope::room);
  constexpr auto read_project = allow(kStaff | Role::auditor).in(Scope::project);
  constexpr auto manage_project = allow(kStaff).writing().in(Scope::project);
  routes.push_back(
      {Method::get, "/models", read, list_all_models, "The room's models, by name", "ModelList"});
  routes.push_back({Method::post, "/models", manage, add_model, "Name a model and its targets",
                    "Model", 201, BodyKind::json, kModel});
  routes.push_back({Method::get, "/models/{model}", read, one_model, "One model", "Model"});
  routes.push_back({Method::patch, "/models/{model}", manage, patch_model, "Change a model",
                    "Model", 200, BodyKind::json, kModelChange});
  routes.push_back({Method::del, "/models/{model}", manage, drop_model,
                    "Remove a model from the room", "", 204});
  routes.push_back({Method::get, "/projects/{project}/virtual-keys", read_project,
                    list_virtual_keys, "A project's virtual keys", "VirtualKeyList"});
  routes.push_back({Method::post, "/projects/{project}/virtual-keys", manage_project, make_key,
                    "Make a virtual key; its secret is shown once", "NewVirtualKey", 201,
                    BodyKind::json, kKey, Repeats::secret});
  routes.push_back({Method::patch, "/virtual-keys/{virtual_key}", manage_project, patch_key,
                    "Change a virtual key", "VirtualKey", 200, BodyKind::json, kKeyChange});
  routes.push_back({Method::del, "/virtual-keys/{virtual_key}", manage_project, end_key,
                    "Revoke a virtual key", "", 204});
}

}  // namespace guildhall::room
