#include "room/schemas.h"

namespace guildhall::room {
namespace {

constexpr NamedSchema kStudySchemas[] = {
    {"QualityRanking",
     R"({"type":"object","properties":{"question":{"type":"string"},"computed_at":{"anyOf":[{)"
     R"("type":"string","format":"date-time"},{"type":"null"}]},"reading":{"type":"object",)"
     R"("properties":{"done":{"type":"boolean"},"tasks":{"type":"integer"},"read":{"type":)"
     R"("integer"}},"required":["done","tasks","read"]},"method":{"type":"string","enum":[)"
     R"("bradley-terry","bradley-terry-davidson"]},"error":{"type":"string","enum":["sandwich")"
     R"(,"sandwich-by-person"]},"separated":{"type":"boolean"},"converged":{"type":"boolean"},)"
     R"("groups":{"type":"integer"},"judgments":{"type":"integer"},"comparisons":{"type":)"
     R"("integer"},"both_bad":{"type":"integer"},"unnamed":{"type":"integer"},"models":{"type")"
     R"(:"array","items":{"type":"object","properties":{"model":{"type":"string"},"rank":{)"
     R"("type":"integer"},"group":{"type":"integer"},"wins":{"type":"integer"},"ties":{"type":)"
     R"("integer"},"losses":{"type":"integer"},"strength":{"$ref":)"
     R"("#/components/schemas/QualityInterval"},"win_rate":{"$ref":)"
     R"("#/components/schemas/QualityInterval"}},"required":["model","rank","group","wins",)"
     R"("ties","losses","strength","win_rate"]}}},"required":["question","computed_at",)"
     R"("reading","method","error","separated","converged","groups","judgments","comparisons",)"
     R"("both_bad","unnamed","models"]})"},
    {"QualityCost",
     R"({"type":"object","properties":{"question":{"type":"string"},"computed_at":{"anyOf":[{)"
     R"("type":"string","format":"date-time"},{"type":"null"}]},"method":{"type":"string",)"
     R"("enum":["replay"]},"tasks":{"type":"integer"},"judgments":{"type":"integer"},"single":)"
     R"({"type":"integer"},"check":{"type":"integer"},"sampled":{"type":"boolean"},"pay":{)"
     R"("anyOf":[{"type":"object","properties":{"minor":{"type":"number"},"currency":{"type":)"
     R"("string"},"per":{"type":"string","enum":["task","hour"]}},"required":["minor",)"
     R"("currency","per"]},{"type":"null"}]},"points":{"type":"array","items":{"type":"object")"
     R"(,"properties":{"judgments":{"type":"integer"},"same":{"type":"object","properties":{)"
     R"("judgments":{"type":"number"},"right":{"type":"number"}},"required":["judgments",)"
     R"("right"]},"adaptive":{"type":"object","properties":{"judgments":{"type":"number"},)"
     R"("right":{"type":"number"}},"required":["judgments","right"]}},"required":["judgments",)"
     R"("same","adaptive"]}}},"required":["question","computed_at","method","tasks",)"
     R"("judgments","single","check","sampled","pay","points"]})"},
};

}  // namespace

std::span<const NamedSchema> study_schemas() { return kStudySchemas; }

}  // namespace guildhall::room
