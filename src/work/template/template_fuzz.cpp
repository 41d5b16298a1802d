// Parses a form from the first half of the input (up to a NUL byte) and, if it is one, checks the
// second half as its answers, and as data. A form's text must read back, a refusal must name a
// field, and answers must agree with themselves.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/limits.h"
#include "work/template/template.h"

namespace guildhall {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(bytes), size);
  auto split = input.find('\0');
  auto form = parse_json(input.substr(0, split));
  if (!form) return 0;
  auto made = work::Template::parse(*form);
  if (!made) return 0;
  auto again = parse_json(made->form_json());
  if (!again || !work::Template::parse(*again)) std::abort();
  if (split == std::string_view::npos) return 0;
  auto answers = parse_json(input.substr(split + 1));
  if (!answers) return 0;
  auto data = made->check_data(*answers);
  if (data) (void)made->blind_data(*answers);
  for (bool complete : {false, true}) {
    auto checked = made->check_answers(*answers, *answers, complete);
    if (!checked && checked.error().field.empty()) std::abort();
    (void)made->score(*answers, *answers);
    if (made->gold_agreement(*answers, *answers, *answers) < 0) std::abort();
    if (!made->same_verdict(*answers, *answers)) std::abort();
  }
  return 0;
}

}  // namespace guildhall
