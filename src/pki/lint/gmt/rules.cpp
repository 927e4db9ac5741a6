// GB/T 20518-2018, GM/T 0015-2023, GM/T 0009, GB 32100.

#include <algorithm>
#include <array>

#include "crypto/oids.h"
#include "pki/lint/lint.h"

namespace yinxin::pki::lint {

namespace {

void algorithm_is_sm2(Examined& e) {
  if (e.certificate().signature_algorithm() != oid::sm2_with_sm3()) {
    e.report("the signature algorithm is not SM2 with SM3");
  }
}

void key_on_curve(Examined& e) {
  if (!e.certificate().public_key().sm2()) {
    e.report("the key is no point of sm2p256v1");
  }
}

// C, ST, L, O, OU, E, SN, CN in this order.
void name_order(Examined& e) {
  static const std::array order = {
      oid::country(),       oid::state(),         oid::locality(),   oid::organization(), oid::organizational_unit(),
      oid::email_address(), oid::serial_number(), oid::common_name()};
  std::size_t at = 0;
  for (const auto& attribute : e.certificate().subject().attributes()) {
    const auto place = static_cast<std::size_t>(std::ranges::find(order, attribute.type) - order.begin());
    if (place == order.size()) {
      continue;
    }
    if (place < at) {
      e.report("the subject's attributes are not in the order C, ST, L, O, OU, CN");
      return;
    }
    at = place;
  }
}

void name_strings(Examined& e) {
  asn1::Reader outer(e.certificate().subject().der());
  auto rdns = outer.sequence();
  while (rdns && !rdns->at_end()) {
    auto rdn = rdns->set();
    auto attribute = rdn ? rdn->sequence() : Result<asn1::Reader>(rdn.error());
    const auto type = attribute ? attribute->object_id() : Result<asn1::ObjectId>(attribute.error());
    const auto value = type ? attribute->any() : Result<asn1::Element>(type.error());
    if (!value) {
      return;
    }
    const asn1::Tag wanted = *type == oid::country()         ? asn1::tag::printable_string
                             : *type == oid::email_address() ? asn1::tag::ia5_string
                                                             : asn1::tag::utf8_string;
    if (value->tag != wanted) {
      e.report("another string type than the field's for " + type->dotted());
    }
  }
}

// GB 32100-2015: 17 characters weighted by powers of 3 modulo 31, the 18th completes the sum.
bool is_credit_code(std::string_view code) {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  constexpr std::size_t length = 18;
  if (code.size() != length) {
    return false;
  }
  std::size_t sum = 0;
  std::size_t weight = 1;
  for (std::size_t i = 0; i < length; ++i) {
    const std::size_t value = alphabet.find(code[i]);
    if (value == std::string_view::npos) {
      return false;
    }
    if (i + 1 == length) {
      return (31 - sum % 31) % 31 == value;
    }
    sum += value * weight;
    weight = weight * 3 % 31;
  }
  return false;
}

void credit_code(Examined& e) {
  const auto* extension = e.certificate().find_extension(oid::unified_social_credit_code());
  if (extension == nullptr) {
    return;
  }
  const auto element = asn1::whole_element(extension->value);
  const auto text = element ? asn1::text_of_element(*element) : Result<std::string>(element.error());
  if (!text || !is_credit_code(*text)) {
    e.report("the unified social credit code is not one of GB 32100");
  }
}

void identity_not_critical(Examined& e) {
  static const std::array identities = {oid::person_identity(), oid::organization_code(),
                                        oid::unified_social_credit_code()};
  for (const auto& extension : e.certificate().extensions()) {
    if (extension.critical && std::ranges::find(identities, extension.id) != identities.end()) {
      e.report("an identity extension is critical");
    }
  }
}

void usage_of_pairs(Examined& e) {
  const auto usage = e.certificate().key_usage();
  if (!usage || !usage->has_value() || e.is_authority()) {
    return;
  }
  const std::uint32_t signing =
      x509::bit(x509::KeyUsage::digital_signature) | x509::bit(x509::KeyUsage::non_repudiation);
  const std::uint32_t encryption = x509::bit(x509::KeyUsage::key_encipherment) |
                                   x509::bit(x509::KeyUsage::data_encipherment) |
                                   x509::bit(x509::KeyUsage::key_agreement);
  if ((**usage & signing) != 0 && (**usage & encryption) != 0) {
    e.report("one key for signing and for encryption");
  }
}

}  // namespace

const std::vector<Rule>& gmt_rules() {
  static const std::vector<Rule> rules = {
      {"gmt.algorithm", Severity::error, Source::gmt, "GB/T 20518-2018 5.2.3", algorithm_is_sm2},
      {"gmt.key.curve", Severity::error, Source::gmt, "GM/T 0009 6", key_on_curve},
      {"gmt.name.order", Severity::error, Source::gmt, "GB/T 20518-2018 5.2.3", name_order},
      {"gmt.name.strings", Severity::error, Source::gmt, "GB/T 20518-2018 5.2.3", name_strings},
      {"gmt.credit_code", Severity::error, Source::gmt, "GM/T 0015-2023, GB 32100-2015", credit_code},
      {"gmt.identity.critical", Severity::error, Source::gmt, "GB/T 20518-2018 5.2.4", identity_not_critical},
      {"gmt.key_usage.dual", Severity::error, Source::gmt, "GM/T 0034-2014 5", usage_of_pairs},
  };
  return rules;
}

}  // namespace yinxin::pki::lint
