#include "room/schemas.h"

namespace guildhall::room {
namespace {

constexpr NamedSchema kQualitySchemas[] = {
    {"QualityInterval",
     R"({"type":"object","properties":{"mean":{"type":"number"},"lower":{"type":"number"},)"
     R"("upper":{"type":"number"}},"required":["mean","lower","upper"]})"},
    {"QualityAgreement",
     R"({"type":"object","properties":{"method":{"type":"string","enum":[)"
     R"("krippendorff-alpha-nominal","krippendorff-alpha-ordinal"]},"value":{"anyOf":[{)"
     R"("type":"number"},{"type":"null"}]},"error":{"anyOf":[{"type":"number"},{)"
     R"("type":"null"}]},"tasks":{"type":"integer"},"judgments":{"type":"integer"}},)"
     R"("required":["method","value","error","tasks","judgments"]})"},
    {"Quality",
     R"({"type":"object","properties":{"computed_at":{"anyOf":[{"type":"string",)"
     R"("format":"date-time"},{"type":"null"}]},)"
     R"("fresh":{"type":"boolean"},"reading":{"type":"object","properties":{"done":{)"
     R"("type":"boolean"},"answers":{"type":"integer"},"read":{"type":"integer"},)"
     R"("left_out":{"type":"integer"},"damaged":{"type":"integer"}},)"
     R"("required":["done","answers","read","left_out","damaged"]},)"
     R"("questions":{"type":"array","items":{"type":"object","properties":{"id":{)"
     R"("type":"string"},"parts":{"type":"boolean"},"ordered":{"type":"boolean"},"labels":{)"
     R"("type":"array","items":{"type":"string"}},"judgments":{"type":"integer"},"tasks":{)"
     R"("type":"integer"},"people":{"type":"integer"},"gold":{"type":"integer"},)"
     R"("agreement":{"$ref":"#/components/schemas/QualityAgreement"},"agreement_over_time":{)"
     R"("type":"array","items":{"type":"object","properties":{"method":{"type":"string",)"
     R"("enum":["krippendorff-alpha-nominal","krippendorff-alpha-ordinal"]},"value":{)"
     R"("anyOf":[{"type":"number"},{"type":"null"}]},"error":{"anyOf":[{"type":"number"},{)"
     R"("type":"null"}]},"tasks":{"type":"integer"},"judgments":{"type":"integer"},"from":{)"
     R"("type":"string","format":"date-time"},"to":{"type":"string","format":"date-time"}},)"
     R"("required":["method","value","error","tasks","judgments","from","to"]}},"truth":{)"
     R"("anyOf":[{"type":"object","properties":{"method":{"type":"string"},"why":{)"
     R"("type":"string"},"weights":{"type":"array","items":{"type":"object","properties":{)"
     R"("method":{"type":"string"},"weight":{"type":"number"}},"required":["method",)"
     R"("weight"]}},"sweeps":{"type":"integer"},"converged":{"type":"boolean"},"sure":{)"
     R"("type":"number"},"right":{"type":"number"}},"required":["method","why","weights",)"
     R"("sweeps","converged","sure","right"]},{"type":"null"}]},"consensus":{)"
     R"("type":"object","properties":{"gold_tasks":{"type":"integer"},"expected":{)"
     R"("type":"number"},"found":{"type":"number"},"believed":{"type":"boolean"}},)"
     R"("required":["gold_tasks","expected","found","believed"]},"best_fdr":{)"
     R"("type":"number"}},"required":["id","parts","ordered","labels","judgments","tasks",)"
     R"("people","gold","agreement","agreement_over_time","truth"]}},"alerts":{)"
     R"("type":"array","items":{"type":"object","properties":{"kind":{"type":"string",)"
     R"("enum":["agreement-falls","guidelines-version","consensus-wrong","low-skill",)"
     R"("too-fast","copying"]},"question":{"type":"string"},"member":{"anyOf":[{"type":"string"},{)"
     R"("type":"null"}]},"guidelines_version":{"anyOf":[{"type":"integer"},{)"
     R"("type":"null"}]},"value":{"type":"number"},"against":{"type":"number"},)"
     R"("others":{"type":"array","items":{"type":"string"}},"tasks":{"type":"array","items":{)"
     R"("type":"string"}}},"required":["kind","question","member","guidelines_version",)"
     R"("value","against","others","tasks"]}}},"required":[)"
     R"("computed_at","fresh","reading","questions","alerts"]})"},
    {"QualityTaskList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"task":{"type":"string"},"part":{"type":"string"},"gold":{"anyOf":[{)"
     R"("type":"string"},{"type":"null"}]},"label":{"type":"string"},"sure":{)"
     R"("type":"number"},"posterior":{"type":"array","items":{"type":"object","properties":{)"
     R"("label":{"type":"string"},"p":{"type":"number"}},"required":["label","p"]}},)"
     R"("judgments":{"type":"integer"},"votes":{"type":"array","items":{"type":"object",)"
     R"("properties":{"submission":{"type":"string"},"member":{"type":"string"},"label":{)"
     R"("type":"string"}},"required":["submission","member","label"]}}},"required":["task",)"
     R"("part","gold","label","sure","posterior","judgments","votes"]}},"next":{"anyOf":[{)"
     R"("type":"string"},{"type":"null"}]}},"required":["items","next"]})"},
    {"QualityMemberList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"member":{"type":"string"},"vendor":{"type":"string"},"rank":{)"
     R"("type":"integer"},"judgments":{"type":"integer"},"gold_seen":{"type":"integer"},)"
     R"("gold_right":{"type":"integer"},"skill":{)"
     R"("$ref":"#/components/schemas/QualityInterval"},"accuracy":{)"
     R"("$ref":"#/components/schemas/QualityInterval"},"best":{"type":"number"},)"
     R"("median_ms":{"type":"integer"},"confusion":{"type":"array","items":{"type":"array",)"
     R"("items":{"type":"number"}}}},"required":["member","vendor","rank","judgments",)"
     R"("gold_seen","gold_right","skill","accuracy","best","median_ms","confusion"]}},)"
     R"("next":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["items","next"]})"},
    {"QualityVendorList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"vendor":{"type":"string"},"people":{"type":"integer"},"judgments":{)"
     R"("type":"integer"},"skill":{"$ref":"#/components/schemas/QualityInterval"},"accuracy":{)"
     R"("$ref":"#/components/schemas/QualityInterval"},"against":{"type":"object",)"
     R"("properties":{"tasks":{"type":"integer"},"difference":{)"
     R"("$ref":"#/components/schemas/QualityInterval"},"p":{"type":"number"}},"required":[)"
     R"("tasks","difference","p"]}},"required":["vendor","people","judgments","skill",)"
     R"("accuracy","against"]}},"next":{"anyOf":[{"type":"string"},{"type":"null"}]}},)"
     R"("required":["items","next"]})"},
};

}  // namespace

std::span<const NamedSchema> quality_schemas() { return kQualitySchemas; }

}  // namespace guildhall::room
