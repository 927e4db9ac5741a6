// yinxin stamp --seal FILE.esl --in FILE.ofd --out FILE.ofd --page N --x MM --y MM --trust DIR …: puts a seal on a
// document with the key in a UKey, when it may be done, and proves afterwards that it was.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <iostream>

#include "base/clock.h"
#include "crypto/tsp/time_stamp.h"
#include "seal/find_seals.h"
#include "seal/may_stamp.h"
#include "seal/verify/verify.h"
#include "terminal/files.h"
#include "terminal/tokens.h"
#include "yinxin/ask_outside.h"
#include "yinxin/trust_files.h"

namespace yinxin::cli {

namespace {

using seal::verify::Finding;

struct Wish {
  TokenWish token;
  std::string container{token::default_container};
  std::string pin = "-";
  std::string seal;
  std::string in;
  std::string out;
  bool overwrite = false;
  std::size_t page = 0;  // from 1
  double x_mm = 0;
  double y_mm = 0;
  bool riding = false;
  bool lock = false;
  std::string tsa;
  bool no_time_stamp = false;
  std::string ocsp;
  std::vector<std::string> crl;
  std::vector<std::string> trust;
  bool json = false;
};

void print(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    if (finding.effect != seal::verify::Effect::none) {
      std::cerr << "  ✗ " << finding.check->question_zh << finding.answer.zh << " / " << finding.check->question_en
                << " " << finding.answer.en << (finding.where.empty() ? "" : " (" + finding.where + ")") << "  ["
                << finding.check->id << "]\n";
    }
  }
}

boost::json::array json_of(const std::vector<Finding>& findings) {
  boost::json::array all;
  for (const Finding& finding : findings) {
    if (finding.effect != seal::verify::Effect::none) {
      all.push_back(boost::json::object{{"id", finding.check->id},
                                        {"answer", finding.answer.zh},
                                        {"answer_en", finding.answer.en},
                                        {"where", finding.where}});
    }
  }
  return all;
}

// Why not, for the person and for the program that asked.
Exit refuse(const Wish& wish, const seal::StampVerdict& verdict, const StatusSource& source) {
  const bool known = verdict.answer == seal::StampAnswer::may_not;
  std::cerr
      << (known ? "yinxin: 不可盖章 / this seal may not be used\n"
                : "yinxin: 无法确定是否可以盖章，请给出信任根和当前的证书状态后重试 / it cannot be told whether this"
                  " seal may be used; give the trust anchors and the present status, then try again\n");
  print(verdict.findings);
  for (const Error& problem : source.problems) {
    std::cerr << "  " << problem.describe() << "\n";
  }
  if (wish.json) {
    std::cout << boost::json::serialize(boost::json::object{{"may_stamp", seal::name_of(verdict.answer)},
                                                            {"findings", json_of(verdict.findings)}})
              << "\n";
  }
  return known ? Exit::bad_verdict : Exit::could_not;
}

Result<std::vector<seal::ofd::StampPlace>> places_of(const Wish& wish, const seal::ofd::Package& package,
                                                     const seal::ses::Picture& picture) {
  YX_TRY(const auto document, seal::ofd::PackageDocument::read(package));
  const std::vector<seal::ofd::Page>& pages = document.bodies.front().pages;
  const auto width = static_cast<double>(picture.width_mm);
  const auto height = static_cast<double>(picture.height_mm);
  if (wish.riding) {
    return seal::ofd::riding_seam(pages, width, height, wish.y_mm);
  }
  if (wish.page > pages.size()) {
    return fail(ErrorCode::not_found, "the document has " + std::to_string(pages.size()) + " pages");
  }
  return std::vector<seal::ofd::StampPlace>{
      {pages[wish.page - 1].id, {wish.x_mm, wish.y_mm, width, height}, std::nullopt}};
}

// The signature just made, which is the last of the first document.
Result<seal::verify::SignatureReport> own_report(Bytes stamped, const seal::verify::TrustContext& context) {
  YX_TRY(const auto package, seal::ofd::Package::open(stamped));
  YX_TRY(const auto document, seal::ofd::PackageDocument::read(package));
  YX_TRY(const auto list, seal::ofd::SignatureList::read(package, document.bodies.front()));
  const auto report = seal::verify::verify_bytes(std::move(stamped),
                                                 {.file_name = {}, .signed_content = std::nullopt, .trust = context});
  const std::size_t index = list.signatures.size();
  if (index == 0 || index > report.signatures.size()) {
    return fail(ErrorCode::internal, "the stamp that was made is not found in the document");
  }
  return report.signatures[index - 1];
}

void print_done(const Wish& wish, const seal::verify::SignatureReport& report) {
  const std::string at = report.sealed_at ? to_rfc3339(*report.sealed_at) : std::string();
  if (wish.json) {
    std::cout << boost::json::serialize(boost::json::object{{"out", wish.out},
                                                            {"signature", report.index},
                                                            {"sealer", report.sealer},
                                                            {"seal_name", report.seal_name},
                                                            {"sealed_at", at},
                                                            {"time_stamped", report.sealed_at_proven},
                                                            {"verdict", seal::verify::name_of(report.verdict)}})
              << "\n";
    return;
  }
  std::cout << "已盖章并验证 stamped and verified: " << wish.out << "\n  " << report.seal_name << "; " << report.sealer
            << "; " << at << (report.sealed_at_proven ? "（时间戳证明 proven by a time stamp）" : "") << "\n";
}

// What it takes to stamp, found before the PIN is asked for.
struct Ready {
  seal::ofd::Package package;
  seal::ses::Seal seal;
  x509::Certificate certificate;
  seal::StampWish places;
};

Result<Ready> make_ready(const Wish& wish, token::Ukey& ukey) {
  YX_TRY(Bytes document, read_file(wish.in));
  YX_TRY(auto package, seal::ofd::Package::open(std::move(document)));
  YX_TRY(Bytes seal_file, read_file(wish.seal, seal::ses::max_seal_size));
  YX_TRY(auto seals, seal::find_seals(std::move(seal_file)));
  if (seals.size() != 1) {
    return fail(ErrorCode::invalid_input, wish.seal + " is not one seal");
  }
  auto der = ukey.signing_certificate(wish.container);
  if (!der) {
    return within("container " + wish.container, der.error());
  }
  YX_TRY(auto certificate, x509::Certificate::parse(*der));
  seal::StampWish places;
  places.lock = wish.lock;
  YX_TRY(places.places, places_of(wish, package, seals.front().seal.picture));
  return Ready{std::move(package), std::move(seals.front().seal), std::move(certificate), std::move(places)};
}

// Signs, has it stamped with the time, and verifies. Nothing is written yet.
Result<std::pair<Bytes, seal::verify::SignatureReport>> sign(const Wish& wish, const Ready& ready,
                                                             const seal::StampPermission& permission,
                                                             crypto::Signer& signer,
                                                             seal::verify::TrustContext& context,
                                                             StatusSource& source) {
  std::optional<Bytes> token;
  const auto time_stamp = [&](const crypto::Digest& imprint) -> Result<Bytes> {
    YX_TRY(token, ask_time_stamp(wish.tsa, imprint));
    return *token;
  };
  YX_TRY(Bytes stamped,
         seal::stamp(ready.package, permission, ready.places, signer,
                     wish.no_time_stamp ? seal::ofd::TimeStampCallback() : seal::ofd::TimeStampCallback(time_stamp)));
  context.now = SystemClock().now();
  if (token) {
    YX_TRY(const tsp::TimeStampToken parsed, tsp::TimeStampToken::parse(*token));
    for (const cms::SignerInfo& one : parsed.message.signers) {
      if (const x509::Certificate* stamper = parsed.message.certificate_of(one)) {
        ask_status(*stamper, context, source);
      }
    }
  }
  YX_TRY(auto report, own_report(stamped, context));
  return std::pair(std::move(stamped), std::move(report));
}

// Asks for the PIN when the document, the seal and the certificate have all passed, and not before.
class PinAskingSigner final : public crypto::Signer {
 public:
  PinAskingSigner(token::Ukey& ukey, crypto::Signer& inner, std::string pin_source)
      : ukey_(&ukey), inner_(&inner), pin_source_(std::move(pin_source)) {}
  [[nodiscard]] const crypto::Sm2PublicKey& public_key() const override { return inner_->public_key(); }
  Result<crypto::Sm2Signature> sign(BytesView message) override {
    YX_TRY(const SecretBytes pin, read_pin(pin_source_, "用户 PIN / user PIN"));
    answer_ = ukey_->verify_pin(token::PinRole::user, pin);
    YX_CHECK(answer_.outcome);
    auto signature = inner_->sign(message);
    YX_CHECK(ukey_->clear_rights());
    return signature;
  }
  // What the token said about the PIN; success when it was not asked.
  [[nodiscard]] const token::PinAnswer& answer() const { return answer_; }

