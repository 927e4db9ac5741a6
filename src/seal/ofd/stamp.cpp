#include "seal/ofd/stamp.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "crypto/oids.h"
#include "seal/ofd/xml.h"
#include "seal/ofd/xml_edit.h"
#include "seal/ses/version.h"
#include "seal/text.h"
#include "seal/verify/integrity_list.h"
#include "seal/verify/ses_checks.h"
#include "seal/verify/verify.h"

namespace yinxin::seal::ofd {
namespace {

constexpr std::string_view xml_head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr std::string_view ofd_namespace = "http://www.ofdspec.org/2016";
constexpr double place_tolerance_mm = 0.01;
constexpr std::size_t max_sign_folders = 10'000;

// "50 50 40 40", at most four decimals, no trailing zeros.
std::string number_text(double value) {
  std::array<char, 40> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.4f", value);
  std::string text(buffer.data(), static_cast<std::size_t>(std::clamp(size, 0, 39)));
  while (text.find('.') != std::string::npos && (text.back() == '0' || text.back() == '.')) {
    const bool point = text.back() == '.';
    text.pop_back();
    if (point) {
      break;
    }
  }
  return text == "-0" ? "0" : text;
}
std::string box_text(const Box& box) {
  return number_text(box.x) + " " + number_text(box.y) + " " + number_text(box.width) + " " + number_text(box.height);
}

bool is_sane(const Box& box) {
  return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) && std::isfinite(box.height) &&
         box.width > 0 && box.height > 0;
}

bool lies_in(const Box& inner, double left, double top, double right, double bottom) {
  return inner.x >= left - place_tolerance_mm && inner.y >= top - place_tolerance_mm &&
         inner.x + inner.width <= right + place_tolerance_mm && inner.y + inner.height <= bottom + place_tolerance_mm;
}

Result<void> check_place(const Body& body, const StampPlace& place) {
  const Page* page = body.find_page(place.page_id);
  if (page == nullptr) {
    return fail(ErrorCode::not_found, "the document has no page with the identifier " + clean_text(place.page_id, 64));
  }
  if (!is_sane(place.box) || (place.clip && !is_sane(*place.clip))) {
    return fail(ErrorCode::invalid_input, "a stamp without a size");
  }
  if (place.clip && !lies_in(*place.clip, 0, 0, place.box.width, place.box.height)) {
    return fail(ErrorCode::invalid_input, "the clip reaches out of the stamp");
  }
  // What shows must lie on the page; of a riding seam the rest lies on the others.
  const Box shown =
      place.clip ? Box{place.box.x + place.clip->x, place.box.y + place.clip->y, place.clip->width, place.clip->height}
                 : place.box;
  if (!lies_in(shown, 0, 0, page->area.width, page->area.height)) {
    return fail(ErrorCode::invalid_input, "the stamp reaches out of page " + clean_text(place.page_id, 64));
  }
  return {};
}

// GB/T 38540-2020 7.2: the seal is verified first, then the signer's certificate and its place in the list.
Result<ses::Seal> check_seal(const StampRequest& request) {
  YX_TRY(auto seal, ses::parse_seal(request.seal));
  YX_TRY(const auto maker, x509::Certificate::parse(seal.maker_certificate));
  if (x509::check_signature(maker.public_key(), seal.signature_algorithm, seal.signed_bytes, seal.signature) !=
      x509::SignatureCheck::holds) {
    return fail(ErrorCode::precondition, "the seal's own signature does not hold");
  }
  if (request.at < seal.property.valid_from || request.at > seal.property.valid_until) {
    return fail(ErrorCode::precondition, "the seal is not in force");
  }
  YX_TRY(const auto signer, x509::Certificate::parse(request.signer_certificate));
  if (!signer.in_force_at(request.at)) {
    return fail(ErrorCode::precondition, "the signer's certificate is not in force");
  }
  if (!signer.may(x509::KeyUsage::digital_signature) && !signer.may(x509::KeyUsage::non_repudiation)) {
    return fail(ErrorCode::precondition, "the signer's certificate may not be used for signatures");
  }
  if (!verify::is_owner(seal.property, request.signer_certificate)) {
    return fail(ErrorCode::precondition, "the signer is not in the seal's owner list; have the seal made anew");
  }
  return seal;
}

Result<void> check_earlier(const Package& package, const SignatureList& list, const StampRequest& request) {
  if (list.locked()) {
    return fail(ErrorCode::forbidden, "an earlier signature locks the document");
  }
  if (package.has(verify::integrity_list_path)) {
    return fail(ErrorCode::precondition, "the package has an integrity list (GM/T 0099), which new files would break");
  }
  if (request.accept_broken || list.signatures.empty()) {
    return {};
  }
  verify::Options options;
  options.trust.now = request.at;
  const auto report = verify::verify_bytes(package.file(), options);
  for (const auto& one : report.signatures) {
    if (one.integrity == verify::Integrity::broken) {
      return fail(ErrorCode::precondition, "signature " + std::to_string(one.index) + " of the document is broken");
    }
  }
  return {};
}

// No file may change that a signature of whichever document in the package protects.
Result<void> check_protected(const Package& package, const PackageDocument& document,
                             const std::vector<NewFile>& files) {
  for (const Body& body : document.bodies) {
    YX_TRY(const auto list, SignatureList::read(package, body));
    for (const SignatureFile& signature : list.signatures) {
      for (const Reference& reference : signature.references) {
        const bool changes =
            std::any_of(files.begin(), files.end(), [&](const NewFile& file) { return reference.path == file.path; });
        if (changes) {
          return fail(ErrorCode::forbidden, "an earlier signature locks " + clean_text(*reference.path, 128));
        }
      }
    }
  }
  return {};
}

// The number in "s012", "12" or "012"; 0 when there is none.
std::uint64_t number_of_id(std::string_view id) {
  const std::size_t digits = id.find_first_of("0123456789");
  std::uint64_t number = 0;
  if (digits != std::string_view::npos) {
    std::from_chars(id.data() + digits, id.data() + id.size(), number);
  }
  return number;
}

std::uint64_t highest_id(const SignatureList& list) {
  std::uint64_t highest = number_of_id(list.max_sign_id);
  for (const SignatureFile& file : list.signatures) {
    highest = std::max(highest, number_of_id(file.id));
    for (const StampAnnot& stamp : file.stamps) {
      highest = std::max(highest, number_of_id(stamp.id));
    }
  }
  return highest;
}

// A folder Sign_N beside the signature list that nothing is in yet.
Result<std::string> free_folder(const Package& package, const std::string& list_path) {
  const std::vector<std::string> paths = package.paths();
  for (std::size_t n = 0; n < max_sign_folders; ++n) {
    std::string folder = folder_of(list_path) + "Sign_" + std::to_string(n) + "/";
    if (std::none_of(paths.begin(), paths.end(), [&](const std::string& path) { return path.starts_with(folder); })) {
      return folder;
    }
  }
  return fail(ErrorCode::precondition, "no free folder for another signature");
}

struct Numbers {
  std::uint64_t signature = 0;
  std::uint64_t last = 0;
};

std::string list_entry(const Numbers& numbers, const std::string& signature_path) {
  return "<ofd:Signature ID=\"" + std::to_string(numbers.signature) + "\" Type=\"Seal\" BaseLoc=\"/" +
         xml::escaped(signature_path) + "\"/>";
}

// The files that change: Signatures.xml, and OFD.xml when the document had no signatures.
Result<std::vector<NewFile>> changed_files(const Package& package, const StampRequest& request, const Body& body,
                                           const std::string& list_path, const std::string& signature_path,
                                           const Numbers& numbers) {
  const std::string entry = list_entry(numbers, signature_path);
  const std::string last = std::to_string(numbers.last);
  if (!body.signatures_path) {
    YX_TRY(const Bytes root, package.read("OFD.xml"));
    const std::string link = "<ofd:Signatures>/" + xml::escaped(list_path) + "</ofd:Signatures>";
    YX_TRY(Bytes changed, insert_at_end(root, "DocBody", 1, request.body, link));
    const std::string list = std::string(xml_head) + "<ofd:Signatures xmlns:ofd=\"" + std::string(ofd_namespace) +
                             "\"><ofd:MaxSignId>" + last + "</ofd:MaxSignId>" + entry + "</ofd:Signatures>";
    return std::vector<NewFile>{{"OFD.xml", std::move(changed)}, {list_path, to_bytes(bytes_of(list))}};
  }
  YX_TRY(Bytes list, package.read(list_path));
  if (auto renumbered = replace_text(list, "MaxSignId", 1, last)) {
    list = std::move(*renumbered);
  }
  YX_TRY(Bytes changed, insert_at_end(list, "Signatures", 0, 0, entry));
  return std::vector<NewFile>{{list_path, std::move(changed)}};
}

std::string reference_xml(const std::string& path, BytesView content) {
  return "<ofd:Reference FileRef=\"/" + xml::escaped(path) + "\"><ofd:CheckValue>" + to_base64(crypto::sm3(content)) +
         "</ofd:CheckValue></ofd:Reference>";
}

// Everything in the package as it will be, but this signature's own two files, and Signatures.xml unless locking.
Result<std::string> references_xml(const Package& package, const std::vector<NewFile>& files,
                                   const std::string& list_path, bool lock) {
  std::string references;
  const auto left_out = [&](const std::string& path) { return path == list_path && !lock; };
  for (const std::string& path : package.paths()) {
    const bool replaced =
        std::any_of(files.begin(), files.end(), [&](const NewFile& file) { return file.path == path; });
    if (!replaced && !left_out(path)) {
      YX_TRY(const Bytes content, package.read(path));
      references += reference_xml(path, content);
    }
  }
  for (const NewFile& file : files) {
    if (!left_out(file.path)) {
      references += reference_xml(file.path, file.content);
    }
  }
  return references;
}

// Signature { SignedInfo { Provider, SignatureMethod, SignatureDateTime, References, StampAnnot*, Seal }, SignedValue }
std::string signature_xml(const StampRequest& request, const Numbers& numbers, const std::string& folder,
                          const std::string& references) {
  const CalendarTime c = to_calendar(request.at);
  std::array<char, 32> when{};
  std::snprintf(when.data(), when.size(), "%04d%02d%02d%02d%02d%02dZ", c.year, c.month, c.day, c.hour, c.minute,
                c.second);
  std::string stamps;
  std::uint64_t id = numbers.signature;
  for (const StampPlace& place : request.places) {
    stamps += "<ofd:StampAnnot ID=\"" + std::to_string(++id) + "\" PageRef=\"" + xml::escaped(place.page_id) +
              "\" Boundary=\"" + box_text(place.box) + "\"" +
              (place.clip ? " Clip=\"" + box_text(*place.clip) + "\"" : std::string()) + "/>";
  }
  return std::string(xml_head) + "<ofd:Signature xmlns:ofd=\"" + std::string(ofd_namespace) +
         "\"><ofd:SignedInfo><ofd:Provider ProviderName=\"" + xml::escaped(request.provider) + "\" Version=\"" +
         xml::escaped(request.provider_version) + "\" Company=\"" + xml::escaped(request.provider) +
         "\"/><ofd:SignatureMethod>" + oid::sm2_with_sm3().dotted() + "</ofd:SignatureMethod><ofd:SignatureDateTime>" +
         when.data() + "</ofd:SignatureDateTime><ofd:References CheckMethod=\"" + oid::sm3().dotted() + "\">" +
         references + "</ofd:References>" + stamps + "<ofd:Seal><ofd:BaseLoc>/" + xml::escaped(folder) +
         "Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo><ofd:SignedValue>/" + xml::escaped(folder) +
         "SignedValue.dat</ofd:SignedValue></ofd:Signature>";
}

}  // namespace

