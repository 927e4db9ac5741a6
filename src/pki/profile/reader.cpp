// profiles/*.yaml → Profile. Unknown keys are mistakes: a misspelt key must not silently become a default.

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "crypto/oids.h"
#include "pki/profile/profile.h"

namespace yinxin::pki {

namespace {

// Thrown and caught in this file only.
struct Mistake {
  YAML::Mark mark;
  std::string what;
};

using NamedId = std::pair<std::string_view, const asn1::ObjectId& (*)()>;
constexpr std::array attribute_types{
    NamedId{"C", oid::country},
    NamedId{"ST", oid::state},
    NamedId{"L", oid::locality},
    NamedId{"O", oid::organization},
    NamedId{"OU", oid::organizational_unit},
    NamedId{"CN", oid::common_name},
    NamedId{"SN", oid::serial_number},
    NamedId{"E", oid::email_address},
};
constexpr std::array purpose_ids{
    NamedId{"client_auth", oid::eku_client_auth},     NamedId{"ocsp_signing", oid::eku_ocsp_signing},
    NamedId{"time_stamping", oid::eku_time_stamping}, NamedId{"approval", oid::eku_approval},
    NamedId{"officer_login", oid::eku_officer_login}, NamedId{"station", oid::eku_station},
    NamedId{"evidence", oid::eku_evidence},           NamedId{"permit", oid::eku_permit},
    NamedId{"administrator", oid::eku_administrator}, NamedId{"seal_maker", oid::eku_seal_maker},
    NamedId{"domain", oid::eku_domain},
};
constexpr std::array extension_ids{
    NamedId{"organization_code", oid::organization_code},
    NamedId{"unified_social_credit_code", oid::unified_social_credit_code},
    NamedId{"person_identity", oid::person_identity},
    NamedId{"officer_role", oid::officer_role},
    NamedId{"person_id", oid::person_id},
};
constexpr std::array policy_ids{
    NamedId{"organization", oid::policy_organization}, NamedId{"person", oid::policy_person},
    NamedId{"officer", oid::policy_officer},           NamedId{"service", oid::policy_service},
    NamedId{"time_stamp", oid::policy_time_stamp},     NamedId{"any", oid::any_policy},
};
constexpr std::array usages{
    std::pair{std::string_view("digital_signature"), x509::KeyUsage::digital_signature},
    std::pair{std::string_view("non_repudiation"), x509::KeyUsage::non_repudiation},
    std::pair{std::string_view("key_encipherment"), x509::KeyUsage::key_encipherment},
    std::pair{std::string_view("data_encipherment"), x509::KeyUsage::data_encipherment},
    std::pair{std::string_view("key_agreement"), x509::KeyUsage::key_agreement},
    std::pair{std::string_view("key_cert_sign"), x509::KeyUsage::key_cert_sign},
    std::pair{std::string_view("crl_sign"), x509::KeyUsage::crl_sign},
};
constexpr std::array forms{
    std::pair{std::string_view("text"), ExtensionForm::text},
    std::pair{std::string_view("utf8"), ExtensionForm::utf8},
    std::pair{std::string_view("hexadecimal"), ExtensionForm::hexadecimal},
    std::pair{std::string_view("resident_card"), ExtensionForm::resident_card},
};
constexpr std::array classes{
    std::pair{std::string_view("root"), CertificateClass::root},
    std::pair{std::string_view("authority"), CertificateClass::authority},
    std::pair{std::string_view("end_entity"), CertificateClass::end_entity},
};

std::string scalar(const YAML::Node& node) {
  if (!node.IsScalar()) {
    throw Mistake{node.Mark(), "a plain value is wanted here"};
  }
  return node.Scalar();
}

template <class List>
auto named(const YAML::Node& node, const List& list) {
  const std::string name = scalar(node);
  const auto* const found = std::ranges::find(list, std::string_view(name), [](const auto& one) { return one.first; });
  if (found == list.end()) {
    throw Mistake{node.Mark(), "\"" + name + "\" is not known here"};
  }
  return found->second;
}

bool flag(const YAML::Node& node) {
  const std::string text = scalar(node);
  if (text != "true" && text != "false") {
    throw Mistake{node.Mark(), "true or false is wanted here"};
  }
  return text == "true";
}

std::int64_t number(const YAML::Node& node) {
  const std::string text = scalar(node);
  if (text.empty() || text.size() > 6 || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    throw Mistake{node.Mark(), "a whole number of up to six digits is wanted here"};
  }
  return std::stoll(text);
}

void only_keys(const YAML::Node& map, std::initializer_list<std::string_view> allowed) {
  if (!map.IsMap()) {
    throw Mistake{map.Mark(), "keys with values are wanted here"};
  }
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = scalar(entry.first);
    if (std::ranges::find(allowed, std::string_view(key)) == allowed.end()) {
      throw Mistake{entry.first.Mark(), "the key \"" + key + "\" is not known here"};
    }
    if (!seen.insert(key).second) {
      throw Mistake{entry.first.Mark(), "the key \"" + key + "\" stands twice"};
    }
  }
}

YAML::Node needed(const YAML::Node& map, const char* key) {
  const YAML::Node value = map[key];
  if (!value.IsDefined()) {
    throw Mistake{map.Mark(), "the key \"" + std::string(key) + "\" is missing"};
  }
  return value;
}

template <class Take>
void each(const YAML::Node& list, Take&& take) {
  if (!list.IsDefined()) {
    return;
  }
  if (!list.IsSequence()) {
    throw Mistake{list.Mark(), "a list is wanted here"};
  }
  for (const auto& one : list) {
    take(YAML::Node(one));
  }
}

ValueRule value_rule(const YAML::Node& map) {
  ValueRule rule;
  const YAML::Node constant = map["constant"];
  const YAML::Node source = map["source"];
  if (constant.IsDefined() == source.IsDefined()) {
    throw Mistake{map.Mark(), "either \"source\" or \"constant\" is wanted"};
  }
  rule.constant = constant.IsDefined();
  rule.source = scalar(rule.constant ? constant : source);
  rule.optional = map["optional"].IsDefined() && flag(map["optional"]);
  return rule;
}

// "60 months", "7 days", "20 years"
Validity validity(const YAML::Node& node) {
  const std::string text = scalar(node);
  const std::size_t blank = text.find(' ');
  const std::string digits = text.substr(0, blank);
  const std::string unit = blank == std::string::npos ? "" : text.substr(blank + 1);
  if (digits.empty() || digits.size() > 5 ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
    throw Mistake{node.Mark(), "a time like \"60 months\" is wanted here"};
  }
  const std::int64_t count = std::stoll(digits);
  if (unit == "days") {
    return {0, count};
  }
  if (unit == "months" || unit == "years") {
    return {unit == "years" ? count * 12 : count, 0};
  }
  throw Mistake{node.Mark(), "a time is in days, months or years"};
}

void read_extended_usage(const YAML::Node& node, ProfileFields& fields) {
  only_keys(node, {"critical", "purposes"});
  fields.purposes_critical = flag(needed(node, "critical"));
  each(needed(node, "purposes"), [&](const YAML::Node& one) { fields.purposes.push_back(named(one, purpose_ids)()); });
}

void read_addresses(const YAML::Node& list, ProfileFields& fields) {
  each(list, [&](const YAML::Node& one) {
    const std::string name = scalar(one);
    if (name == "crl") {
      fields.crl_address = true;
    } else if (name == "ocsp") {
      fields.ocsp_address = true;
    } else if (name == "issuer") {
      fields.issuer_address = true;
    } else {
      throw Mistake{one.Mark(), "an address is one of crl, ocsp, issuer"};
    }
  });
}

ProfileFields fields_of(const YAML::Node& document) {
  only_keys(document, {"profile", "version", "class", "issuer", "subject", "key_usage", "extended_key_usage",
                       "extensions", "policies", "path_length", "max_validity", "addresses", "ocsp_no_check"});
  ProfileFields fields;
  fields.name = scalar(needed(document, "profile"));
  fields.version = number(needed(document, "version"));
  fields.kind = named(needed(document, "class"), classes);
  fields.issuer = scalar(needed(document, "issuer"));
  each(needed(document, "subject"), [&](const YAML::Node& one) {
    only_keys(one, {"attribute", "source", "constant", "optional"});
    fields.subject.push_back({named(needed(one, "attribute"), attribute_types)(), value_rule(one)});
  });
  each(needed(document, "key_usage"),
       [&](const YAML::Node& one) { fields.key_usage |= x509::bit(named(one, usages)); });
  if (document["extended_key_usage"].IsDefined()) {
    read_extended_usage(document["extended_key_usage"], fields);
  }
  each(document["extensions"], [&](const YAML::Node& one) {
    only_keys(one, {"extension", "source", "constant", "optional", "form"});
    const YAML::Node form = one["form"];
    fields.extensions.push_back({named(needed(one, "extension"), extension_ids)(), value_rule(one),
                                 form.IsDefined() ? named(form, forms) : ExtensionForm::text});
  });
  each(document["policies"], [&](const YAML::Node& one) { fields.policies.push_back(named(one, policy_ids)()); });
  if (document["path_length"].IsDefined()) {
    fields.path_length = static_cast<int>(number(document["path_length"]));
  }
  fields.max_validity = validity(needed(document, "max_validity"));
  read_addresses(document["addresses"], fields);
  fields.ocsp_no_check = document["ocsp_no_check"].IsDefined() && flag(document["ocsp_no_check"]);
  return fields;
}

Error mistake_at(std::string_view file, const YAML::Mark& mark, std::string_view what) {
  return fail(ErrorCode::invalid_input, std::string(file) + ":" + std::to_string(mark.line + 1) + ":" +
                                            std::to_string(mark.column + 1) + ": " + std::string(what));
}

}  // namespace

