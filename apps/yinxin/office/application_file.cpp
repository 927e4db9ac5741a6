#include "yinxin/office/application_file.h"

#include <boost/json.hpp>
#include <filesystem>

#include "base/identifiers/contact.h"
#include "base/identifiers/organization.h"
#include "base/identifiers/person.h"
#include "hall/programme/needs.h"
#include "terminal/files.h"

namespace yinxin::office {

namespace {

using boost::json::object;
using boost::json::value;

constexpr std::size_t max_material_file_bytes = hall::max_material_bytes;
constexpr std::size_t max_text_bytes = 400;
constexpr std::int64_t months_of_year = 12;

Error wrong(const std::string& field, const std::string& why) {
  return fail(ErrorCode::invalid_input, field + ": " + why);
}

// A JSON object and the path by which its mistakes are told.
class Form {
 public:
  Form(const object& fields, std::string path) : fields_(&fields), path_(std::move(path)) {}
  static Result<Form> of(const value* found, std::string path) {
    const object* fields = found == nullptr ? nullptr : found->if_object();
    if (fields == nullptr) {
      return wrong(path, "must be an object");
    }
    return Form(*fields, std::move(path));
  }
  [[nodiscard]] std::string name(const char* key) const { return path_.empty() ? key : path_ + "." + key; }
  [[nodiscard]] const value* find(const char* key) const { return fields_->if_contains(key); }
  [[nodiscard]] Result<std::string> text(const char* key, bool needed = true) const {
    const value* found = find(key);
    if (found == nullptr && !needed) {
      return std::string();
    }
    if (found == nullptr || !found->is_string() || (needed && found->get_string().empty())) {
      return wrong(name(key), "is missing");
    }
    if (found->get_string().size() > max_text_bytes) {
      return wrong(name(key), "is too long");
    }
    return std::string(found->get_string());
  }
  [[nodiscard]] Result<std::int64_t> number(const char* key, std::int64_t otherwise = -1) const {
    const value* found = find(key);
    if (found == nullptr && otherwise >= 0) {
      return otherwise;
    }
    if (found == nullptr || !found->is_int64() || found->get_int64() < 0) {
      return wrong(name(key), "must be a whole number that is not negative");
    }
    return found->get_int64();
  }
  [[nodiscard]] const object& fields() const { return *fields_; }

