#include "mock_model/voice.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace guildhall::mock_model {
namespace {

// % is a word of the question, the next one each time; written so that any word of any question
// can stand there.
struct Voice {
  std::array<std::string_view, 3> openings;
  std::array<std::string_view, 6> sentences;
  std::array<std::string_view, 3> closings;
  std::string_view thought;
};

constexpr Voice kFormal = {
    {"You ask about “%”; I would settle that before anything else.",
     "There are two matters here, “%” and “%”, and they are best kept apart.",
     "The answer turns on “%”, so I begin there."},
    {"First, establish what is certain about “%”: who says so, and since when.",
     "Then put it in writing, with a date, and name “%” in plain words.",
     "What I cannot tell from here is whether “%” has changed in the meantime.",
     "If “%” and “%” contradict each other, the more cautious reading should stand.",
     "There is one exception: where “%” is urgent, act first and record it afterwards.",
     "Keep whatever shows how “%” came about; it will be asked for."},
    {"With more about “%” I could be more precise.",
     "In short: “%” first, and nothing that cannot be undone.",
     "Please correct me where I have misread “%”."},
    "The question is about “%”. What is known of it, and what follows?"};
constexpr Voice kCasual = {
    {"Okay, “%” - let's see.", "Good that you ask about “%”.", "So it's “%” and “%”. Doable."},
    {"I'd start with “%”, because everything else hangs on it.",
     "Quick check: does “%” still look the same tomorrow?",
     "Don't argue about “%” on the phone; a short note does more.",
     "People mix up “%” and “%” all the time, so say which one you mean.",
     "If you aren't sure about “%”, ask somebody who has seen it before.",
     "Worst case, “%” takes a week longer than you'd like."},
    {"Tell me how it goes with “%”!", "That's about all I'd do for “%”.",
     "Want me to write something up about “%”?"},
    "They want to know about “%”. Keep it short and useful."};
constexpr Voice kTerse = {
    {"On “%”.", "“%”: short version.", "Two points: “%”, “%”."},
    {"Look at “%” first.", "Compare “%” with “%”.", "Leave out what does not touch “%”.",
     "Write down when “%” began.", "Two sources for “%”, not one.", "Stop when “%” is settled."},
    {"“%” is done then.", "Ask again if “%” changes.", "No more on “%”."},
    "“%” first. Then “%”."};
constexpr Voice kTeacher = {
    {"Let us take “%” step by step.", "Imagine you meet “%” for the first time.",
     "Before we answer, say in your own words what “%” means here."},
    {"Suppose “%” were different: what would become of “%”?",
     "Notice that “%” is a claim, and ask what would prove it wrong.",
     "Many people stop at “%”; one question further is where it gets clear.",
     "Explain “%” to a friend in one sentence, and see what they ask.",
     "Here “%” is the reason and “%” the consequence, not the other way round.",
     "Now turn it around: what would you do without “%”?"},
    {"As an exercise, try the same with “%”.", "You now have what you need for “%”.",
     "Keep “%” in mind for the next step."},
    "What would help somebody to see “%”? An example comes first."};
constexpr std::array<const Voice*, 4> kVoices = {&kFormal, &kCasual, &kTerse, &kTeacher};

const Voice& voice_of(std::string_view name) {
  if (name.ends_with("-a")) return kFormal;
  if (name.ends_with("-b")) return kCasual;
  return *kVoices[hash_of(name) % kVoices.size()];
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// Words that are in any question, four letters and longer.
constexpr std::string_view kCommon =
    " about after again against also among another anybody anything asked asks away back "
    "because been before begin behind being best better between both bring call came case "
    "come comes could days does doing done down each either else enough even ever every "
    "everything find first found from gave give given goes going gone good have having help "
    "here hers himself into just keep kept kind knew know large last late later least left "
    "less like little long look made make makes many maybe might more most much must near "
    "need needs never next nobody none nothing often once only other others otherwise over "
    "part perhaps please possible quite really right said same says seem seems shall should "
    "show side since small some somebody someone something soon still such sure take taken "
    "tell tells than that their them then there therefore these they thing things think this "
    "those though three through told took toward under until upon used uses using usually "
    "very want wanted wants well went were what whatever when where whether which while whole "
    "whose will with within without would write year years your yours ";

bool is_common(std::string_view word) {
  std::string low = " ";
  for (char c : word) low += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return kCommon.find(low + " ") != std::string_view::npos;
}

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::size_t kLongest = 24;
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_letter(text[end])) ++end;
    auto found = text.substr(at, end - at);
    if (found.size() >= 4 && found.size() <= kLongest && !is_common(found) &&
        std::ranges::find(words, found) == words.end()) {
      words.push_back(found);
    }
    at = end + 1;
  }
  return words;
}

