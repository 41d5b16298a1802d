// What of a task's data a model is shown: what the form shows an expert, without what it hides.
// Internal to judging.
//
// Texts stand as they are; whatever has parts stands as JSON, so that no part can pass for another.
//
// Concurrency: pure functions.
// Errors: invalid/"not-for-this-form": the task shows an image, a sound, a film or a PDF.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "work/judging/fence.h"
#include "work/template/form.h"
#include "work/template/template.h"

namespace guildhall::work::judging {

// Responses that are compared have the letters of their places as they are shown.
enum class Order : unsigned char { forward, reversed };

// `data` without what experts do not see.
Result<json::value> blind(const Template& form, const json::value& data);

// All that the form's views show, and what the questions of `part` judge besides; without what lies
// at `apart`, which the caller shows by itself. `data` is blind.
Result<std::vector<Material>> shown(const Form& part, const json::value& data, Order order,
                                    std::string_view apart = "-");

// The text of one item: of a response, a step, a criterion.
std::string item_text(const json::value& item);

}  // namespace guildhall::work::judging