Result<PreparedStamp> prepare(const Package& package, const StampRequest& request) {
  YX_TRY(const auto document, PackageDocument::read(package));
  if (request.body >= document.bodies.size()) {
    return fail(ErrorCode::not_found, "the package has no such document");
  }
  if (request.places.size() > max_stamp_annots) {
    return fail(ErrorCode::invalid_input, "more stamps than " + std::to_string(max_stamp_annots));
  }
  const Body& body = document.bodies[request.body];
  YX_TRY(const auto list, SignatureList::read(package, body));
  YX_CHECK(check_earlier(package, list, request));
  YX_TRY(const auto seal, check_seal(request));
  for (const StampPlace& place : request.places) {
    YX_CHECK(check_place(body, place));
  }
  const std::string list_path =
      body.signatures_path ? *body.signatures_path : folder_of(body.root_path) + "Signs/Signatures.xml";
  if (!body.signatures_path && package.has(list_path)) {
    return fail(ErrorCode::precondition, "a signature list that no document names is in the way");
  }
  YX_TRY(const std::string folder, free_folder(package, list_path));
  const std::string signature_path = folder + "Signature.xml";
  Numbers numbers;
  numbers.signature = highest_id(list) + 1;
  numbers.last = numbers.signature + request.places.size();
  PreparedStamp prepared;
  YX_TRY(prepared.files_, changed_files(package, request, body, list_path, signature_path, numbers));
  YX_CHECK(check_protected(package, document, prepared.files_));
  prepared.files_.push_back({folder + "Seal.esl", seal.der});
  YX_TRY(const std::string references, references_xml(package, prepared.files_, list_path, request.lock));
  const std::string text = signature_xml(request, numbers, folder, references);
  const crypto::Digest hash = crypto::sm3(bytes_of(text));
  prepared.files_.push_back({signature_path, to_bytes(bytes_of(text))});
  YX_TRY(prepared.to_be_signed_, ses::v4::to_be_signed(seal, request.at, hash, "/" + signature_path));
  prepared.value_path_ = folder + "SignedValue.dat";
  prepared.signer_certificate_ = request.signer_certificate;
  prepared.at_ = request.at;
  prepared.package_ = package;
  return prepared;
}

