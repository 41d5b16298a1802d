#include "mock_model/voice.h"

#include <algorithm>
#include <array>
#include <span>

namespace guildhall::mock_model {
namespace {

// % is a word of the question.
struct Voice {
  std::array<std::string_view, 3> openings;
  std::array<std::string_view, 6> sentences;
  std::array<std::string_view, 3> closings;
  std::string_view thought;
};

constexpr Voice kFormal = {
    {"Regarding %, three considerations are decisive.",
     "The question of % admits a precise answer.",
     "It is useful to separate % from what surrounds it."},
    {"First, the evidence on % is consistent and has been replicated.",
     "Where % is uncertain, the conservative reading should be preferred.",
     "The relation between % and % is often overstated.",
     "A careful practitioner would document % before proceeding.",
     "One exception deserves mention: % may vary with the setting.",
     "Accordingly, the weight given to % ought to be moderate."},
    {"In summary, % warrants attention, though not alarm.", "On balance, the case for % is sound.",
     "Further information on % would permit a firmer conclusion."},
    "The request concerns %. I should establish what is known, then what follows for %."};
constexpr Voice kCasual = {
    {"Good question about %!", "So, % - here's how I'd look at it.", "Okay, let's talk about %."},
    {"Honestly, % is simpler than it sounds.", "You'd start with % and see how far it gets you.",
     "People mix up % and % all the time.", "If % feels off, trust that and check again.",
     "I wouldn't worry too much about % at first.",
     "A quick way to tell: does % still make sense tomorrow?"},
    {"Hope that helps with %!", "That's really all there is to %.",
     "Give % a try and tell me how it goes."},
    "They're asking about %. Let me keep it short and start with %."};
constexpr Voice kTerse = {
    {"%: short version.", "On %.", "Answer for %:"},
    {"Check % first.", "Then compare % with %.", "Skip what does not touch %.", "Write down %.",
     "Two sources for %, not one.", "Stop when % is settled."},
    {"Done with %.", "That settles %.", "% next."},
    "% first. Then %."};
constexpr Voice kTeacher = {
    {"Let us take % step by step.", "Imagine you meet % for the first time.",
     "To understand %, begin with an example."},
    {"Suppose that % doubles: what would you expect of %?", "Notice how % depends on its context.",
     "Many students confuse % with something simpler.",
     "Try to explain % to a friend in one sentence.", "Here % plays the part of a hinge.",
     "Now turn it around and ask what % is not."},
    {"As an exercise, apply this to % yourself.", "You now have what you need for %.",
     "Keep % in mind for the next step."},
    "What would help somebody to see %? An example with % comes first."};
constexpr std::array<const Voice*, 4> kVoices = {&kFormal, &kCasual, &kTerse, &kTeacher};

const Voice& voice_of(std::string_view name) {
  if (name.ends_with("-a")) return kFormal;
  if (name.ends_with("-b")) return kCasual;
  return *kVoices[hash_of(name) % kVoices.size()];
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// The longest words of the question, in its order; of the last part, where it is long.
std::vector<std::string_view> topics_of(std::string_view question) {
  constexpr std::size_t kLook = 2'000;
  constexpr std::size_t kTopics = 4;
  constexpr std::size_t kLongest = 24;
  if (question.size() > kLook) question.remove_prefix(question.size() - kLook);
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < question.size();) {
    std::size_t end = at;
    while (end < question.size() && is_letter(question[end])) ++end;
    auto found = question.substr(at, end - at);
    if (found.size() >= 4 && found.size() <= kLongest &&
        std::ranges::find(words, found) == words.end()) {
      words.push_back(found);
    }
    at = end + 1;
  }
  std::vector<std::size_t> sizes;
  for (auto found : words) sizes.push_back(found.size());
  std::ranges::sort(sizes, std::greater<>());
  const std::size_t least = sizes.size() > kTopics ? sizes[kTopics - 1] : 0;
  std::erase_if(words, [&](auto found) { return found.size() < least; });
  if (words.size() > kTopics) words.resize(kTopics);
  if (words.empty()) words.emplace_back("this");
  return words;
}

void say(std::string& out, std::string_view sentence, std::span<const std::string_view> topics,
         Random& random) {
  if (!out.empty()) out += ' ';
  std::size_t topic = random.below(topics.size());
  for (char c : sentence) {
    if (c == '%') {
      out += topics[topic++ % topics.size()];
    } else {
      out += c;
    }
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
  const auto topics = topics_of(question);
  const auto wanted = static_cast<std::size_t>(words);
  std::string text;
  say(text, voice.openings[random.below(voice.openings.size())], topics, random);
  std::string closing;
  say(closing, voice.closings[random.below(voice.closings.size())], topics, random);
  const auto end = pieces_of(" " + closing);
  std::vector<std::string> pieces = pieces_of(text);
  for (std::size_t next = random.below(6); pieces.size() + end.size() < wanted; ++next) {
    text.clear();
    say(text, voice.sentences[next % voice.sentences.size()], topics, random);
    for (auto& piece : pieces_of(" " + text)) pieces.push_back(std::move(piece));
  }
  if (wanted > end.size()) {
    const bool breaks_off = pieces.size() > wanted - end.size();
    pieces.resize(std::min(pieces.size(), wanted - end.size()));
    if (breaks_off && !pieces.back().ends_with('.')) pieces.back() += "\u2026";
    pieces.insert(pieces.end(), end.begin(), end.end());
  }
  pieces.resize(wanted);
  return pieces;
}

std::vector<std::string> ponder(std::string_view name, std::string_view question, Random& random) {
  std::string text;
  say(text, voice_of(name).thought, topics_of(question), random);
  return pieces_of(text);
}

}  // namespace guildhall::mock_model
