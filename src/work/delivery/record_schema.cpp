#include "work/delivery/delivery.h"

namespace guildhall::work {

std::string_view record_schema_json() {
  return R"json({
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
        "adjudicated": {"const": true, "description": "The final answer where several differed"}
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
}

}  // namespace guildhall::work
