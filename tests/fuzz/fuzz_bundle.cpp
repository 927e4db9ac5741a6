// The certification authority's checker before a hall that is wholly taken over: a bundle that is right in every fact,
// and one part of it changed, replaced, or written anew by the very officer it belongs to. Nothing but the unchanged
// bundle may hold, whatever else happens.
//   input: which part and how, then edits of three bytes (offset, offset, exclusive or), or the part itself
#include "base/ensure.h"
#include "crypto/oids.h"
#include "trust/testing/office.h"

namespace {

using namespace yinxin;
using namespace yinxin::trust;

constexpr std::int64_t story_ms = 1795219200000;
constexpr std::size_t max_edits = 32;

struct Case {
  testing::Office office{from_unix_ms(story_ms)};
  testing::Story story{office};
  Case() { story.tell(); }
};
testing::Story& told() {
  static Case one;
  return one.story;
}

enum class Part { first_approval, second_approval, permit, key_binding, request, snapshot, manifest, evidence };
constexpr unsigned parts = 8;
enum class How { edited, replaced, signed_anew };

Bytes& part_of(Part part, Bundle& bundle, KeyingBundle& keying) {
  switch (part) {
    case Part::first_approval: return bundle.first_approval;
    case Part::second_approval: return bundle.second_approval;
    case Part::permit: return keying.permit;
    case Part::key_binding: return keying.key_binding;
    case Part::request: return keying.request;
    case Part::snapshot: return bundle.snapshot;
    case Part::manifest: return bundle.manifest;
    case Part::evidence: return bundle.evidence.front();
  }
  ensure_unreachable("a part that does not exist");
}

void edit(Bytes& bytes, BytesView edits) {
  for (std::size_t i = 0; edits.size() >= 3 && i < max_edits; ++i, edits = edits.subspan(3)) {
    std::uint8_t& at = bytes[static_cast<std::size_t>(edits[0] << 8 | edits[1]) % bytes.size()];
    at = static_cast<std::uint8_t>(at ^ edits[2]);
  }
}

// The content edited and signed by whose statement it is; nothing for parts that nobody signs.
std::optional<Bytes> signed_anew(Part part, const Bytes& statement, BytesView edits) {
  testing::Story& story = told();
  const testing::Holder* signer = nullptr;
  asn1::ObjectId type;
  switch (part) {
    case Part::first_approval: signer = &story.first_officer, type = oid::statement_approval(); break;
    case Part::second_approval: signer = &story.second_officer, type = oid::statement_approval(); break;
    case Part::permit: signer = &story.permit_key, type = oid::statement_permit(); break;
    case Part::key_binding: signer = &story.production_officer, type = oid::statement_key_binding(); break;
    case Part::evidence: signer = &story.evidence_key, type = oid::statement_evidence(); break;
    case Part::request:
    case Part::snapshot:
    case Part::manifest: return std::nullopt;
  }
  Bytes content = *cms::SignedData::parse(statement).value().content;
  edit(content, edits);
  cms::SigningOptions options;
  options.family = cms::Family::gm;
  options.content_type = type;
  return *cms::sign(content, signer->certificate, *signer->signer, options);
}

// Two parts are named by no hash: the key binding, whose time and model may be others, and the signatures of a
// manifest.
void check_what_may_differ(Part part, BytesView changed) {
  const testing::Story& story = told();
  if (part == Part::manifest) {
    ensure(
        SignedManifest::parse(changed).value().content == SignedManifest::parse(story.bundle.manifest).value().content,
        "the manifest that holds is the one in force");
    return;
  }
  ensure(part == Part::key_binding, "a bundle with another part does not hold");
  const auto content_of = [](BytesView statement) { return *cms::SignedData::parse(statement).value().content; };
  const KeyBinding now = KeyBinding::parse(content_of(changed)).value();
  const KeyBinding then = KeyBinding::parse(content_of(story.keying.key_binding)).value();
  ensure(now.permit == then.permit && now.second_approval == then.second_approval && now.line == then.line &&
             now.device_serial == then.device_serial && now.public_key == then.public_key &&
             now.request == then.request && now.officer_certificate == then.officer_certificate,
         "a key binding that holds binds the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const Part part = static_cast<Part>(data[0] % parts);
  const How how = static_cast<How>(data[1] % 3);
  const BytesView rest(data + 2, size - 2);
  testing::Story& story = told();
  Bundle bundle = story.bundle;
  KeyingBundle keying = story.keying;
  Bytes& changed = part_of(part, bundle, keying);
  const Bytes before = changed;
  switch (how) {
    case How::edited: edit(changed, rest); break;
    case How::replaced: changed = to_bytes(rest); break;
    case How::signed_anew: {
      auto statement = signed_anew(part, changed, rest);
      if (!statement) {
        return 0;
      }
      changed = std::move(*statement);
      break;
    }
  }
  const auto checked = Checker(story.pinned, story.answers).check_request(bundle, keying);
  ensure(checked.report.holds() == checked.value.has_value(), "an order exactly when everything holds");
  if (changed == before) {
    ensure(checked.report.holds(), "the unchanged bundle holds");
  } else if (checked.report.holds()) {
    check_what_may_differ(part, changed);
  }
  return 0;
}
