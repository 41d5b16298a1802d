#include "store/sealer.h"

#include <algorithm>

#include "base/limits.h"
#include "crypto/hash.h"

namespace guildhall::store {
namespace {

constexpr char kSealedFormat = 2;  // 1 was plain

class NoSealer final : public Sealer {
 public:
  Result<std::vector<Sealed>> seal(std::span<const ToSeal>) override { return refused(); }
  Result<std::vector<Plaintext>> open(std::span<const ToOpen>, const Opening&) override {
    return refused();
  }
  Result<std::vector<std::string>> mac(std::span<const std::string_view>) override {
    return refused();
  }
  Result<std::vector<bool>> check(std::span<const MarkedRow>) override { return refused(); }
  Result<std::vector<std::string>> find_keys(std::span<const ToFind>) override { return refused(); }
  Result<FileSeal> begin_file(const ContentContext&) override { return refused(); }
  Result<std::string> seal_part(const ContentContext&, const FileSeal&, const FilePart&) override {
    return refused();
  }
  Result<Plaintext> open_part(const ContentContext&, std::string_view, const FilePart&,
                              const Opening&) override {
    return refused();
  }

 private:
  static std::unexpected<Error> refused() {
    return fail(Fault::internal, "no-sealer", "This store was opened without a sealer.");
  }
};

}  // namespace

Sealer& no_sealer() {
  static NoSealer refuses;
  return refuses;
}

namespace {

// How many of the first items make one call.
template <class Item, class Size>
std::size_t batch_of(std::span<const Item> items, Size size) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < std::min(items.size(), kMaxSealBatch)) {
    bytes += size(items[count]);
    if (count > 0 && bytes > kMaxSealBytes / 2) break;
    ++count;
  }
  return count;
}

template <class Out, class Item, class Size, class Call>
Result<std::vector<Out>> in_batches(std::span<const Item> items, Size size, Call call) {
  std::vector<Out> all;
  all.reserve(items.size());
  while (!items.empty()) {
    std::size_t count = batch_of(items, size);
    for (auto& one : TRY(call(items.first(count)))) all.push_back(std::move(one));
    items = items.subspan(count);
  }
  return all;
}

}  // namespace

Result<std::vector<Sealed>> seal_all(Sealer& sealer, std::span<const ToSeal> items) {
  return in_batches<Sealed>(
      items, [](const ToSeal& item) { return item.plain.size(); },
      [&](std::span<const ToSeal> part) { return sealer.seal(part); });
}

Result<std::vector<Plaintext>> open_all(Sealer& sealer, std::span<const ToOpen> items,
                                        const Opening& why) {
  return in_batches<Plaintext>(
      items, [](const ToOpen& item) { return item.body.size(); },
      [&](std::span<const ToOpen> part) { return sealer.open(part, why); });
}

Result<std::vector<std::string>> find_all(Sealer& sealer, std::span<const ToFind> items) {
  return in_batches<std::string>(
      items, [](const ToFind& item) { return item.sort.size() + item.text.size(); },
      [&](std::span<const ToFind> part) { return sealer.find_keys(part); });
}

Result<std::string> Sealer::find_key(const ToFind& item) {
  auto keys = TRY(find_keys({&item, 1}));
  return std::move(keys.front());
}

Sealed Sealer::as_sealed(std::string_view sealed) {
  std::string body;
  body.reserve(sealed.size() + 1);
  body += kSealedFormat;
  body += sealed;
  return Sealed(std::move(body));
}

bool Sealer::is_sealed(std::string_view body) {
  return !body.empty() && body.front() == kSealedFormat;
}

Result<std::string_view> Sealer::sealed_part(std::string_view body) {
  if (is_sealed(body)) return body.substr(1);
  return fail(Fault::internal, "bad-content", "Stored content has an unknown format.");
}

MemberId& OpeningFor::current() {
  thread_local MemberId member;
  return member;
}

std::optional<std::string> Sealer::kept_name(ProjectId project, ContentRef ref) {
  MutexLock lock(mutex_);
  auto at = names_.find({project, ref});
  if (at == names_.end()) return std::nullopt;
  return at->second;
}

std::uint64_t Sealer::forgettings() const {
  MutexLock lock(mutex_);
  return forgettings_;
}

void Sealer::keep_name(ProjectId project, ContentRef ref, std::string_view name,
                       std::uint64_t since) {
  MutexLock lock(mutex_);
  if (since != forgettings_) return;
  if (names_.size() >= kMaxKeptNames) names_.clear();
  names_[{project, ref}] = name;
}

void Sealer::forget_names(ProjectId project) {
  MutexLock lock(mutex_);
  ++forgettings_;
  names_.erase(names_.lower_bound({project, ContentRef{}}),
               names_.lower_bound({ProjectId{project.value + 1}, ContentRef{}}));
}

void Sealer::forget_names() {
  MutexLock lock(mutex_);
  ++forgettings_;
  names_.clear();
}

namespace {

// The MAC has a fixed length: the border is plain.
std::string known_by(const MarkedRow& row) {
  crypto::Sha256 hash;
  return std::string(crypto::view(hash.update(row.mac).update(row.bytes).finish()));
}

}  // namespace

Result<std::vector<bool>> Sealer::sound(std::span<const MarkedRow> rows) {
  std::vector<bool> sound(rows.size(), false);
  std::vector<MarkedRow> unknown;
  std::vector<std::pair<std::size_t, std::string>> of_unknown;
  {
    std::vector<std::string> names;
    for (const auto& row : rows) names.push_back(known_by(row));
    MutexLock lock(mutex_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      sound[i] = known_rows_.contains(names[i]);
      if (sound[i] || rows[i].mac.size() != sizeof(crypto::Digest)) continue;
      unknown.push_back(rows[i]);
      of_unknown.emplace_back(i, std::move(names[i]));
    }
  }
  for (std::size_t at = 0; at < unknown.size(); at += kMaxSealBatch) {
    auto part = std::span(unknown).subspan(at, std::min(kMaxSealBatch, unknown.size() - at));
    auto answers = TRY(check(part));
    MutexLock lock(mutex_);
    if (known_rows_.size() >= kMaxKnownRows) known_rows_.clear();
    for (std::size_t i = 0; i < part.size(); ++i) {
      auto& [index, name] = of_unknown[at + i];
      sound[index] = answers[i];
      if (answers[i]) known_rows_.insert(std::move(name));
    }
  }
  return sound;
}

Result<Sealed> Sealer::seal(const ContentContext& context, std::string_view plain) {
  ToSeal one{context, plain};
  auto sealed = TRY(seal({&one, 1}));
  return std::move(sealed.front());
}

Result<Plaintext> Sealer::open(const ContentContext& context, std::string_view body,
                               const Opening& why) {
  ToOpen one{context, body};
  auto opened = TRY(open({&one, 1}, why));
  return std::move(opened.front());
}

}  // namespace guildhall::store
