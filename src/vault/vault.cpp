#include "vault/vault.h"

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "crypto/row.h"
#include "vault/leaf.h"

namespace guildhall::vault {
namespace {

constexpr std::size_t kContextBytes = 33;

struct Object {
  ContentContext context;
  std::string_view bytes;
};

Result<std::vector<Object>> read_objects(FrameReader& in) {
  std::uint32_t count = in.count(kContextBytes + 4);
  if (count > kMaxSealBatch) {
    return fail(Fault::too_large, "too-many-items", "Too many objects in one frame.");
  }
  std::vector<Object> out(count);
  for (auto& object : out) {
    object.context = in.context();
    object.bytes = in.bytes();
  }
  TRY(in.done());
  return out;
}

// One hash for all: of each body's hash, in their order.
crypto::Digest hash_of(std::span<const Object> objects) {
  crypto::Sha256 all;
  for (const auto& object : objects) all.update(crypto::view(crypto::sha256(object.bytes)));
  return all.finish();
}

// The leaves of one opening: one for every project, and one more where they are many.
std::vector<std::string> opening_leaves(const Leaf& common, OpenReason reason,
                                        std::span<Object> objects, const Secret& person_key,
                                        Random& random) {
  std::ranges::sort(objects, {}, [](const Object& o) {
    return std::pair(o.context.project, o.bytes.data());  // otherwise in their order
  });
  std::vector<std::string> leaves;
  while (!objects.empty()) {
    ProjectId project = objects.front().context.project;
    std::size_t count = 0;
    std::vector<ContentContext> contexts;
    while (count < std::min(objects.size(), kMaxLeafObjects) &&
           objects[count].context.project == project) {
      contexts.push_back(objects[count++].context);
    }
    auto hash = hash_of(objects.first(count));
    Leaf leaf = common;
    leaf.project = project;
    leaf.detail = static_cast<std::int64_t>(count);
    leaf.hash = crypto::view(hash);
    leaves.push_back(opening_leaf(leaf, reason, contexts, person_key, random));
    objects = objects.subspan(count);
  }
  return leaves;
}

std::string mark_of(std::int64_t tick, std::int64_t deed) {
  return std::to_string(tick) + ' ' + std::to_string(deed);
}

bool is_verb(std::string_view text) {
  return text.size() <= kMaxVerb && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_';
         });
}

}  // namespace

std::string Vault::answer(std::string_view request) {
  auto done = dispatch(request);
  return done ? *std::move(done) : refusal_frame(done.error());
}

Result<std::string> Vault::dispatch(std::string_view request) {
  FrameReader in(request);
  switch (static_cast<Op>(in.u8())) {
    case Op::seal: return seal(in);
    case Op::open: return open(in);
    case Op::feed: return feed(in);
    case Op::exchange: return TRY(ports_.desk.exchange(in)) .take();
    case Op::watch: return TRY(ports_.desk.watch(in)) .take();
    case Op::wish: return TRY(ports_.desk.wish(in)) .take();
    case Op::commitment: return commitment(in);
    case Op::log_key: return log_key(in);
    case Op::shred: return shred(in);
    case Op::mac: return mac(in);
    case Op::check: return check(in);
    case Op::find: return find(in);
    case Op::begin_file: return begin_file(in);
    case Op::seal_part: return seal_part(in);
    case Op::open_part: return open_part(in);
  }
  return fail(Fault::invalid, "bad-frame", "The vault knows no such request.");
}

Result<KeyPtr> Vault::key_for(const ContentContext& context) {
  if (context.room != room_) {
    return fail(Fault::forbidden, "foreign-room", "This object is of another room.");
  }
  return ports_.keys.key(context.project);
}

Counts Vault::counts() const {
  auto opened = budget_.counts();
  return {.openings = static_cast<std::uint64_t>(opened.opened),
          .bulk = static_cast<std::uint64_t>(opened.delivered),
          .refused = static_cast<std::uint64_t>(opened.refused),
          .deeds = deeds_,
          .deliveries = deliveries_};
}

Result<Secret> Vault::person_key() {
  auto room_key = TRY(ports_.keys.key({}));
  return crypto::hkdf_expand(room_key->expose(), "guildhall person v1", 32);
}

