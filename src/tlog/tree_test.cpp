#include "tlog/tree.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/test_data.h"

namespace guildhall {

using tlog::Hash;
using tlog::Hashes;

namespace {

std::string bytes_of(const json::value& value) {
  const json::string* text = value.if_string();
  if (text == nullptr) return {};
  return crypto::from_base64(view(*text)).value();
}

// Some vectors have bytes of another length where no hash is computed: a stand-in takes their
// place, equal where they are.
Hash hash_of(const json::value& value) {
  const std::string bytes = bytes_of(value);
  Hash hash;
  if (bytes.size() != hash.size()) return crypto::sha256(bytes);
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Hashes proof_of(const json::value& vector) {
  Hashes proof;
  const json::array* list = find_array(vector, "proof");
  if (list == nullptr) return proof;
  for (const json::value& one : *list) proof.push_back(hash_of(one));
  return proof;
}

std::uint64_t number(const json::value& vector, std::string_view name) {
  const json::value& value = *find(vector, name);
  if (value.is_uint64()) return value.get_uint64();
  return static_cast<std::uint64_t>(value.get_int64());
}

// Calls `check(vector)` on each file below the folder and gives their number.
template <class Check>
int each_vector(const std::filesystem::path& folder, const Check& check) {
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    auto vector = parse_json(text.str());
    REQUIRE(vector.has_value());
    CAPTURE(entry.path().string());
    check(*vector);
    ++seen;
  }
  return seen;
}

Hash leaf(std::uint64_t n) { return tlog::leaf_hash("leaf " + std::to_string(n)); }

Hash root_of(std::uint64_t size) {
  tlog::CompactRange range;
  for (std::uint64_t n = 0; n < size; ++n) range.append(leaf(n));
  return range.root();
}

// The definition, word for word.
Hash naive_root(std::uint64_t begin, std::uint64_t end) {
  if (begin == end) return crypto::sha256("");
  if (end - begin == 1) return leaf(begin);
  std::uint64_t split = 1;
  while (split * 2 < end - begin) split *= 2;
  return tlog::node_hash(naive_root(begin, begin + split), naive_root(begin + split, end));
}

Result<Hash> read_node(int level, std::uint64_t index) {
  return naive_root(index << level, (index + 1) << level);
}

}  // namespace

TEST_CASE("tlog tree: the root of nothing, and the root by its definition") {
  CHECK(crypto::to_base64(crypto::view(tlog::CompactRange().root())) ==
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  for (std::uint64_t size = 0; size < 70; ++size) {
    CAPTURE(size);
    CHECK(root_of(size) == naive_root(0, size));
    CHECK(tlog::read_range(size, read_node)->root() == naive_root(0, size));
  }
}

TEST_CASE("tlog tree: every proof of small trees holds, and no changed one does") {
  for (std::uint64_t size = 1; size < 34; ++size) {
    const Hash root = naive_root(0, size);
    for (std::uint64_t index = 0; index < size; ++index) {
      auto proof = tlog::inclusion_proof(index, size, read_node).value();
      CAPTURE(size);
      CAPTURE(index);
      CHECK(tlog::verify_inclusion(index, size, leaf(index), proof, root));
      CHECK_FALSE(tlog::verify_inclusion(index, size, leaf(index + 1), proof, root));
      CHECK_FALSE(tlog::verify_inclusion(index + size, size, leaf(index), proof, root));
      for (std::size_t at = 0; at < proof.size(); ++at) {
        Hashes changed = proof;
        changed[at][31] ^= 1;
        CHECK_FALSE(tlog::verify_inclusion(index, size, leaf(index), changed, root));
      }
      proof.push_back(root);
      CHECK_FALSE(tlog::verify_inclusion(index, size, leaf(index), proof, root));
    }
    for (std::uint64_t from = 0; from <= size; ++from) {
      auto proof = tlog::consistency_proof(from, size, read_node).value();
      const Hash old_root = naive_root(0, from);
      if (from == 0) CHECK(proof.empty());
      CHECK((from > 0) == tlog::verify_consistency(from, size, proof, old_root, root));
      Hash other = old_root;
      other[0] ^= 1;
      if (from > 0) CHECK_FALSE(tlog::verify_consistency(from, size, proof, other, root));
      for (std::size_t at = 0; at < proof.size(); ++at) {
        Hashes changed = proof;
        changed[at][0] ^= 128;
        CHECK_FALSE(tlog::verify_consistency(from, size, changed, old_root, root));
      }
      proof.push_back(root);
      CHECK_FALSE(tlog::verify_consistency(from, size, proof, old_root, root));
    }
  }
}

TEST_CASE("tlog tree: a reader's error is the proof's") {
  auto broken = [](int, std::uint64_t) -> Result<Hash> {
    return fail(Fault::internal, "io-error", "No.");
  };
  CHECK_FALSE(tlog::inclusion_proof(3, 9, broken).has_value());
  CHECK_FALSE(tlog::consistency_proof(3, 9, broken).has_value());
}

TEST_CASE("tlog tree: transparency-dev's vectors") {
  auto folder = test_data("tlog-vectors");
  if (!folder) {
    MESSAGE("skipped: the real data is absent (set GUILDHALL_DATA)");
    return;
  }
  int right = each_vector(*folder / "inclusion", [](const json::value& vector) {
    auto root = hash_of(*find(vector, "root"));
    auto leaf = hash_of(*find(vector, "leafHash"));
    auto proof = proof_of(vector);
    // An absent hash is no hash, so nothing is there to be checked.
    const bool there =
        !bytes_of(*find(vector, "root")).empty() && !bytes_of(*find(vector, "leafHash")).empty();
    const bool held =
        there && tlog::verify_inclusion(number(vector, "leafIdx"), number(vector, "treeSize"), leaf,
                                        proof, root);
    CHECK(held != find(vector, "wantErr")->as_bool());
  });
  CHECK(right == 98);
  right = each_vector(*folder / "consistency", [](const json::value& vector) {
    auto old_root = hash_of(*find(vector, "root1"));
    auto root = hash_of(*find(vector, "root2"));
    auto proof = proof_of(vector);
    const bool held = tlog::verify_consistency(number(vector, "size1"), number(vector, "size2"),
                                               proof, old_root, root);
    CHECK(held != find(vector, "wantErr")->as_bool());
  });
  CHECK(right == 98);
}

}  // namespace guildhall
