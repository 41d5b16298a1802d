// Virtual keys: by what programs and pages use models. A key belongs to one project, one purpose
// and one budget, and names the models that it may use. Its secret is a `ghl_` token
// (crypto/token.h), shown once; the store holds its keyed hash. Each row carries a MAC; its name,
// models and rates are content of the project, one sealed object for each version.
//
// A key that is revoked stays, since exchanges name it. An older version of its row that is put
// back is found by an audit against the deeds, not when it is read (docs/threat-model.md).
//
// Concurrency: functions with a Tx as the Tx; the others are one transaction, from any thread.
// Limits: kMaxVirtualKeys, kMaxKeyModels.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "gateway/budgets.h"
#include "gateway/models.h"

namespace guildhall::gateway {

// Numbers are in the store: they keep their meaning.
enum class Purpose : unsigned char { dialogue = 1, judge, drafting };
std::string_view word(Purpose purpose);
std::optional<Purpose> purpose_of(std::string_view word);

struct KeyTerms {
  std::string name;
  std::vector<ModelId> models;
  Rates rates;
};

struct VirtualKey {
  VirtualKeyId id;
  ProjectId project;
  Purpose purpose = Purpose::dialogue;
  BudgetId budget;
  bool revoked = false;
  std::int64_t version = 1;
  TimeMs created_at = 0;
  TimeMs expires_at = 0;  // 0: never
  KeyTerms terms;
};

struct NewKey {
  Purpose purpose = Purpose::dialogue;
  BudgetId budget;
  TimeMs expires_at = 0;
  KeyTerms terms;
};
struct MadeKey {
  VirtualKey key;
  Secret secret;
};
// Errors: invalid/"bad-virtual-key", naming the field; not_found/"no-budget";
// conflict/"too-many-virtual-keys".
Result<MadeKey> create_key(const Context& ctx, MemberId actor, ProjectId project,
                           const NewKey& wanted);

struct KeyChange {
  std::optional<std::string> name;
  std::optional<std::vector<ModelId>> models;
  std::optional<BudgetId> budget;
  std::optional<Rates> rates;
};
// Errors: not_found/"no-virtual-key", conflict/"key-revoked".
Result<VirtualKey> change_key(const Context& ctx, MemberId actor, ProjectId project,
                              VirtualKeyId id, const KeyChange& change);
Result<void> revoke_key(const Context& ctx, MemberId actor, ProjectId project, VirtualKeyId id);

// Ascending by key, those after `after`.
Result<std::vector<VirtualKey>> list_keys(store::Tx& tx, const Context& ctx, ProjectId project,
                                          VirtualKeyId after, std::int64_t limit);
Result<VirtualKey> key_of(store::Tx& tx, const Context& ctx, ProjectId project, VirtualKeyId id);

// Who asks for a model, and whether they may: one look, in the store, at every request.
struct Access {
  VirtualKey key;
  Budget budget;
  Model model;
};
// Errors: unauthenticated/"bad-virtual-key" for what is no key, or revoked, or over;
// not_found/"no-model" where the key does not name a model of this name, be there one or not.
Result<Access> open_access(store::Tx& tx, const Context& ctx, std::string_view secret,
                           std::string_view model);
// Whether this is the secret of a key that may be used now. Error:
// unauthenticated/"bad-virtual-key".
Result<void> check_secret(store::Tx& tx, const Context& ctx, std::string_view secret);
// Those that the key with this secret may use. Error: unauthenticated/"bad-key".
Result<std::vector<Model>> models_of_secret(store::Tx& tx, const Context& ctx,
                                            std::string_view secret);
// Those that the key names and that are there, by name.
Result<std::vector<Model>> models_of(store::Tx& tx, const Context& ctx, const VirtualKey& key);

}  // namespace guildhall::gateway
