#include "keeper/token_session.h"

#include <fmt/format.h>

#include "keeper/token_slot.h"

namespace guildhall::keeper {
namespace {

constexpr CK_ULONG kKeyBytes = 32;
constexpr std::size_t kRoomToAnswer = 256;  // more than any module needs for 48 bytes

// PKCS#11 takes everything by pointers to what it does not change.
unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
}

template <class T>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, T& value) {
  return {type, &value, sizeof value};
}

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const std::string& text) {
  return {type, bytes_of(text), text.size()};
}

// AES-GCM over these; they must outlive it.
struct Gcm {
  Gcm(std::string& nonce, const std::string& bound) {
    params.pIv = bytes_of(nonce);
    params.ulIvLen = nonce.size();
    params.ulIvBits = nonce.size() * 8;
    params.pAAD = bytes_of(bound);
    params.ulAADLen = bound.size();
    params.ulTagBits = kTokenTagBytes * 8;
  }
  Gcm(const Gcm&) = delete;
  Gcm& operator=(const Gcm&) = delete;
  CK_GCM_PARAMS params{};
  CK_MECHANISM mechanism{CKM_AES_GCM, &params, sizeof params};
};

}  // namespace

Result<TokenSession> TokenSession::open(TokenModule module, const TokenPlace& place,
                                        const Secret& pin) {
  auto found = TRY(find_token(module, place));
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  auto answer = module->C_OpenSession(found.slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr,
                                      nullptr, &session);
  if (answer != CKR_OK) return token_failed(answer, "C_OpenSession");
  TokenSession opened(std::move(module), std::move(found.place), session);
  TRY(opened.sign_in(found.slot, pin));
  return opened;
}

TokenSession::~TokenSession() {
  if (session_ == CK_INVALID_HANDLE) return;
  module_->C_Logout(session_);
  module_->C_CloseSession(session_);
}

// That somebody is signed in already is an error, too: the PIN was not asked for.
Result<void> TokenSession::sign_in(CK_SLOT_ID slot, const Secret& pin) {
  // An empty one would make some modules ask at a PIN pad, and wait.
  if (pin.empty()) return fail(Fault::invalid, "bad-pin", "No PIN was given.");
  auto answer = module_->C_Login(session_, CKU_USER, bytes_of(pin.expose()), pin.size());
  switch (answer) {
    case CKR_OK: return {};
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
      return fail(Fault::invalid, "bad-pin",
                  fmt::format("The PIN is wrong.{}", pin_warning(module_, slot)));
    default: return token_failed(answer, "C_Login");
  }
}

Result<CK_OBJECT_HANDLE> TokenSession::make_key(const std::string& label, const std::string& id) {
  CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
  CK_KEY_TYPE aes = CKK_AES;
  CK_ULONG size = kKeyBytes;
  CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  CK_ATTRIBUTE wanted[] = {
      attribute(CKA_CLASS, secret), attribute(CKA_KEY_TYPE, aes),  attribute(CKA_VALUE_LEN, size),
      attribute(CKA_LABEL, label),  attribute(CKA_ID, id),         attribute(CKA_TOKEN, yes),
      attribute(CKA_PRIVATE, yes),  attribute(CKA_SENSITIVE, yes), attribute(CKA_EXTRACTABLE, no),
      attribute(CKA_ENCRYPT, yes),  attribute(CKA_DECRYPT, yes),   attribute(CKA_WRAP, no),
      attribute(CKA_UNWRAP, no),    attribute(CKA_DERIVE, no),
  };
  CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  auto answer = module_->C_GenerateKey(session_, &mechanism, wanted, std::size(wanted), &key);
  if (answer != CKR_OK) return token_failed(answer, "C_GenerateKey");
  if (!keeps_to_itself(key)) {
    destroy(key);
    return fail(Fault::invalid, "token-unfit", "This token would give its keys away.");
  }
  return key;
}

