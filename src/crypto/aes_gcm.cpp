#include "crypto/aes_gcm.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>

namespace guildhall::crypto {
namespace {

constexpr std::size_t kPiece = 1U << 30;  // OpenSSL counts in int

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

EVP_CIPHER_CTX* as_context(void* context) { return static_cast<EVP_CIPHER_CTX*>(context); }

void must(int answer) {
  if (answer != 1) std::abort();
}

// Fetched once, never freed: other threads may still seal while static objects die.
const EVP_CIPHER* method_of(std::size_t key_bytes) {
  static const EVP_CIPHER* small = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
  static const EVP_CIPHER* large = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  if (key_bytes != 16 && key_bytes != 32) std::abort();
  return key_bytes == 16 ? small : large;
}

// The whole of `in` to `out`; to nowhere, for associated data.
void update(EVP_CIPHER_CTX* context, char* out, std::string_view in) {
  while (!in.empty()) {
    const std::size_t take = std::min(in.size(), kPiece);
    int written = 0;
    must(EVP_CipherUpdate(context, out == nullptr ? nullptr : raw(out), &written, raw(in),
                          static_cast<int>(take)));
    if (out != nullptr) out += take;
    in.remove_prefix(take);
  }
}

void begin(EVP_CIPHER_CTX* context, std::string_view nonce, std::string_view aad, int encrypt) {
  if (nonce.size() != kGcmNonceBytes) std::abort();
  must(EVP_CipherInit_ex2(context, nullptr, nullptr, raw(nonce), encrypt, nullptr));
  update(context, nullptr, aad);
}

}  // namespace

void AesGcm::Free::operator()(void* context) const { EVP_CIPHER_CTX_free(as_context(context)); }

AesGcm::AesGcm(std::string_view key) : context_(EVP_CIPHER_CTX_new()) {
  const EVP_CIPHER* method = method_of(key.size());
  if (context_ == nullptr || method == nullptr) std::abort();
  must(EVP_CipherInit_ex2(as_context(context_.get()), method, raw(key), nullptr, 1, nullptr));
}

void AesGcm::seal(std::string_view nonce, std::string_view aad, std::string_view plain,
                  std::string& out) {
  EVP_CIPHER_CTX* context = as_context(context_.get());
  begin(context, nonce, aad, 1);
  const std::size_t start = out.size();
  out.resize(start + plain.size() + kGcmTagBytes);
  char* tag = out.data() + start + plain.size();
  update(context, out.data() + start, plain);
  int written = 0;
  must(EVP_CipherFinal_ex(context, raw(tag), &written));
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kGcmTagBytes, tag));
}

Result<void> AesGcm::open(std::string_view nonce, std::string_view aad, std::string_view sealed,
                          std::span<char> out) {
  auto refuse = [&] {
    OPENSSL_cleanse(out.data(), out.size());
    return fail(Fault::malformed, "bad-seal", "The sealed bytes do not open: they were changed.");
  };
  if (sealed.size() < kGcmTagBytes) return refuse();
  std::string_view ciphertext = sealed.substr(0, sealed.size() - kGcmTagBytes);
  std::string tag(sealed.substr(ciphertext.size()));
  if (out.size() != ciphertext.size()) std::abort();
  EVP_CIPHER_CTX* context = as_context(context_.get());
  begin(context, nonce, aad, 0);
  update(context, out.data(), ciphertext);
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kGcmTagBytes, tag.data()));
  int written = 0;
  unsigned char nothing[kGcmTagBytes] = {};
  if (EVP_CipherFinal_ex(context, nothing, &written) != 1) return refuse();
  return {};
}

}  // namespace guildhall::crypto
