#pragma once
// A key in a UKey's container, as a person names and opens it.

#include "crypto/x509/certificate.h"
#include "terminal/tokens.h"

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

// DER or PEM
Result<x509::Certificate> read_certificate(const std::string& path);

}  // namespace yinxin::cli
