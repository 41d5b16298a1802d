#include "work/judging/materials.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace guildhall::work::judging {
namespace {

bool is_media(ViewKind kind) {
  switch (kind) {
    case ViewKind::image:
    case ViewKind::audio:
    case ViewKind::video:
    case ViewKind::pdf:
    case ViewKind::media: return true;
    default: return false;
  }
}

bool by_letter(const Question& q) {
  return q.from && (q.kind == QuestionKind::compare || q.kind == QuestionKind::rank);
}

class Collector {
 public:
  Collector(const Form& part, const json::value& data, Order order, std::string_view apart)
      : part_(part), data_(data), order_(order), seen_{std::string(apart)} {}

  Result<std::vector<Material>> all() && {
    for (const auto& v : part_.views) TRY(add(v));
    for (const auto& q : part_.questions) add(q);
    return std::move(out_);
  }

 private:
  Result<void> add(const View& v) {
    const auto* value = resolve(data_, v.from);
    if (seen_.contains(v.from.text) || !value || value->is_null()) return {};
    seen_.insert(v.from.text);
    if (is_media(v.kind)) {
      return fail(Fault::invalid, "not-for-this-form",
                  fmt::format("The view {} shows a file, which a model is not shown.", v.id),
                  "template");
    }
    if (v.each) {
      add_items(v.id, v.from, *value);
    } else {
      out_.push_back({v.id, v.kind == ViewKind::json ? to_json(*value) : item_text(*value)});
    }
    add_second(v, v.to, "second");
    add_second(v, v.tools, "tools");
    return {};
  }

  void add_second(const View& v, const std::optional<Pointer>& from, std::string_view name) {
    const auto* value = from ? resolve(data_, *from) : nullptr;
    if (value && !value->is_null()) {
      out_.push_back({fmt::format("{}, {}", v.id, name), item_text(*value)});
    }
  }

  void add(const Question& q) {
    for (const auto& inner : q.questions) add(inner);
    for (const auto* from : {&q.from, &q.options_from}) {
      const auto* value = *from ? resolve(data_, **from) : nullptr;
      if (!value || value->is_null() || !seen_.insert((*from)->text).second) continue;
      if (value->is_array() && by_letter(q) && from == &q.from) {
        add_items(q.id, **from, *value);
      } else {
        out_.push_back({fmt::format("for {}", q.id), item_text(*value)});
      }
    }
  }

  void add_items(std::string_view id, const Pointer& from, const json::value& value) {
    const bool letters = std::ranges::any_of(part_.questions, [&](const Question& q) {
      return by_letter(q) && q.from->text == from.text;
    });
    const auto& items = value.get_array();
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool turned = letters && order_ == Order::reversed;
      const auto& item = items[turned ? items.size() - 1 - i : i];
      auto name = letters ? fmt::format("response {}", letter(i)) : fmt::format("{} {}", id, i + 1);
      out_.push_back({std::move(name), item_text(item)});
    }
  }

  const Form& part_;
  const json::value& data_;
  Order order_;
  std::set<std::string> seen_;  // pointers
  std::vector<Material> out_;
};

}  // namespace

Result<json::value> blind(const Template& form, const json::value& data) {
  return parse_json(form.blind_data(data));
}

Result<std::vector<Material>> shown(const Form& part, const json::value& data, Order order,
                                    std::string_view apart) {
  return Collector(part, data, order, apart).all();
}

std::string item_text(const json::value& item) {
  if (const auto* text = item.if_string()) return std::string(view(*text));
  if (const auto* text = find_string(item, "text")) return std::string(view(*text));
  if (const auto* messages = find_array(item, "messages")) return to_json(*messages);
  return to_json(item);
}

}  // namespace guildhall::work::judging
