#include "yinxin/office/programme_shelf.h"

#include <algorithm>

#include "hall/programme/policy.h"
#include "terminal/files.h"

namespace yinxin::office {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> files_in(const std::string& folder, std::string_view ending) {
  std::vector<std::string> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ending) {
      files.push_back(entry.path().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

Result<std::map<std::string, std::string>> read_agreements(const std::string& folder) {
  std::map<std::string, std::string> texts;
  for (const std::string& file : files_in(folder, ".txt")) {
    YX_TRY(const Bytes bytes, cli::read_file(file, max_agreement_bytes));
    const std::string text(text_of(bytes));
    const std::size_t end = text.find('\n');
    if (end == std::string::npos || end == 0) {
      return fail(ErrorCode::invalid_input, file + ": the first line must be the document's name");
    }
    texts[text.substr(0, end)] = text.substr(end + 1);
  }
  return texts;
}

// The newest manifest in force of this programme and version; empty without one.
Result<Bytes> manifest_of(const std::vector<Bytes>& manifests, const hall::programme::Programme& programme) {
  for (const Bytes& signed_manifest : manifests) {
    YX_TRY(const trust::SignedManifest manifest, trust::SignedManifest::parse(signed_manifest));
    YX_TRY(const trust::ProgrammePolicy policy, trust::ProgrammePolicy::parse(manifest.content));
    if (policy.programme == programme.code && policy.version == programme.version) {
      return signed_manifest;
    }
  }
  return Bytes();
}

}  // namespace

Result<std::unique_ptr<ProgrammeShelf>> ProgrammeShelf::open(const std::string& folder, VaultDoors& vault) {
  auto shelf = std::make_unique<ProgrammeShelf>();
  YX_TRY(const auto agreements, read_agreements(folder + "/agreements"));
  YX_TRY(const std::vector<Bytes> manifests, vault.manifests());
  for (const std::string& file : files_in(folder, ".yaml")) {
    YX_TRY(const Bytes yaml, cli::read_file(file));
    auto checked = hall::programme::check(text_of(yaml), file);
    if (!checked.programme) {
      return fail(ErrorCode::invalid_input, "the programme has mistakes; see yinxin programme check " + file);
    }
    YX_TRY(Bytes manifest, manifest_of(manifests, *checked.programme));
    if (manifest.empty()) {
      continue;
    }
    auto offer = std::make_shared<hall::Offer>();
    for (const auto& agreement : checked.programme->agreements) {
      const auto text = agreements.find(agreement.document);
      if (text == agreements.end()) {
        return fail(ErrorCode::precondition,
                    file + ": there is no text of 《" + agreement.document + "》 in " + folder + "/agreements");
      }
      offer->documents[agreement.document] = text->second;
    }
    offer->programme = std::move(*checked.programme);
    offer->manifest = std::move(manifest);
    const auto older = std::ranges::find_if(
        shelf->newest_, [&](const auto& each) { return each->programme.code == offer->programme.code; });
    if (older == shelf->newest_.end()) {
      shelf->newest_.push_back(offer);
    } else if ((*older)->programme.version < offer->programme.version) {
      *older = offer;
    }
    shelf->offers_.push_back(std::move(offer));
  }
  return shelf;
}

Result<std::shared_ptr<const hall::Offer>> ProgrammeShelf::by_project(const std::string& project_id) {
  for (const auto& offer : newest_) {
    if (!project_id.empty() && offer->programme.project_id == project_id) {
      return offer->programme.status == "open" ? Result<std::shared_ptr<const hall::Offer>>(offer)
                                               : fail(ErrorCode::precondition, "project.closed");
    }
  }
  return fail(ErrorCode::not_found, "project.unknown");
}

Result<std::shared_ptr<const hall::Offer>> ProgrammeShelf::by_code(const std::string& code, std::int64_t version) {
  for (const auto& offer : offers_) {
    if (offer->programme.code == code && offer->programme.version == version) {
      return offer;
    }
  }
  return fail(ErrorCode::not_found, "project.unknown");
}

}  // namespace yinxin::office