Result<Bytes> PreparedStamp::finish(BytesView signature, const TimeStampCallback& time_stamp) const {
  ensure(package_.has_value(), "finish() of a stamp that prepare() did not make");
  std::optional<Bytes> token;
  YX_TRY(const auto value, crypto::Sm2Signature::from_der(signature));
  const Bytes value_der = value.to_der();
  if (time_stamp) {
    // The imprint is of the octets inside the signature's BIT STRING.
    YX_TRY(token, time_stamp(crypto::sm3(value_der)));
  }
  std::vector<NewFile> files = files_;
  YX_TRY(Bytes signed_value, ses::v4::assemble_signature(to_be_signed_, signer_certificate_, value_der, token));
  files.push_back({value_path_, std::move(signed_value)});
  YX_TRY(Bytes stamped, with_files(package_->file(), package_->directory(), files, at_));
  // What leaves the house must be readable by the strict reader it came in through.
  YX_CHECK(Package::open(stamped));
  return stamped;
}

Result<std::vector<StampPlace>> riding_seam(const std::vector<Page>& pages, double width, double height, double y) {
  if (pages.size() < 2) {
    return fail(ErrorCode::invalid_input, "a riding seam needs two pages or more");
  }
  const auto count = static_cast<double>(pages.size());
  const double slice = width / count;
  std::vector<StampPlace> places;
  for (const Page& page : pages) {
    const auto i = static_cast<double>(places.size());
    places.push_back(
        {page.id, Box{page.area.width - slice * (i + 1), y, width, height}, Box{slice * i, 0, slice, height}});
  }
  return places;
}

}  // namespace yinxin::seal::ofd
