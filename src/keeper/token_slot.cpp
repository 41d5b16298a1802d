#include "keeper/token_slot.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "keeper/token.h"

namespace guildhall::keeper {
namespace {

// A field of PKCS#11: padded with blanks, and not to be trusted at a terminal.
template <std::size_t N>
std::string text_of(const unsigned char (&field)[N]) {
  std::string text(reinterpret_cast<const char*>(field), N);
  text.resize(std::min(text.size(), text.find('\0')));
  text.resize(text.find_last_not_of(' ') + 1);
  if (!is_plain(text))
    std::ranges::replace_if(text, [](char c) { return !is_plain({&c, 1}); }, '?');
  return text;
}

struct Seen {
  FoundToken token;
  CK_FLAGS flags = 0;
};

Result<std::vector<Seen>> look(const TokenModule& module, const std::string& path) {
  CK_ULONG count = 0;
  auto answer = module->C_GetSlotList(CK_TRUE, nullptr, &count);
  if (answer != CKR_OK) return token_failed(answer, "C_GetSlotList");
  count = std::min<CK_ULONG>(count, kMaxTokens);
  std::vector<CK_SLOT_ID> slots(count);
  answer = count > 0 ? module->C_GetSlotList(CK_TRUE, slots.data(), &count) : CKR_OK;
  if (answer != CKR_OK) return token_failed(answer, "C_GetSlotList");
  slots.resize(std::min<std::size_t>(count, slots.size()));
  std::vector<Seen> seen;
  for (CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    if (module->C_GetTokenInfo(slot, &info) != CKR_OK) continue;  // taken out meanwhile
    if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
    seen.push_back({{slot, {path, text_of(info.label), text_of(info.serialNumber)}}, info.flags});
  }
  return seen;
}

std::string names_of(const std::vector<Seen>& tokens) {
  std::string names;
  for (const auto& one : tokens) {
    names += fmt::format("{}\"{}\" ({})", names.empty() ? "" : ", ", one.token.place.label,
                         one.token.place.serial);
  }
  return names.empty() ? "none" : names;
}

std::unexpected<Error> unfit(std::string_view why) {
  return fail(Fault::invalid, "token-unfit", std::string(why));
}

Result<void> check_fit(const TokenModule& module, const Seen& found) {
  if ((found.flags & CKF_LOGIN_REQUIRED) == 0) return unfit("This token asks for no PIN.");
  if ((found.flags & CKF_USER_PIN_INITIALIZED) == 0) return unfit("This token has no PIN yet.");
  CK_MECHANISM_INFO about{};
  constexpr CK_FLAGS kBoth = CKF_ENCRYPT | CKF_DECRYPT;
  if (module->C_GetMechanismInfo(found.token.slot, CKM_AES_GCM, &about) != CKR_OK ||
      (about.flags & kBoth) != kBoth) {
    return unfit("This token has no AES-GCM.");
  }
  return {};
}

}  // namespace

Result<FoundToken> find_token(const TokenModule& module, const TokenPlace& wanted) {
  auto seen = TRY(look(module, wanted.module));
  std::vector<Seen> fitting;
  for (const auto& one : seen) {
    const auto& [path, label, serial] = one.token.place;
    bool is_meant = (wanted.label.empty() || wanted.label == label) &&
                    (wanted.serial.empty() || wanted.serial == serial);
    if (is_meant) fitting.push_back(one);
  }
  if (fitting.empty()) {
    std::string name = wanted.label.empty() ? "" : fmt::format(" \"{}\"", wanted.label);
    if (!wanted.serial.empty()) name += fmt::format(" ({})", wanted.serial);
    return fail(Fault::unavailable, "no-token",
                fmt::format("The token{} is not there. There are: {}.", name, names_of(seen)));
  }
  if (fitting.size() > 1) {
    return fail(Fault::invalid, "which-token",
                fmt::format("Which token? --token LABEL: {}.", names_of(fitting)));
  }
  TRY(check_fit(module, fitting.front()));
  return fitting.front().token;
}

std::string_view pin_warning(const TokenModule& module, CK_SLOT_ID slot) {
  CK_TOKEN_INFO info{};
  if (module->C_GetTokenInfo(slot, &info) != CKR_OK) return {};
  if ((info.flags & CKF_USER_PIN_LOCKED) != 0) return " The token has locked itself.";
  if ((info.flags & CKF_USER_PIN_FINAL_TRY) != 0) {
    return " The token takes one more, and locks itself if that is wrong.";
  }
  return {};
}

std::unexpected<Error> token_failed(CK_RV answer, std::string_view at) {
  switch (answer) {
    case CKR_PIN_LOCKED:
    case CKR_PIN_EXPIRED:
      return fail(Fault::forbidden, "pin-locked",
                  "The token takes no PIN any more: it is locked, or the PIN has expired.");
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_TOKEN_NOT_RECOGNIZED:
    case CKR_DEVICE_REMOVED:
      return fail(Fault::unavailable, "no-token", "The token is not there any more.");
    case CKR_MECHANISM_INVALID:
    case CKR_MECHANISM_PARAM_INVALID:
      return unfit("This token does not do AES-GCM as it is asked to.");
    default:
      return fail(Fault::unavailable, "token-failed",
                  fmt::format("The token failed at {} (0x{:x}).", at, answer));
  }
}

}  // namespace guildhall::keeper
