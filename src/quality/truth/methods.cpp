#include "quality/truth/methods.h"

#include <algorithm>

#include "quality/truth/auto.h"
#include "quality/truth/bwa.h"
#include "quality/truth/dawid_skene.h"
#include "quality/truth/ebcc.h"
#include "quality/truth/glad.h"
#include "quality/truth/gold_weighted.h"
#include "quality/truth/hierarchical.h"
#include "quality/truth/ibcc.h"
#include "quality/truth/kos.h"
#include "quality/truth/m_msr.h"
#include "quality/truth/mace.h"
#include "quality/truth/majority.h"
#include "quality/truth/one_coin.h"
#include "quality/truth/wawa.h"
#include "quality/truth/zero_based.h"

namespace guildhall::quality {
namespace {

constexpr Method kMethods[] = {
    {"auto", "several models, weighted by how well they predict hidden judgments", automatic},
    {"majority", "the share of the votes", majority},
    {"wawa", "votes weighted by agreement with the majority", wawa},
    {"zbs", "votes weighted by agreement with the result, over and over", zero_based_skill},
    {"gold", "votes weighted by known answers", gold_weighted},
    {"one-coin", "each person is right with one probability",
     [](const Judgments& judgments, Gold gold) { return one_coin(judgments, gold); }},
    {"ds", "Dawid-Skene: each person has a confusion matrix",
     [](const Judgments& judgments, Gold gold) { return dawid_skene(judgments, gold); }},
    {"hierarchical", "Dawid-Skene, matrices drawn towards the population's",
     [](const Judgments& judgments, Gold gold) { return hierarchical(judgments, gold); }},
    {"ibcc", "Bayesian Dawid-Skene with fixed priors",
     [](const Judgments& judgments, Gold gold) { return ibcc(judgments, gold); }},
    {"ebcc", "classes have subtypes on which people err together",
     [](const Judgments& judgments, Gold gold) { return ebcc(judgments, gold); }},
    {"bwa", "Bayesian weighted average of each class apart",
     [](const Judgments& judgments, Gold gold) { return bwa(judgments, gold); }},
    {"glad", "ability of people against difficulty of items",
     [](const Judgments& judgments, Gold gold) { return glad(judgments, gold); }},
    {"mace", "people know, or answer by habit",
     [](const Judgments& judgments, Gold gold) { return mace(judgments, gold); }},
    {"kos", "messages between people and items, for two classes",
     [](const Judgments& judgments, Gold gold) { return kos(judgments, gold); }},
    {"m-msr", "skill from agreement in pairs, without the extremes",
     [](const Judgments& judgments, Gold gold) { return m_msr(judgments, gold); }},
};

}  // namespace

std::span<const Method> methods() { return kMethods; }

const Method* method(std::string_view name) {
  const auto* found = std::ranges::find(kMethods, name, &Method::name);
  return found == std::end(kMethods) ? nullptr : found;
}

}  // namespace guildhall::quality