Result<std::string> Vault::seal(FrameReader& in) {
  auto objects = TRY(read_objects(in));
  auto out = good_answer();
  out.u32(static_cast<std::uint32_t>(objects.size()));
  for (const auto& object : objects) {
    auto key = TRY(key_for(object.context));
    out.bytes(crypto::seal_row(key->expose(), encode_context(object.context), object.bytes,
                               ports_.random));
  }
  return out.take();
}

Result<std::string> Vault::open(FrameReader& in) {
  auto reason = static_cast<OpenReason>(in.u8());
  MemberId member{in.i64()};
  auto objects = TRY(read_objects(in));
  auto person = TRY(person_key());
  TimeMs now = ports_.clock.now_ms();
  TRY(budget_.take(member, reason, static_cast<std::int64_t>(objects.size()), now));
  auto out = good_answer();
  out.u32(static_cast<std::uint32_t>(objects.size()));
  for (const auto& object : objects) {
    auto key = TRY(key_for(object.context));
    out.bytes(TRY(crypto::open_row(key->expose(), encode_context(object.context), object.bytes))
                  .expose());
  }
  Leaf common;
  common.at = now;
  common.verb = "content.open";
  common.who = member;
  auto leaves = opening_leaves(common, reason, objects, person, ports_.random);
  TRY(ports_.log.append(leaves, {}));
  // The lease may have ended while the disk was waited for.
  for (const auto& object : objects) TRY(key_for(object.context));
  return out.take();
}

Result<std::string> Vault::feed(FrameReader& in) {
  std::uint32_t count = in.count(8);
  std::vector<std::string> leaves;
  std::uint64_t deliveries = 0;
  Secret person;  // who only asks where the log stands needs none
  if (count > 0) person = TRY(person_key());
  for (std::uint32_t i = 0; i < count; ++i) {
    Leaf leaf;
    leaf.at = in.i64();
    leaf.verb = in.bytes();
    leaf.who = MemberId{in.i64()};
    leaf.project = ProjectId{in.i64()};
    leaf.object = in.i64();
    leaf.version = in.i64();
    leaf.detail = in.i64();
    leaf.hash = in.bytes();
    if (!is_verb(leaf.verb) || leaf.hash.size() > sizeof(crypto::Digest)) {
      return fail(Fault::invalid, "bad-frame", "A deed is not well formed.");
    }
    if (leaf.verb.starts_with("delivery.")) ++deliveries;
    leaves.push_back(deed_leaf(leaf, person, ports_.random));
  }
  std::int64_t tick = in.i64();
  std::int64_t deed = in.i64();
  TRY(in.done());
  if (count > 0) TRY(ports_.log.append(leaves, mark_of(tick, deed)));
  deeds_ += count;
  deliveries_ += deliveries;
  auto mark = TRY(ports_.log.mark());
  auto out = good_answer();
  out.bytes(mark);
  return out.take();
}

// Who is behind the leaves' "who" can be said by whoever has the room's key, and by nobody else.
Result<std::string> Vault::commitment(FrameReader& in) {
  std::uint32_t count = in.count(8);
  if (count > kMaxSealBatch) {
    return fail(Fault::too_large, "too-many-items", "Too many members in one frame.");
  }
  auto person = TRY(person_key());
  auto out = good_answer();
  out.u32(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    out.bytes(person_commitment(person, MemberId{in.i64()}));
  }
  TRY(in.done());
  return out.take();
}

// The receipt is the leaf, which says that it was done: so it comes after.
Result<std::string> Vault::shred(FrameReader& in) {
  ProjectId project{in.i64()};
  TRY(in.done());
  if (!ports_.first) {  // another vault has this key in its memory
    return fail(Fault::conflict, "room-runs", "Stop the room first.");
  }
  TRY(ports_.keys.shred(project));
  Leaf leaf;
  leaf.at = ports_.clock.now_ms();
  leaf.verb = "key.shred";
  leaf.project = project;
  std::string leaves[] = {deed_leaf(leaf, Secret(), ports_.random)};
  TRY(ports_.log.append(leaves, {}));
  return good_answer().take();
}

Result<std::string> Vault::log_key(FrameReader& in) {
  TRY(in.done());
  auto out = good_answer();
  out.bytes(ports_.log.vkey());
  return out.take();
}

}  // namespace guildhall::vault
