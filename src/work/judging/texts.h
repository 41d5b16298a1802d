// The words of the prompts, version by version. Internal to judging.
//
// A version's words never change (texts_test.cpp holds their hashes): a better wording is a new
// version beside the old one. Blanks in braces are filled by prompt.h, once each and in one pass.
//
// Concurrency: constants.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "work/judging/judging.h"
#include "work/template/form.h"

namespace guildhall::work::judging {

// How a prompt is put together.
enum class Method : unsigned char { pairwise, rubric, steps, review, draft, variants, dialogue };

struct Texts {
  PromptTemplate info;
  Method method = Method::pairwise;
  // {fence} {form} {task} {project} {schema}
  std::string_view system;
  // {open} {close} {material}
  std::string_view user;
  // What {task} stands for: the key question by itself, and whatever else the form asks.
  std::string_view task;
  std::string_view rest;
  std::string_view stop;  // where the form ends at the first error
};

std::span<const Texts> all_texts();
// Aborts for what find_template did not give.
const Texts& texts_of(const PromptTemplate& prompt);

// How material is announced: {open} {close}. A reader of the prompt knows the fence by these words.
std::string_view fence_words();
// How answers to questions of this kind look.
std::string_view answer_words(QuestionKind kind);

}  // namespace guildhall::work::judging
