#include "keeper/serve.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <thread>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "keeper/dial.h"
#include "keeper/page.h"
#include "keeper/receipt.h"
#include "keeper/session.h"
#include "keeper/state.h"
#include "keeper/witness.h"
#include "tlog/note.h"

namespace guildhall::keeper {
namespace {

constexpr const char* kStatusFile = "status.json";
constexpr const char* kServeLock = "serve.lock";
constexpr mode_t kPrivate = 0600;

class SteadyClock final : public Clock {
 public:
  TimeMs now_ms() const override { return monotonic_ms(); }
};

const Clock& steady_clock() {
  static const SteadyClock clock;
  return clock;
}

// A room's line, session and thread, from start to join.
class RoomTask {
 public:
  static Result<std::unique_ptr<RoomTask>> start(const RoomState& room, Keyring& keys,
                                                 StateStore& store, Witness::Options witness,
                                                 Session::Wishes wishes) {
    witness.log = TRY(tlog::VerifierKey::parse(room.verifier_key));
    for (const auto& other : room.witnesses) {
      witness.others.push_back(TRY(tlog::VerifierKey::parse(other)));
    }
    auto line = TRY(open_line(room));
    return std::unique_ptr<RoomTask>(
        new RoomTask(room, std::move(line), keys, store, witness, wishes));
  }
  ~RoomTask() {
    dialler_.stop();
    thread_.join();
  }
  RoomTask(const RoomTask&) = delete;
  RoomTask& operator=(const RoomTask&) = delete;

  const std::string& url() const { return url_; }
  const std::string& verifier_key() const { return verifier_key_; }
  SessionStatus status() const { return session_.status(); }
  WitnessStatus witness_status() { return witness_.status(); }
  void wake() { dialler_.wake(); }

 private:
  RoomTask(const RoomState& room, std::unique_ptr<Line> line, Keyring& keys, StateStore& store,
           const Witness::Options& witness, Session::Wishes wishes)
      : url_(room.url),
        verifier_key_(room.verifier_key),
        line_(std::move(line)),
        witness_(witness, keys.signing_key(), system_clock(), steady_clock()),
        session_(url_, witness.log.public_key, keys, store, system_clock(), steady_clock(),
                 &witness_, wishes),
        dialler_(session_, *line_, steady_clock()),
        thread_([this] { dialler_.run(); }) {}