Result<Profile> Profile::read(std::string_view file_name, std::string_view yaml) {
  if (yaml.size() > max_profile_file_bytes) {
    return fail(ErrorCode::invalid_input, std::string(file_name) + ": a profile of more than 64 KiB");
  }
  try {
    const YAML::Node document = YAML::Load(std::string(yaml));
    auto made = make(fields_of(document));
    if (!made) {
      return within(std::string(file_name), std::move(made).error());
    }
    return made;
  } catch (const Mistake& mistake) {
    return mistake_at(file_name, mistake.mark, mistake.what);
  } catch (const YAML::Exception& broken) {
    return mistake_at(file_name, broken.mark, broken.msg);
  } catch (const std::exception& broken) {
    return fail(ErrorCode::invalid_input, std::string(file_name) + ": " + broken.what());
  }
}

Result<ProfileSet> ProfileSet::load(const std::string& folder) {
  std::vector<Profile> profiles;
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() == ".yaml") {
      files.push_back(it->path());
    }
  }
  if (failed) {
    return fail(ErrorCode::not_found, "profile: the folder " + folder + " cannot be read: " + failed.message());
  }
  std::ranges::sort(files);
  if (files.empty() || files.size() > max_profiles) {
    return fail(ErrorCode::invalid_input, "profile: the folder " + folder + " has no profiles, or too many");
  }
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    std::string text(max_profile_file_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad()) {
      return fail(ErrorCode::internal, "profile: " + path.filename().string() + " cannot be read");
    }
    YX_TRY(Profile profile, Profile::read(path.filename().string(), text));
    profiles.push_back(std::move(profile));
  }
  return of(std::move(profiles));
}

}  // namespace yinxin::pki
