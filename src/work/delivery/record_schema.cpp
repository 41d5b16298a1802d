#include "work/delivery/delivery.h"

namespace guildhall::work {

namespace {

constexpr std::string_view kRecordBefore = R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "title": "A guildhall record: one submission with its provenance",
  "type": "object",
  "required": ["task", "submission", "presentation", "guidelines_version", "template_version"],
  "additionalProperties": false,
  "properties": {
    "task": {
      "type": "object",
      "required": ["id", "key", "batch", "data"],
      "additionalProperties": false,
      "properties": {
        "id": {"type": "string", "minLength": 1},
        "key": {"type": ["string", "null"], "description": "The client's own name for the task"},
        "batch": {"type": ["string", "null"]},
        "data": {"type": "object", "description": "As imported, in canonical order"},
        "posterior": {
          "type": "object",
          "description": "What all judgments together say, where the delivery asks for it",
          "required": ["question", "label", "p"],
          "additionalProperties": false,
          "properties": {
            "question": {"type": "string"},
            "label": {"type": ["string", "null"], "description": "null: a question with parts"},
            "p": {"type": "number", "minimum": 0, "maximum": 1}
          }
        },
        "origin": {
          "type": "object",
          "description": "Of a task that a model made up and a person took",
          "required": ["kind", "model", "template", "exchanges", "edited", "seeds"],
          "additionalProperties": false,
          "properties": {
            "kind": {"const": "generated"},
            "model": {"type": "string"},
            "template": {"type": "object", "description": "The prompt: name and version"},
            "exchanges": {"type": "array", "items": {"type": "string"}},
            "edited": {"type": "boolean", "description": "Whoever took it changed it"},
            "seeds": {"type": "array", "description": "What it was made after"}
          }
        }
      }
    },
    "submission": {
      "type": "object",
      "required": ["id", "revision", "member", "vendor", "submitted_at", "active_ms", "answers"],
      "additionalProperties": false,
      "properties": {
        "id": {"type": "string", "minLength": 1},
        "revision": {"type": "integer", "minimum": 1},
        "member": {"type": "string", "description": "Pseudonym, the same throughout the room"},
        "vendor": {"type": ["string", "null"]},
        "submitted_at": {"type": "string", "format": "date-time"},
        "active_ms": {"type": "integer", "minimum": 0},
        "answers": {"type": "object", "description": "Valid against the template's answer schema"},
        "state": {"type": "string", "description": "Present where it is not accepted",
                  "enum": ["submitted", "in_review", "fixed", "returned", "rejected"]},
        "adjudicated": {"const": true, "description": "The final answer where several differed"},
        "origin": {
          "type": "object",
          "description": "Present where a model answered, not a person",
          "required": ["kind", "model", "template", "exchanges"],
          "additionalProperties": false,
          "properties": {
            "kind": {"const": "model"},
            "model": {"type": "string"},
            "template": {"type": "object", "description": "The prompt: name and version"},
            "exchanges": {"type": "array", "items": {"type": "string"}}
          }
        },
        "drafts": {
          "type": "array",
          "description": "Present where this person was shown what models had drafted",
          "items": {"type": "object"}
        },
        "dialogue": )json";

constexpr std::string_view kRecordDialogue = R"json({
  "type": "object",
  "description": "The conversation that the answers speak of, all its branches",
  "required": ["question", "models", "nodes"],
  "additionalProperties": false,
  "properties": {
    "question": {"type": "string", "description": "Whose answer tells a path of it"},
    "system": {"type": "string"},
    "models": {"type": "array", "items": {"type": "string"}, "description": "A, B, …"},
    "nodes": {
      "type": "array",
      "items": {
        "type": "object",
        "required": ["node", "parent", "kind", "state", "at", "text"],
        "additionalProperties": false,
        "properties": {
          "node": {"type": "string"},
          "parent": {"type": ["string", "null"]},
          "kind": {"enum": ["user", "reply", "edit"]},
          "state": {"enum": ["complete", "incomplete", "error", "cancelled", "streaming"]},
          "at": {"type": "string", "format": "date-time"},
          "text": {"type": "string"},
          "slot": {"type": "string", "description": "By which letter it was shown"},
          "edited_from": {"type": "string"},
          "model": {"type": "string"},
          "parameters": {"type": "object"},
          "finish": {"type": "string"},
          "exchange": {"type": "string", "description": "The recorded request and reply"}
        }
      }
    }
  }
})json";

constexpr std::string_view kRecordAfter = R"json(
      }
    },
    "presentation": {"type": ["object", "null"], "description": "How the task was shown"},
    "guidelines_version": {"type": "integer", "minimum": 0},
    "template_version": {"type": "integer", "minimum": 0},
    "review": {
      "type": "object",
      "required": ["verdict", "reason", "reviewer", "at"],
      "additionalProperties": false,
      "properties": {
        "verdict": {"enum": ["accept", "fix", "return", "reject"]},
        "reason": {"type": ["string", "null"]},
        "reviewer": {"type": "string", "description": "Pseudonym"},
        "at": {"type": "string", "format": "date-time"}
      }
    },
    "gold": {"type": "object", "description": "The right answers, where the task has them"}
  }
}
)json";

}  // namespace

std::string_view record_schema_json() {
  static const std::string whole =
      std::string(kRecordBefore) + std::string(kRecordDialogue) + std::string(kRecordAfter);
  return whole;
}

}  // namespace guildhall::work
