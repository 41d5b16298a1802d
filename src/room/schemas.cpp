#include "room/schemas.h"

#include "base/json.h"

namespace guildhall::room {
namespace {

struct Schema {
  std::string_view name;
  std::string_view json;
};

// Long ones are wrapped between members: adjacent literals are one text.
constexpr Schema kSchemas[] = {
    {"Problem",
     R"({"type":"object","properties":{"type":{"type":"string"},"title":{"type":"string"},)"
     R"("status":{"type":"integer"},"detail":{"type":"string"},"field":{"type":"string"},)"
     R"("request_id":{"type":"string"},"draft_kept":{"type":"boolean"},"draft":{)"
     R"("type":"object"}},"required":["type","title","status","detail"]})"},
    {"Health",
     R"({"type":"object","properties":{"status":{"type":"string"},"room":{"type":"string"},)"
     R"("store":{"type":"string"}},"required":["status","room","store"]})"},
    {"TemplateList",
     R"({"type":"array","items":{"type":"object","properties":{"kind":{"type":"string"},)"
     R"("title":{"type":"string"},"description":{"type":"string"},"form":{"type":"object"}},)"
     R"("required":["kind","title","description","form"]}})"},
    {"Member",
     R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
     R"("email":{"type":"string"},"role":{"type":"string","enum":["owner","manager",)"
     R"("reviewer","expert","auditor"]},"everywhere":{"type":"boolean"},"state":{)"
     R"("type":"string","enum":["invited","active","removed"]},"vendor":{"type":"string"},)"
     R"("created_at":{"type":"string","format":"date-time"}},"required":["id","name",)"
     R"("email","role","everywhere","state","vendor","created_at"]})"},
    {"MemberList", R"({"type":"object","properties":{"items":{"type":"array","items":{)"
                   R"("$ref":"#/components/schemas/Member"}},"next":{"anyOf":[{"type":"string"},{)"
                   R"("type":"null"}]}},"required":["items","next"]})"},
    {"Me", R"({"type":"object","properties":{"member":{"$ref":"#/components/schemas/Member"},)"
           R"("room":{"type":"object","properties":{"title":{"type":"string"},"insecure_demo":{)"
           R"("type":"boolean"},"locked":{"type":"boolean"}},"required":["title","insecure_demo",)"
           R"("locked"]}},"required":["member","room"]})"},
    {"JournalKey",
     R"({"type":"object","properties":{"id":{"type":"string"},"key":{"type":"string"}},)"
     R"("required":["id","key"]})"},
    {"Invite",
     R"({"type":"object","properties":{"role":{"type":"string"},"name":{"type":"string"},)"
     R"("email":{"type":"string"},"needs_password":{"type":"boolean"},"room":{)"
     R"("type":"object","properties":{"title":{"type":"string"}},"required":["title"]}},)"
     R"("required":["role","name","email","needs_password","room"]})"},
    {"Invited", R"({"type":"object","properties":{"member":{"$ref":"#/components/schemas/Member"},)"
                R"("link":{"type":"string"}},"required":["member","link"]})"},
    {"Link", R"({"type":"object","properties":{"link":{"type":"string"}},"required":["link"]})"},
    {"TokenList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"id":{"type":"string"},"name":{"type":"string"},"created_at":{)"
     R"("type":"string","format":"date-time"},"expires_at":{"anyOf":[{"type":"string",)"
     R"("format":"date-time"},{"type":"null"}]},"seen_at":{"anyOf":[{"type":"string",)"
     R"("format":"date-time"},{"type":"null"}]}},"required":["id","name","created_at",)"
     R"("expires_at","seen_at"]}},"next":{"anyOf":[{"type":"string"},{"type":"null"}]}},)"
     R"("required":["items","next"]})"},
    {"NewToken",
     R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
     R"("token":{"type":"string"}},"required":["id","name","token"]})"},
    {"ProjectMemberList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"member":{"$ref":"#/components/schemas/Member"},"quota":{)"
     R"("type":"integer"},"groups":{"type":"array","items":{"type":"string"}},"submitted":{)"
     R"("type":"integer"},"accepted":{"type":"integer"},"returned":{"type":"integer"},)"
     R"("rejected":{"type":"integer"},"open":{"type":"integer"},"gold_seen":{)"
     R"("type":"integer"},"gold_right":{"type":"integer"},"active_ms":{"type":"integer"}},)"
     R"("required":["member","quota","groups","submitted","accepted","returned","rejected",)"
     R"("open","gold_seen","gold_right","active_ms"]}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"Group", R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
              R"("members":{"type":"array","items":{"type":"string"}}},"required":["id","name",)"
              R"("members"]})"},
    {"GroupList", R"({"type":"object","properties":{"items":{"type":"array","items":{)"
                  R"("$ref":"#/components/schemas/Group"}},"next":{"anyOf":[{"type":"string"},{)"
                  R"("type":"null"}]}},"required":["items","next"]})"},
    {"Project",
     R"({"type":"object","properties":{"id":{"type":"string"},"title":{"type":"string"},)"
     R"("state":{"type":"string","enum":["draft","open","paused","closed"]},"template":{)"
     R"("type":"object","properties":{"kind":{"type":"string"},"version":{)"
     R"("type":"integer"}},"required":["kind","version"]},"guidelines_version":{)"
     R"("type":"integer"},"guidelines_seen":{"type":"integer"},"guidelines_must":{)"
     R"("type":"integer"},"settings_version":{"type":"integer"},"settings":{)"
     R"("type":"object"},"created_at":{"type":"string","format":"date-time"},"role":{)"
     R"("type":"string"}},"required":["id","title","state","template","guidelines_version",)"
     R"("guidelines_seen","guidelines_must","settings_version","settings","created_at",)"
     R"("role"]})"},
    {"ProjectList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/Project"}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"Guidelines", R"({"type":"object","properties":{"version":{"type":"integer"},"markdown":{)"
                   R"("type":"string"},"note":{"type":"string"},"must_read":{"type":"boolean"},)"
                   R"("created_at":{"type":"string","format":"date-time"}},"required":["version",)"
                   R"("markdown","note","must_read","created_at"]})"},
    {"GuidelinesList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"version":{"type":"integer"},"note":{"type":"string"},"must_read":{)"
     R"("type":"boolean"},"created_at":{"type":"string","format":"date-time"}},)"
     R"("required":["version","note","must_read","created_at"]}},)"
     R"("next":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["items","next"]})"},
    {"GuidelinesDiff",
     R"({"type":"object","properties":{"from":{"type":"integer"},"to":{"type":"integer"},)"
     R"("lines":{"type":"array","items":{"type":"object","properties":{"op":{)"
     R"("type":"string","enum":["=","-","+"]},"text":{"type":"string"}},"required":["op",)"
     R"("text"]}}},"required":["from","to","lines"]})"},
    {"Template", R"({"type":"object","properties":{"version":{"type":"integer"},"kind":{)"
                 R"("type":"string"},"form":{"type":"object"},"answers_schema":{"type":"object"}},)"
                 R"("required":["version","kind","form","answers_schema"]})"},
    {"TemplateCheck",
     R"({"type":"object","properties":{"form":{"type":"object"},"answers_schema":{)"
     R"("type":"object"},"samples":{"type":"array","items":{"anyOf":[{"type":"null"},{)"
     R"("type":"object","properties":{"field":{"type":"string"},"reason":{"type":"string"}},)"
     R"("required":["field","reason"]}]}}},"required":["form","answers_schema","samples"]})"},
    {"Progress",
     R"({"type":"object","properties":{"state":{"type":"string"},"tasks":{"type":"object",)"
     R"("properties":{"total":{"type":"integer"},"open":{"type":"integer"},"done":{)"
     R"("type":"integer"},"cancelled":{"type":"integer"},"gold":{"type":"integer"}},)"
     R"("required":["total","open","done","cancelled","gold"]},"submissions":{)"
     R"("type":"object","properties":{"wanted":{"type":"integer"},"submitted":{)"
     R"("type":"integer"},"in_review":{"type":"integer"},"accepted":{"type":"integer"},)"
     R"("returned":{"type":"integer"},"rejected":{"type":"integer"}},"required":["wanted",)"
     R"("submitted","in_review","accepted","returned","rejected"]},"reviews":{)"
     R"("type":"object","properties":{"open":{"type":"integer"},"done":{"type":"integer"}},)"
     R"("required":["open","done"]},"adjudications":{"type":"object","properties":{"open":{)"
     R"("type":"integer"},"done":{"type":"integer"}},"required":["open","done"]},"leased":{)"
     R"("type":"integer"},"active_ms":{"type":"integer"},"updated_at":{"type":"string",)"
     R"("format":"date-time"}},"required":["state","tasks","submissions","reviews",)"
     R"("adjudications","leased","active_ms","updated_at"]})"},
    {"ImportReport",
     R"({"type":"object","properties":{"imported":{"type":"integer"},"duplicate":{)"
     R"("type":"integer"},"rejected":{"type":"integer"},"errors":{"type":"array","items":{)"
     R"("type":"object","properties":{"line":{"type":"integer"},"type":{"type":"string"},)"
     R"("reason":{"type":"string"},"field":{"type":"string"}},"required":["line","reason",)"
     R"("field"]}}},"required":["imported","duplicate","rejected","errors"]})"},
    {"Task",
     R"({"type":"object","properties":{"id":{"type":"string"},"kind":{"type":"string",)"
     R"("enum":["work","gold","review","adjudication"]},"key":{"type":"string"},"batch":{)"
     R"("type":"string"},"priority":{"type":"integer"},"state":{"type":"string","enum":[)"
     R"("open","done","cancelled"]},"version":{"type":"integer"},"overlap":{)"
     R"("type":"integer"},"leased":{"type":"integer"},"submitted":{"type":"integer"},)"
     R"("accepted":{"type":"integer"},"created_at":{"type":"string","format":"date-time"},)"
     R"("data":{"type":"object"}},"required":["id","kind","key","batch","priority","state",)"
     R"("version","overlap","leased","submitted","accepted","created_at"]})"},
    {"TaskList", R"({"type":"object","properties":{"items":{"type":"array","items":{)"
                 R"("$ref":"#/components/schemas/Task"}},"next":{"anyOf":[{"type":"string"},{)"
                 R"("type":"null"}]}},"required":["items","next"]})"},
    {"TaskDetail",
     R"({"type":"object","properties":{"id":{"type":"string"},"kind":{"type":"string",)"
     R"("enum":["work","gold","review","adjudication"]},"key":{"type":"string"},"batch":{)"
     R"("type":"string"},"priority":{"type":"integer"},"state":{"type":"string","enum":[)"
     R"("open","done","cancelled"]},"version":{"type":"integer"},"overlap":{)"
     R"("type":"integer"},"leased":{"type":"integer"},"submitted":{"type":"integer"},)"
     R"("accepted":{"type":"integer"},"created_at":{"type":"string","format":"date-time"},)"
     R"("data":{"type":"object"},"gold":{"type":"object"},"suggestions":{"type":"array",)"
     R"("items":{"type":"object"}},"earlier":{"type":"array","items":{"type":"object"}},)"
     R"("submissions":{"type":"array","items":{"$ref":"#/components/schemas/Submission"}}},)"
     R"("required":["id","kind","key","batch","priority","state","version","overlap",)"
     R"("leased","submitted","accepted","created_at","data","submissions"]})"},
    {"Batch", R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
              R"("priority":{"type":"integer"},"state":{"type":"string","enum":["open","paused"]},)"
              R"("audience":{},"quota":{"type":"integer"},"tasks":{"type":"integer"},"open":{)"
              R"("type":"integer"}},"required":["id","name","priority","state","audience","quota",)"
              R"("tasks","open"]})"},
    {"BatchList", R"({"type":"object","properties":{"items":{"type":"array","items":{)"
                  R"("$ref":"#/components/schemas/Batch"}},"next":{"anyOf":[{"type":"string"},{)"
                  R"("type":"null"}]}},"required":["items","next"]})"},
    {"Assignment",
     R"({"type":"object","properties":{"id":{"type":"string"},"kind":{"type":"string",)"
     R"("enum":["work","review","adjudication"]},"state":{"type":"string"},"project":{)"
     R"("type":"object","properties":{"id":{"type":"string"},"title":{"type":"string"}},)"
     R"("required":["id","title"]},"task":{"type":"object","properties":{"id":{)"
     R"("type":"string"},"data":{"type":"object"}},"required":["id"]},"guidelines_version":{)"
     R"("type":"integer"},"template_version":{"type":"integer"},"lease":{"type":"object",)"
     R"("properties":{"token":{"type":"string"},"expires_at":{"type":"string",)"
     R"("format":"date-time"}},"required":["token","expires_at"]},"presentation":{)"
     R"("type":"object","properties":{"order":{"type":"array","items":{"type":"integer"}}},)"
     R"("required":["order"]},"draft":{"anyOf":[{"type":"object","properties":{"revision":{)"
     R"("type":"integer"},"answers":{"type":"object"}},"required":["revision","answers"]},{)"
     R"("type":"null"}]},"suggestions":{"type":"array","items":{"type":"object"}},)"
     R"("reviews":{"type":"array","items":{"type":"object"}},"answers":{"type":"object"},)"
     R"("submission":{"type":"string"},"review":{"type":"object"},"adjudication":{)"
     R"("type":"object"}},"required":["id","kind","state","project","task",)"
     R"("guidelines_version","template_version","lease"]})"},
    {"AssignmentList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/Assignment"}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"Lease",
     R"({"type":"object","properties":{"lease":{"type":"object","properties":{"token":{)"
     R"("type":"string"},"expires_at":{"type":"string","format":"date-time"}},"required":[)"
     R"("token","expires_at"]}},"required":["lease"]})"},
    {"DraftKept", R"({"type":"object","properties":{"revision":{"type":"integer"}},"required":[)"
                  R"("revision"]})"},
    {"Submission",
     R"({"type":"object","properties":{"id":{"type":"string"},"task":{"type":"string"},)"
     R"("assignment":{"type":"string"},"member":{"type":"string"},"vendor":{)"
     R"("type":"string"},"state":{"type":"string","enum":["submitted","in_review",)"
     R"("accepted","fixed","returned","rejected"]},"revision":{"type":"integer"},)"
     R"("submitted_at":{"type":"string","format":"date-time"},"active_ms":{)"
     R"("type":"integer"},"guidelines_version":{"type":"integer"},"template_version":{)"
     R"("type":"integer"},"score":{"type":"number"},"answers":{"type":"object"},"gold":{)"
     R"("type":"object"}},"required":["id","task","assignment","member","vendor","state",)"
     R"("revision","submitted_at","active_ms","guidelines_version","template_version"]})"},
    {"SubmissionList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/Submission"}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"SubmissionDetail",
     R"({"type":"object","properties":{"id":{"type":"string"},"task":{"type":"string"},)"
     R"("assignment":{"type":"string"},"member":{"type":"string"},"vendor":{)"
     R"("type":"string"},"state":{"type":"string","enum":["submitted","in_review",)"
     R"("accepted","fixed","returned","rejected"]},"revision":{"type":"integer"},)"
     R"("submitted_at":{"type":"string","format":"date-time"},"active_ms":{)"
     R"("type":"integer"},"guidelines_version":{"type":"integer"},"template_version":{)"
     R"("type":"integer"},"score":{"type":"number"},"answers":{"type":"object"},"gold":{)"
     R"("type":"object"},"reviews":{"type":"array","items":{"type":"object"}},"revisions":{)"
     R"("type":"array","items":{"type":"object"}}},"required":["id","task","assignment",)"
     R"("member","vendor","state","revision","submitted_at","active_ms",)"
     R"("guidelines_version","template_version","answers","reviews","revisions"]})"},
    {"Judged", R"({"type":"object","properties":{"review":{"type":"string"},"submission":{)"
               R"("$ref":"#/components/schemas/Submission"}},"required":["review","submission"]})"},
    {"BulkVerdict",
     R"({"type":"object","properties":{"accepted":{"type":"integer"},"refused":{)"
     R"("type":"array","items":{"type":"object","properties":{"submission":{)"
     R"("type":"string"},"type":{"type":"string"},"detail":{"type":"string"}},"required":[)"
     R"("submission","type","detail"]}}},"required":["accepted","refused"]})"},
    {"ActivityIds",
     R"({"type":"object","properties":{"ids":{"type":"array","items":{"type":"string"}}},)"
     R"("required":["ids"]})"},
    {"ActivityList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"id":{"type":"string"},"member":{"type":"string"},"vendor":{)"
     R"("type":"string"},"class":{"type":"string"},"source":{"type":"string"},"started_at":{)"
     R"("type":"string","format":"date-time"},"ended_at":{"type":"string",)"
     R"("format":"date-time"},"assignment":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
     R"("replaces":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["id","member",)"
     R"("vendor","class","source","started_at","ended_at","assignment","replaces"]}},)"
     R"("next":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["items","next"]})"},
    {"Note",
     R"({"type":"object","properties":{"id":{"type":"string"},"kind":{"type":"string",)"
     R"("enum":["flag","question"]},"state":{"type":"string","enum":["open","resolved"]},)"
     R"("task":{"type":"string"},"assignment":{"type":"string"},"member":{"type":"string"},)"
     R"("text":{"type":"string"},"created_at":{"type":"string","format":"date-time"},)"
     R"("replies":{"type":"array","items":{"type":"object","properties":{"member":{)"
     R"("type":"string"},"text":{"type":"string"},"created_at":{"type":"string",)"
     R"("format":"date-time"}},"required":["member","text","created_at"]}}},"required":["id",)"
     R"("kind","state","task","assignment","member","text","created_at","replies"]})"},
    {"NoteList", R"({"type":"object","properties":{"items":{"type":"array","items":{)"
                 R"("$ref":"#/components/schemas/Note"}},"next":{"anyOf":[{"type":"string"},{)"
                 R"("type":"null"}]}},"required":["items","next"]})"},
    {"VerdictCounts",
     R"({"type":"object","properties":{"accept":{"type":"integer"},"fix":{)"
     R"("type":"integer"},"return":{"type":"integer"},"reject":{"type":"integer"}},)"
     R"("required":["accept","fix","return","reject"]})"},
    {"SecondLook",
     R"({"type":"object","properties":{"submission":{"type":"object","properties":{)"
     R"("id":{"type":"string"},"revision":{"type":"integer"},"answers":{)"
     R"("type":"object"},"member":{"type":"string"},"template_version":{)"
     R"("type":"integer"},"guidelines_version":{"type":"integer"}},"required":["id",)"
     R"("revision","answers","member","template_version","guidelines_version"]},"task":{)"
     R"("type":"object","properties":{"id":{"type":"string"},"data":{"type":"object"}},)"
     R"("required":["id","data"]}},"required":["submission","task"]})"},
    {"SecondLookGiven",
     R"({"type":"object","properties":{"mine":{"type":"object","properties":{"verdict":{)"
     R"("type":"string","enum":["accept","fix","return","reject"]},"reason":{)"
     R"("type":"string"}},"required":["verdict","reason"]},"first":{"type":"object",)"
     R"("properties":{"verdict":{"type":"string","enum":["accept","fix","return",)"
     R"("reject"]},"reason":{"type":"string"},"note":{"type":"string"},"reviewer":{)"
     R"("type":"string"}},"required":["verdict","reason","note","reviewer"]}},)"
     R"("required":["mine","first"]})"},
    {"Calibration",
     R"({"type":"object","properties":{"mine":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"},"others":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"},"second_looks":{"type":"object",)"
     R"("properties":{"count":{"type":"integer"},"same":{"type":"integer"},"matrix":{)"
     R"("type":"object","properties":{"accept":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"},"fix":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"},"return":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"},"reject":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"}},"required":["accept","fix",)"
     R"("return","reject"]}},"required":["count","same","matrix"]},"recent":{)"
     R"("type":"array","items":{"type":"object","properties":{"submission":{)"
     R"("type":"string"},"mine":{"type":"string","enum":["accept","fix","return",)"
     R"("reject"]},"first":{"type":"string","enum":["accept","fix","return","reject"]},)"
     R"("at":{"type":"string","format":"date-time"}},"required":["submission","mine",)"
     R"("first","at"]}}},"required":["mine","others","second_looks","recent"]})"},
    {"DeedList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"at":{"type":"string","format":"date-time"},"actor":{"anyOf":[{)"
     R"("type":"string"},{"type":"null"}]},"verb":{"type":"string"},"object":{"anyOf":[{)"
     R"("type":"object","properties":{"type":{"type":"string"},"id":{"type":"string"}},)"
     R"("required":["type","id"]},{"type":"null"}]},"detail":{"anyOf":[{)"
     R"("type":"string"},{"type":"integer"},{"type":"null"}]}},"required":["at","actor",)"
     R"("verb","object","detail"]}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"Days",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"day":{"type":"string","format":"date"},"submitted":{)"
     R"("type":"integer"},"accepted":{"type":"integer"},"returned":{"type":"integer"},)"
     R"("rejected":{"type":"integer"},"active_ms":{"type":"integer"}},"required":["day",)"
     R"("submitted","accepted","returned","rejected","active_ms"]}}},"required":["items"]})"},
    {"Today",
     R"({"type":"object","properties":{"since":{"type":"string","format":"date-time"},)"
     R"("submitted":{"type":"integer"},"active_ms":{"type":"integer"},"other_ms":{)"
     R"("type":"integer"},"earned_minor":{"type":"integer"},"currency":{"type":"string"}},)"
     R"("required":["since","submitted","active_ms","other_ms","earned_minor","currency"]})"},
    {"Delivery",
     R"({"type":"object","properties":{"id":{"type":"string"},"format":{"type":"string"},)"
     R"("filter":{"type":"object"},"note":{"type":"string"},"state":{"type":"string",)"
     R"("enum":["building","ready","failed"]},"built":{"type":"integer"},"manifest":{)"
     R"("anyOf":[{"type":"object"},{"type":"null"}]},"created_at":{"type":"string",)"
     R"("format":"date-time"}},"required":["id","format","filter","note","state","built",)"
     R"("manifest","created_at"]})"},
    {"DeliveryList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/Delivery"}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"File", R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
             R"("media_type":{"type":"string"},"bytes":{"type":"integer"},"sha256":{)"
             R"("type":"string"}},"required":["id","name","media_type","bytes","sha256"]})"},
};

std::string join() {
  JsonWriter out;
  out.begin_object();
  for (const auto& schema : kSchemas) out.key(schema.name).raw(schema.json);
  out.end_object();
  return out.take();
}

}  // namespace

std::string_view schemas_json() {
  static const std::string joined = join();
  return joined;
}

}  // namespace guildhall::room
