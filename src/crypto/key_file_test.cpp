#include "crypto/key_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/hash.h"

namespace guildhall::crypto {
namespace {

constexpr PassphraseCost kCheap = {.operations = 1, .memory_bytes = 8U << 10};

std::string sealed_file(std::string_view plain, std::uint64_t seed = 1) {
  SeededRandom random(seed);
  return protect(Secret("correct horse"), plain, random, kCheap).value();
}

// With a digest that fits: what somebody does who changes the file on purpose.
std::string with_digest(std::string content) {
  content.resize(content.size() - sizeof(Digest));
  return content + std::string(view(sha256(content)));
}

std::string_view type_of(const Result<Secret>& result) {
  return result ? "none" : result.error().type;
}

}  // namespace

TEST_CASE("key file: what goes in comes out, by its passphrase only") {
  for (std::size_t size : {0U, 1U, 32U, 5'000U}) {
    const std::string plain(size, 'p');
    const std::string file = sealed_file(plain);
    CHECK(needs_passphrase(file).value());
    CHECK(unprotect(file, Secret("correct horse"))->expose() == plain);
    for (const char* wrong : {"", "correct hors", "correct horse ", "Correct horse"}) {
      CHECK(type_of(unprotect(file, Secret(wrong))) == "bad-passphrase");
    }
    if (size >= 32) CHECK(file.find(plain) == std::string::npos);
  }
  CHECK(sealed_file("x", 1) != sealed_file("x", 2));  // salt and nonce are fresh
  CHECK(protect(Secret(""), "x").error().type == "bad-passphrase");
  CHECK(protect(Secret(std::string(kMaxPasswordBytes + 1, 'x')), "x").error().type ==
        "bad-passphrase");
}

TEST_CASE("key file: without a passphrase it says so") {
  const Secret file = protect_openly("the bytes");
  CHECK_FALSE(needs_passphrase(file.expose()).value());
  CHECK(unprotect(file.expose(), Secret(""))->expose() == "the bytes");
  CHECK(unprotect(file.expose(), Secret("any"))->expose() == "the bytes");
}

TEST_CASE("key file: every changed bit, cut and addition is called damage") {
  for (const std::string& file :
       {sealed_file("secret"), std::string(protect_openly("secret").expose())}) {
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
      std::string wrong = file;
      wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << (bit % 8)));
      CHECK(type_of(unprotect(wrong, Secret("correct horse"))) == "damaged-key-file");
      CHECK_FALSE(needs_passphrase(wrong).has_value());
    }
    for (std::size_t size = 0; size < file.size(); ++size) {
      CHECK(type_of(unprotect(file.substr(0, size), Secret("correct horse"))) ==
            "damaged-key-file");
    }
    CHECK(type_of(unprotect(file + '\0', Secret("correct horse"))) == "damaged-key-file");
  }
}

TEST_CASE("key file: changed on purpose, digest and all, it does not open either") {
  const std::string file = sealed_file("secret");
  for (std::size_t at = 0; at < file.size() - sizeof(Digest); ++at) {
    std::string wrong = file;
    wrong[at] = static_cast<char>(wrong[at] ^ 1);
    // No byte may make it open: neither cost, salt nor nonce, nor the mark "no passphrase" with
    // what would then pass for its content.
    auto opened = unprotect(with_digest(wrong), Secret("correct horse"));
    CHECK((!opened || opened->expose() != "secret"));
    if (at != 21) CHECK_FALSE(opened.has_value());
  }
  std::string later = file;
  later[19] = '2';
  CHECK(type_of(unprotect(with_digest(later), Secret("correct horse"))) == "key-file-newer");
}

TEST_CASE("key file: a cost beyond the limits is refused before it is paid") {
  std::string file = sealed_file("secret");
  for (std::size_t at : {22U, 26U}) {  // the highest byte of passes, of KiB
    std::string dear = file;
    dear[at] = '\x7f';
    CHECK(type_of(unprotect(with_digest(dear), Secret("correct horse"))) == "damaged-key-file");
  }
}

TEST_CASE("key file: on the disk, for its owner only") {
  std::string folder = (std::filesystem::temp_directory_path() / "key-file-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const std::filesystem::path path = std::filesystem::path(folder) / "key";
  struct stat about{};
  for (bool open : {false, true}) {
    const std::string file = open ? std::string(protect_openly("x").expose()) : sealed_file("x");
    REQUIRE(write_key_file(path, file).has_value());
    REQUIRE(stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    CHECK(read_key_file(path)->expose() == file);
    REQUIRE(chmod(path.c_str(), 0604) == 0);
    CHECK(type_of(read_key_file(path)) == (open ? "key-file-readable" : "none"));
  }
  CHECK(type_of(read_key_file(path.parent_path() / "none")) == "no-file");
  std::filesystem::remove_all(folder);
}

TEST_CASE("key file: one that an independent program opened, to the byte") {
  SeededRandom random(1);
  const std::string file = protect(Secret("correct horse"), "secret", random,
                                   {.operations = 2, .memory_bytes = 64U << 10})
                               .value();
  CHECK(
      to_hex(file) ==
      "6775696c6468616c6c206b65792066696c6520310a010000000200000040c15c0289ec2d0a9167ec8e65a18debbe"
      "5e5532fbeea293f80bc942ee9086c171b9b501d1d854bb71c281e6b44a9aff1aa1eb7e469114ed38693c26652cc9"
      "6b7022b773d34d37838c8870556ec4b0337c6e3297c5256dcbcd9af670d586bb");
}

TEST_CASE("key file: the cost that the product uses") {
  const std::string file = protect(Secret("passphrase"), "x").value();
  CHECK(to_hex(std::string_view(file).substr(22, 8)) == "0000000300040000");
  CHECK(unprotect(file, Secret("passphrase"))->expose() == "x");
}

}  // namespace guildhall::crypto
