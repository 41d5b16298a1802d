// guildhall-vault: the process that holds a room's keys. Its supervisor starts it; people do not.
// What it frees it wipes: plaintext passes through many a buffer on its way, and none may be found
// in its memory later.

#include <fmt/format.h>
#include <malloc.h>
#include <strings.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <new>

#include "base/harden.h"
#include "base/limits.h"
#include "sandbox/enter.h"
#include "vault/channels.h"
#include "vault/service.h"

namespace guildhall::vault {
namespace {

// The room's folder is all that it sees from then on.
Result<void> enter_box(const std::filesystem::path& dir, bool namespaces) {
  auto profile = namespaces ? sandbox::kVault : sandbox::without_namespaces(sandbox::kVault);
  if (!namespaces) sandbox::shout_no_namespaces(profile.role);
  TRY(sandbox::enter(profile, {{dir.string(), true}}));
  return {};
}

int run(int argc, char** argv) {
  if (auto hard = harden_process(); !hard) {
    fmt::print(stderr, "guildhall-vault: {}\n", hard.error().detail);
    return 1;
  }
  CLI::App app("The vault of a Guildhall room: started by `guildhall room serve`");
  ServiceOptions options;
  app.add_option("dir", options.dir, "The room's folder")->required();
  app.add_option("--channels", options.channels, "Descriptors from 3 on that carry requests")
      ->check(CLI::Range(1, kMaxChannels));
  app.add_flag("--seal-only", options.seal_only, "Open nothing, and leave the log alone");
  app.add_option("--openings-per-minute", options.budget.member, "Objects, for each member");
  app.add_option("--passphrase-file", options.passphrase_file,
                 "Its first line opens room.keys, instead of asking");
  bool boxed = false, no_namespaces = false, insecure = false;
  app.add_flag("--boxed", boxed, "Its supervisor made it a world of its own: confine it there");
  app.add_flag("--no-namespaces", no_namespaces, "Confine it without a world of its own")
      ->excludes("--boxed");
  app.add_flag("--insecure-no-sandbox", insecure, "For development only")
      ->excludes("--boxed")
      ->excludes("--no-namespaces");
  bool show_key = false;
  bool init_keys_only = false;
  app.add_flag("--init-keys", init_keys_only, "Make room.keys under a new passphrase, and end");
  app.add_flag("--show-key", show_key, "Print the vkey that verifies the room's log, and end");
  app.add_option("--node", options.node, "Which of the processes that serve the room this one is")
      ->check(CLI::Range(1, kMaxRoomLogs));
  CLI11_PARSE(app, argc, argv);
  if (show_key) {
    auto key = log_vkey(options.dir, std::max(options.node, 1));
    fmt::print("{}\n", key ? *key : key.error().detail);
    return key ? 0 : 2;
  }
  if (boxed || no_namespaces) {
    options.confine = [&options, boxed] { return enter_box(options.dir, boxed); };
  }
  if (insecure) sandbox::shout_insecure(sandbox::kVault.role);
  auto done =
      init_keys_only ? init_keys(options.dir, options.passphrase_file) : run_service(options);
  if (done) return 0;
  fmt::print(stderr, "guildhall-vault: {}\n", done.error().detail);
  bool passes = done.error().fault == Fault::unavailable || done.error().fault == Fault::no_space;
  return passes ? 1 : 2;
}

}  // namespace
}  // namespace guildhall::vault

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GH_OWN_ALLOCATOR 0  // it brings its own
#endif
#endif
#ifndef GH_OWN_ALLOCATOR
#define GH_OWN_ALLOCATOR 1
#endif

#if GH_OWN_ALLOCATOR
void* operator new(std::size_t size) {
  if (void* made = std::malloc(size == 0 ? 1 : size)) return made;
  std::abort();  // nothing here goes on without memory
}
void operator delete(void* freed) noexcept {
  if (freed != nullptr) explicit_bzero(freed, malloc_usable_size(freed));
  std::free(freed);
}
void operator delete(void* freed, std::size_t) noexcept { operator delete(freed); }
#endif

int main(int argc, char** argv) { return guildhall::vault::run(argc, argv); }
