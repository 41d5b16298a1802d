#include "room/schemas.h"

namespace guildhall::room {
namespace {

constexpr NamedSchema kDialogueSchemas[] = {
    {"DialogueNode",
     R"({"type":"object","properties":{"node":{"type":"string"},"parent":{"anyOf":[)"
     R"({"type":"string"},{"type":"null"}]},"kind":{"type":"string","enum":["user","reply",)"
     R"("edit"]},"slot":{"anyOf":[{"type":"string","enum":["A","B","C","D"]},)"
     R"({"type":"null"}]},"state":{"type":"string","enum":["streaming","complete",)"
     R"("incomplete","error","cancelled"]},"text":{"type":"string"},"edited_from":{"anyOf":[)"
     R"({"type":"string"},{"type":"null"}]},"at":{"type":"string","format":"date-time"},)"
     R"("finish":{"type":"string"},"why":{"type":"string"},"model":{"type":"string"},)"
     R"("parameters":{"type":"object"},"exchange":{"type":"string"}},"required":["node",)"
     R"("parent","kind","slot","state","text","edited_from","at"]})"},
    {"Dialogue",
     R"({"type":"object","properties":{"question":{"type":"string"},"slots":{"type":"array",)"
     R"("items":{"type":"object","properties":{"slot":{"type":"string","enum":["A","B","C",)"
     R"("D"]},"model":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["slot",)"
     R"("model"]}},"streaming":{"type":"boolean"},"nodes":{"type":"array","items":{)"
     R"("$ref":"#/components/schemas/DialogueNode"}}},"required":["question","slots",)"
     R"("streaming","nodes"]})"},
};

}  // namespace

std::span<const NamedSchema> dialogue_schemas() { return kDialogueSchemas; }

}  // namespace guildhall::room
