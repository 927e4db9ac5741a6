// The seal maker in a process of its own.

#include "terminal/files.h"
#include "yinxin/office/remote_doors.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

namespace {

class OpenedSeals final : public OpenedDomain {
 public:
  static Result<std::unique_ptr<OpenedDomain>> open(const Opening& opening) {
    std::unique_ptr<OpenedSeals> made(new OpenedSeals);
    YX_TRY(made->profiles_, pki::ProfileSet::load(opening.options.around.profiles));
    const std::string published = opening.options.around.data + "/public/";
    YX_TRY(const Bytes roles_der, cli::read_file(published + "roles.cer", x509::max_certificate_size));
    YX_TRY(const x509::Certificate roles, x509::Certificate::parse(roles_der));
    YX_TRY(const Bytes issuing_der, cli::read_file(published + "issuing.cer", x509::max_certificate_size));
    YX_TRY(const x509::Certificate issuing, x509::Certificate::parse(issuing_der));
    YX_TRY(const x509::Certificate permit, opening.brief.certificate("permit"));
    // The vault publishes it anew before it asks for a seal; who is no longer current is refused by the checker.
    const auto roles_list = [published, roles]() -> Result<x509::CertificateList> {
      YX_TRY(const Bytes der, cli::read_file(published + "roles.crl"));
      YX_TRY(x509::CertificateList list, x509::CertificateList::parse(der));
      if (list.signed_by(roles.public_key()) != x509::SignatureCheck::holds) {
        return fail(ErrorCode::corrupt, "the published list of the roles CA is not the one that was signed");
      }
      return list;
    };
    YX_TRY(made->seals_, office::SealDomain::open(opening.place, {.roles_ca = roles,
                                                                  .permit = permit,
                                                                  .ca_key_hash = pki::issuer_id(issuing.public_key()),
                                                                  .around = opening.settings.around("issuing"),
                                                                  .profiles = &made->profiles_,
                                                                  .roles_list = roles_list}));
    return std::unique_ptr<OpenedDomain>(std::move(made));
  }
  net::EdgeTable table_for(std::string_view asker) override { return office::table_for(*seals_, asker, mutex_); }
  audit::Recorder& audit() override { return seals_->audit(); }

 private:
  OpenedSeals() = default;
  std::mutex mutex_;
  pki::ProfileSet profiles_;
  std::unique_ptr<office::SealDomain> seals_;
};

}  // namespace

Result<std::unique_ptr<OpenedDomain>> open_seal(const Opening& opening) { return OpenedSeals::open(opening); }

}  // namespace yinxin::supervisor