bool TokenSession::keeps_to_itself(CK_OBJECT_HANDLE key) const {
  CK_BBOOL sensitive = CK_FALSE, extractable = CK_TRUE, always = CK_FALSE, never = CK_FALSE;
  CK_ATTRIBUTE asked[] = {
      attribute(CKA_SENSITIVE, sensitive),
      attribute(CKA_EXTRACTABLE, extractable),
      attribute(CKA_ALWAYS_SENSITIVE, always),
      attribute(CKA_NEVER_EXTRACTABLE, never),
  };
  return module_->C_GetAttributeValue(session_, key, asked, std::size(asked)) == CKR_OK &&
         sensitive == CK_TRUE && extractable == CK_FALSE && always == CK_TRUE && never == CK_TRUE;
}

Result<CK_OBJECT_HANDLE> TokenSession::find_key(const std::string& id) {
  CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
  CK_BBOOL yes = CK_TRUE;
  CK_ATTRIBUTE wanted[] = {attribute(CKA_CLASS, secret), attribute(CKA_TOKEN, yes),
                           attribute(CKA_ID, id)};
  auto answer = module_->C_FindObjectsInit(session_, wanted, std::size(wanted));
  if (answer != CKR_OK) return token_failed(answer, "C_FindObjectsInit");
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  CK_ULONG found = 0;
  answer = module_->C_FindObjects(session_, &key, 1, &found);
  module_->C_FindObjectsFinal(session_);
  if (answer != CKR_OK) return token_failed(answer, "C_FindObjects");
  if (found != 1) {
    return fail(Fault::not_found, "no-token-key",
                "The token does not have this keeper's key: it was deleted, or the token emptied.");
  }
  return key;
}

Result<void> TokenSession::encrypt(CK_OBJECT_HANDLE key, std::string_view root, TokenFile& file) {
  const std::string bound = associated_data(file);
  Gcm gcm(file.nonce, bound);
  auto answer = module_->C_EncryptInit(session_, &gcm.mechanism, key);
  if (answer != CKR_OK) return token_failed(answer, "C_EncryptInit");
  std::string out(kRoomToAnswer, '\0');
  CK_ULONG size = out.size();
  answer = module_->C_Encrypt(session_, bytes_of(root), root.size(), bytes_of(out), &size);
  if (answer != CKR_OK) return token_failed(answer, "C_Encrypt");
  if (size != kWrappedRootBytes) return token_failed(CKR_MECHANISM_INVALID, "C_Encrypt");
  file.root = out.substr(0, size);
  return {};
}

Result<Secret> TokenSession::decrypt(CK_OBJECT_HANDLE key, const TokenFile& file) {
  const std::string bound = associated_data(file);
  std::string nonce = file.nonce;
  Gcm gcm(nonce, bound);
  auto answer = module_->C_DecryptInit(session_, &gcm.mechanism, key);
  if (answer != CKR_OK) return token_failed(answer, "C_DecryptInit");
  Secret out(std::string(kRoomToAnswer, '\0'));
  CK_ULONG size = out.size();
  answer = module_->C_Decrypt(session_, bytes_of(file.root), file.root.size(),
                              bytes_of(out.expose()), &size);
  switch (answer) {
    case CKR_OK: break;
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_DEVICE_REMOVED:
    case CKR_DEVICE_ERROR:
    case CKR_DEVICE_MEMORY:
    case CKR_HOST_MEMORY: return token_failed(answer, "C_Decrypt");
    default:  // modules differ in what they say of a wrong tag
      return fail(
          Fault::malformed, "damaged-key-file",
          "The token's key does not open this keeper.key: one of them is another keeper's.");
  }
  if (size != kRootBytes) return token_failed(CKR_MECHANISM_INVALID, "C_Decrypt");
  return Secret(std::string(out.expose().substr(0, size)));
}

}  // namespace guildhall::keeper
