#include "keeper/token_file.h"

#include <doctest/doctest.h>

#include "base/random.h"
#include "crypto/hash.h"
#include "crypto/key_file.h"

namespace guildhall::keeper {
namespace {

TokenFile sample() {
  return {.keeper = {std::string(32, 'k'), 7},
          .place = {"/usr/lib/softhsm/libsofthsm2.so", "keepers", "0123456789abcdef"},
          .key_id = std::string(kTokenKeyIdBytes, 'i'),
          .nonce = std::string(kTokenNonceBytes, 'n'),
          .root = std::string(kWrappedRootBytes, 'r')};
}

std::string_view error_of(std::string_view file) {
  auto read = read_token_file(file);
  return read ? std::string_view("none") : read.error().type;
}

TEST_CASE("token file: what is written reads the same") {
  auto text = token_file_text(sample());
  CHECK(is_token_file(text));
  auto read = read_token_file(text);
  REQUIRE(read);
  CHECK(token_file_text(*read) == text);
  CHECK(read->keeper == sample().keeper);
  CHECK(read->place.module == sample().place.module);
  CHECK(read->place.label == "keepers");
  CHECK(read->place.serial == "0123456789abcdef");
  CHECK(read->root == sample().root);
}

TEST_CASE("token file: cut anywhere, grown, or with any bit changed it is damaged") {
  auto text = token_file_text(sample());
  for (std::size_t at = 0; at < text.size(); ++at) {
    CHECK(error_of(text.substr(0, at)) == "damaged-key-file");
    auto changed = text;
    changed[at] ^= 1;
    CHECK(error_of(changed) == "damaged-key-file");
  }
  CHECK(error_of(text + "x") == "damaged-key-file");
}

// The digest is anybody's to make: behind it the fields are checked.
TEST_CASE("token file: fields out of their bounds are refused") {
  auto with = [](auto change) {
    auto file = sample();
    change(file);
    return error_of(token_file_text(file));
  };
  CHECK(with([](TokenFile&) {}) == "none");
  auto bad = std::string_view("damaged-key-file");
  CHECK(with([](TokenFile& f) { f.keeper.public_key += 'x'; }) == bad);
  CHECK(with([](TokenFile& f) { f.place.module = "libsofthsm2.so"; }) == bad);
  CHECK(with([](TokenFile& f) { f.place.module.clear(); }) == bad);
  CHECK(with([](TokenFile& f) { f.place.module += std::string("\0.so", 4); }) == bad);
  CHECK(with([](TokenFile& f) { f.place.module.append(kMaxModulePath, 'x'); }) == bad);
  CHECK(with([](TokenFile& f) { f.place.label = std::string(33, 'x'); }) == bad);
  CHECK(with([](TokenFile& f) { f.place.label = "\x1b[2J"; }) == bad);
  CHECK(with([](TokenFile& f) { f.place.serial = "1\n2"; }) == bad);
  CHECK(with([](TokenFile& f) { f.key_id.pop_back(); }) == bad);
  CHECK(with([](TokenFile& f) { f.nonce.clear(); }) == bad);
  CHECK(with([](TokenFile& f) { f.root += 'x'; }) == bad);
}

TEST_CASE("token file: bytes behind the last field are refused") {
  auto text = token_file_text(sample());
  auto longer = text.substr(0, text.size() - sizeof(crypto::Digest)) + "x";
  longer += crypto::view(crypto::sha256(longer));
  CHECK(error_of(longer) == "damaged-key-file");
}

TEST_CASE("token file: a version from before tokens says that it is newer") {
  CHECK(crypto::needs_passphrase(token_file_text(sample())).error().type == "key-file-newer");
  CHECK_FALSE(is_token_file(crypto::protect_openly("root").expose()));
}

TEST_CASE("token file: the root is bound to its keeper and its key, to nothing else") {
  auto bound = [](auto change) {
    auto file = sample();
    change(file);
    return associated_data(file);
  };
  auto as_it_is = bound([](TokenFile&) {});
  CHECK(bound([](TokenFile& f) { f.keeper.public_key[0] = 'x'; }) != as_it_is);
  CHECK(bound([](TokenFile& f) { f.keeper.epoch = 8; }) != as_it_is);
  CHECK(bound([](TokenFile& f) { f.key_id[0] = 'x'; }) != as_it_is);
  CHECK(bound([](TokenFile& f) { f.place.module = "/elsewhere.so"; }) == as_it_is);
}

}  // namespace
}  // namespace guildhall::keeper
