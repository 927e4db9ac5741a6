// The requester of the demonstration, one step a call: what he knows between two steps is in a file of his own.
//
// demo-customer --memory FILE --hall URL --places FILE [--seed N] [--project ID] STEP [ARGUMENT…]
// demo-customer --hall URL fetch PATH FILE [TYPE BODY]    what the public side publishes or answers; needs nothing else

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "base/text.h"
#include "demo/customer/back_off.h"
#include "demo/customer/customer.h"
#include "intake/picture.h"
#include "intake/qr_reader.h"

namespace yinxin::demo {

namespace {

constexpr std::chrono::milliseconds patience{50};  // between two questions for what others do

struct Call {
  std::string memory, hall, places, project, step;
  std::uint64_t seed = 1;
  std::vector<std::string> arguments;
};

Result<std::string> read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return fail(ErrorCode::not_found, "cannot read " + path);
  }
  return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Result<void> write_bytes(const std::string& path, BytesView bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return out ? Result<void>() : Result<void>(fail(ErrorCode::internal, "cannot write " + path));
}

Result<void> write_text(const std::string& path, std::string_view text) { return write_bytes(path, bytes_of(text)); }

// The first steps, as far as the printed form; FORM gets the PDF, VALUES what was typed, a line each.
Result<void> apply(Customer& customer, const std::vector<std::string>& files) {
  YX_CHECK(customer.sign_in());
  YX_CHECK(customer.begin());
  YX_CHECK(customer.agree());
  YX_CHECK(customer.fill_in());
  YX_TRY(const Bytes form, customer.print_form());
  YX_CHECK(write_bytes(files.at(0), form));
  // Everything that he typed and the form has to show.
  std::string values;
  for (const char* field :
       {"unit_name", "unit_document_kind", "unit_document_number", "unit_region", "unit_address", "requester_name",
        "requester_id_number", "requester_mobile", "requester_mail", "requester_post", "legal_name"}) {
    values += customer.applicant().answer(field) + "\n";
  }
  values += customer.applicant().answer("years") + "年\n";
  return write_text(files.at(1), values + customer.case_id() + "\n");
}

Result<void> print_asked(Customer& customer) {
  YX_TRY(const Asked asked, customer.asked());
  std::cout << asked.form_slot << "\n";
  return {};
}

// "round 42 42 5.3 12 300": shape, width and height in mm, tilt in degrees, characters, dpi of the scan.
Result<void> print_drawn_seal(const Customer& customer) {
  const auto& seal = customer.applicant().seal;
  const auto letters = decode_utf8(seal.text).value_or(U"");
  std::cout << (seal.shape == paper::testing::SealDrawing::Shape::ellipse ? "ellipse " : "round ") << seal.width_mm
            << " " << seal.height_mm << " " << seal.tilt_deg << " " << letters.size() << " " << scanner_dpi << "\n";
  return {};
}

Result<void> write_timeline(Customer& customer, const std::string& path) {
  YX_TRY(const Bytes view, customer.view());
  const boost::json::value read = boost::json::parse(text_of(view));
  return write_text(path, boost::json::serialize(read.at("timeline")) + "\n");
}

// What is on the QR codes of a picture, a line each.
Result<void> read_codes(const std::string& path) {
  YX_TRY(const std::string file, read_text(path));
  constexpr std::uint64_t most_pixels = 40'000'000;
  YX_TRY(const intake::Picture picture, intake::decode(bytes_of(file), most_pixels));
  YX_TRY(const auto codes, intake::read_qr(picture));
  for (const auto& code : codes) {
    std::cout << code.text << "\n";
  }
  return {};
}

Result<void> take_step(Customer& customer, const Call& call) {
  const auto& given = call.arguments;
  const std::map<std::string, std::function<Result<void>()>> steps{
      {"apply", [&] { return apply(customer, given); }},
      {"papers", [&] { return customer.upload_papers(false); }},
      {"identity", [&] { return customer.prove_identity(); }},
      {"pay", [&] { return customer.pay(); }},
      {"correct", [&] { return customer.correct_form(); }},
      {"wait", [&] { return customer.wait_for(given.at(0)); }},
      {"number",
       [&]() -> Result<void> {
         std::cout << customer.case_id() << "\n";
         return {};
       }},
      {"secret",
       [&]() -> Result<void> {
         YX_TRY(const std::string secret, customer.secret_on_receipt());
         return write_text(given.at(0), secret);
       }},
      {"sms",
       [&]() -> Result<void> {
         YX_TRY(const Bytes all, customer.all_sms());
         return write_bytes(given.at(0), all);
       }},
      {"newest-sms",
       [&]() -> Result<void> {
         YX_TRY(const std::string text, customer.newest_sms(given.at(0)));
         std::cout << text << "\n";
         return {};
       }},
      {"timeline", [&] { return write_timeline(customer, given.at(0)); }},
      {"personal",
       [&]() -> Result<void> {
         for (const char* field : {"requester_id_number", "requester_mobile", "legal_id_number"}) {
           std::cout << field << " " << customer.applicant().answer(field) << "\n";
         }
         std::cout << "account_number " << customer.applicant().account.at("account_number") << "\n";
         return {};
       }},
      {"form-slot", [&] { return print_asked(customer); }},
      {"drawn-seal", [&] { return print_drawn_seal(customer); }},
      {"codes", [&] { return read_codes(given.at(0)); }}};
  const auto found = steps.find(call.step);
  return found == steps.end() ? Result<void>(fail(ErrorCode::invalid_input, "no such step: " + call.step))
                              : found->second();
}

// A GET, or a POST of BODY as TYPE.
Result<void> fetch(const Call& call) {
  const auto& given = call.arguments;
  constexpr std::size_t to_get = 2;
  constexpr std::size_t to_post = 4;
  if (given.size() != to_get && given.size() != to_post) {
    return fail(ErrorCode::invalid_input, "fetch PATH FILE [TYPE BODY]");
  }
  Bytes body;
  if (given.size() == to_post) {
    YX_TRY(const std::string text, read_text(given[3]));
    body = to_bytes(bytes_of(text));
  }
  const bool is_post = given.size() == to_post;
  YX_TRY(const Bytes answer, fetch_public(call.hall, is_post ? net::Method::post : net::Method::get, given[0],
                                          is_post ? given[2] : std::string(), std::move(body)));
  return write_bytes(given[1], answer);
}

Result<void> carry_out(const Call& call) {
  if (call.step == "fetch") {
    return fetch(call);
  }
  YX_TRY(const std::string lines, read_text(call.places));
  YX_TRY(Places places, Places::read(call.hall, lines));
  SeededRandom drawn(call.seed);
  static SystemRandom random;
  const std::string scratch = std::filesystem::path(call.memory).parent_path().string();
  Customer customer(std::move(places), Applicant::draw(drawn, SystemClock().now()), call.project, scratch, random, [] {
    BackOff(patience).wait();
    return true;
  });
  if (const auto before = read_text(call.memory)) {
    customer.remember(*before);
  }
  YX_CHECK(take_step(customer, call));
  return write_text(call.memory, customer.memory());
}

Result<Call> read_call(const std::vector<std::string>& words) {
  Call call;
  const std::map<std::string, std::string*> options{
      {"--memory", &call.memory}, {"--hall", &call.hall}, {"--places", &call.places}, {"--project", &call.project}};
  std::size_t at = 0;
  for (; at + 1 < words.size() && words[at].starts_with("--"); at += 2) {
    if (words[at] == "--seed") {
      call.seed = std::stoull(words[at + 1]);
    } else if (const auto option = options.find(words[at]); option != options.end()) {
      *option->second = words[at + 1];
    } else {
      return fail(ErrorCode::invalid_input, "what is " + words[at] + "?");
    }
  }
  if (at >= words.size()) {
    return fail(ErrorCode::invalid_input, "which step?");
  }
  call.step = words[at];
  call.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
  return call;
}

}  // namespace

}  // namespace yinxin::demo

int main(int count, char** words) {
  using namespace yinxin;
  try {
    const auto call = demo::read_call(std::vector<std::string>(words + 1, words + count));
    const auto done = call ? demo::carry_out(*call) : Result<void>(call.error());
    if (!done) {
      std::cerr << "demo-customer: " << done.error().describe() << "\n";
      return 3;
    }
    return 0;
  } catch (const std::exception& wrong) {
    std::cerr << "demo-customer: " << wrong.what() << "\n";
    return 3;
  }
}
