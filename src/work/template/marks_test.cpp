#include "work/template/marks.h"

#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

using K = QuestionKind;

double boxes(std::string_view given, std::string_view right) {
  return marks_agreement(K::boxes, js(given), js(right));
}

double segments(std::string_view given, std::string_view right) {
  return marks_agreement(K::segments, js(given), js(right));
}

TEST_CASE("marks: what two share, of what they cover together") {
  auto a = js(R"({"x":0.0,"y":0.0,"w":0.5,"h":0.5,"label":"l"})");
  CHECK(mark_overlap(K::boxes, a, a) == 1.0);
  CHECK(mark_overlap(K::boxes, a, js(R"({"x":0.25,"y":0,"w":0.5,"h":0.5,"label":"l"})")) ==
        doctest::Approx(1.0 / 3));
  CHECK(mark_overlap(K::boxes, a, js(R"({"x":0.5,"y":0.5,"w":0.5,"h":0.5,"label":"l"})")) == 0.0);
  CHECK(mark_overlap(K::boxes, a, js(R"({"x":0,"y":0,"w":0.25,"h":0.5,"label":"l"})")) == 0.5);
  auto b = js(R"({"start_ms":1000,"end_ms":3000,"label":"l"})");
  CHECK(mark_overlap(K::segments, b, js(R"({"start_ms":2000,"end_ms":4000,"label":"l"})")) ==
        doctest::Approx(1.0 / 3));
  CHECK(mark_overlap(K::segments, b, js(R"({"start_ms":3000,"end_ms":4000,"label":"l"})")) == 0.0);
  CHECK(mark_overlap(K::segments, js("{}"), js("[]")) == 0.0);
}

TEST_CASE("marks: boxes agree from half of what they cover on, label by label") {
  constexpr std::string_view kRight = R"([{"x":0.1,"y":0.1,"w":0.2,"h":0.2,"label":"cat"},
      {"x":0.6,"y":0.6,"w":0.2,"h":0.2,"label":"dog"}])";
  CHECK(boxes(kRight, kRight) == 1.0);
  // The second given box lies right, under the wrong label.
  CHECK(boxes(R"([{"x":0.11,"y":0.1,"w":0.2,"h":0.21,"label":"cat","note":"n"},
      {"x":0.6,"y":0.6,"w":0.2,"h":0.2,"label":"cat"}])",
              kRight) == 0.5);
  CHECK(boxes("[]", kRight) == 0.0);
  CHECK(boxes(kRight, "[]") == 0.0);
  CHECK(boxes("[]", "[]") == 1.0);
  // One mark cannot be right twice, and one too many costs.
  CHECK(boxes(R"([{"x":0.1,"y":0.1,"w":0.2,"h":0.2,"label":"cat"},
      {"x":0.1,"y":0.1,"w":0.2,"h":0.2,"label":"cat"}])",
              R"([{"x":0.1,"y":0.1,"w":0.2,"h":0.2,"label":"cat"}])") == doctest::Approx(2.0 / 3));
  // Each takes the best that is free: in which order they were drawn is no matter.
  CHECK(boxes(R"([{"x":0.0,"y":0,"w":0.6,"h":1,"label":"l"},{"x":0.0,"y":0,"w":0.9,"h":1,
      "label":"l"}])",
              R"([{"x":0.0,"y":0,"w":1,"h":1,"label":"l"},{"x":0,"y":0,"w":0.6,"h":1,
      "label":"l"}])") == 1.0);
}

TEST_CASE("marks: segments agree from half of their time on") {
  constexpr std::string_view kRight = R"([{"start_ms":0,"end_ms":1000,"label":"speech"},
      {"start_ms":4000,"end_ms":6000,"label":"noise"}])";
  CHECK(segments(R"([{"start_ms":4000,"end_ms":5000,"label":"noise"},
      {"start_ms":0,"end_ms":499,"label":"speech"}])",
                 kRight) == 0.5);
  CHECK(segments(R"([{"start_ms":4500,"end_ms":6000,"label":"noise"},
      {"start_ms":0,"end_ms":900,"label":"speech"}])",
                 kRight) == 1.0);
  CHECK(segments(R"({"start_ms":0})", kRight) == 0.0);
  CHECK(segments(R"([7,{"label":"speech"}])", kRight) == 0.0);
}

TEST_CASE("marks: known answers and verdicts of the built-in forms rest on them") {
  auto form = *Template::builtin("boxes");
  auto data = js(R"({"image":"fil_1"})");
  auto right = js(R"({"boxes":[{"x":0.1,"y":0.1,"w":0.2,"h":0.2,"label":"object"}]})");
  auto near = js(R"({"boxes":[{"x":0.1,"y":0.1,"w":0.2,"h":0.22,"label":"object"}],
      "justification":"there"})");
  auto far = js(R"({"boxes":[{"x":0.5,"y":0.1,"w":0.2,"h":0.2,"label":"object"}]})");
  CHECK(field_of(form.check_gold(right, data)) == "ok");
  CHECK(form.gold_agreement(near, right, data) == 1);
  CHECK(form.gold_agreement(far, right, data) == 0);
  CHECK(form.same_verdict(near, right));
  CHECK_FALSE(form.same_verdict(far, right));
  CHECK_FALSE(form.same_verdict(js(R"({"boxes":[]})"), right));
  CHECK(form.same_verdict(js(R"({"boxes":[]})"), js(R"({"boxes":[]})")));
  auto sound = *Template::builtin("segments");
  CHECK(sound.same_verdict(js(R"({"segments":[{"start_ms":0,"end_ms":900,"label":"speech"}]})"),
                           js(R"({"segments":[{"start_ms":0,"end_ms":1000,"label":"speech"}]})")));
}

}  // namespace
}  // namespace guildhall::work
