#include "room/schemas.h"

namespace guildhall::room {
namespace {

constexpr NamedSchema kModelSchemas[] = {
    {"Model", R"({"type":"object","properties":{"id":{"type":"string"},)"
              R"("version":{"type":"integer"},"created_at":{"type":"string","format":"date-time"},)"
              R"("name":{"type":"string"},"currency":{"type":"string"},)"
              R"("requests_per_minute":{"type":"integer"},"tokens_per_minute":{"type":"integer"},)"
              R"("targets":{"type":"array","items":{"type":"object",)"
              R"("properties":{"peer":{"type":"string"},"dialect":{"type":"string",)"
              R"("enum":["openai","anthropic"]},"model":{"type":"string"},)"
              R"("price":{"anyOf":[{"type":"object","properties":{"input":{"type":"integer"},)"
              R"("cached_input":{"type":"integer"},"output":{"type":"integer"}},)"
              R"("required":["input","cached_input","output"]},{"type":"null"}]},)"
              R"("default_output":{"type":"integer"},"most_output":{"type":"integer"},)"
              R"("context":{"type":"integer"}},"required":["peer","dialect","model","price",)"
              R"("default_output","most_output","context"]}}},"required":["id","version",)"
              R"("created_at","name","currency","requests_per_minute","tokens_per_minute",)"
              R"("targets"]})"},
    {"ModelList",
     R"({"type":"object","properties":{"items":{"type":"array",)"
     R"("items":{"$ref":"#/components/schemas/Model"}},"next":{"anyOf":[{"type":"string"},)"
     R"({"type":"null"}]}},"required":["items","next"]})"},
    {"VirtualKey",
     R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
     R"("purpose":{"type":"string","enum":["dialogue","judge","drafting"]},)"
     R"("budget":{"type":"string"},"models":{"type":"array","items":{"type":"string"}},)"
     R"("requests_per_minute":{"type":"integer"},"tokens_per_minute":{"type":"integer"},)"
     R"("revoked":{"type":"boolean"},"created_at":{"type":"string","format":"date-time"},)"
     R"("expires_at":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]}},)"
     R"("required":["id","name","purpose","budget","models","requests_per_minute",)"
     R"("tokens_per_minute","revoked","created_at","expires_at"]})"},
    {"VirtualKeyList",
     R"({"type":"object","properties":{"items":{"type":"array",)"
     R"("items":{"$ref":"#/components/schemas/VirtualKey"}},)"
     R"("next":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["items","next"]})"},
    {"NewVirtualKey",
     R"({"type":"object","properties":{"secret":{"type":"string"},)"
     R"("key":{"$ref":"#/components/schemas/VirtualKey"}},"required":["secret","key"]})"},
    {"Budget",
     R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},)"
     R"("currency":{"type":"string"},"period":{"type":"string","enum":["none","day",)"
     R"("month"]},"state":{"type":"string","enum":["open","paused","closed"]},)"
     R"("money":{"anyOf":[{"type":"integer"},{"type":"null"}]},)"
     R"("tokens":{"anyOf":[{"type":"integer"},{"type":"null"}]},)"
     R"("created_at":{"type":"string","format":"date-time"},)"
     R"("since":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]},)"
     R"("spent":{"type":"object","properties":{"money":{"type":"integer"},)"
     R"("tokens":{"type":"integer"}},"required":["money","tokens"]},)"
     R"("reserved":{"type":"object","properties":{"money":{"type":"integer"},)"
     R"("tokens":{"type":"integer"}},"required":["money","tokens"]},)"
     R"("lost":{"type":"object","properties":{"money":{"type":"integer"},)"
     R"("tokens":{"type":"integer"}},"required":["money","tokens"]}},"required":["id",)"
     R"("name","currency","period","state","money","tokens","created_at","since","spent",)"
     R"("reserved","lost"]})"},
    {"BudgetList",
     R"({"type":"object","properties":{"items":{"type":"array",)"
     R"("items":{"$ref":"#/components/schemas/Budget"}},)"
     R"("next":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["items","next"]})"},
    {"Released", R"({"type":"object","properties":{"released":{"type":"object",)"
                 R"("properties":{"money":{"type":"integer"},"tokens":{"type":"integer"}},)"
                 R"("required":["money","tokens"]}},"required":["released"]})"},
    {"Exchange",
     R"({"type":"object","properties":{"id":{"type":"string"},"at":{"type":"string",)"
     R"("format":"date-time"},"state":{"type":"string","enum":["complete","incomplete",)"
     R"("error","cancelled","refused-upstream"]},"purpose":{"type":"string",)"
     R"("enum":["dialogue","judge","drafting"]},"key":{"type":"string"},)"
     R"("budget":{"type":"string"},"model":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
     R"("member":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
     R"("first_ms":{"anyOf":[{"type":"integer"},{"type":"null"}]},)"
     R"("whole_ms":{"type":"integer"},"input_tokens":{"type":"integer"},)"
     R"("cached_tokens":{"type":"integer"},"output_tokens":{"type":"integer"},)"
     R"("measured":{"type":"boolean"},"cost":{"type":"integer"},)"
     R"("has_content":{"type":"boolean"}},"required":["id","at","state","purpose","key",)"
     R"("budget","model","member","first_ms","whole_ms","input_tokens","cached_tokens",)"
     R"("output_tokens","measured","cost","has_content"]})"},
    {"ExchangeList",
     R"({"type":"object","properties":{"items":{"type":"array",)"
     R"("items":{"$ref":"#/components/schemas/Exchange"}},)"
     R"("next":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["items","next"]})"},
    {"ExchangeContent",
     R"({"type":"object","properties":{"id":{"type":"string"},"at":{"type":"string",)"
     R"("format":"date-time"},"state":{"type":"string","enum":["complete","incomplete",)"
     R"("error","cancelled","refused-upstream"]},"purpose":{"type":"string",)"
     R"("enum":["dialogue","judge","drafting"]},"key":{"type":"string"},)"
     R"("budget":{"type":"string"},"model":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
     R"("member":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
     R"("first_ms":{"anyOf":[{"type":"integer"},{"type":"null"}]},)"
     R"("whole_ms":{"type":"integer"},"input_tokens":{"type":"integer"},)"
     R"("cached_tokens":{"type":"integer"},"output_tokens":{"type":"integer"},)"
     R"("measured":{"type":"boolean"},"cost":{"type":"integer"},)"
     R"("has_content":{"type":"boolean"},"content":{"anyOf":[{"type":"object",)"
     R"("properties":{"model":{"type":"string"},"peer":{"type":"string"},)"
     R"("target":{"type":"string"},"encoding":{"type":"string","enum":["text","base64"]},)"
     R"("request":{"type":"string"},"reply":{"type":"string"},)"
     R"("reply_cut":{"type":"boolean"}},"required":["model","peer","target","encoding",)"
     R"("request","reply","reply_cut"]},{"type":"null"}]}},"required":["id","at","state",)"
     R"("purpose","key","budget","model","member","first_ms","whole_ms","input_tokens",)"
     R"("cached_tokens","output_tokens","measured","cost","has_content","content"]})"},
    {"Webhook",
     R"({"type":"object","properties":{"id":{"type":"string"},"peer":{"type":"string"},)"
     R"("events":{"type":"array","items":{"type":"string"}},)"
     R"("state":{"type":"string","enum":["active","disabled"]},)"
     R"("created_at":{"type":"string","format":"date-time"},"told":{"type":"integer"},)"
     R"("told_at":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]},)"
     R"("tries":{"type":"integer"},)"
     R"("failing_since":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]},)"
     R"("next_try":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]},)"
     R"("last_status":{"anyOf":[{"type":"integer"},{"type":"null"}]},)"
     R"("last_error":{"anyOf":[{"type":"string"},{"type":"null"}]}},)"
     R"("required":["id","peer","events","state","created_at","told","told_at","tries",)"
     R"("failing_since","next_try","last_status","last_error"]})"},
    {"WebhookList", R"({"type":"object","properties":{"items":{"type":"array",)"
                    R"("items":{"$ref":"#/components/schemas/Webhook"}},"next":{"type":"null"}},)"
                    R"("required":["items","next"]})"},
    {"NewWebhook",
     R"({"type":"object","properties":{"secret":{"type":"string"},)"
     R"("webhook":{"$ref":"#/components/schemas/Webhook"}},"required":["secret","webhook"]})"},
    {"PeerList",
     R"({"type":"object","properties":{"sandboxed":{"type":"boolean"},"items":{"type":"array",)"
     R"("items":{"type":"object","properties":{"name":{"type":"string"},"host":{"type":"string"},)"
     R"("kind":{"type":"string","enum":["model","webhook","traces","mail"]},)"
     R"("dialect":{"type":"string","enum":["openai","anthropic"]},"state":{"type":"string",)"
     R"("enum":["idle","running","stopped"]},"starts":{"type":"integer"},)"
     R"("started_at":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]},)"
     R"("ended_at":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]},)"
     R"("stopped_by":{"anyOf":[{"type":"object","properties":{"role":{"type":"string"},)"
     R"("why":{"type":"string","enum":["refused","ended","killed","silent"]},)"
     R"("call":{"type":"string"}},)"
     R"("required":["role","why","call"]},{"type":"null"}]},"bytes_today":{"type":"integer"},)"
     R"("bytes_per_day":{"type":"integer"}},"required":["name","host","kind",)"
     R"("dialect","state","starts",)"
     R"("started_at","ended_at","stopped_by","bytes_today","bytes_per_day"]}},)"
     R"("next":{"type":"null"}},"required":["sandboxed","items","next"]})"},
    {"PeerExposure",
     R"({"type":"object","properties":{"peer":{"type":"string"},)"
     R"("from":{"type":"string","format":"date-time"},"to":{"type":"string",)"
     R"("format":"date-time"},"runs":{"type":"array","items":{"type":"object","properties":{)"
     R"("started_at":{"type":"string","format":"date-time"},)"
     R"("ended_at":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]},)"
     R"("stopped_by":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
     R"("executables":{"type":"array","items":{"type":"object","properties":{)"
     R"("role":{"type":"string"},"sha256":{"type":"string"}},"required":["role","sha256"]}},)"
     R"("exchanges":{"type":"array","items":{"type":"object","properties":{)"
     R"("id":{"type":"string"},"project":{"type":"string"},)"
     R"("at":{"type":"string","format":"date-time"},"whole_ms":{"type":"integer"},)"
     R"("state":{"type":"string"}},"required":["id","project","at","whole_ms","state"]}}},)"
     R"("required":["started_at","ended_at","stopped_by","executables","exchanges"]}},)"
     R"("more":{"type":"boolean"}},"required":["peer","from","to","runs","more"]})"},
    {"ExchangeSettings", R"({"type":"object","properties":{"keep_days":{"type":"integer"}},)"
                         R"("required":["keep_days"]})"},
};

}  // namespace

std::span<const NamedSchema> model_schemas() { return kModelSchemas; }

}  // namespace guildhall::room
