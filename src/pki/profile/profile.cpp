#include "pki/profile/profile.h"

#include <algorithm>

#include "crypto/oids.h"

namespace yinxin::pki {

namespace {

constexpr std::uint32_t authority_usage =
    x509::bit(x509::KeyUsage::key_cert_sign) | x509::bit(x509::KeyUsage::crl_sign);

// UTF-8, well-formed, without control characters (C0, DEL, C1).
bool is_clean_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3 : (lead >> 3) == 30 ? 4 : 0;
    if (size == 0 || i + size > text.size()) {
      return false;
    }
    std::uint32_t point = size == 1 ? lead : lead & (0xffU >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) {
      const auto next = static_cast<std::uint8_t>(text[i + k]);
      if ((next >> 6) != 2) {
        return false;
      }
      point = (point << 6) | (next & 0x3fU);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[size] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) || point < 0x20 ||
        (point >= 0x7f && point < 0xa0)) {
      return false;
    }
    i += size;
  }
  return true;
}

// nullopt: optional and absent.
Result<std::optional<std::string>> value_of(const ValueRule& rule, const Facts& facts) {
  std::string value = rule.source;
  if (!rule.constant) {
    const auto found = facts.find(rule.source);
    if (found == facts.end() || found->second.empty()) {
      if (rule.optional) {
        return std::optional<std::string>();
      }
      return fail(ErrorCode::invalid_input, "profile: the fact " + rule.source + " is missing");
    }
    value = found->second;
  }
  if (value.empty() || value.size() > max_attribute_bytes || !is_clean_text(value) || value.front() == ' ' ||
      value.back() == ' ') {
    return fail(ErrorCode::invalid_input, "profile: the fact " + rule.source + " cannot stand in a certificate");
  }
  return std::optional<std::string>(std::move(value));
}

Result<x509::Extension> extension_of(const ExtensionRule& rule, const std::string& value) {
  asn1::Writer writer;
  switch (rule.form) {
    case ExtensionForm::text: return x509::extension::text(rule.id, value);
    case ExtensionForm::utf8: return x509::Extension{rule.id, false, writer.utf8(value).take()};
    case ExtensionForm::hexadecimal: {
      YX_TRY(const Bytes octets, from_hex(value));
      return x509::Extension{rule.id, false, writer.octet_string(octets).take()};
    }
    case ExtensionForm::resident_card:
      // IdentifyCode ::= CHOICE { residenterCardNumber [0] IMPLICIT PrintableString, … }
      return x509::Extension{rule.id, false, writer.primitive(asn1::tag::context(0), bytes_of(value)).take()};
  }
  ensure_unreachable("an ExtensionForm that is not handled");
}

void write_value(asn1::Writer& writer, const ValueRule& rule) {
  writer.boolean(rule.constant).utf8(rule.source).boolean(rule.optional);
}

void write_extension(asn1::Writer& list, const x509::Extension& extension) {
  list.sequence([&](asn1::Writer& one) {
    one.object_id(extension.id);
    if (extension.critical) {
      one.boolean(true);
    }
    one.octet_string(extension.value);
  });
}

crypto::Digest hash_of_two(const crypto::Digest& first, const crypto::Digest& second) {
  return crypto::sm3(asn1::sequence([&](asn1::Writer& w) { w.octet_string(first).octet_string(second); }));
}

// Profile ::= SEQUENCE { version, name, kind, issuer, subject, keyUsage, purposes, extensions, policies, pathLength,
//   months, days, addresses }
Bytes encode(const ProfileFields& fields) {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(fields.version).utf8(fields.name).enumerated(static_cast<std::int64_t>(fields.kind)).utf8(fields.issuer);
    w.sequence([&](asn1::Writer& list) {
      for (const AttributeRule& rule : fields.subject) {
        list.sequence([&](asn1::Writer& one) { write_value(one.object_id(rule.type), rule.value); });
      }
    });
    w.named_bits(fields.key_usage);
    w.sequence([&](asn1::Writer& list) {
      list.boolean(fields.purposes_critical);
      for (const asn1::ObjectId& id : fields.purposes) {
        list.object_id(id);
      }
    });
    w.sequence([&](asn1::Writer& list) {
      for (const ExtensionRule& rule : fields.extensions) {
        list.sequence([&](asn1::Writer& one) {
          write_value(one.object_id(rule.id), rule.value);
          one.enumerated(static_cast<std::int64_t>(rule.form));
        });
      }
    });
    w.sequence([&](asn1::Writer& list) {
      for (const asn1::ObjectId& id : fields.policies) {
        list.object_id(id);
      }
    });
    w.integer(fields.path_length.value_or(-1));
    w.integer(fields.max_validity.months).integer(fields.max_validity.days);
    w.boolean(fields.crl_address).boolean(fields.ocsp_address).boolean(fields.issuer_address);
    w.boolean(fields.ocsp_no_check);
  });
}

