// Certificate status and time stamps, each in a process of its own.

#include "terminal/files.h"
#include "yinxin/office/answer_domains.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

namespace {

class OpenedOcsp final : public OpenedDomain {
 public:
  explicit OpenedOcsp(std::unique_ptr<office::OcspDomain> ocsp) : ocsp_(std::move(ocsp)) {}
  net::EdgeTable table_for(std::string_view asker) override { return office::table_for(*ocsp_, asker); }
  audit::Recorder& audit() override { return ocsp_->audit(); }

 private:
  std::unique_ptr<office::OcspDomain> ocsp_;
};

class OpenedTsa final : public OpenedDomain {
 public:
  explicit OpenedTsa(std::unique_ptr<office::TsaDomain> tsa) : tsa_(std::move(tsa)) {}
  net::EdgeTable table_for(std::string_view asker) override { return office::table_for(*tsa_, asker); }
  audit::Recorder& audit() override { return tsa_->audit(); }

 private:
  std::unique_ptr<office::TsaDomain> tsa_;
};

}  // namespace

// Whose authorities these are the delegates say, which are signed by them: a file that somebody exchanged is found.
Result<std::unique_ptr<OpenedDomain>> open_ocsp(const Opening& opening) {
  const auto published = [&](const char* name) -> Result<x509::Certificate> {
    YX_TRY(const Bytes der,
           cli::read_file(opening.options.around.data + "/public/" + name + ".cer", x509::max_certificate_size));
    return x509::Certificate::parse(der);
  };
  YX_TRY(const x509::Certificate issuing, published("issuing"));
  YX_TRY(const x509::Certificate roles, published("roles"));
  YX_TRY(auto ocsp, office::OcspDomain::open(opening.place, issuing, roles));
  return std::unique_ptr<OpenedDomain>(new OpenedOcsp(std::move(ocsp)));
}

Result<std::unique_ptr<OpenedDomain>> open_tsa(const Opening& opening) {
  YX_TRY(auto tsa, office::TsaDomain::open(opening.place));
  return std::unique_ptr<OpenedDomain>(new OpenedTsa(std::move(tsa)));
}

}  // namespace yinxin::supervisor
