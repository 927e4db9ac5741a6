// Any bytes as SignedData (DER and BER) and EnvelopedData, with every signer checked.
#include "base/ensure.h"
#include "crypto/cms/enveloped_data.h"

namespace {

using namespace yinxin;

void check(const cms::SignedData& message) {
  for (const cms::SignerInfo& signer : message.signers) {
    const auto report = cms::check_signer(message, signer);
    ensure(!report.problem || !cms::name_of(*report.problem).empty(), "a problem has its name");
    ensure(report.problem || report.certificate, "who signed well is known");
    (void)cms::check_signer(message, signer, bytes_of("other content"));
    (void)signer.signing_time();
    for (const x509::Certificate& certificate : message.certificates) {
      (void)signer.is_by(certificate);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  if (const auto message = cms::SignedData::parse(input)) {
    check(*message);
    const auto ber = cms::SignedData::parse_ber(input);
    ensure(!ber || ber->signers.size() == message->signers.size(), "DER is BER");
  } else if (const auto loose = cms::SignedData::parse_ber(input)) {
    check(*loose);
  }
  if (const auto envelope = cms::EnvelopedData::parse(input)) {
    ensure(envelope->recipients.size() <= 64, "recipients have a limit");
    (void)cms::open_content(*envelope, Bytes(16, 7));
    for (const cms::Recipient& recipient : envelope->recipients) {
      const auto again = crypto::Sm2Cipher::from_der(recipient.encrypted_key.to_der());
      ensure(again.has_value() && again->cipher_text == recipient.encrypted_key.cipher_text,
             "an SM2 ciphertext is written as it was read");
    }
  }
  return 0;
}