// The longest words of the question that are not in every question, in its order; of the last
// part, where it is long.
std::vector<std::string_view> topics_of(std::string_view question) {
  constexpr std::size_t kLook = 2'000;
  constexpr std::size_t kTopics = 4;
  if (question.size() > kLook) question.remove_prefix(question.size() - kLook);
  auto words = words_of(question);
  std::vector<std::size_t> sizes;
  for (auto found : words) sizes.push_back(found.size());
  std::ranges::sort(sizes, std::greater<>());
  const std::size_t least = sizes.size() > kTopics ? sizes[kTopics - 1] : 0;
  std::erase_if(words, [&](auto found) { return found.size() < least; });
  if (words.size() > kTopics) words.resize(kTopics);
  if (words.empty()) words.emplace_back("this");
  return words;
}

// What is said, sentence by sentence: each % is the topic after the last.
class Speech {
 public:
  Speech(std::string_view question, Random& random)
      : topics_(topics_of(question)), next_(random.below(topics_.size())) {}

  std::vector<std::string> sentence(std::string_view form, bool first = false) {
    std::string text = first ? "" : " ";
    for (char c : form) {
      if (c == '%') {
        text += topics_[next_++ % topics_.size()];
      } else {
        text += c;
      }
    }
    return pieces_of(text);
  }

 private:
  std::vector<std::string_view> topics_;
  std::size_t next_;
};

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  std::ranges::move(more, std::back_inserter(to));
}

// Of one word, of two, and so on: so that a text ends with a sentence, however long it may be.
constexpr std::string_view kRests[] = {"Understood?",
                                       "Take notes.",
                                       "Write it down.",
                                       "Keep a copy too.",
                                       "Then look at it again.",
                                       "Say so if it is urgent.",
                                       "None of this has to be today."};

void fill_up(std::vector<std::string>& pieces, std::size_t wanted) {
  while (pieces.size() < wanted) {
    auto left = std::min(wanted - pieces.size(), std::size(kRests));
    append(pieces, pieces_of(" " + std::string(kRests[left - 1])));
  }
}

}  // namespace

std::uint64_t hash_of(std::string_view text, std::uint64_t start) {
  for (unsigned char c : text) start = (start ^ c) * 0x100000001B3;
  return start;
}

std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    auto end = text.find_first_of(" \n", text.find_first_not_of(" \n"));
    end = std::min(end, text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

std::vector<std::string> speak(std::string_view name, std::string_view question, std::int64_t words,
                               Random& random) {
  const Voice& voice = voice_of(name);
  const auto wanted = static_cast<std::size_t>(words);
  Speech speech(question, random);
  auto pieces = speech.sentence(voice.openings[random.below(voice.openings.size())], true);
  const auto end = speech.sentence(voice.closings[random.below(voice.closings.size())]);
  const std::size_t first = random.below(voice.sentences.size());
  for (std::size_t n = 0; pieces.size() + end.size() < wanted; ++n) {
    auto more = speech.sentence(voice.sentences[(first + n) % voice.sentences.size()]);
    if (pieces.size() + more.size() + end.size() > wanted) break;
    append(pieces, std::move(more));
  }
  const bool closes = pieces.size() + end.size() <= wanted;
  fill_up(pieces, closes ? wanted - end.size() : wanted);
  if (closes) append(pieces, end);
  pieces.resize(wanted);
  return pieces;
}

std::vector<std::string> ponder(std::string_view name, std::string_view question, Random& random) {
  return Speech(question, random).sentence(voice_of(name).thought, true);
}

}  // namespace guildhall::mock_model