Error wrong(const ProfileFields& fields, std::string_view what) {
  return fail(ErrorCode::invalid_input, "profile " + fields.name + ": " + std::string(what));
}

}  // namespace

Instant end_of(Instant not_before, const Validity& validity) {
  CalendarTime time = to_calendar(whole_seconds(not_before));
  const std::int64_t month = time.year * 12 + (time.month - 1) + validity.months;
  time.year = static_cast<int>(month / 12);
  time.month = static_cast<int>(month % 12) + 1;
  auto end = from_calendar(time);
  while (!end && time.day > 28) {  // 31 January and a month: the last day there is
    --time.day;
    end = from_calendar(time);
  }
  ensure(end.has_value(), "a validity whose end is no date");
  return *end + std::chrono::days(validity.days) - std::chrono::seconds(1);
}

Bytes Template::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(1).octet_string(profile_hash).raw(subject.der());
    w.sequence([&](asn1::Writer& list) {
      for (const x509::Extension& extension : extensions) {
        write_extension(list, extension);
      }
    });
  });
}

crypto::Digest Template::hash() const { return crypto::sm3(to_der()); }

Profile::Profile(ProfileFields fields) : fields_(std::move(fields)), der_(encode(fields_)), hash_(crypto::sm3(der_)) {}

Result<Profile> Profile::make(ProfileFields fields) {
  if (fields.name.empty() || fields.issuer.empty() || fields.version < 1) {
    return wrong(fields, "name, issuer and a version from 1 are needed");
  }
  if (fields.subject.empty() || fields.key_usage == 0) {
    return wrong(fields, "subject and key_usage are needed");
  }
  if (fields.max_validity.months < 0 || fields.max_validity.days < 0 || fields.max_validity.months > 480 ||
      fields.max_validity.days > 14640 || fields.max_validity == Validity{}) {
    return wrong(fields, "max_validity is between one day and 40 years");
  }
  const bool may_sign_certificates = (fields.key_usage & authority_usage) != 0;
  if (fields.kind == CertificateClass::end_entity) {
    if (may_sign_certificates || fields.path_length.has_value()) {
      return wrong(fields, "an end entity has neither path_length nor the usages of an authority");
    }
    if (fields.issuer == fields.name) {
      return wrong(fields, "an end entity does not issue itself");
    }
  } else {
    if (fields.key_usage != authority_usage || !fields.purposes.empty()) {
      return wrong(fields, "an authority has the usages key_cert_sign and crl_sign, and no purposes");
    }
    if ((fields.kind == CertificateClass::root) != (fields.issuer == fields.name)) {
      return wrong(fields, "a root, and only a root, issues itself");
    }
    if (fields.kind == CertificateClass::authority && !fields.path_length) {
      return wrong(fields, "an authority that is no root needs a path_length");
    }
  }
  std::set<asn1::ObjectId> seen;
  for (const ExtensionRule& rule : fields.extensions) {
    if (!seen.insert(rule.id).second) {
      return wrong(fields, "an extension twice");
    }
  }
  return Profile(std::move(fields));
}

Result<Template> Profile::make_template(const Facts& facts, const Surroundings& around) const {
  Template made;
  made.profile = fields_.name;
  made.profile_hash = hash_;
  std::vector<x509::NameAttribute> attributes;
  for (const AttributeRule& rule : fields_.subject) {
    YX_TRY(std::optional<std::string> value, value_of(rule.value, facts));
    if (value) {
      if (rule.type == oid::country() && value->size() != 2) {
        return wrong(fields_, "the country is two letters");
      }
      attributes.push_back({rule.type, std::move(*value)});
    }
  }
  made.subject = x509::Name::build(attributes);
  auto& out = made.extensions;
  if (!is_end_entity()) {
    out.push_back(x509::extension::basic_constraints(true, fields_.path_length));
  }
  out.push_back(x509::extension::key_usage(fields_.key_usage));
  if (!fields_.purposes.empty()) {
    out.push_back(x509::extension::extended_key_usage(fields_.purposes, fields_.purposes_critical));
  }
  for (const ExtensionRule& rule : fields_.extensions) {
    YX_TRY(const std::optional<std::string> value, value_of(rule.value, facts));
    if (value) {
      YX_TRY(x509::Extension extension, extension_of(rule, *value));
      made.identity.push_back(extension);
      out.push_back(std::move(extension));
    }
  }
  std::vector<asn1::ObjectId> policies = fields_.policies;
  if (fields_.kind != CertificateClass::root) {
    if (around.environment != "production") {
      policies.push_back(oid::policy_demo());
    }
    if (!policies.empty()) {
      out.push_back(x509::extension::policies(policies, around.cps_address));
    }
  }
  if (fields_.crl_address && !around.crl_address.empty()) {
    out.push_back(x509::extension::crl_distribution_point(around.crl_address));
  }
  const std::string_view ocsp = fields_.ocsp_address ? std::string_view(around.ocsp_address) : "";
  const std::string_view issuer = fields_.issuer_address ? std::string_view(around.issuer_address) : "";
  if (!ocsp.empty() || !issuer.empty()) {
    out.push_back(x509::extension::authority_info_access(ocsp, issuer));
  }
  if (fields_.ocsp_no_check) {
    out.push_back(x509::extension::ocsp_no_check());
  }
  return made;
}

