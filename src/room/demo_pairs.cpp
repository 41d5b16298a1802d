#include "room/demo_pairs.h"

#include <fmt/format.h>

#include <cmath>

#include "quality/seeded.h"

namespace guildhall::room {

const std::string_view kPairGuidelines = R"md(# Which answer is right?

Each question has one right answer. Work it out yourself first, then look at the two.

- Choose the response that is **right**. How it is put does not matter.
- **Tie** is for two that are both right, **both bad** for two that are both wrong. Neither occurs
  often here.
- If you do not know, look it up or skip the task. Please do not guess.
)md";

namespace {

constexpr std::uint64_t kPairSeed = 20;
constexpr std::size_t kCheckEvery = 7;  // one pair in so many is a check task

struct Model {
  std::string_view name;
  double strength;  // log odds
};
constexpr std::array kModels = {Model{"heron-large", 1.1}, Model{"plover-2", 0.2},
                                Model{"wren-mini", -0.9}};

struct MadeQuestion {
  std::string prompt;
  std::string right;
  std::string wrong;
};

struct MadeKnown {
  std::string_view prompt;
  std::string_view right;
  std::string_view wrong;
};

constexpr MadeKnown kFactPairs[] = {
    {"What is the capital of Australia?", "Canberra.", "Sydney."},
    {"Which planet is nearest to the Sun?", "Mercury.", "Venus."},
    {"What is the chemical symbol of potassium?", "K.", "P."},
    {"How many bones has an adult human?", "206, as a rule.", "187, as a rule."},
    {"Which ocean lies between Africa and Australia?", "The Indian Ocean.", "The Pacific Ocean."},
    {"At what temperature does pure water boil at sea level?", "At 100 °C.", "At 90 °C."},
    {"Which gas do plants take up in photosynthesis?", "Carbon dioxide.", "Nitrogen."},
    {"Which is the longest side of a right triangle?", "The hypotenuse.", "The adjacent side."},
    {"In which organ is insulin made?", "In the pancreas.", "In the liver."},
    {"What is the capital of Canada?", "Ottawa.", "Toronto."},
    {"How many sides has a dodecagon?", "12.", "10."},
    {"Which metal is liquid at room temperature?", "Mercury.", "Zinc."},
    {"What does DNA stand for?", "Deoxyribonucleic acid.", "Dinitrogen acid."},
    {"Which is the smallest prime number?", "2.", "1."},
    {"On which continent is the Atacama desert?", "South America.", "Africa."},
    {"What is the unit of electrical resistance?", "The ohm.", "The ampere."},
};

constexpr MadeKnown kCodePairs[] = {
    {"What does Python's `len(\"abc\" * 3)` give?", "9.", "6."},
    {"What does Python's `[1, 2, 3][-1]` give?", "3: the last item.", "1: the first item."},
    {"What does `7 // 2` give in Python?", "3.", "3.5."},
    {"What does `\"5\" + 3` give in JavaScript?", "\"53\".", "8."},
    {"What does `list(range(2, 5))` give in Python?", "[2, 3, 4].", "[2, 3, 4, 5]."},
    {"What does `typeof null` give in JavaScript?", "\"object\".", "\"null\"."},
    {"What does `-7 % 3` give in Python?", "2.", "-1."},
    {"Which index has the first element of an array in C?", "0.", "1."},
    {"What does SQL's `COUNT(column)` do with NULLs?", "It leaves them out.", "It counts them."},
    {"What does `bool(\"False\")` give in Python?", "True: the text is not empty.", "False."},
    {"What does `round(2.5)` give in Python 3?", "2: to the even neighbour.", "3."},
    {"Which HTTP status says that a page was not found?", "404.", "500."},
};

struct Unit {
  std::string_view from;
  std::string_view to;
  double factor;
  double slip;  // what a wrong answer multiplies by instead
};
constexpr Unit kUnits[] = {
    {"kilometres", "metres", 1000, 100},
    {"hours", "minutes", 60, 100},
    {"days", "hours", 24, 12},
    {"litres", "millilitres", 1000, 100},
    {"kilograms", "grams", 1000, 10'000},
    {"metres", "centimetres", 100, 1000},
    {"hectares", "square metres", 1e4, 1e3},
    {"minutes", "seconds", 60, 100},
    {"tonnes", "kilograms", 1000, 100},
    {"square metres", "square centimetres", 1e4, 100},
    {"weeks", "days", 7, 5},
    {"dozen", "pieces", 12, 10},
};

MadeQuestion sum_of(quality::Seeded& chance) {
  auto one = static_cast<std::int64_t>(chance.below(80)) + 13;
  auto other = static_cast<std::int64_t>(chance.below(30)) + 6;
  std::int64_t slip = chance.uniform() < 0.5 ? 10 : -10;
  if (chance.uniform() < 0.5) {
    return {fmt::format("What is {} × {}?", one, other), fmt::format("{}.", one * other),
            fmt::format("{}.", one * other + slip)};
  }
  return {fmt::format("What is {} + {}?", 17 * one, 13 * other),
          fmt::format("{}.", 17 * one + 13 * other),
          fmt::format("{}.", 17 * one + 13 * other + slip)};
}

MadeQuestion of_unit(const Unit& unit, quality::Seeded& chance) {
  double amount = static_cast<double>(chance.below(18) + 3) / 2;
  return {fmt::format("How many {} are {} {}?", unit.to, amount, unit.from),
          fmt::format("{} {}.", amount * unit.factor, unit.to),
          fmt::format("{} {}.", amount * unit.slip, unit.to)};
}

std::vector<MadeQuestion> all_questions(quality::Seeded& chance) {
  std::vector<MadeQuestion> out;
  for (int i = 0; i < 20; ++i) out.push_back(sum_of(chance));
  for (const auto& unit : kUnits) out.push_back(of_unit(unit, chance));
  for (const auto& [prompt, right, wrong] : kFactPairs) {
    out.push_back({std::string(prompt), std::string(right), std::string(wrong)});
  }
  for (const auto& [prompt, right, wrong] : kCodePairs) {
    out.push_back({std::string(prompt), std::string(right), std::string(wrong)});
  }
  for (std::size_t left = out.size(); left > 1; --left) {
    std::swap(out[left - 1], out[chance.below(left)]);
  }
  return out;
}

}  // namespace

std::vector<MadePair> made_pairs() {
  quality::Seeded chance(kPairSeed);
  std::vector<MadePair> out;
  for (auto& question : all_questions(chance)) {
    std::size_t at = out.size();
    const auto& one = kModels[at % kModels.size()];
    const auto& other = kModels[(at + 1) % kModels.size()];
    bool better = chance.uniform() < 1 / (1 + std::exp(other.strength - one.strength));
    const auto& knows = better ? one : other;
    const auto& errs = better ? other : one;
    MadePair pair;
    pair.key = fmt::format("pair-{:02}", at + 1);
    pair.prompt = std::move(question.prompt);
    pair.right = chance.below(2);
    pair.text[pair.right] = std::move(question.right);
    pair.text[1 - pair.right] = std::move(question.wrong);
    pair.model[pair.right] = knows.name;
    pair.model[1 - pair.right] = errs.name;
    pair.check = at % kCheckEvery == 3;
    out.push_back(std::move(pair));
  }
  return out;
}

}  // namespace guildhall::room