 private:
  const object* fields_;
  std::string path_;
};

Result<trust::Person> read_person(const Form& form, Instant now) {
  trust::Person person;
  YX_TRY(person.name, form.text("name"));
  YX_TRY(const std::string id, form.text("resident_id"));
  const auto resident = ResidentId::parse(id, now);
  if (!resident) {
    return wrong(form.name("resident_id"), resident.error().detail);
  }
  person.resident_id = resident->text();
  YX_TRY(const std::string mobile, form.text("mobile"));
  const auto number = MobileNumber::parse(mobile);
  if (!number) {
    return wrong(form.name("mobile"), number.error().detail);
  }
  person.mobile = number->text();
  YX_TRY(person.email, form.text("email", false));
  return person;
}

Result<trust::Unit> read_unit(const Form& form) {
  trust::Unit unit;
  YX_TRY(unit.name, form.text("name"));
  YX_TRY(const std::string typed, form.text("uscc"));
  const auto code = UnifiedSocialCreditCode::parse(typed);
  if (!code) {
    return wrong(form.name("uscc"), code.error().detail);
  }
  unit.uscc = code->text();
  YX_TRY(unit.department, form.text("department", false));
  YX_TRY(unit.state, form.text("state"));
  YX_TRY(unit.locality, form.text("locality"));
  YX_TRY(unit.address, form.text("address"));
  return unit;
}

Result<hall::CaseMaterial> read_material(const std::string& slot, const value& told, const std::string& folder) {
  const auto read = [&](const value* file) -> Result<Bytes> {
    if (file == nullptr || !file->is_string()) {
      return wrong("materials." + slot, "must name a file");
    }
    const std::filesystem::path path = std::filesystem::path(folder) / std::string(file->get_string());
    return cli::read_file(path.string(), max_material_file_bytes);
  };
  hall::CaseMaterial material{.slot = slot, .original = {}, .rendition = {}};
  if (const object* both = told.if_object()) {
    YX_TRY(material.original, read(both->if_contains("original")));
    YX_TRY(material.rendition, read(both->if_contains("rendition")));
  } else {
    YX_TRY(material.original, read(&told));
    material.rendition = material.original;
  }
  return material;
}

Result<trust::SealWish> read_seal(const Form& form, const std::vector<hall::CaseMaterial>& materials) {
  trust::SealWish seal;
  YX_TRY(const std::string slot, form.text("material"));
  const auto material = std::ranges::find(materials, slot, &hall::CaseMaterial::slot);
  if (material == materials.end()) {
    return wrong(form.name("material"), "is not among the materials");
  }
  seal.picture_hash = crypto::sm3(material->rendition);
  YX_TRY(seal.width_mm, form.number("width_mm"));
  YX_TRY(seal.height_mm, form.number("height_mm"));
  YX_TRY(seal.name, form.text("name"));
  YX_TRY(seal.type, form.number("type", 1));
  return seal;
}

Result<trust::SnapshotLine> read_line(const Form& form, const std::vector<hall::CaseMaterial>& materials, Instant now) {
  trust::SnapshotLine line;
  YX_TRY(const std::string business, form.text("business"));
  YX_TRY(line.business, trust::business_of_name(business));
  YX_TRY(const std::string kind, form.text("kind"));
  YX_TRY(line.kind, trust::subject_kind_of_name(kind));
  YX_TRY(const std::int64_t years, form.number("years"));
  line.validity_months = years * months_of_year;
  if (const value* holder = form.find("holder")) {
    YX_TRY(const Form person, Form::of(holder, form.name("holder")));
    YX_TRY(line.holder, read_person(person, now));
  }
  YX_TRY(const std::string device, form.text("held_device", false));
  if (!device.empty()) {
    line.held_device = device;
  }
  YX_TRY(const std::string replaced, form.text("replaced_serial", false));
  if (!replaced.empty()) {
    YX_TRY(line.replaced_serial, from_hex(replaced));
  }
  if (const value* seal = form.find("seal")) {
    YX_TRY(const Form wish, Form::of(seal, form.name("seal")));
    YX_TRY(line.seal, read_seal(wish, materials));
  }
  return line;
}

// The programme's own questions: is it offered, what does it cost, which papers does it want.
Result<std::int64_t> ask_programme(const hall::programme::Programme& programme, const trust::Snapshot& shot,
                                   hall::Submission& submission) {
  std::vector<hall::programme::PricedLine> priced;
  hall::programme::Set businesses;
  for (const trust::SnapshotLine& line : shot.lines) {
    const std::string business(trust::name_of(line.business));
    const std::string kind(trust::name_of(line.kind));
    businesses.push_back(business);
    priced.push_back({.business = business,
                      .kind = kind,
                      .years = static_cast<int>(line.validity_months / months_of_year),
                      .new_medium = !line.held_device});
    hall::programme::MaterialQuestion question{.business = business, .channel = shot.channel, .kinds = {kind}};
    if (line.seal) {
      question.conditions = {"seal"};
    }
    for (const hall::programme::Material* paper : hall::programme::materials_for(programme, question)) {
      if (std::ranges::find(shot.materials, paper->id, &trust::SlotHash::slot) == shot.materials.end()) {
        return wrong("materials." + paper->id, "is missing: " + paper->title);
      }
    }
  }
  YX_TRY(submission.needs, hall::programme::needs_of(programme, businesses, shot.channel));
  return hall::programme::price(programme, priced);
}

}  // namespace

Result<hall::Submission> read_application(BytesView json, const std::string& folder,
                                          const hall::programme::Programme& programme, Bytes manifest, Instant now) {
  boost::system::error_code failed;
  const value read = boost::json::parse(text_of(json), failed);
  if (failed) {
    return fail(ErrorCode::invalid_input, "the application is not JSON: " + failed.message());
  }
  YX_TRY(const Form form, Form::of(&read, ""));
  hall::Submission submission;
  trust::Snapshot shot;
  YX_TRY(shot.application_id, form.text("number"));
  YX_TRY(shot.channel, form.text("channel"));
  YX_TRY(shot.delivery, form.text("delivery"));
  shot.programme = programme.code;
  shot.programme_version = programme.version;
  YX_TRY(const Form unit, Form::of(form.find("unit"), "unit"));
  YX_TRY(shot.unit, read_unit(unit));
  YX_TRY(const Form legal, Form::of(form.find("legal_representative"), "legal_representative"));
  YX_TRY(shot.legal_representative, read_person(legal, now));
  YX_TRY(const Form requester, Form::of(form.find("requester"), "requester"));
  YX_TRY(shot.requester, read_person(requester, now));
  YX_TRY(const Form materials, Form::of(form.find("materials"), "materials"));
  for (const auto& [slot, told] : materials.fields()) {
    YX_TRY(hall::CaseMaterial material, read_material(std::string(slot), told, folder));
    shot.materials.push_back({.slot = material.slot,
                              .original = crypto::sm3(material.original),
                              .rendition = crypto::sm3(material.rendition)});
    submission.materials.push_back(std::move(material));
  }
  const value* lines = form.find("lines");
  if (lines == nullptr || !lines->is_array() || lines->get_array().empty()) {
    return wrong("lines", "must be a list with at least one line");
  }
  for (const value& told : lines->get_array()) {
    const std::int64_t number = static_cast<std::int64_t>(shot.lines.size()) + 1;
    YX_TRY(const Form line_form, Form::of(&told, "lines[" + std::to_string(number) + "]"));
    YX_TRY(trust::SnapshotLine line, read_line(line_form, submission.materials, now));
    line.number = number;
    shot.lines.push_back(std::move(line));
  }
  YX_TRY(shot.money.due_fen, ask_programme(programme, shot, submission));
  YX_TRY(shot.money.received_fen, form.number("received_fen"));
  shot.money.price_version = std::to_string(programme.fee_version);
  submission.progress.paid = shot.money.received_fen >= shot.money.due_fen;
  submission.limits = {.review_working_days = programme.review_working_days,
                       .shipping_working_days = programme.shipping_working_days};
  submission.snapshot = shot.to_der();
  submission.manifest = std::move(manifest);
  return submission;
}

}  // namespace yinxin::office
