#include "room/schemas.h"

namespace guildhall::room {
namespace {

constexpr NamedSchema kStudySchemas[] = {
    {"QualityRanking",
     R"({"type":"object","properties":{"question":{"type":"string"},"computed_at":{"anyOf":[)"
     R"({"type":"string","format":"date-time"},{"type":"null"}]},"reading":{"type":"object","properties":{"done":{"type")"
     R"(:"boolean"},"tasks":{"type":"integer"},"read":{"type":"integer"}},"required":["done")"
     R"(,"tasks","read"]},"method":{"type":"string","enum":["bradley-terry","bradley-terry-d)"
     R"(avidson"]},"error":{"type":"string","enum":["sandwich","sandwich-by-person"]},"separ)"
     R"(ated":{"type":"boolean"},"converged":{"type":"boolean"},"groups":{"type":"integer"},)"
     R"("judgments":{"type":"integer"},"comparisons":{"type":"integer"},"both_bad":{"type":")"
     R"(integer"},"unnamed":{"type":"integer"},"models":{"type":"array","items":{"type":"obj)"
     R"(ect","properties":{"model":{"type":"string"},"rank":{"type":"integer"},"group":{"typ)"
     R"(e":"integer"},"wins":{"type":"integer"},"ties":{"type":"integer"},"losses":{"type":")"
     R"(integer"},"strength":{"$ref":"#/components/schemas/QualityInterval"},"win_rate":{"$r)"
     R"(ef":"#/components/schemas/QualityInterval"}},"required":["model","rank","group","win)"
     R"(s","ties","losses","strength","win_rate"]}}},"required":["question","computed_at","r)"
     R"(eading","method","error","separated","converged","groups","judgments","comparisons",)"
     R"("both_bad","unnamed","models"]})"},
    {"QualityCost",
     R"({"type":"object","properties":{"question":{"type":"string"},"computed_at":{"anyOf":[)"
     R"({"type":"string","format":"date-time"},{"type":"null"}]},"method":{"type":"string","enum":["replay"]},"tasks":{")"
     R"(type":"integer"},"judgments":{"type":"integer"},"single":{"type":"integer"},"check":)"
     R"({"type":"integer"},"sampled":{"type":"boolean"},"pay":{"anyOf":[{"type":"object","pr)"
     R"(operties":{"minor":{"type":"number"},"currency":{"type":"string"},"per":{"type":"str)"
     R"(ing","enum":["task","hour"]}},"required":["minor","currency","per"]},{"type":"null"})"
     R"(]},"points":{"type":"array","items":{"type":"object","properties":{"judgments":{"typ)"
     R"(e":"integer"},"same":{"type":"object","properties":{"judgments":{"type":"number"},"r)"
     R"(ight":{"type":"number"}},"required":["judgments","right"]},"adaptive":{"type":"objec)"
     R"(t","properties":{"judgments":{"type":"number"},"right":{"type":"number"}},"required")"
     R"(:["judgments","right"]}},"required":["judgments","same","adaptive"]}}},"required":[")"
     R"(question","computed_at","method","tasks","judgments","single","check","sampled","pay)"
     R"(","points"]})"},
};

}  // namespace

std::span<const NamedSchema> study_schemas() { return kStudySchemas; }

}  // namespace guildhall::room