x509::CertificateContent content_of(const Template& made, BytesView serial, Instant not_before, Instant not_after,
                                    const x509::PublicKey& key, const x509::Certificate* issuer) {
  const Bytes own_id = key.identifier();
  x509::CertificateContent content{.serial = to_bytes(serial),
                                   .issuer = issuer != nullptr ? issuer->subject() : made.subject,
                                   .not_before = whole_seconds(not_before),
                                   .not_after = whole_seconds(not_after),
                                   .subject = made.subject,
                                   .public_key = key,
                                   .extensions = {}};
  const Bytes issuer_id =
      issuer == nullptr ? own_id : issuer->subject_key_id().value_or(issuer->public_key().identifier());
  content.extensions.push_back(x509::extension::authority_key_id(issuer_id));
  content.extensions.push_back(x509::extension::subject_key_id(own_id));
  content.extensions.insert(content.extensions.end(), made.extensions.begin(), made.extensions.end());
  return content;
}

crypto::Digest ProfilePair::hash() const { return hash_of_two(signing->hash(), encryption->hash()); }
crypto::Digest TemplatePair::hash() const { return hash_of_two(signing.hash(), encryption.hash()); }

Result<TemplatePair> make_templates(const ProfilePair& pair, const Facts& facts, const Surroundings& around) {
  YX_TRY(Template signing, pair.signing->make_template(facts, around));
  YX_TRY(Template encryption, pair.encryption->make_template(facts, around));
  if (!(signing.subject == encryption.subject)) {
    return fail(ErrorCode::invalid_input, "profile: the two certificates of a line would have different subjects");
  }
  return TemplatePair{std::move(signing), std::move(encryption)};
}

Result<ProfileSet> ProfileSet::of(std::vector<Profile> profiles) {
  ProfileSet set;
  for (Profile& profile : profiles) {
    std::string name = profile.name();
    if (!set.profiles_.emplace(name, std::move(profile)).second) {
      return fail(ErrorCode::conflict, "profile: two profiles are called " + name);
    }
  }
  for (const auto& [name, profile] : set.profiles_) {
    const auto issuer = set.profiles_.find(profile.fields().issuer);
    if (issuer == set.profiles_.end() || issuer->second.is_end_entity()) {
      return fail(ErrorCode::invalid_input, "profile " + name + ": its issuer is no authority of this folder");
    }
  }
  return set;
}

Result<const Profile*> ProfileSet::find(std::string_view name) const {
  const auto found = profiles_.find(name);
  if (found == profiles_.end()) {
    return fail(ErrorCode::not_found, "no profile is called " + std::string(name));
  }
  return &found->second;
}

Result<ProfilePair> ProfileSet::find_pair(std::string_view kind) const {
  YX_TRY(const Profile* signing, find(std::string(kind) + "-sign"));
  YX_TRY(const Profile* encryption, find(std::string(kind) + "-encrypt"));
  return ProfilePair{signing, encryption};
}

Result<ProfilePair> ProfileSet::find_pair(const crypto::Digest& pair_hash) const {
  for (const auto& [name, profile] : profiles_) {
    constexpr std::string_view ending = "-sign";
    if (name.ends_with(ending)) {
      const auto pair = find_pair(std::string_view(name).substr(0, name.size() - ending.size()));
      if (pair && pair->hash() == pair_hash) {
        return *pair;
      }
    }
  }
  return fail(ErrorCode::not_found, "no pair of profiles has this hash");
}

Validity ProfileSet::longest_under(std::string_view issuer) const {
  Validity longest;
  const Instant some_day = from_unix_ms(0);
  for (const auto& [name, profile] : profiles_) {
    if (profile.fields().issuer == issuer && profile.fields().kind != CertificateClass::root &&
        end_of(some_day, profile.fields().max_validity) > end_of(some_day, longest)) {
      longest = profile.fields().max_validity;
    }
  }
  return longest;
}

}  // namespace yinxin::pki
