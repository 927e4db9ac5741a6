#include "trust/seal_order.h"

#include "trust/der_parts.h"

namespace yinxin::trust {

using namespace parts;

namespace {

Result<Bytes> read_part(asn1::Reader& reader) {
  YX_TRY(const BytesView octets, reader.octet_string());
  if (octets.size() > max_statement_size) {
    return fail(ErrorCode::invalid_input, "a part of a seal order of more than 1 MiB");
  }
  return to_bytes(octets);
}

void write_bundle(asn1::Writer& writer, const Bundle& bundle) {
  writer.sequence([&](asn1::Writer& w) {
    w.octet_string(bundle.snapshot).octet_string(bundle.manifest);
    w.octet_string(bundle.first_approval).octet_string(bundle.second_approval);
    write_list(w, bundle.evidence, [](asn1::Writer& list, const Bytes& one) { list.octet_string(one); });
  });
}

Result<Bundle> read_bundle(asn1::Reader& reader) {
  YX_TRY(asn1::Reader in, reader.sequence());
  Bundle bundle;
  for (Bytes* part : {&bundle.snapshot, &bundle.manifest, &bundle.first_approval, &bundle.second_approval}) {
    YX_TRY(*part, read_part(in));
  }
  YX_TRY(bundle.evidence, read_list(in, max_evidence, read_part));
  YX_CHECK(in.finish());
  return bundle;
}

}  // namespace

Bytes SealOrder::to_der() const {
  asn1::Writer writer;
  writer.sequence([&](asn1::Writer& w) {
    w.integer(statement_version);
    write_bundle(w, bundle);
    w.integer(line).octet_string(receipt).octet_string(owner).octet_string(picture);
  });
  return writer.take();
}

Result<SealOrder> SealOrder::parse(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader in, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const std::int64_t version, in.small_integer());
  if (version != statement_version) {
    return fail(ErrorCode::unsupported, "a seal order of a version we do not know");
  }
  SealOrder order;
  YX_TRY(order.bundle, read_bundle(in));
  YX_TRY(order.line, in.small_integer());
  for (Bytes* part : {&order.receipt, &order.owner, &order.picture}) {
    YX_TRY(*part, read_part(in));
  }
  YX_CHECK(in.finish());
  return only_canonical(std::move(order), der);
}

}  // namespace yinxin::trust
