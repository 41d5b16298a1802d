#include "room/demo_talk.h"

#include <array>
#include <vector>

#include "base/json.h"
#include "gateway/virtual_keys.h"
#include "room/demo_samples.h"
#include "room/demo_work.h"

namespace guildhall::room {
namespace {

constexpr std::string_view kPeer = "demo";
constexpr std::string_view kVoices[] = {"Alder", "Birch"};  // as the room calls them
constexpr std::int64_t kBudget = 20'000'000;                // 20 USD
constexpr gateway::Price kPrice{500'000, 50'000, 1'500'000};

constexpr std::string_view kGuidelines = R"(# Talking with the models

You talk with two models at once, A and B. You do not know which is which, and neither knows of
the other.

**Begin with the goal** of the task, in your own words. After each turn, rate both replies and
choose the one to go on from.

- *Correct first.* A reply that is wrong in one point that matters is worth less than a plain one.
- *Push.* Ask for a reason, give a case that does not fit, change a condition. Four turns are good.
- *Edit* a reply that is nearly right: yours goes on, and both are kept.
- *Branch* where you would like to know what another question had led to.

Never enter the name or the data of a person. What you write is part of the dataset.)";

struct Goal {
  std::string_view key;
  std::string_view goal;
  std::string_view hint;
};
constexpr Goal kGoals[] = {
    {"talk-lease",
     "You have found mould in a flat that you rent. Find out what you may do before "
     "you pay less rent, and in which order.",
     "Does it say when a step needs to be in writing?"},
    {"talk-dose",
     "A patient of 82 takes warfarin and is prescribed an antibiotic. Find out what "
     "has to be watched, and how closely.",
     "A good reply asks which antibiotic it is."},
    {"talk-index",
     "A query on a table of 80 million rows became slow after an index was added. "
     "Work out why, together.",
     "Hold a wrong explanation against it and see whether it agrees."},
    {"talk-refund",
     "You want a refund for a train that came two hours late, with a ticket of two "
     "operators. Find out from whom, and what to write.",
     "Let it draft the letter, then shorten it by half."},
};

Result<ModelId> add_model(const gateway::Context& ctx, const work::Actor& manager,
                          std::string_view voice, std::string target) {
  gateway::ModelTerms terms;
  terms.name = voice;
  terms.currency = "USD";
  gateway::Target where;
  where.peer = kPeer;
  where.model = std::move(target);
  where.price = kPrice;
  where.output.otherwise = 1'024;
  terms.targets.push_back(std::move(where));
  return TRY(gateway::create_model(ctx, manager.member, terms))
  .id;
}

Result<void> add_keys(const gateway::Context& ctx, const work::Actor& manager, ProjectId project,
                      const std::vector<ModelId>& models) {
  gateway::BudgetTerms terms;
  terms.name = "Demo";
  terms.currency = "USD";
  terms.limit.units = kBudget;
  auto budget = TRY(gateway::create_budget(ctx, manager.member, project, terms));
  for (auto purpose : {gateway::Purpose::dialogue, gateway::Purpose::drafting}) {
    gateway::NewKey key;
    key.purpose = purpose;
    key.budget = budget.id;
    key.terms.name = gateway::word(purpose);
    key.terms.models = models;
    TRY(gateway::create_key(ctx, manager.member, project, key));
  }
  return {};
}

std::string form_of(std::size_t models) {
  JsonWriter out;
  out.begin_object().field("base", "dialogue").key("models").begin_array();
  for (std::size_t i = 0; i < models; ++i) out.string(kVoices[i]);
  out.end_array();
  out.field("system", "You are a careful adviser. Say what you do not know. Be brief.");
  out.key("rate").begin_object().field("min", 1).field("max", 7).end_object();
  out.end_object();
  return out.take();
}

std::string lines() {
  std::string out;
  for (const auto& goal : kGoals) {
    JsonWriter line;
    line.begin_object().field("key", goal.key).key("data").begin_object();
    line.field("goal", goal.goal).field("hint", goal.hint).end_object().end_object();
    out += line.text() + "\n";
  }
  return out;
}

}  // namespace

Result<ProjectId> seed_talk(const work::Context& work, const gateway::Context& gateway,
                            const work::Actor& manager, const std::string& names) {
  std::vector<std::string> targets{names.substr(0, names.find(','))};
  if (targets[0].size() < names.size()) targets.push_back(names.substr(targets[0].size() + 1));
  std::vector<ModelId> models;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    models.push_back(TRY(add_model(gateway, manager, kVoices[i], targets[i])));
  }
  auto form = form_of(models.size());
  auto project = TRY(make_demo_project(
      work, manager,
      {"Advice, in conversation", form, kGuidelines, R"({"overlap":2,"max_open":1})", lines()}));
  TRY(add_keys(gateway, manager, project, models));
  return project;
}

}  // namespace guildhall::room