  std::string url_, verifier_key_;
  std::unique_ptr<Line> line_;
  Witness witness_;
  Session session_;
  Dialler dialler_;
  std::thread thread_;
};

void write_projects(JsonWriter& out, std::string_view name,
                    const std::vector<ProjectId>& projects) {
  out.key(name).begin_array();
  for (ProjectId project : projects) out.integer(project.value);
  out.end_array();
}

void write_confirmation(JsonWriter& out, const Confirmation& word) {
  out.key("confirmed").begin_object().field("withdrawn", word.order.withdraws());
  out.field("shredded", word.order.shreds());
  out.field("whole_room", word.order.whole_room).field("project", word.order.project.value);
  out.field("at_ms", word.at_ms).field("statement", crypto::to_base64(word.statement));
  out.field("verdict", crypto::to_base64(word.verdict)).end_object();
}

std::string status_text(const std::vector<std::unique_ptr<RoomTask>>& rooms) {
  JsonWriter out;
  out.begin_object().key("rooms").begin_array();
  for (const auto& room : rooms) {
    auto status = room->status();
    out.begin_object().field("url", room->url());
    out.field("last_contact_ms", status.last_contact_ms);
    auto witness = room->witness_status();
    status.alarms.insert(witness.alarms.begin(), witness.alarms.end());
    out.field("leased_until_ms", status.leased_until_ms);
    write_projects(out, "wanted", status.wanted);
    write_projects(out, "leased", status.leased);
    if (status.confirmed) write_confirmation(out, *status.confirmed);
    out.key("alarms").begin_object();
    for (const auto& [type, count] : status.alarms) out.field(type, count);
    out.end_object().field("last_alarm", status.last_alarm);
    out.key("witness").begin_object().field("size", witness.size);
    out.field("cosigned_at_ms", witness.cosigned_at_ms);
    out.field("last_alarm", witness.last_alarm).end_object().end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

class Service {
 public:
  Service(std::filesystem::path dir, Keyring& keys, const ServeOptions& options)
      : dir_(std::move(dir)), keys_(keys), options_(options), store_(dir_) {}

  // Until `stops` has a signal.
  Result<void> run(const sigset_t& stops) {
    TRY(follow());
    const timespec look{0, kKeeperWatchMs * 1'000'000};
    while (sigtimedwait(&stops, nullptr, &look) < 0) {
      if (store_.stamp() != stamp_ && !follow()) log_line(LogLevel::error, "keeper state unread");
      if (auto text = status_text(rooms_);
          text != written_ && replace_file(dir_ / kStatusFile, text)) {
        written_ = std::move(text);
      }
      keep_receipts();
    }
    return {};
  }

 private:
  void keep_receipts() {
    for (const auto& room : rooms_) {
      auto receipts = room->status().receipts;
      auto& kept = receipts_[room->url()];
      for (; kept < receipts.size(); ++kept) {
        if (!write_receipt(dir_, room->verifier_key(), receipts[kept])) return;  // and again
      }
    }
  }

  // Takes up what the commands changed; what the sessions themselves wrote is no news.
  Result<void> follow() {
    stamp_ = store_.stamp();
    auto state = TRY(store_.read());
    if (state.revision == revision_ && !rooms_.empty()) return {};
    revision_ = state.revision;
    std::erase_if(rooms_, [&](const auto& room) { return state.find(room->url()) == nullptr; });
    for (const auto& room : rooms_) room->wake();
    for (const auto& room : state.rooms) {
      bool known = std::ranges::any_of(rooms_, [&](const auto& r) { return r->url() == room.url; });
      if (known) continue;
      auto& work = work_[room.room_key()];
      if (!work) work = std::make_shared<RoomWork>();
      rooms_.push_back(TRY(RoomTask::start(
          room, keys_, store_, {dir_, {}, {}, options_.silent_ms, work},
          options_.ignore_wishes ? Session::Wishes::ignore : Session::Wishes::obey)));
    }
    return {};
  }

  std::filesystem::path dir_;
  Keyring& keys_;
  const ServeOptions options_;
  FileStore store_;
  std::vector<std::unique_ptr<RoomTask>> rooms_;
  std::uint64_t revision_ = 0;
  std::uint64_t stamp_ = 0;
  std::string written_;
  std::map<std::string, std::size_t> receipts_;            // how many are written, by room
  std::map<std::string, std::shared_ptr<RoomWork>> work_;  // by the room's key
};

}  // namespace

ServeLock::ServeLock(const std::filesystem::path& dir)
    : fd_(open((dir / kServeLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivate)) {
  if (fd_ >= 0 && flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    close(fd_);
    fd_ = -1;
  }
}

ServeLock::~ServeLock() {
  if (fd_ >= 0) close(fd_);
}

Result<void> serve(const std::filesystem::path& dir, Keyring& keys, const ServeOptions& options) {
  sigset_t stops;
  sigemptyset(&stops);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&stops, signal);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  ServeLock lock(dir);
  if (!lock.held()) {
    return fail(Fault::conflict, "keeper-runs", "A keeper runs in this folder already.");
  }
  auto served = [&]() -> Result<void> {
    std::unique_ptr<PageServer> page;
    if (options.page_port >= 0)
      page = TRY(PageServer::start(dir, options.page_port, options.module));
    log_line(LogLevel::info, "keeping");
    return Service(dir, keys, options).run(stops);
  }();
  log_line(LogLevel::info, "stopping");
  return served;
}

bool is_served(const std::filesystem::path& dir) { return !ServeLock(dir).held(); }

Result<std::string> read_status(const std::filesystem::path& dir) {
  return read_file(dir / kStatusFile);
}

}  // namespace guildhall::keeper
