// guildhall-launcher: starts what reaches a room's peers (launcher.h), and the commands on the list
// of them. Its supervisor starts it with the room's channel as descriptor 3; people call
// `guildhall room peer …`.

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "base/boot_clock.h"
#include "connector/launcher/commands.h"
#include "connector/launcher/launcher.h"
#include "connector/loop.h"

namespace guildhall::connector {
namespace {

constexpr int kRoomChannel = 3;

int serve(LauncherOptions options) {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  options.executables = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  sigset_t ended;
  sigemptyset(&ended);
  sigaddset(&ended, SIGCHLD);
  sigprocmask(SIG_BLOCK, &ended, nullptr);
  gateway::Descriptor ends(signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK));
  Loop loop;
  Launcher launcher(std::move(options), boot_clock(), loop);
  loop.watch(ends.get(), EPOLLIN, [&](std::uint32_t) {
    signalfd_siginfo info;
    while (read(ends.get(), &info, sizeof info) > 0) {
    }
    int status = 0;
    for (pid_t child = 0; (child = waitpid(-1, &status, WNOHANG)) > 0;) {
      launcher.reap(child, status);
    }
  });
  loop.watch(kRoomChannel, EPOLLIN, [&](std::uint32_t) {
    auto asked = gateway::receive_message(kRoomChannel);
    if (!asked) return loop.stop();
    auto answer = launcher.answer(asked->bytes);
    if (!gateway::send_message(kRoomChannel, answer.text, answer.pipe.get())) loop.stop();
  });
  loop.run();
  launcher.end_all();
  return 0;
}

int run_launcher(int argc, char** argv) {
  CLI::App app("What reaches a room's peers");
  app.require_subcommand(1);
  LauncherOptions options;
  auto* to_serve = app.add_subcommand("serve", "Started by `guildhall room serve`");
  to_serve->add_option("dir", options.room_dir, "The room's folder")->required();
  to_serve->add_option("--store", options.store, "Instead of the one in room.json");
  to_serve->add_flag("--insecure-no-sandbox", options.insecure, "For development only");
  to_serve->add_flag("--no-namespaces", options.no_namespaces, "Start nothing: it has no box");
  PeerCommands peers(app);
  CLI11_PARSE(app, argc, argv);
  return to_serve->parsed() ? serve(std::move(options)) : peers.run();
}

}  // namespace
}  // namespace guildhall::connector

int main(int argc, char** argv) { return guildhall::connector::run_launcher(argc, argv); }
