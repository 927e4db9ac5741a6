#pragma once
// What the verbs about a case share.

#include "yinxin/office/house.h"
#include "yinxin/office_options.h"
#include "yinxin/tokens.h"

namespace yinxin::cli {

// A key in a UKey's container, with the PIN that opens it.
struct TokenKeyWish {
  TokenWish token;
  std::string container;
  std::string pin = "-";
};
// --PREFIXlibrary, --PREFIXdevice, --PREFIXapplication, --PREFIXcontainer, --PREFIXpin-file
void add_token_key_options(CLI::App& app, TokenKeyWish& wish, const std::string& prefix, const std::string& container);

struct OpenTokenKey {
  token::Ukey ukey;
  std::unique_ptr<crypto::Signer> signer;
  x509::Certificate certificate;
};
// Opens the token, verifies the PIN, reads the certificate and sees that it is the key's.
Result<std::unique_ptr<OpenTokenKey>> open_token_key(const TokenKeyWish& wish, const std::string& whose);

Result<std::unique_ptr<office::House>> open_house(const OfficeOptions& wish, office::Opened opened);
Result<x509::Certificate> read_certificate(const std::string& path);

void add_case_making(CLI::App& case_app, Chosen& chosen);

}  // namespace yinxin::cli
