// keeper-token MODULE LABEL PIN [delete]: what somebody with the PIN gets out of a token. A line
// for each AES key in it, by value and wrapped under a key of their own; the last line is the
// control, a key that may be had. With `delete` the keys are deleted instead.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "keeper/token_session.h"
#include "keeper/token_slot.h"

namespace guildhall::keeper {
namespace {

CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
CK_ULONG size = 32;

class Thief {
 public:
  Thief(const TokenModule& module, CK_SESSION_HANDLE session)
      : module_(module), session_(session) {}

  // Both bring out 32 bytes and more, or are refused.
  std::string by_value(CK_OBJECT_HANDLE key) const {
    std::string out(256, '\0');
    CK_ATTRIBUTE asked{CKA_VALUE, out.data(), out.size()};
    auto answer = module_->C_GetAttributeValue(session_, key, &asked, 1);
    return answer == CKR_OK ? fmt::format("{} bytes", asked.ulValueLen) : "refused";
  }
  std::string wrapped(CK_OBJECT_HANDLE key) const {
    CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
    std::string out(256, '\0');
    CK_ULONG made = out.size();
    auto answer = module_->C_WrapKey(session_, &mechanism, own(no), key,
                                     reinterpret_cast<unsigned char*>(out.data()), &made);
    return answer == CKR_OK ? fmt::format("{} bytes", made) : "refused";
  }
  // The copy that a thief would make, with the flags that they would like.
  std::string copied(CK_OBJECT_HANDLE key) const {
    CK_ATTRIBUTE wanted[] = {{CKA_EXTRACTABLE, &yes, 1}, {CKA_SENSITIVE, &no, 1}};
    CK_OBJECT_HANDLE copy = CK_INVALID_HANDLE;
    if (module_->C_CopyObject(session_, key, wanted, 2, &copy) != CKR_OK) return "refused";
    return by_value(copy);
  }
  // A key of this session that wraps; extractable for the control.
  CK_OBJECT_HANDLE own(CK_BBOOL& extractable) const {
    CK_BBOOL sensitive = extractable == CK_TRUE ? CK_FALSE : CK_TRUE;
    CK_ATTRIBUTE wanted[] = {{CKA_VALUE_LEN, &size, sizeof size},
                             {CKA_WRAP, &yes, 1},
                             {CKA_EXTRACTABLE, &extractable, 1},
                             {CKA_SENSITIVE, &sensitive, 1},
                             {CKA_TOKEN, &no, 1}};
    CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
    CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
    module_->C_GenerateKey(session_, &mechanism, wanted, std::size(wanted), &made);
    return made;
  }
  std::vector<CK_OBJECT_HANDLE> all() const {
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &secret, sizeof secret}, {CKA_TOKEN, &yes, 1}};
    std::vector<CK_OBJECT_HANDLE> keys(64);
    CK_ULONG found = 0;
    module_->C_FindObjectsInit(session_, wanted, std::size(wanted));
    module_->C_FindObjects(session_, keys.data(), keys.size(), &found);
    module_->C_FindObjectsFinal(session_);
    keys.resize(found);
    return keys;
  }
  std::string label(CK_OBJECT_HANDLE key) const {
    std::string out(256, '\0');
    CK_ATTRIBUTE asked{CKA_LABEL, out.data(), out.size()};
    module_->C_GetAttributeValue(session_, key, &asked, 1);
    return out.substr(0, asked.ulValueLen);
  }
  void print(std::string_view name, CK_OBJECT_HANDLE key) const {
    fmt::print("{}: value {}, wrapped {}, copied {}\n", name, by_value(key), wrapped(key),
               copied(key));
  }

 private:
  const TokenModule& module_;
  CK_SESSION_HANDLE session_;
};

int run(const std::string& path, const std::string& label, std::string pin, bool deletes) {
  auto module = TokenModule::load(path, ModuleNamedBy::person);
  if (!module) return 1;
  auto found = find_token(*module, {path, label, ""});
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  if (!found || (*module)->C_OpenSession(found->slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr,
                                         nullptr, &session) != CKR_OK) {
    return 1;
  }
  auto* bytes = reinterpret_cast<unsigned char*>(pin.data());
  if ((*module)->C_Login(session, CKU_USER, bytes, pin.size()) != CKR_OK) return 1;
  Thief thief(*module, session);
  for (auto key : thief.all()) {
    if (deletes) (*module)->C_DestroyObject(session, key);
    if (!deletes) thief.print(thief.label(key), key);
  }
  if (!deletes) thief.print("control", thief.own(yes));
  return 0;
}

}  // namespace
}  // namespace guildhall::keeper

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  return guildhall::keeper::run(argv[1], argv[2], argv[3], argc > 4);
}
