#pragma once
// Certificate profiles: what a certificate of one kind looks like, as data (profiles/*.yaml). GB/T 20518-2018,
// GM/T 0015-2023. A profile turns facts into a template, which is all of a certificate but serial, times and keys;
// two officers sign the template's hash, and the CA makes the same template again from the same facts.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "crypto/x509/build.h"

namespace yinxin::pki {

constexpr std::size_t max_profile_file_bytes = 64 * 1024;
constexpr std::size_t max_profiles = 256;
// X.520 upper bounds are 64 characters for most attributes; Chinese units' names are longer in law (≤ 200 bytes kept).
constexpr std::size_t max_attribute_bytes = 256;

// What a certificate is about, by name: "unit.uscc" → "91…". Profiles name the facts they need.
using Facts = std::map<std::string, std::string, std::less<>>;

enum class CertificateClass { root, authority, end_entity };

struct Validity {
  std::int64_t months = 0;
  std::int64_t days = 0;
  bool operator==(const Validity&) const = default;
};
// Calendar months, then days, less one second: "one year from noon" ends one second before the next noon.
Instant end_of(Instant not_before, const Validity& validity);

struct ValueRule {
  bool constant = false;
  std::string source;  // the constant itself, or the name of a fact
  bool optional = false;
};
struct AttributeRule {
  asn1::ObjectId type;
  ValueRule value;
};
// How a fact becomes the value of an extension.
enum class ExtensionForm { text, utf8, hexadecimal, resident_card };
struct ExtensionRule {
  asn1::ObjectId id;
  ValueRule value;
  ExtensionForm form = ExtensionForm::text;
};

// Addresses and environment are configuration, not profile.
struct Surroundings {
  std::string environment;  // "demo", "production": every other than production marks its certificates
  std::string crl_address;
  std::string ocsp_address;
  std::string issuer_address;
  std::string cps_address;
};

// All that does not depend on keys, times and serial number.
struct Template {
  std::string profile;
  crypto::Digest profile_hash{};
  x509::Name subject;
  std::vector<x509::Extension> extensions;  // in the order in which they are written
  // The identity extensions among them, as approvals list them.
  std::vector<x509::Extension> identity;
  // Template ::= SEQUENCE { version, profileHash OCTET STRING, subject Name, extensions SEQUENCE OF Extension }
  [[nodiscard]] Bytes to_der() const;
  [[nodiscard]] crypto::Digest hash() const;
};

struct ProfileFields {
  std::string name;
  std::int64_t version = 1;
  CertificateClass kind = CertificateClass::end_entity;
  std::string issuer;  // name of the profile of the authority that issues it; its own name for a root
  std::vector<AttributeRule> subject;
  std::uint32_t key_usage = 0;
  std::vector<asn1::ObjectId> purposes;
  bool purposes_critical = false;
  std::vector<ExtensionRule> extensions;
  std::vector<asn1::ObjectId> policies;
  std::optional<int> path_length;
  Validity max_validity;
  bool crl_address = false;
  bool ocsp_address = false;
  bool issuer_address = false;
  bool ocsp_no_check = false;
};

class Profile {
 public:
  // invalid_input for a profile that contradicts itself; an end entity with anything of an authority is refused here,
  // whatever its file says.
  static Result<Profile> make(ProfileFields fields);
  // Reads one YAML document; the Error's detail is "file:line:column: what is wrong".
  static Result<Profile> read(std::string_view file_name, std::string_view yaml);

  [[nodiscard]] const ProfileFields& fields() const { return fields_; }
  [[nodiscard]] const std::string& name() const { return fields_.name; }
  [[nodiscard]] bool is_end_entity() const { return fields_.kind == CertificateClass::end_entity; }
  // Canonical bytes: the same profile, whatever the layout of its file.
  [[nodiscard]] const Bytes& der() const { return der_; }
  [[nodiscard]] const crypto::Digest& hash() const { return hash_; }

  // invalid_input for a missing fact, or one that cannot stand in a certificate (empty, control characters, too long,
  // not UTF-8).
  [[nodiscard]] Result<Template> make_template(const Facts& facts, const Surroundings& around) const;

 private:
  explicit Profile(ProfileFields fields);
  ProfileFields fields_;
  Bytes der_;
  crypto::Digest hash_{};
};

// The certificate of `made`. `issuer` is nullptr for a self-signed root. Extensions: key identifiers first, then the
// template's.
x509::CertificateContent content_of(const Template& made, BytesView serial, Instant not_before, Instant not_after,
                                    const x509::PublicKey& key, const x509::Certificate* issuer);

// A line's two profiles, of one subject: 双证书.
struct ProfilePair {
  const Profile* signing = nullptr;
  const Profile* encryption = nullptr;
  // SM3 over SEQUENCE { signing hash, encryption hash }: what programmes and approvals name.
  [[nodiscard]] crypto::Digest hash() const;
};
struct TemplatePair {
  Template signing;
  Template encryption;
  // SM3 over SEQUENCE { signing template hash, encryption template hash }.
  [[nodiscard]] crypto::Digest hash() const;
};
Result<TemplatePair> make_templates(const ProfilePair& pair, const Facts& facts, const Surroundings& around);

class ProfileSet {
 public:
  // Every *.yaml of the folder. conflict for two of one name, invalid_input for an issuer that is not there.
  static Result<ProfileSet> load(const std::string& folder);
  static Result<ProfileSet> of(std::vector<Profile> profiles);

  [[nodiscard]] Result<const Profile*> find(std::string_view name) const;
  // "organization" → organization-sign and organization-encrypt.
  [[nodiscard]] Result<ProfilePair> find_pair(std::string_view kind) const;
  [[nodiscard]] Result<ProfilePair> find_pair(const crypto::Digest& pair_hash) const;
  // The longest validity that an authority of this profile may have to give.
  [[nodiscard]] Validity longest_under(std::string_view issuer) const;
  [[nodiscard]] const std::map<std::string, Profile, std::less<>>& all() const { return profiles_; }

 private:
  std::map<std::string, Profile, std::less<>> profiles_;
};

}  // namespace yinxin::pki
