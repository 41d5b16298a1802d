// The way to the models, as a dialogue needs it: a port. In the product it is the room's gateway.
//
// Concurrency: `ask` from any thread, and it does not wait for the model. A listener is called by
// one thread at a time, any, possibly before `ask` has returned; its calls do not block. `on_end`
// comes once and last. `cancel` from any thread, also after the end; it does not block, frees the
// way to the provider at once, and no call of the listener begins after the one that runs. A call
// that is destroyed is cancelled, also while its listener is being called.
// Limits: the gateway's. What a listener keeps is its own.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "work/dialogue/tree.h"

namespace guildhall::work::dialogue {

struct Asked {
  ProjectId project;
  MemberId member;
  std::string model;  // by its name in the room
  std::string body;   // an OpenAI chat request as JSON, stream: true
};

struct Ended {
  NodeState state = NodeState::complete;
  std::string finish;          // the provider's word, where there was one
  ExchangeId exchange;         // as it was recorded; 0: it was not
  std::string why;             // a sentence for a person, where the state is not complete
  std::string_view type = {};  // and a word for a program, of static storage
  std::int64_t cost = 0;       // millionths of the budget's currency
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_text(std::string_view delta) = 0;
  virtual void on_end(const Ended& ended) = 0;
};

class Call {
 public:
  virtual ~Call() = default;
  virtual void cancel() = 0;
};

class Models {
 public:
  virtual ~Models() = default;
  // Errors are for a person: no budget, no such model, nothing that answers.
  virtual Result<std::shared_ptr<Call>> ask(Asked asked, std::shared_ptr<Listener> listener) = 0;
};

}  // namespace guildhall::work::dialogue
