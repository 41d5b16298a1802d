// What an object of content is: the words that the store, which keeps it sealed, and the vault,
// which seals and opens it, have in common.
//
// Concurrency: values. Limits: none.
#pragma once

#include <cstdint>
#include <string>

#include "base/ids.h"

namespace guildhall {

// On the wire and in the log: numbers keep their meaning for ever.
enum class ContentType : unsigned char {
  task = 1,
  extra,
  gold,
  answers,
  draft,
  title,
  guidelines,
  settings,
  form,
  name,
  profile,
  credential,
  review,
  reply,
  filter,
  manifest,
  file,
  note,
  upload,        // a file's bytes; its words are a `file`
  dataset,       // a delivery's bytes
  model,         // a model's name and targets
  terms,         // of a virtual key or a budget: its name, and what else is not clear
  exchange,      // a request to a model and its reply
  dialogue,      // a node of a live dialogue: what was said, and by which model
  model_work,    // what a model is asked to do: template, model, brief, seeds
  model_answer,  // what it answered to a task, and how that came about
  proposal,      // a task that it made up, before a person took it
};
std::string_view content_word(ContentType type);  // "task", …; "?" for a number that is none

struct ContentContext {
  RoomId room;
  ProjectId project;  // 0: the room's own
  ContentType type;
  std::int64_t object;
  std::int64_t version = 1;
};

// The context as bytes: fields of fixed length, so that nothing can be read in two ways.
std::string encode_context(const ContentContext& context);

// Why content is opened; goes with the opening into the room's log.
enum class OpenReason : unsigned char {
  work = 1,
  review,
  manage,
  deliver,
  sign_in,
  replay,
  quality,  // answers, for the figures on who is right and who is good
};
std::string_view reason_word(OpenReason reason);

}  // namespace guildhall
