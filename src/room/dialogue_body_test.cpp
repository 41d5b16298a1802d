// A dialogue's replies as events: what is written, in which order, and that leaving is passed on.
#include "room/dialogue_body.h"

#include <doctest/doctest.h>

namespace guildhall::room {
namespace {

using work::dialogue::Heard;
using work::dialogue::NodeState;

class ToldStream final : public work::dialogue::ReplyStream {
 public:
  explicit ToldStream(bool& left) : left_(left) {}
  void on_news(std::function<void()> wake) override { wake_ = std::move(wake); }
  Heard hear() override { return std::exchange(next, {}); }
  void leave() override { left_ = true; }
  void news() const { wake_(); }
  Heard next;

 private:
  bool& left_;
  std::function<void()> wake_;
};

}  // namespace

TEST_CASE("dialogue body: nodes first, then what is heard, an end, and nothing after it") {
  const store::ExternalIds ids{crypto::Block{1, 2, 3}};
  bool left = false;
  auto stream = std::make_shared<ToldStream>(left);
  auto body = dialogue_body(stream, ids, ProjectId{7}, R"({"nodes":[]})");
  int woken = 0;
  body->start([&] { ++woken; });
  auto take = [&](bool is_end) {
    std::string out;
    auto end = body->take(out);
    REQUIRE(end);
    CHECK(*end == is_end);
    return out;
  };
  CHECK(take(false) == "event: nodes\ndata: {\"nodes\":[]}\n\n");
  CHECK(take(false).empty());  // it is asked until there is nothing
  stream->news();
  CHECK(woken == 1);
  auto one = ids.show(ProjectId{7}, DialogueNodeId{1});
  auto two = ids.show(ProjectId{7}, DialogueNodeId{2});
  stream->next.texts = {{DialogueNodeId{1}, "a\nb"}, {DialogueNodeId{2}, "\"c\""}};
  CHECK(take(false) == "event: text\ndata: {\"node\":\"" + one + "\",\"text\":\"a\\nb\"}\n\n" +
                           "event: text\ndata: {\"node\":\"" + two +
                           "\",\"text\":\"\\\"c\\\"\"}\n\n");
  stream->next.done = {{DialogueNodeId{1}, NodeState::complete, ""},
                       {DialogueNodeId{2}, NodeState::error, "No."}};
  stream->next.over = true;
  CHECK(take(true) == "event: done\ndata: {\"node\":\"" + one + "\",\"state\":\"complete\"}\n\n" +
                          "event: done\ndata: {\"node\":\"" + two +
                          "\",\"state\":\"error\",\"why\":\"No.\"}\n\n" +
                          "event: end\ndata: {}\n\n");
  CHECK_FALSE(left);
  body.reset();
  CHECK(left);
}

}  // namespace guildhall::room