 private:
  token::Ukey* ukey_;
  crypto::Signer* inner_;
  std::string pin_source_;
  token::PinAnswer answer_{};
};

// What is on the disk is what was verified.
Result<void> write_and_compare(const Wish& wish, const Bytes& stamped) {
  YX_CHECK(write_file(wish.out, stamped, wish.overwrite));
  YX_TRY(const Bytes written, read_file(wish.out));
  if (written != stamped) {
    return fail(ErrorCode::corrupt, wish.out + " is not what was written to it");
  }
  return {};
}

Result<Exit> stamp(const Wish& wish) {
  if (!wish.overwrite && std::filesystem::exists(wish.out)) {
    return fail(ErrorCode::already_exists, wish.out + " is there already");
  }
  YX_TRY(token::Ukey ukey, open_token(wish.token));
  YX_TRY(const Ready ready, make_ready(wish, ukey));
  seal::verify::TrustContext context;
  YX_TRY(context.store, read_trust(wish.trust, wish.crl));
  context.now = SystemClock().now();
  StatusSource source{.address = wish.ocsp, .closed = !wish.crl.empty()};
  ask_status(ready.certificate, context, source);
  if (const auto maker = x509::Certificate::parse(ready.seal.maker_certificate)) {
    ask_status(*maker, context, source);
  }
  const seal::StampVerdict verdict = seal::may_stamp(ready.seal.der, ready.certificate, context);
  if (!verdict.permission) {
    return refuse(wish, verdict, source);
  }
  YX_TRY(const auto key, ukey.signer(wish.container));
  PinAskingSigner signer(ukey, *key, wish.pin);
  const auto made = sign(wish, ready, *verdict.permission, signer, context, source);
  if (!signer.answer().outcome) {
    return tell(signer.answer());
  }
  YX_CHECK(made);
  const auto& [stamped, report] = *made;
  if (report.verdict != seal::verify::Verdict::valid) {
    std::cerr << "yinxin: 盖章后验证未通过，没有写出文件 / the stamped document does not verify; nothing was written\n";
    print(report.findings);
    for (const Error& problem : source.problems) {
      std::cerr << "  " << problem.describe() << "\n";
    }
    return Exit::could_not;
  }
  YX_CHECK(write_and_compare(wish, stamped));
  print_done(wish, report);
  return Exit::done;
}

std::optional<std::string> usage_problem(const Wish& wish) {
  if (wish.riding == (wish.page > 0)) {
    return "--page N with --x and --y, or --riding with --y";
  }
  if (wish.tsa.empty() != wish.no_time_stamp) {
    return "--tsa URL, or --no-time-stamp";
  }
  for (const std::string* url : {&wish.tsa, &wish.ocsp}) {
    if (const auto place = parse_http_place(url->empty() ? "http://localhost/" : *url); !place) {
      return place.error().detail;
    }
  }
  return std::nullopt;
}

void add_options(CLI::App& app, Wish& wish) {
  add_token_options(app, wish.token, "--token-library");
  app.add_option("--container", wish.container, "container with the signing key and certificate")
      ->capture_default_str();
  app.add_option("--pin-file", wish.pin,
                 "user PIN: a file, credential:NAME, or - for the next line of standard input; default -");
  app.add_option("--seal", wish.seal, "the seal (.esl)")->required();
  app.add_option("--in", wish.in, "the OFD to stamp")->required();
  app.add_option("--out", wish.out, "file to write the stamped OFD to")->required();
  app.add_flag("--overwrite", wish.overwrite, "write over a file that is there");
  app.add_option("--page", wish.page, "page to stamp, from 1")->check(CLI::PositiveNumber);
  app.add_option("--x", wish.x_mm, "left edge of the seal, millimetres from the page's left edge");
  app.add_option("--y", wish.y_mm, "upper edge of the seal, millimetres from the page's upper edge")->required();
  app.add_flag("--riding", wish.riding, "across the right edges of all pages (骑缝章)");
  app.add_flag("--lock", wish.lock, "let nobody sign the document after");
  app.add_option("--tsa", wish.tsa, "time-stamp service (RFC 3161), http://…");
  app.add_flag("--no-time-stamp", wish.no_time_stamp,
               "without: nobody can tell later whether it was sealed before the certificate ended");
  app.add_option("--ocsp", wish.ocsp,
                 "status service (RFC 6960), http://…; default: what the certificates name, unless --crl is given");
  app.add_option("--crl", wish.crl, "revocation lists and OCSP responses, files or folders")->allow_extra_args(false);
  app.add_option("--trust", wish.trust, "file or folder of trusted certificates, revocation lists, OCSP responses")
      ->required()
      ->allow_extra_args(false);
  app.add_flag("--json", wish.json, "print JSON");
}

}  // namespace

void add_stamp(CLI::App& app, Chosen& chosen) {
  CLI::App* stamp_app = app.add_subcommand(
      "stamp",
      "put a seal on an OFD with the key in a UKey. Refuses (exit 1) a seal that is not in force, a certificate that "
      "is "
      "not among its owners, expired, revoked or on hold; and (exit 3) when its present status cannot be had");
  auto wish = std::make_shared<Wish>();
  add_options(*stamp_app, *wish);
  stamp_app->callback([&chosen, wish] {
    chosen.run = [wish] {
      if (const auto problem = usage_problem(*wish)) {
        std::cerr << "yinxin: 用法不对，需要 / wrong usage, needed: " << *problem << "\n";
        return Exit::usage;
      }
      const auto exit = stamp(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace yinxin::cli
