// Errors are values. `Result<T>` is what every fallible call returns; `TRY(expr)` unwraps it or
// returns its error from the calling function.
//
// An Error names a stable problem type (a slug of docs/api.md, the tail of the RFC 9457 `type`),
// says in a sentence what happened, and names the field at fault where there is one. It never
// carries content: no answer, title, prompt or parameter.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace guildhall {

// What kind of refusal this is; each maps to one HTTP status.
enum class Fault : unsigned char {
  malformed,        // 400 the bytes are not what they claim to be
  unauthenticated,  // 401 nobody, or nobody we know
  forbidden,        // 403 somebody, but not for this
  not_found,        // 404 nothing there that this caller may know of
  not_allowed,      // 405 the path is there, the method is not
  timeout,          // 408 the client was too slow
  conflict,         // 409 right in form, wrong in this state
  gone,             // 410 it was there
  too_large,        // 413 over a stated limit
  unsupported,      // 415 media type not taken
  range,            // 416 range not satisfiable
  invalid,          // 422 well formed, but a field breaks its rule
  locked,           // 423 the key is withdrawn
  too_many,         // 429 rate limit
  internal,         // 500 our fault
  unavailable,      // 503 full, stopping, or the store does not answer
  no_space,         // 507 the disk is full
};

struct Error {
  Fault fault = Fault::internal;
  std::string_view type = "internal";  // static storage only
  std::string detail;
  std::string field;  // JSON pointer or parameter name; may be empty
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Fault fault, std::string_view type, std::string detail,
                                   std::string field = {}) {
  return std::unexpected(Error{fault, type, std::move(detail), std::move(field)});
}

// HTTP status of a fault.
constexpr int http_status(Fault fault) {
  switch (fault) {
    case Fault::malformed: return 400;
    case Fault::unauthenticated: return 401;
    case Fault::forbidden: return 403;
    case Fault::not_found: return 404;
    case Fault::not_allowed: return 405;
    case Fault::timeout: return 408;
    case Fault::conflict: return 409;
    case Fault::gone: return 410;
    case Fault::too_large: return 413;
    case Fault::unsupported: return 415;
    case Fault::range: return 416;
    case Fault::invalid: return 422;
    case Fault::locked: return 423;
    case Fault::too_many: return 429;
    case Fault::internal: return 500;
    case Fault::unavailable: return 503;
    case Fault::no_space: return 507;
  }
  return 500;
}

// What TRY hands on; apart from operator* in that its value may be ignored.
template <class R>
constexpr auto unwrap(R&& result) -> typename std::remove_cvref_t<R>::value_type {
  if constexpr (!std::is_void_v<typename std::remove_cvref_t<R>::value_type>) {
    return *std::forward<R>(result);
  }
}

}  // namespace guildhall

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro can return from its caller.
#define TRY(...)                                              \
  __extension__({                                             \
    auto&& try_result_ = (__VA_ARGS__);                       \
    if (!try_result_) [[unlikely]]                            \
      return std::unexpected(std::move(try_result_).error()); \
    ::guildhall::unwrap(std::move(try_result_));              \
  })
