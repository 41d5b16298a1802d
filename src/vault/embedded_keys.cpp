#include "vault/embedded_keys.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "base/json.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/key_file.h"

namespace guildhall::vault {
namespace {

constexpr std::string_view kFormat = "guildhall embedded keys v1";

// Held by one process at a time.
class FileLock {
 public:
  explicit FileLock(std::filesystem::path file) {
    file += ".lock";
    fd_ = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    while (fd_ >= 0 && flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~FileLock() {
    if (fd_ >= 0) close(fd_);
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

Error damaged(const std::filesystem::path& file) {
  return {Fault::invalid, "bad-key-file", fmt::format("{} is damaged.", file.string()), {}};
}

Result<ProjectId> project_of(const json::key_value_pair& entry, const std::filesystem::path& file) {
  ProjectId project;
  std::string_view name{entry.key().data(), entry.key().size()};
  auto number = std::from_chars(name.data(), name.data() + name.size(), project.value);
  if (number.ec == std::errc() && number.ptr == name.data() + name.size()) return project;
  return std::unexpected(damaged(file));
}

Result<crypto::LockedKey> key_in(const json::value& entry) {
  const auto* text = entry.if_string();
  Secret bytes(text ? crypto::from_base64url(view(*text)).value_or("") : std::string());
  return crypto::LockedKey::from(bytes.expose());
}

}  // namespace

Result<bool> EmbeddedKeys::needs_passphrase(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return false;
  return crypto::needs_passphrase(TRY(crypto::read_key_file(file)).expose());
}

Result<void> EmbeddedKeys::create(const std::filesystem::path& file, Secret passphrase) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    return fail(Fault::conflict, "keys-exist", file.string() + " is there already.");
  }
  EmbeddedKeys made(file, system_random(), std::move(passphrase));
  MutexLock lock(made.mutex_);
  return made.save();
}

Result<std::unique_ptr<EmbeddedKeys>> EmbeddedKeys::open(std::filesystem::path file, Random& random,
                                                         Secret passphrase) {
  std::unique_ptr<EmbeddedKeys> out(
      new EmbeddedKeys(std::move(file), random, std::move(passphrase)));
  MutexLock lock(out->mutex_);
  TRY(out->load());
  return out;
}

// What another process has made since, too.
Result<void> EmbeddedKeys::load() {
  std::error_code error;
  if (!std::filesystem::exists(file_, error)) return {};
  auto bytes = TRY(crypto::read_key_file(file_));
  Secret text = TRY(crypto::unprotect(bytes.expose(), passphrase_));
  auto value = TRY(parse_json(text.expose()));
  const auto* format = find_string(value, "format");
  const auto* keys = find(value, "keys");
  if (!format || view(*format) != kFormat || !keys || !keys->is_object()) {
    return std::unexpected(damaged(file_));
  }
  for (const auto& entry : keys->get_object()) {
    auto project = TRY(project_of(entry, file_));
    if (entry.value().is_null()) {
      shredded_.insert(project);
      if (keys_.erase(project) > 0 && ring_) ring_->drop(project);
      continue;
    }
    if (keys_.contains(project)) continue;
    auto key = TRY(key_in(entry.value()));
    if (ring_) ring_->hold(project, key.clone());
    keys_.emplace(project, std::move(key));
  }
  return {};
}

void EmbeddedKeys::fill(Keyring& ring) {
  MutexLock lock(mutex_);
  ring_ = &ring;
  for (const auto& [project, key] : keys_) ring.hold(project, key.clone());
}

Result<void> EmbeddedKeys::want(ProjectId project) {
  MutexLock lock(mutex_);
  if (keys_.contains(project)) return {};  // two asked at once
  FileLock beside(file_);
  TRY(load());
  if (keys_.contains(project)) return {};
  if (shredded_.contains(project)) {
    return fail(Fault::locked, "locked",
                "This project's key was destroyed: nothing of it can be opened again.");
  }
  if (keys_.size() >= kMaxVaultKeys) {
    return fail(Fault::locked, "locked", "This room has as many keys as it can hold.");
  }
  keys_.emplace(project, crypto::LockedKey::generate(random_));
  if (auto saved = save(); !saved) {
    keys_.erase(project);
    return saved;
  }
  if (ring_) ring_->hold(project, keys_.at(project).clone());
  return {};
}

Result<void> EmbeddedKeys::shred(ProjectId project) {
  MutexLock lock(mutex_);
  FileLock beside(file_);
  TRY(load());
  if (!project || !keys_.contains(project)) {
    return fail(Fault::not_found, "no-key", "There is no key of such a project.");
  }
  shredded_.insert(project);
  auto held = keys_.extract(project);
  if (auto saved = save(); !saved) {
    shredded_.erase(project);
    keys_.insert(std::move(held));
    return saved;
  }
  if (ring_) ring_->drop(project);
  return {};
}

Result<void> EmbeddedKeys::save() {
  JsonWriter out;
  out.begin_object().field("format", kFormat).key("keys").begin_object();
  for (const auto& [project, key] : keys_) {
    out.field(std::to_string(project.value), crypto::to_base64url(key.expose()));
  }
  for (ProjectId project : shredded_) out.key(std::to_string(project.value)).null();
  out.end_object().end_object();
  Secret text(out.take() + "\n");
  if (passphrase_.expose().empty()) {
    return crypto::write_key_file(file_, crypto::protect_openly(text.expose()).expose());
  }
  return crypto::write_key_file(file_, TRY(crypto::protect(passphrase_, text.expose())));
}

}  // namespace guildhall::vault
