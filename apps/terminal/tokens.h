#pragma once
// UKeys at the command line: which library, which device, PINs and what became of them.

#include <memory>
#include <string>
#include <vector>

#include "terminal/tell.h"
#include "token/ukey.h"

namespace yinxin::cli {

// What the house demands of a PIN that is set; a driver may allow less.
constexpr std::size_t min_new_pin_size = 8;
constexpr std::size_t max_new_pin_size = 16;

struct TokenWish {
  std::string library;  // a GM/T 0016 library; empty: the soft token beside the program
  std::string device;   // empty: the only one there is
  std::string application{token::default_application};
};
// --library (or --token-library), --device, --application.
void add_token_options(CLI::App& app, TokenWish& wish, const std::string& library_option = "--library");

Result<std::shared_ptr<const token::skf::SkfLibrary>> load_library(const TokenWish& wish);
// token_absent when there is none of that name, invalid_input when none is named and there are several.
Result<token::DeviceInfo> choose_device(const std::shared_ptr<const token::skf::SkfLibrary>& library,
                                        const TokenWish& wish);
Result<token::Ukey> open_token(const TokenWish& wish);

// The first line of a file, a systemd credential ("credential:NAME"), or "-": the next line of standard input, asked
// for with echo off when that is a terminal. invalid_input when it is empty.
Result<SecretBytes> read_pin(const std::string& source, const std::string& what);
// As read_pin(), and 8 to 16 printable ASCII characters, which every driver takes as they are.
Result<SecretBytes> read_new_pin(const std::string& source, const std::string& what);

// What went wrong with a PIN, how many tries are left, and what to do. Exit::done when nothing did.
Exit tell(const token::PinAnswer& answer);

}  // namespace yinxin::cli
