#include <fmt/format.h>

#include "base/limits.h"
#include "room/render.h"
#include "work/template/template.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kAllRoles;
using identity::kStaff;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kCheck[] = {
    {"template", Kind::anything, true, "the name of a built-in, or a form"},
    {"samples", Kind::list, false, "data of tasks, which the form is tried on"}};

struct Blurb {
  std::string_view kind, title, description;
};
constexpr Blurb kBlurbs[] = {
    {"preference", "Compare responses",
     "Which of two or more answers to a prompt is better, and why."},
    {"rubric", "Grade with a rubric", "Check one response against weighted criteria, one by one."},
    {"demonstration", "Write the ideal answer", "The expert answers a prompt as a model should."},
    {"authoring", "Write a new task",
     "The expert writes prompt, ideal answer, rubric and sources."},
    {"steps", "Rate reasoning steps", "Each step of a solution is good, neutral or wrong."},
    {"trajectory", "Review an agent's run",
     "Verdicts on the steps of a tool-using run, and the whole."},
    {"choice", "Label with one choice", "Pick one of a list of labels."},
    {"spans", "Mark passages", "Select passages of a text and label them."},
    {"boxes", "Draw boxes on an image", "Frame what an image shows and label it."},
    {"segments", "Mark a recording", "Mark stretches of a sound or film and label them."},
    {"dialogue", "Talk with models", "A live conversation with one model, or several unnamed."},
};

Result<Reply> templates(Call&) {
  JsonWriter out;
  out.begin_array();
  for (const auto& blurb : kBlurbs) {
    auto form = TRY(work::Template::builtin(blurb.kind));
    out.begin_object().field("kind", blurb.kind).field("title", blurb.title);
    out.field("description", blurb.description).key("form").raw(form.form_json()).end_object();
  }
  out.end_array();
  return json_reply(200, out.take());
}

Result<Reply> get_template(Call& call) {
  auto project = TRY(call.room.db().read_as(
      [&](Tx& tx) { return call.room.work().projects.find(tx, call.project); }));
  auto version = TRY(number_param(call, "version", project.template_version, 1, INT64_MAX));
  auto form = TRY(call.room.db().read_as(
      [&](Tx& tx) { return call.room.work().projects.form(tx, call.project, version); }));
  JsonWriter out;
  out.begin_object().field("version", version).field("kind", form->kind());
  out.key("form").raw(call.is_staff() ? form->form_json() : form->form_json_without_secrets());
  out.key("answers_schema").raw(form->answers_schema_json()).end_object();
  return json_reply(200, out.take());
}

// What a sample's data lacks for this form, or null.
void write_sample(JsonWriter& out, const work::Template& form, const json::value& data) {
  auto fits = form.check_data(data);
  if (fits) {
    out.null();
    return;
  }
  out.begin_object().field("field", fits.error().field).field("reason", fits.error().detail);
  out.end_object();
}

Result<Reply> check(Call& call) {
  auto form = TRY(work::Template::parse(*find(call.body, "template")));
  const auto* samples = find_array(call.body, "samples");
  if (samples && samples->size() > kMaxTemplateSamples) {
    return fail(Fault::invalid, "invalid-data",
                fmt::format("At most {} samples are tried at once.", kMaxTemplateSamples),
                "/samples");
  }
  JsonWriter out;
  out.begin_object().key("form").raw(form.form_json());
  out.key("answers_schema").raw(form.answers_schema_json()).key("samples").begin_array();
  if (samples) {
    for (const auto& data : *samples) write_sample(out, form, data);
  }
  out.end_array().end_object();
  return json_reply(200, out.take());
}

}  // namespace

void add_template_routes(Routes& routes) {
  routes.push_back({Method::get, "/templates", allow(kAllRoles).in(Scope::own), templates,
                    "The built-in templates", "TemplateList"});
  routes.push_back({Method::post, "/templates/check", allow(kStaff).in(Scope::room), check,
                    "Does a form work, and do these data fit it", "TemplateCheck", 200,
                    BodyKind::json, kCheck, Repeats::harmless});
  routes.push_back({Method::get, "/projects/{project}/template",
                    allow(kAllRoles).in(Scope::project), get_template,
                    "The form and its JSON Schema", "Template"});
}

}  // namespace guildhall::room
