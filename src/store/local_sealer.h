// For tests and benchmarks only: seals for real, under a key of its own, in this process; opens
// without a budget and logs nothing. It counts, so that a test can say how often was opened.
//
// Concurrency: any thread. Limits: those of Sealer.
#pragma once

#include <atomic>

#include "crypto/chunked.h"
#include "crypto/hmac.h"
#include "crypto/row.h"
#include "store/sealer.h"

namespace guildhall::store {

class LocalSealer : public Sealer {
 public:
  LocalSealer() : key_(system_random().bytes(crypto::kRowKeyBytes)) {}

  using Sealer::open;
  using Sealer::seal;
  Result<std::vector<Sealed>> seal(std::span<const ToSeal> items) override {
    if (seals_nothing) return fail(Fault::locked, "locked", "The key is away.");
    std::vector<Sealed> out;
    for (const auto& item : items) {
      out.push_back(as_sealed(crypto::seal_row(key_.expose(), encode_context(item.context),
                                               item.plain, system_random())));
    }
    return out;
  }
  Result<std::vector<Plaintext>> open(std::span<const ToOpen> items, const Opening&) override {
    std::vector<Plaintext> out;
    for (const auto& item : items) {
      out.push_back(TRY(crypto::open_row(key_.expose(), encode_context(item.context),
                                         TRY(sealed_part(item.body)))));
      ++opened;
    }
    return out;
  }

  Result<std::vector<std::string>> mac(std::span<const std::string_view> rows) override {
    std::vector<std::string> out;
    for (auto row : rows) out.push_back(mac_of(row));
    return out;
  }
  Result<std::vector<std::string>> find_keys(std::span<const ToFind> items) override {
    std::vector<std::string> out;
    for (const auto& item : items) {
      std::string project = std::to_string(item.project.value);
      out.emplace_back(crypto::view(
          crypto::hmac_sha256(key_.expose(), {"find ", project, " ", item.sort, " ", item.text})));
    }
    return out;
  }
  Result<FileSeal> begin_file(const ContentContext& context) override {
    auto head =
        TRY(crypto::make_chunked_head(key_.expose(), encode_context(context), system_random()));
    return FileSeal{std::move(head.bytes), {}};
  }
  Result<std::string> seal_part(const ContentContext& context, const FileSeal& seal,
                                const FilePart& part) override {
    auto cipher = TRY(cipher_of(context, seal.head));
    std::string out;
    crypto::seal_chunks(cipher, part.chunk, part.bytes, out);
    return out;
  }
  Result<Plaintext> open_part(const ContentContext& context, std::string_view head,
                              const FilePart& part, const Opening&) override {
    auto cipher = TRY(cipher_of(context, head));
    ++opened;
    auto plain = crypto::open_chunks(cipher, part.chunk, part.bytes);
    if (!plain) return broken();
    return Plaintext(*std::move(plain));
  }

  std::atomic<std::int64_t> opened{0};
  std::atomic<std::int64_t> checked{0};
  std::atomic<bool> seals_nothing{false};  // as if its key were away; it still opens
  std::atomic<bool> believes_all{false};   // a mutant: every row is sound

 protected:
  Result<std::vector<bool>> check(std::span<const MarkedRow> rows) override {
    std::vector<bool> out;
    for (const auto& row : rows) out.push_back(believes_all || mac_of(row.bytes) == row.mac);
    checked += static_cast<std::int64_t>(rows.size());
    return out;
  }

 private:
  std::string mac_of(std::string_view row) const {
    return std::string(crypto::view(crypto::hmac_sha256(key_.expose(), {"mac ", row})));
  }
  Result<crypto::ChunkCipher> cipher_of(const ContentContext& context, std::string_view head) {
    auto cipher = crypto::open_chunked_head(key_.expose(), encode_context(context), head);
    if (!cipher) return broken();
    return cipher;
  }
  static std::unexpected<Error> broken() {
    return fail(Fault::internal, "seal-broken", "A stored file does not open.");
  }

  Secret key_;
};

}  // namespace guildhall::store
