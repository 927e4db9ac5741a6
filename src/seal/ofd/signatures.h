#pragma once
// Signatures.xml and Signature.xml of GB/T 33190-2016, in the dialects that products write: any order of elements,
// other prefixes, attributes as child elements. What is signed is the stored file, so its bytes are kept.

#include "seal/ofd/document.h"

namespace yinxin::seal::ofd {

struct Reference {
  std::string written;              // FileRef
  std::optional<std::string> path;  // nullopt when it leaves the package
  Bytes check_value;                // empty when it cannot be read
};

struct StampAnnot {
  std::string id;
  std::string page_ref;
  std::optional<Box> boundary;  // nullopt when unreadable
  std::optional<Box> clip;      // inside the boundary
};

// One entry of Signatures.xml with the Signature.xml it names.
struct SignatureFile {
  std::string id;
  std::string type;      // "Seal" (also when missing) or "Sign"
  std::string relative;  // OFD 2.0: the signature this one builds on
  std::string path;      // Signature.xml
  Bytes bytes;           // of Signature.xml, as stored
  std::string provider;
  std::string method;
  std::string date_time;
  std::string check_method;
  std::vector<Reference> references;
  std::vector<StampAnnot> stamps;
  std::optional<std::string> seal_path;
  std::string value_path;
  std::optional<Error> problem;  // it cannot be read; what was read before stays
};

struct SignatureList {
  std::string path;  // Signatures.xml
  std::string max_sign_id;
  std::vector<SignatureFile> signatures;
  // Signatures.xml stands in the references of one of them: nothing may be signed after it.
  [[nodiscard]] bool locked() const;

  // The signatures of one document; an empty list when it names none. Fails when Signatures.xml cannot be read.
  static Result<SignatureList> read(const Package& package, const Body& body);
};

// The fields of one Signature.xml; `package` is null when it stands alone.
Result<void> read_signature_file(const Package* package, SignatureFile& file);

}  // namespace yinxin::seal::ofd
