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
     R"("since":{"type":"string","format":"date-time"},"store":{"type":"string"}},)"
     R"("required":["status","room","store"]})"},
    {"RoomKeys",
     R"({"type":"object","properties":{"held_by":{"type":"string","enum":["keeper","file",)"
     R"("open-file"]},"room":{"type":"string","enum":["open","locked"]},"since":{"anyOf":[{)"
     R"("type":"string","format":"date-time"},{"type":"null"}]},"keepers":{"type":"array",)"
     R"("items":{"type":"object","properties":{"id":{"type":"string"},"contact_at":{"anyOf":[{)"
     R"("type":"string","format":"date-time"},{"type":"null"}]},"leased_until":{"anyOf":[{)"
     R"("type":"string","format":"date-time"},{"type":"null"}]},"withdrawn":{"type":"boolean"},)"
     R"("withdrawn_projects":{"type":"array","items":{"type":"string"}}},"required":["id",)"
     R"("contact_at","leased_until","withdrawn","withdrawn_projects"]}},"projects":{)"
     R"("type":"array","items":{"type":"object","properties":{"id":{"type":"string"},"leased":{)"
     R"("type":"boolean"}},"required":["id","leased"]}},"last_statement":{"anyOf":[{)"
     R"("type":"object","properties":{"kind":{"type":"string"},"at":{"type":"string",)"
     R"("format":"date-time"},"keeper":{"type":"string"},"counter":{"type":"string"},)"
     R"("whole_room":{"type":"boolean"},"project":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]},"statement":{"type":"string"},"taken":{"type":"boolean"}},)"
     R"("required":["kind","at","keeper","counter","whole_room","project","statement",)"
     R"("taken"]},{"type":"null"}]},"wish":{"anyOf":[{)"
     R"("$ref":"#/components/schemas/Wish"},{"type":"null"}]}},"required":["held_by","room",)"
     R"("since","keepers","projects","last_statement","wish"]})"},
    {"Wish",
     R"({"type":"object","properties":{"at":{"type":"string","format":"date-time"},"project":{)"
     R"("anyOf":[{"type":"string"},{"type":"null"}]},"answered":{"type":"boolean"}},)"
     R"("required":["at","project","answered"]})"},
    {"KeeperWish", R"({"type":"object","properties":{"wish":{)"
                   R"("$ref":"#/components/schemas/Wish"}},"required":["wish"]})"},
    {"TemplateList",
     R"({"type":"array","items":{"type":"object","properties":{"kind":{"type":"string"},)"
     R"("title":{"type":"string"},"description":{"type":"string"},"form":{"type":"object"}},)"
     R"("required":["kind","title","description","form"]}})"},
    {"Member",
     R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
     R"("email":{"type":"string"},"role":{"type":"string","enum":["owner","manager",)"
     R"("reviewer","expert","auditor"]},"everywhere":{"type":"boolean"},"state":{)"
     R"("type":"string","enum":["invited","active","removed"]},"vendor":{"type":"string"},)"
     R"("created_at":{"type":"string","format":"date-time"}},"required":["id","name","email",)"
     R"("role","everywhere","state","vendor","created_at"]})"},
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
     R"({"type":"object","properties":{"role":{"type":"string","enum":["owner","manager",)"
     R"("reviewer","expert","auditor"]},"name":{"type":"string"},"email":{"type":"string"},)"
     R"("needs_password":{"type":"boolean"},"room":{"type":"object","properties":{"title":{)"
     R"("type":"string"}},"required":["title"]}},"required":["role","name","email",)"
     R"("needs_password","room"]})"},
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
    {"Settings",
     R"({"type":"object","properties":{"overlap":{"type":"integer"},"lease_s":{)"
     R"("type":"integer"},"max_open":{"type":"integer"},"review_percent":{"type":"integer"},)"
     R"("gold_percent":{"type":"integer"},"quota":{"type":"integer"},"return_s":{)"
     R"("type":"integer"},"pay_minor":{"type":"integer"},"undo_s":{"type":"integer"},)"
     R"("adjudicate":{"type":"boolean"},"gold_feedback":{"type":"boolean"},)"
     R"("show_suggestions":{"type":"boolean"},"guidelines_required":{"type":"boolean"},)"
     R"("offline":{"type":"boolean"},"preload":{"type":"boolean"},"pay_currency":{)"
     R"("type":"string"},"pay_per":{"type":"string","enum":["hour","task"]}},)"
     R"("required":["overlap","lease_s","max_open","review_percent","quota","return_s",)"
     R"("pay_minor","undo_s","adjudicate","gold_feedback","show_suggestions",)"
     R"("guidelines_required","offline","preload","pay_currency","pay_per"]})"},
    {"Project",
     R"({"type":"object","properties":{"id":{"type":"string"},"title":{"type":"string"},)"
     R"("state":{"type":"string","enum":["draft","open","paused","closed"]},"template":{)"
     R"("type":"object","properties":{"kind":{"type":"string"},"version":{"type":"integer"}},)"
     R"("required":["kind","version"]},"guidelines_version":{"type":"integer"},)"
     R"("guidelines_seen":{"type":"integer"},"guidelines_must":{"type":"integer"},)"
     R"("settings_version":{"type":"integer"},"settings":{)"
     R"("$ref":"#/components/schemas/Settings"},"created_at":{"type":"string",)"
     R"("format":"date-time"},"role":{"type":"string","enum":["owner","manager","reviewer",)"
     R"("expert","auditor"]}},"required":["id","title","state","template",)"
     R"("guidelines_version","guidelines_seen","guidelines_must","settings_version",)"
     R"("settings","created_at","role"]})"},
    {"ProjectList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/Project"}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"Guidelines",
     R"({"type":"object","properties":{"version":{"type":"integer"},"markdown":{)"
     R"("type":"string"},"note":{"type":"string"},"must_read":{"type":"boolean"},)"
     R"("created_at":{"type":"string","format":"date-time"}},"required":["version","markdown",)"
     R"("note","must_read","created_at"]})"},
    {"GuidelinesList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"version":{"type":"integer"},"note":{"type":"string"},"must_read":{)"
     R"("type":"boolean"},"created_at":{"type":"string","format":"date-time"}},)"
     R"("required":["version","note","must_read","created_at"]}},"next":{"anyOf":[{)"
     R"("type":"string"},{"type":"null"}]}},"required":["items","next"]})"},
    {"GuidelinesDiff",
     R"({"type":"object","properties":{"from":{"type":"integer"},"to":{"type":"integer"},)"
     R"("lines":{"type":"array","items":{"type":"object","properties":{"op":{"type":"string",)"
     R"("enum":["=","-","+"]},"text":{"type":"string"}},"required":["op","text"]}}},)"
     R"("required":["from","to","lines"]})"},
    {"Template",
     R"({"type":"object","properties":{"version":{"type":"integer"},"kind":{"type":"string"},)"
     R"("form":{"type":"object"},"answers_schema":{"type":"object"}},"required":["version",)"
     R"("kind","form","answers_schema"]})"},
    {"TemplateCheck",
     R"({"type":"object","properties":{"form":{"type":"object"},"answers_schema":{)"
     R"("type":"object"},"samples":{"type":"array","items":{"anyOf":[{"type":"null"},{)"
     R"("type":"object","properties":{"field":{"type":"string"},"reason":{"type":"string"}},)"
     R"("required":["field","reason"]}]}}},"required":["form","answers_schema","samples"]})"},
    {"Progress",
     R"({"type":"object","properties":{"state":{"type":"string","enum":["draft","open",)"
     R"("paused","closed"]},"tasks":{"type":"object","properties":{"total":{"type":"integer"},)"
     R"("open":{"type":"integer"},"done":{"type":"integer"},"cancelled":{"type":"integer"},)"
     R"("gold":{"type":"integer"}},"required":["total","open","done","cancelled","gold"]},)"
     R"("submissions":{"type":"object","properties":{"wanted":{"type":"integer"},"submitted":{)"
     R"("type":"integer"},"in_review":{"type":"integer"},"accepted":{"type":"integer"},)"
     R"("returned":{"type":"integer"},"rejected":{"type":"integer"}},"required":["wanted",)"
     R"("submitted","in_review","accepted","returned","rejected"]},"reviews":{"type":"object",)"
     R"("properties":{"open":{"type":"integer"},"done":{"type":"integer"}},"required":["open",)"
     R"("done"]},"adjudications":{"type":"object","properties":{"open":{"type":"integer"},)"
     R"("done":{"type":"integer"}},"required":["open","done"]},"leased":{"type":"integer"},)"
     R"("active_ms":{"type":"integer"},"updated_at":{"type":"string","format":"date-time"}},)"
     R"("required":["state","tasks","submissions","reviews","adjudications","leased",)"
     R"("active_ms","updated_at"]})"},
    {"ImportReport",
     R"({"type":"object","properties":{"imported":{"type":"integer"},"duplicate":{)"
     R"("type":"integer"},"rejected":{"type":"integer"},"errors":{"type":"array","items":{)"
     R"("type":"object","properties":{"line":{"type":"integer"},"type":{"type":"string"},)"
     R"("reason":{"type":"string"},"field":{"type":"string"}},"required":["line","reason",)"
     R"("field"]}}},"required":["imported","duplicate","rejected","errors"]})"},
    {"Task",
     R"({"type":"object","properties":{"id":{"type":"string"},"kind":{"type":"string",)"
     R"("enum":["work","gold","review","adjudication"]},"key":{"type":"string"},"batch":{)"
     R"("type":"string"},"priority":{"type":"integer"},"state":{"type":"string",)"
     R"("enum":["open","done","cancelled"]},"version":{"type":"integer"},"overlap":{)"
     R"("type":"integer"},"leased":{"type":"integer"},"submitted":{"type":"integer"},)"
     R"("accepted":{"type":"integer"},"created_at":{"type":"string","format":"date-time"},)"
     R"("data":{"type":"object"}},"required":["id","kind","key","batch","priority","state",)"
     R"("version","overlap","leased","submitted","accepted","created_at"]})"},
    {"TaskList", R"({"type":"object","properties":{"items":{"type":"array","items":{)"
                 R"("$ref":"#/components/schemas/Task"}},"next":{"anyOf":[{"type":"string"},{)"
                 R"("type":"null"}]}},"required":["items","next"]})"},
    {"Suggestion", R"({"type":"object","properties":{"answers":{"type":"object"},"author":{)"
                   R"("type":"string"}},"required":["answers"]})"},
    {"Earlier", R"({"type":"object","properties":{"answers":{"type":"object"},"author":{)"
                R"("type":"string"}},"required":["answers","author"]})"},
    {"TaskDetail",
     R"({"type":"object","properties":{"id":{"type":"string"},"kind":{"type":"string",)"
     R"("enum":["work","gold","review","adjudication"]},"key":{"type":"string"},"batch":{)"
     R"("type":"string"},"priority":{"type":"integer"},"state":{"type":"string",)"
     R"("enum":["open","done","cancelled"]},"version":{"type":"integer"},"overlap":{)"
     R"("type":"integer"},"leased":{"type":"integer"},"submitted":{"type":"integer"},)"
     R"("accepted":{"type":"integer"},"created_at":{"type":"string","format":"date-time"},)"
     R"("data":{"type":"object"},"gold":{"type":"object","properties":{"answers":{)"
     R"("type":"object"},"reason":{"type":"string"}},"required":["answers"]},"suggestions":{)"
     R"("type":"array","items":{"$ref":"#/components/schemas/Suggestion"}},"earlier":{)"
     R"("type":"array","items":{"$ref":"#/components/schemas/Earlier"}},"submissions":{)"
     R"("type":"array","items":{"$ref":"#/components/schemas/Submission"}}},"required":["id",)"
     R"("kind","key","batch","priority","state","version","overlap","leased","submitted",)"
     R"("accepted","created_at","data","submissions"]})"},
    {"Batch", R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
              R"("priority":{"type":"integer"},"state":{"type":"string","enum":["open","paused"]},)"
              R"("audience":{"anyOf":[{"type":"string","enum":["everyone"]},{"type":"object",)"
              R"("properties":{"members":{"type":"array","items":{"type":"string"}},"groups":{)"
              R"("type":"array","items":{"type":"string"}}},"required":["members","groups"]}]},)"
              R"("quota":{"type":"integer"},"tasks":{"type":"integer"},"open":{"type":"integer"}},)"
              R"("required":["id","name","priority","state","audience","quota","tasks","open"]})"},
    {"BatchList", R"({"type":"object","properties":{"items":{"type":"array","items":{)"
                  R"("$ref":"#/components/schemas/Batch"}},"next":{"anyOf":[{"type":"string"},{)"
                  R"("type":"null"}]}},"required":["items","next"]})"},
    {"ReviewGiven",
     R"({"type":"object","properties":{"id":{"type":"string"},"reviewer":{"type":"string"},)"
     R"("verdict":{"type":"string","enum":["accept","fix","return","reject"]},"revision":{)"
     R"("type":"integer"},"reason":{"type":"string"},"note":{"type":"string"},"created_at":{)"
     R"("type":"string","format":"date-time"}},"required":["id","reviewer","verdict",)"
     R"("revision","reason","note","created_at"]})"},
    {"AnswersGiven",
     R"({"type":"object","properties":{"id":{"type":"string"},"revision":{"type":"integer"},)"
     R"("member":{"type":"string"},"submitted_at":{"type":"string","format":"date-time"},)"
     R"("answers":{"type":"object"}},"required":["id","revision","member","submitted_at",)"
     R"("answers"]})"},
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
     R"("type":"null"}]},"suggestions":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/Suggestion"}},"reviews":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/ReviewGiven"}},"answers":{"type":"object"},"submission":{)"
     R"("type":"string"},"review":{"type":"object","properties":{"submission":{)"
     R"("$ref":"#/components/schemas/AnswersGiven"},"previous":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/ReviewGiven"}}},"required":["submission","previous"]},)"
     R"("adjudication":{"type":"object","properties":{"submissions":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/AnswersGiven"}}},"required":["submissions"]}},)"
     R"("required":["id","kind","state","project","task","guidelines_version",)"
     R"("template_version","lease"]})"},
    {"AssignmentList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/Assignment"}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"Lease", R"({"type":"object","properties":{"lease":{"type":"object","properties":{"token":{)"
              R"("type":"string"},"expires_at":{"type":"string","format":"date-time"}},)"
              R"("required":["token","expires_at"]}},"required":["lease"]})"},
    {"DraftKept",
     R"({"type":"object","properties":{"revision":{"type":"integer"}},"required":["revision"]})"},
    {"GoldResult", R"({"type":"object","properties":{"right":{"type":"boolean"},"agreement":{)"
                   R"("type":"number"},"answers":{"type":"object"},"reason":{"type":"string"}},)"
                   R"("required":["right","agreement"]})"},
    {"Submission",
     R"({"type":"object","properties":{"id":{"type":"string"},"task":{"type":"string"},)"
     R"("assignment":{"type":"string"},"member":{"type":"string"},"vendor":{"type":"string"},)"
     R"("state":{"type":"string","enum":["submitted","in_review","accepted","fixed",)"
     R"("returned","rejected"]},"revision":{"type":"integer"},"submitted_at":{"type":"string",)"
     R"("format":"date-time"},"active_ms":{"type":"integer"},"guidelines_version":{)"
     R"("type":"integer"},"template_version":{"type":"integer"},"score":{"type":"number"},)"
     R"("answers":{"type":"object"},"gold":{"$ref":"#/components/schemas/GoldResult"}},)"
     R"("required":["id","task","assignment","member","vendor","state","revision",)"
     R"("submitted_at","active_ms","guidelines_version","template_version"]})"},
    {"SubmissionList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/Submission"}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"RevisionGiven",
     R"({"type":"object","properties":{"revision":{"type":"integer"},"author":{)"
     R"("type":"string"},"submitted_at":{"type":"string","format":"date-time"},"active_ms":{)"
     R"("type":"integer"},"answers":{"type":"object"}},"required":["revision","author",)"
     R"("submitted_at","active_ms","answers"]})"},
    {"SubmissionDetail",
     R"({"type":"object","properties":{"id":{"type":"string"},"task":{"type":"string"},)"
     R"("assignment":{"type":"string"},"member":{"type":"string"},"vendor":{"type":"string"},)"
     R"("state":{"type":"string","enum":["submitted","in_review","accepted","fixed",)"
     R"("returned","rejected"]},"revision":{"type":"integer"},"submitted_at":{"type":"string",)"
     R"("format":"date-time"},"active_ms":{"type":"integer"},"guidelines_version":{)"
     R"("type":"integer"},"template_version":{"type":"integer"},"score":{"type":"number"},)"
     R"("answers":{"type":"object"},"gold":{"$ref":"#/components/schemas/GoldResult"},)"
     R"("reviews":{"type":"array","items":{"$ref":"#/components/schemas/ReviewGiven"}},)"
     R"("revisions":{"type":"array","items":{"$ref":"#/components/schemas/RevisionGiven"}}},)"
     R"("required":["id","task","assignment","member","vendor","state","revision",)"
     R"("submitted_at","active_ms","guidelines_version","template_version","answers",)"
     R"("reviews","revisions"]})"},
    {"Judged", R"({"type":"object","properties":{"review":{"type":"string"},"submission":{)"
               R"("$ref":"#/components/schemas/Submission"}},"required":["review","submission"]})"},
    {"BulkVerdict",
     R"({"type":"object","properties":{"accepted":{"type":"integer"},"refused":{)"
     R"("type":"array","items":{"type":"object","properties":{"submission":{"type":"string"},)"
     R"("type":{"type":"string"},"detail":{"type":"string"}},"required":["submission","type",)"
     R"("detail"]}}},"required":["accepted","refused"]})"},
    {"ActivityIds",
     R"({"type":"object","properties":{"ids":{"type":"array","items":{"type":"string"}}},)"
     R"("required":["ids"]})"},
    {"ActivityList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"id":{"type":"string"},"member":{"type":"string"},"vendor":{)"
     R"("type":"string"},"class":{"type":"string","enum":["work","guidelines","training",)"
     R"("rework","review","research","waiting"]},"source":{"type":"string"},"started_at":{)"
     R"("type":"string","format":"date-time"},"ended_at":{"type":"string",)"
     R"("format":"date-time"},"assignment":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
     R"("replaces":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["id","member",)"
     R"("vendor","class","source","started_at","ended_at","assignment","replaces"]}},"next":{)"
     R"("anyOf":[{"type":"string"},{"type":"null"}]}},"required":["items","next"]})"},
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
     R"({"type":"object","properties":{"accept":{"type":"integer"},"fix":{"type":"integer"},)"
     R"("return":{"type":"integer"},"reject":{"type":"integer"}},"required":["accept","fix",)"
     R"("return","reject"]})"},
    {"SecondLook",
     R"({"type":"object","properties":{"submission":{"type":"object","properties":{"id":{)"
     R"("type":"string"},"revision":{"type":"integer"},"answers":{"type":"object"},"member":{)"
     R"("type":"string"},"template_version":{"type":"integer"},"guidelines_version":{)"
     R"("type":"integer"}},"required":["id","revision","answers","member","template_version",)"
     R"("guidelines_version"]},"task":{"type":"object","properties":{"id":{"type":"string"},)"
     R"("data":{"type":"object"}},"required":["id","data"]}},"required":["submission","task"]})"},
    {"SecondLookGiven",
     R"({"type":"object","properties":{"mine":{"type":"object","properties":{"verdict":{)"
     R"("type":"string","enum":["accept","fix","return","reject"]},"reason":{)"
     R"("type":"string"}},"required":["verdict","reason"]},"first":{"type":"object",)"
     R"("properties":{"verdict":{"type":"string","enum":["accept","fix","return","reject"]},)"
     R"("reason":{"type":"string"},"note":{"type":"string"},"reviewer":{"type":"string"}},)"
     R"("required":["verdict","reason","note","reviewer"]}},"required":["mine","first"]})"},
    {"Calibration",
     R"({"type":"object","properties":{"mine":{"$ref":"#/components/schemas/VerdictCounts"},)"
     R"("others":{"$ref":"#/components/schemas/VerdictCounts"},"second_looks":{)"
     R"("type":"object","properties":{"count":{"type":"integer"},"same":{"type":"integer"},)"
     R"("matrix":{"type":"object","properties":{"accept":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"},"fix":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"},"return":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"},"reject":{)"
     R"("$ref":"#/components/schemas/VerdictCounts"}},"required":["accept","fix","return",)"
     R"("reject"]}},"required":["count","same","matrix"]},"recent":{"type":"array","items":{)"
     R"("type":"object","properties":{"submission":{"type":"string"},"mine":{"type":"string",)"
     R"("enum":["accept","fix","return","reject"]},"first":{"type":"string","enum":["accept",)"
     R"("fix","return","reject"]},"at":{"type":"string","format":"date-time"}},)"
     R"("required":["submission","mine","first","at"]}}},"required":["mine","others",)"
     R"("second_looks","recent"]})"},
    {"DeedList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"at":{"type":"string","format":"date-time"},"actor":{"anyOf":[{)"
     R"("type":"string"},{"type":"null"}]},"verb":{"type":"string"},"object":{"anyOf":[{)"
     R"("type":"object","properties":{"type":{"type":"string"},"id":{"type":"string"}},)"
     R"("required":["type","id"]},{"type":"null"}]},"detail":{"anyOf":[{"type":"string"},{)"
     R"("type":"integer"},{"type":"null"}]}},"required":["at","actor","verb","object",)"
     R"("detail"]}},"next":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["items",)"
     R"("next"]})"},
    {"Days",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"day":{"type":"string","format":"date"},"submitted":{"type":"integer"},)"
     R"("accepted":{"type":"integer"},"returned":{"type":"integer"},"rejected":{)"
     R"("type":"integer"},"active_ms":{"type":"integer"}},"required":["day","submitted",)"
     R"("accepted","returned","rejected","active_ms"]}}},"required":["items"]})"},
    {"Today",
     R"({"type":"object","properties":{"since":{"type":"string","format":"date-time"},)"
     R"("submitted":{"type":"integer"},"active_ms":{"type":"integer"},"other_ms":{)"
     R"("type":"integer"},"earned_minor":{"type":"integer"},"currency":{"type":"string"}},)"
     R"("required":["since","submitted","active_ms","other_ms","earned_minor","currency"]})"},
    {"Manifest",
     R"({"type":"object","properties":{"records":{"type":"integer"},"tasks":{)"
     R"("type":"integer"},"submissions":{"type":"integer"},"dropped":{"type":"object",)"
     R"("additionalProperties":{"type":"integer"}},"guidelines_versions":{"type":"array",)"
     R"("items":{"type":"integer"}},"template_versions":{"type":"array","items":{)"
     R"("type":"integer"}},"sha256":{"type":"string"},"bytes":{"type":"integer"},"format":{)"
     R"("type":"string"},"created_at":{"type":"string","format":"date-time"}},)"
     R"("required":["records","tasks","submissions","dropped","guidelines_versions",)"
     R"("template_versions","sha256","bytes","format","created_at"]})"},
    {"Delivery",
     R"({"type":"object","properties":{"id":{"type":"string"},"format":{"type":"string"},)"
     R"("filter":{"type":"object","properties":{"state":{"type":"string","enum":["accepted",)"
     R"("any"]},"batch":{"type":"string"},"since":{"type":"string","format":"date-time"}},)"
     R"("required":[]},"note":{"type":"string"},"state":{"type":"string","enum":["building",)"
     R"("ready","failed"]},"built":{"type":"integer"},"manifest":{"anyOf":[{)"
     R"("$ref":"#/components/schemas/Manifest"},{"type":"null"}]},"created_at":{)"
     R"("type":"string","format":"date-time"}},"required":["id","format","filter","note",)"
     R"("state","built","manifest","created_at"]})"},
    {"DeliveryList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/Delivery"}},"next":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]}},"required":["items","next"]})"},
    {"File",
     R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
     R"("media_type":{"type":"string"},"bytes":{"type":"integer"},"sha256":{"type":"string"}},)"
     R"("required":["id","name","media_type","bytes","sha256"]})"},
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
