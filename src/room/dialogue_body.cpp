#include "room/dialogue_body.h"

#include <utility>

#include "base/json.h"
#include "gateway/dialects/sse.h"

namespace guildhall::room {
namespace {

using work::dialogue::ReplyStream;

class DialogueBody final : public net::LiveBody {
 public:
  DialogueBody(std::shared_ptr<ReplyStream> stream, const store::ExternalIds& ids,
               ProjectId project, std::string nodes)
      : stream_(std::move(stream)), ids_(ids), project_(project), nodes_(std::move(nodes)) {}
  ~DialogueBody() override { stream_->leave(); }

  void start(std::function<void()> wake) override { stream_->on_news(std::move(wake)); }

  Result<bool> take(std::string& out) override {
    if (!nodes_.empty()) gateway::write_sse(out, "nodes", std::exchange(nodes_, {}));
    auto heard = stream_->hear();
    for (const auto& [node, text] : heard.texts) {
      JsonWriter data;
      data.begin_object().field("node", ids_.show(project_, node)).field("text", text).end_object();
      gateway::write_sse(out, "text", data.text());
    }
    for (const auto& done : heard.done) {
      JsonWriter data;
      data.begin_object().field("node", ids_.show(project_, done.node));
      data.field("state", word(done.state));
      if (!done.why.empty()) data.field("why", done.why);
      gateway::write_sse(out, "done", data.end_object().text());
    }
    if (heard.over) gateway::write_sse(out, "end", "{}");
    return heard.over;
  }

 private:
  const std::shared_ptr<ReplyStream> stream_;
  const store::ExternalIds& ids_;
  const ProjectId project_;
  std::string nodes_;
};

}  // namespace

std::unique_ptr<net::LiveBody> dialogue_body(std::shared_ptr<ReplyStream> stream,
                                             const store::ExternalIds& ids, ProjectId project,
                                             std::string nodes) {
  return std::make_unique<DialogueBody>(std::move(stream), ids, project, std::move(nodes));
}

}  // namespace guildhall::room
