// The first byte chooses what was asked; what follows is the reply, or two of them around a NUL
// byte. What is accepted must be answers of the form, or tasks that fit it; what is refused says
// which reply is at fault.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "work/judging/judging.h"

namespace guildhall {
namespace {

using work::judging::PromptTemplate;
using work::judging::Purpose;
using work::judging::Subject;

struct Asked {
  std::string_view prompt;
  std::string_view form;
  std::string_view data;
};
constexpr std::array kAsked = {
    Asked{"judge.pairwise", "preference",
          R"({"prompt":"p","responses":[{"text":"1"},{"text":"2"},{"text":"3"}]})"},
    Asked{"judge.rubric", "rubric",
          R"({"prompt":"p","response":"r","rubric":[{"id":"a","criterion":"c"},
             {"id":"b","criterion":"d"}]})"},
    Asked{"judge.steps", "trajectory",
          R"({"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]})"},
    Asked{"judge.code-review", "choice", R"({"prompt":"p"})"},
    Asked{"draft.answer", "authoring", R"({"brief":"b"})"},
    Asked{"draft.answer", "spans", R"({"text":"some text"})"},
    Asked{"generate.variants", "rubric", R"({"prompt":"p","response":"r","rubric":[]})"},
    Asked{"generate.dialogue", "demonstration", R"({"prompt":"p"})"},
};

void expect(bool holds) {
  if (!holds) std::abort();
}

template <class T>
void expect_place(const Result<T>& read) {
  expect(read || read.error().field.starts_with("/replies/"));
}

// One of kAsked, made ready once.
struct Ready {
  explicit Ready(const Asked& asked) {
    const auto made = work::judging::find_template(asked.prompt);
    const auto of = work::Template::builtin(asked.form);
    const auto task = parse_json(asked.data);
    expect(made && of && task);
    prompt = *made;
    form.push_back(*of);
    data = *task;
    subject.data = &data;
    subject.brief = "b";
    subject.count = 2;
  }
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;

  PromptTemplate prompt;
  std::vector<work::Template> form;  // one
  json::value data;
  Subject subject;
};

const Ready& ready(std::size_t which) {
  static const auto all = [] {
    std::array<std::unique_ptr<const Ready>, kAsked.size()> out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::make_unique<const Ready>(kAsked[i]);
    return out;
  }();
  return *all[which % all.size()];
}

void read_tasks(const Ready& asked, const std::vector<std::string>& replies) {
  auto tasks = work::judging::tasks_from(asked.prompt, asked.form[0], asked.subject, replies);
  expect_place(tasks);
  for (std::size_t i = 0; tasks && i < tasks->size(); ++i) {
    expect(asked.form[0].check_data((*tasks)[i]).has_value());
  }
}

void read_answers(const Ready& asked, const std::vector<std::string>& replies) {
  auto answers = work::judging::answers_from(asked.prompt, asked.form[0], asked.subject, replies);
  expect_place(answers);
  const bool complete = asked.prompt.purpose == Purpose::judge;
  if (answers) expect(asked.form[0].check_answers(*answers, asked.data, complete).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const auto& asked = ready(bytes[0]);
  const std::string input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  std::vector<std::string> replies;
  const auto split = input.find('\0');
  replies.push_back(input.substr(0, split));
  if (split != std::string::npos) replies.push_back(input.substr(split + 1));
  if (asked.prompt.purpose == Purpose::generate) {
    read_tasks(asked, replies);
  } else {
    read_answers(asked, replies);
  }
  return 0;
}

}  // namespace guildhall
