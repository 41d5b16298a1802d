#include "room/schemas.h"

namespace guildhall::room {
namespace {

#define GH_LIST(item)                                          \
  R"({"type":"object","properties":{"items":{"type":"array",)" \
  R"("items":{"$ref":"#/components/schemas/)" item             \
  R"("}},"next":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["items","next"]})"
#define GH_PROMPT                                                          \
  R"("template":{"type":"object","properties":{"name":{"type":"string"},)" \
  R"("version":{"type":"integer"}},"required":["name","version"]})"
constexpr NamedSchema kModelWorkSchemas[] = {
    {"PromptList",
     R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",)"
     R"("properties":{"name":{"type":"string"},"version":{"type":"integer"},)"
     R"("kind":{"type":"string","enum":["judge","draft","generate"]},"what":{"type":"string"},)"
     R"("text":{"type":"string"}},"required":["name","version","kind","what","text"]}},)"
     R"("next":{"type":"null"}},"required":["items","next"]})"},
    {"Origin",
     R"({"type":"object","properties":{"kind":{"type":"string","enum":["model","generated"]},)"
     R"("work":{"type":"string"},"model":{"type":"string"},)" GH_PROMPT
     R"(,"exchanges":{"type":"array","items":{"type":"string"}}},"required":["kind","work",)"
     R"("model","template","exchanges"]})"},
    {"ModelWork",
     R"({"type":"object","properties":{"id":{"type":"string"},"kind":{"type":"string",)"
     R"("enum":["judge","draft","generate"]},"state":{"type":"string",)"
     R"("enum":["running","waiting","done","paused"]},"reason":{"anyOf":[{"type":"string"},)"
     R"({"type":"null"}]},)" GH_PROMPT R"(,"model":{"type":"string"},"tries":{"type":"integer"},)"
     R"("share":{"type":"integer"},"brief":{"type":"string"},"seeds":{"type":"array",)"
     R"("items":{"type":"object"}},"count":{"type":"integer"},"counts":{"type":"object",)"
     R"("properties":{"asked":{"type":"integer"},"answered":{"type":"integer"},)"
     R"("left":{"type":"integer"},"made":{"type":"integer"},"cost":{"type":"integer"}},)"
     R"("required":["asked","answered","left","made","cost"]},"version":{"type":"integer"},)"
     R"("created_at":{"type":"string","format":"date-time"},"created_by":{"type":"string"}},)"
     R"("required":["id","kind","state","reason","template","model","tries","share","brief",)"
     R"("seeds","count","counts","version","created_at","created_by"]})"},
    {"ModelWorkList", GH_LIST("ModelWork")},
    {"ModelAnswer",
     R"({"type":"object","properties":{"work":{"type":"string"},"kind":{"type":"string",)"
     R"("enum":["judge","draft","generate"]},"task":{"anyOf":[{"type":"string"},)"
     R"({"type":"null"}]},"state":{"type":"string","enum":["trying","answered","left"]},)"
     R"("tries":{"type":"integer"},"reason":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
     R"("template_version":{"type":"integer"},"at":{"type":"string","format":"date-time"},)"
     R"("origin":{"$ref":"#/components/schemas/Origin"},"answers":{"anyOf":[)"
     R"({"type":"object"},{"type":"null"}]}},)"
     R"("required":["work","kind","task","state","tries","reason","template_version","at",)"
     R"("origin","answers"]})"},
    {"ModelAnswerList", GH_LIST("ModelAnswer")},
    {"Proposal",
     R"({"type":"object","properties":{"id":{"type":"string"},"state":{"type":"string",)"
     R"("enum":["proposed","accepted","refused"]},"task":{"anyOf":[{"type":"string"},)"
     R"({"type":"null"}]},"data":{"type":"object"},)"
     R"("origin":{"$ref":"#/components/schemas/Origin"},"created_at":{"type":"string",)"
     R"("format":"date-time"},"decided_at":{"anyOf":[)"
     R"({"type":"string","format":"date-time"},{"type":"null"}]},"decided_by":{"anyOf":[)"
     R"({"type":"string"},{"type":"null"}]},"edited":{"type":"boolean"}},"required":["id",)"
     R"("state","task","data","origin","created_at","decided_at","decided_by","edited"]})"},
    {"ProposalList", GH_LIST("Proposal")},
};

}  // namespace

std::span<const NamedSchema> model_work_schemas() { return kModelWorkSchemas; }

}  // namespace guildhall::room
