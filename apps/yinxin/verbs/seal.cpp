// yinxin seal show [--json] [--picture OUT] FILE

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "crypto/x509/certificate.h"
#include "seal/find_seals.h"
#include "seal/text.h"
#include "seal/verify/ses_checks.h"
#include "terminal/files.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

using seal::clean_text;

struct Wish {
  std::string file;
  std::string picture;
  std::size_t signature = 0;  // from 1; 0: the only one
  bool json = false;
};

boost::json::object json_of_certificate(BytesView der) {
  const auto certificate = x509::Certificate::parse(der);
  if (!certificate) {
    return {{"unreadable", true}, {"size", der.size()}};
  }
  return {{"subject", clean_text(certificate->subject().text())},
          {"issuer", clean_text(certificate->issuer().text())},
          {"serial", certificate->serial_hex()},
          {"not_after", to_rfc3339(certificate->not_after())},
          {"sm3_fingerprint", to_hex(certificate->fingerprint())}};
}

boost::json::array json_of_owners(const seal::ses::Property& property) {
  boost::json::array owners;
  for (const Bytes& der : property.owner_certificates) {
    owners.push_back(json_of_certificate(der));
  }
  for (const seal::ses::CertificateDigest& one : property.owner_digests) {
    owners.push_back(boost::json::object{{"digest_type", clean_text(one.type)}, {"digest", to_hex(one.value)}});
  }
  return owners;
}

boost::json::object json_of(const seal::FoundSeal& found) {
  const seal::ses::Seal& seal = found.seal;
  const seal::ses::Property& property = seal.property;
  boost::json::object json{{"version", seal::ses::name_of(seal.version)},
                           {"header_version", seal.header_version},
                           {"vendor", clean_text(seal.vendor)},
                           {"id", clean_text(seal.es_id)},
                           {"name", clean_text(property.name)},
                           {"type", property.type},
                           {"created_at", to_rfc3339(property.created_at)},
                           {"valid_from", to_rfc3339(property.valid_from)},
                           {"valid_until", to_rfc3339(property.valid_until)},
                           {"maker", json_of_certificate(seal.maker_certificate)},
                           {"owners_as", property.owner_list_type == 2 ? "digests" : "certificates"},
                           {"owners", json_of_owners(property)},
                           {"picture", boost::json::object{{"type", clean_text(seal.picture.type, 32)},
                                                           {"size", seal.picture.data.size()},
                                                           {"width_mm", seal.picture.width_mm},
                                                           {"height_mm", seal.picture.height_mm}}},
                           {"time_stamp", seal.time_stamp.has_value()}};
  if (found.signature > 0) {
    json["signature"] = found.signature;
    json["where"] = clean_text(found.where);
  }
  return json;
}

std::string text_of_certificate(BytesView der) {
  const auto certificate = x509::Certificate::parse(der);
  return certificate ? clean_text(certificate->subject().text()) + "; 序列号 serial " + certificate->serial_hex() +
                           "; 至 until " + to_beijing_text(certificate->not_after()) + " (UTC+8)"
                     : "证书不可读 unreadable";
}

void print(const seal::FoundSeal& found) {
  const seal::ses::Seal& seal = found.seal;
  const seal::ses::Property& property = seal.property;
  if (found.signature > 0) {
    std::cout << "签名 signature " << found.signature << " " << clean_text(found.where) << "\n";
  }
  std::cout << "名称 name        " << clean_text(property.name) << "\n编码 id          " << clean_text(seal.es_id)
            << "\n版本 version     " << seal::ses::name_of(seal.version) << "\n类型 type        " << property.type
            << "\n厂商 vendor      " << clean_text(seal.vendor) << "\n制章日期 created "
            << to_beijing_text(property.created_at) << " (UTC+8)\n有效期 validity  "
            << to_beijing_text(property.valid_from) << " 至 " << to_beijing_text(property.valid_until)
            << " (UTC+8)\n印模 picture     " << clean_text(seal.picture.type, 32) << ", " << seal.picture.data.size()
            << " B, " << seal.picture.width_mm << " × " << seal.picture.height_mm << " mm\n制章者 maker     "
            << text_of_certificate(seal.maker_certificate) << "\n";
  for (const Bytes& der : property.owner_certificates) {
    std::cout << "签章者 owner     " << text_of_certificate(der) << "\n";
  }
  for (const seal::ses::CertificateDigest& one : property.owner_digests) {
    std::cout << "签章者 owner     " << clean_text(one.type) << " " << to_hex(one.value) << "\n";
  }
}

Result<Exit> show(const Wish& wish) {
  YX_TRY(Bytes input, read_file(wish.file));
  YX_TRY(std::vector<seal::FoundSeal> seals, seal::find_seals(std::move(input)));
  if (wish.signature > 0) {
    std::erase_if(seals, [&](const seal::FoundSeal& one) { return one.signature != wish.signature; });
  }
  if (seals.empty()) {
    return fail(ErrorCode::not_found, wish.file + " has no such seal");
  }
  if (!wish.picture.empty()) {
    if (seals.size() > 1) {
      return fail(ErrorCode::invalid_input, "several seals are in it; choose one with --signature");
    }
    YX_CHECK(write_file(wish.picture, seals.front().seal.picture.data, false));
  }
  boost::json::array all;
  for (const seal::FoundSeal& one : seals) {
    if (wish.json) {
      all.push_back(json_of(one));
    } else {
      print(one);
    }
  }
  if (wish.json) {
    std::cout << boost::json::serialize(boost::json::object{{"file", clean_text(wish.file)}, {"seals", std::move(all)}})
              << "\n";
  }
  return Exit::done;
}

}  // namespace

void add_seal(CLI::App& app, Chosen& chosen) {
  CLI::App* seal_app = app.add_subcommand("seal", "electronic seals");
  seal_app->require_subcommand(1);
  add_seal_make(*seal_app, chosen);
  auto wish = std::make_shared<Wish>();
  CLI::App* show_app = seal_app->add_subcommand(
      "show", "what is in a seal, alone or inside a seal signature or an OFD; says nothing about trust: see `verify`");
  show_app->add_option("FILE", wish->file, "a seal, a seal signature or an OFD; its kind is found by content")
      ->required();
  show_app->add_option("--signature", wish->signature, "of an OFD: only the seal of this signature, from 1");
  show_app->add_option("--picture", wish->picture, "file to write the picture to; must not exist");
  show_app->add_flag("--json", wish->json, "print JSON");
  show_app->callback([&chosen, wish] {
    chosen.run = [wish] {
      const auto exit = show(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace yinxin::cli
