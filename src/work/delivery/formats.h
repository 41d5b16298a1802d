// The formats behind make_delivery_format, one maker each. Internal to the folder.
//
// Concurrency and limits: those of delivery.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "work/delivery/delivery.h"

namespace guildhall::work {

enum class Dialect : unsigned char { trl, openai };

std::unique_ptr<DeliveryFormat> make_record_format();
std::unique_ptr<DeliveryFormat> make_csv_format(std::string_view template_kind);
std::unique_ptr<DeliveryFormat> make_preference_format(Dialect dialect);
std::unique_ptr<DeliveryFormat> make_sft_format(Dialect dialect);
std::unique_ptr<DeliveryFormat> make_stepwise_format();
std::unique_ptr<DeliveryFormat> make_rft_format();
std::unique_ptr<DeliveryFormat> make_healthbench_format();

// JSON text on one line: a line break between tokens, kept from the import, becomes a space.
void append_one_line(std::string& out, std::string_view json_text);
// A probability, to four places.
void append_probability(std::string& out, double p);

}  // namespace guildhall::work
