// A PKCS#11 module that passes everything on to another ($ODD_TOKEN_REAL), but for the one fault
// that $ODD_TOKEN names. What real tokens do that SoftHSM never does, or what none should.
// Each sign-in is a line in $ODD_TOKEN_LOG.
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

CK_FUNCTION_LIST* real = nullptr;
CK_FUNCTION_LIST odd;

bool is(std::string_view fault) {
  const char* wanted = std::getenv("ODD_TOKEN");
  return wanted && fault == wanted;
}

CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char* pin, CK_ULONG size) {
  if (const char* path = std::getenv("ODD_TOKEN_LOG")) {
    if (std::FILE* log = std::fopen(path, "a")) {
      std::fputs("sign-in\n", log);
      std::fclose(log);
    }
  }
  if (is("signed-in")) {
    real->C_Login(session, user, pin, size);
    return CKR_USER_ALREADY_LOGGED_IN;
  }
  return is("locked") ? CKR_PIN_LOCKED : real->C_Login(session, user, pin, size);
}

CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  auto answer = real->C_GetTokenInfo(slot, info);
  if (is("asks-no-pin")) info->flags &= ~static_cast<CK_FLAGS>(CKF_LOGIN_REQUIRED);
  if (is("last-try")) info->flags |= CKF_USER_PIN_FINAL_TRY;
  return answer;
}

CK_RV mechanism_info(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO* info) {
  if (is("no-gcm") && type == CKM_AES_GCM) return CKR_MECHANISM_INVALID;
  return real->C_GetMechanismInfo(slot, type, info);
}

CK_RV attributes(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* asked,
                 CK_ULONG count) {
  auto answer = real->C_GetAttributeValue(session, object, asked, count);
  for (CK_ULONG i = 0; i < count; ++i) {
    if (is("gives-away") && asked[i].type == CKA_EXTRACTABLE) {
      *static_cast<CK_BBOOL*>(asked[i].pValue) = CK_TRUE;
    }
  }
  return answer;
}

CK_RV encrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  if (is("own-nonce")) {
    auto* gcm = static_cast<CK_GCM_PARAMS*>(mechanism->pParameter);
    std::fill_n(gcm->pIv, gcm->ulIvLen, static_cast<unsigned char>('N'));
  }
  return real->C_EncryptInit(session, mechanism, key);
}

CK_RV decrypt(CK_SESSION_HANDLE session, unsigned char* from, CK_ULONG size, unsigned char* to,
              CK_ULONG* made) {
  auto answer = real->C_Decrypt(session, from, size, to, made);
  if (is("forgets") && answer == CKR_OK && to) to[0] ^= 1;
  return answer;
}

}  // namespace

CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  const char* path = std::getenv("ODD_TOKEN_REAL");
  void* library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
  auto get = library ? reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"))
                     : nullptr;
  if (!get || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  odd = *real;
  odd.C_Login = login;
  odd.C_GetTokenInfo = token_info;
  odd.C_GetMechanismInfo = mechanism_info;
  odd.C_GetAttributeValue = attributes;
  odd.C_EncryptInit = encrypt_init;
  odd.C_Decrypt = decrypt;
  *list = &odd;
  return CKR_OK;
}
