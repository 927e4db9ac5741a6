#pragma once
// Every question verification asks, with its id, the clause it comes from and its sentence.

#include "seal/verify/report.h"

namespace yinxin::seal::verify::check {

#define YX_CHECK_DEF(name, id, clause, zh, en) inline constexpr Check name{id, clause, zh, en};

// The package
YX_CHECK_DEF(package_refused, "ofd.package.refused", "GB/T 33190-2016", "文件包可以安全打开吗？",
             "Can the package be opened safely?")
YX_CHECK_DEF(package_case_twins, "ofd.package.case_twins", "GB/T 33190-2016", "有没有仅大小写不同的文件名？",
             "Are there file names that differ in case only?")
YX_CHECK_DEF(package_unknown_file, "ofd.package.unknown_file", "GB/T 33190-2016; GM/T 0099-2020 附录D",
             "有没有未被引用且未受保护的文件？", "Is there a file that nothing refers to and no signature protects?")
YX_CHECK_DEF(package_link_missing, "ofd.package.link_missing", "GB/T 33190-2016", "文档引用的文件都在吗？",
             "Are all files there that the document refers to?")
YX_CHECK_DEF(package_unreadable, "ofd.package.unreadable", "GB/T 33190-2016", "文档的各部分都可读吗？",
             "Can every part of the document be read?")
YX_CHECK_DEF(signature_list, "ofd.signature.list", "GB/T 33190-2016 (Signatures.xml)", "签名列表可读吗？",
             "Can the list of signatures be read?")
YX_CHECK_DEF(integrity_list, "ofd.integrity_list.entries", "GM/T 0099-2020 附录D", "包内文件都在完整性清单里吗？",
             "Is every file of the package in the integrity list?")
YX_CHECK_DEF(integrity_signature, "ofd.integrity_list.signature", "GM/T 0099-2020 附录D", "完整性清单的签名成立吗？",
             "Does the signature of the integrity list hold?")

// One signature in a package
YX_CHECK_DEF(signature_readable, "ofd.signature.readable", "GB/T 33190-2016 (Signature.xml)", "签名描述文件可读吗？",
             "Can the signature's description be read?")
YX_CHECK_DEF(reference_digest, "ofd.reference.digest", "GB/T 33190-2016 (References)", "受保护的文件未被改动吗？",
             "Are the protected files unchanged?")
YX_CHECK_DEF(reference_missing, "ofd.reference.missing", "GB/T 33190-2016 (References)", "受保护的文件都在吗？",
             "Are the protected files there?")
YX_CHECK_DEF(reference_method, "ofd.reference.method", "GB/T 33190-2016 (CheckMethod)", "摘要算法足够强吗？",
             "Is the digest method strong enough?")
YX_CHECK_DEF(reference_none, "ofd.reference.none", "GB/T 33190-2016 (References)", "签名保护了文件吗？",
             "Does the signature protect any file?")
YX_CHECK_DEF(coverage, "ofd.coverage", "GB/T 33190-2016 (References)", "影响显示的文件都受保护吗？",
             "Is every file protected that a reader shows?")
YX_CHECK_DEF(locked, "ofd.lock", "GB/T 33190-2016 (Signatures.xml)", "该签名锁定了文档吗？",
             "Does this signature lock the document?")
YX_CHECK_DEF(lock_broken, "ofd.lock.broken", "GB/T 33190-2016 (Signatures.xml)", "锁定后还有新增签名吗？",
             "Was the document signed again after it was locked?")
YX_CHECK_DEF(page_ref, "ofd.stamp.page", "GB/T 33190-2016 (StampAnnot)", "印章所在的页面存在吗？",
             "Is the page there that the seal stands on?")
YX_CHECK_DEF(relative, "ofd.signature.relative", "GB/T 33190 (Signature@Relative)", "所依据的签名存在吗？",
             "Is the signature there that this one builds on?")
YX_CHECK_DEF(seal_file, "ofd.seal_file", "GB/T 33190-2016 (Seal)", "印章文件与签名内的印章一致吗？",
             "Is the seal file the seal that was used?")
YX_CHECK_DEF(date_time, "ofd.date_time", "GB/T 33190-2016 (SignatureDateTime)", "描述的时间与签名时间一致吗？",
             "Does the described time agree with the signed time?")
YX_CHECK_DEF(property_info, "ses.property_info", "GB/T 38540-2020 7.1.2", "签名指向的是这个文件吗？",
             "Does the signature name this file?")

// Seals and seal signatures
YX_CHECK_DEF(ses_format, "ses.format", "GB/T 38540-2020 7.3 a); GM/T 0031-2014 6.2.3 a)", "签章数据结构正确吗？",
             "Is the structure of the seal signature right?")
YX_CHECK_DEF(ses_encoding, "ses.encoding", "GB/T 38540-2020 7.1; GM/T 0031-2014 6", "编码与标准一致吗？",
             "Is it encoded as the standard prints it?")
YX_CHECK_DEF(data_hash, "ses.data_hash", "GB/T 38540-2020 7.3; GM/T 0031-2014 6.2.3 e)", "原文未被改动吗？",
             "Is the signed file unchanged?")
YX_CHECK_DEF(ses_signature, "ses.signature", "GB/T 38540-2020 7.3; GM/T 0031-2014 6.2.3 b)", "签章的签名值成立吗？",
             "Does the seal signature hold?")
YX_CHECK_DEF(seal_signature, "ses.seal.signature", "GB/T 38540-2020 6; GM/T 0031-2014 6.1.2 b)",
             "印章的制章签名成立吗？", "Does the maker's signature on the seal hold?")
YX_CHECK_DEF(owner_list, "ses.owner_list", "GB/T 38540-2020 7.3", "签章人在印章的签章者列表里吗？",
             "Is the signer in the seal's list of owners?")
YX_CHECK_DEF(seal_period, "ses.seal.period", "GB/T 38540-2020 7.3; GM/T 0031-2014 6.2.3 f)", "盖章时印章在有效期内吗？",
             "Was the seal in force when it was used?")
YX_CHECK_DEF(seal_period_now, "ses.seal.period_now", "GM/T 0031-2014 6.1.2 d)", "印章现在在有效期内吗？",
             "Is the seal in force now?")
YX_CHECK_DEF(sealing_time, "ses.time", "GM/T 0031-2014 6.2.3 d)", "签章时间可读且合理吗？",
             "Can the sealing time be read, and is it sane?")
YX_CHECK_DEF(ses_version, "ses.version", "GB/T 38540-2020 7.1.2", "签章与印章的版本一致吗？",
             "Do signature and seal agree on the version?")

// Messages
YX_CHECK_DEF(cms_signature, "cms.signature", "GB/T 35275-2017; RFC 5652", "消息签名成立吗？",
             "Does the message's signature hold?")
YX_CHECK_DEF(cms_content, "cms.content", "GB/T 35275-2017; RFC 5652", "被签名的内容就是这个文件吗？",
             "Is the signed content this file?")
YX_CHECK_DEF(raw_signature, "ofd.signature.raw", "GB/T 33190-2016 (SignedValue)", "签名值可以验证吗？",
             "Can the signature value be verified?")

// Certificates
YX_CHECK_DEF(certificate_readable, "certificate.readable", "GB/T 20518-2018", "证书可读吗？",
             "Can the certificate be read?")
YX_CHECK_DEF(certificate_period, "certificate.period", "GM/T 0031-2014 6.2.3 d)", "盖章时证书在有效期内吗？",
             "Was the certificate in force at the time?")
YX_CHECK_DEF(certificate_usage, "certificate.usage", "GM/T 0031-2014 6.2.3 c)", "证书可用于签名吗？",
             "May the certificate be used for signatures?")
YX_CHECK_DEF(certificate_chain, "certificate.chain", "GM/T 0031-2014 6.2.3 c); RFC 5280 6", "证书可追溯到信任根吗？",
             "Does the certificate lead to a trusted root?")
YX_CHECK_DEF(certificate_revoked, "certificate.revoked", "GM/T 0031-2014 6.2.3 d)", "盖章前证书未被撤销吗？",
             "Was the certificate not revoked before?")
YX_CHECK_DEF(certificate_now, "certificate.now", "GM/T 0031-2014 6.2.3 d)", "证书现在仍然有效吗？",
             "Is the certificate still good now?")

// Time stamps, revocation lists, OCSP
YX_CHECK_DEF(time_stamp, "time_stamp.token", "GB/T 20520-2006; RFC 3161", "时间戳成立并对应签名值吗？",
             "Does the time stamp hold, and is it of this signature?")
YX_CHECK_DEF(time_stamp_trust, "time_stamp.trust", "GB/T 20520-2006; RFC 3161", "时间戳可信吗？",
             "Is the time stamp trusted?")
YX_CHECK_DEF(issued_signature, "status.signature", "RFC 5280 6.3; RFC 6960 4.2.2", "签发者的签名成立吗？",
             "Does the issuer's signature hold?")
YX_CHECK_DEF(issued_current, "status.current", "RFC 5280 5.1.2; RFC 6960 4.2.2.1", "信息仍在有效时段内吗？",
             "Is the information still current?")
YX_CHECK_DEF(kind_unsupported, "file.kind", "", "文件种类可以验证吗？", "Can this kind of file be verified?")

#undef YX_CHECK_DEF

}  // namespace yinxin::seal::verify::check
