#pragma once
// What a package from a stranger may cost us. Everything beyond is refused before it is unpacked or parsed.

#include <cstddef>

namespace yinxin::seal::ofd {

constexpr std::size_t max_package_size = 256U * 1024 * 1024;
constexpr std::size_t max_entries = 10'000;
constexpr std::size_t max_entry_size = 128U * 1024 * 1024;  // inflated
constexpr std::size_t max_total_size = 512U * 1024 * 1024;  // inflated, all entries together
// What is unpacked of one package in its life, the same file as often as it is asked for: two thousand references to
// one file must not unpack it two thousand times.
constexpr std::size_t max_unpacked_size = 2 * max_total_size;
// A bomb is an entry that is both large and absurdly small when packed.
constexpr std::size_t ratio_counts_from_size = 1024U * 1024;
constexpr std::size_t max_ratio = 300;
constexpr std::size_t max_path_size = 512;  // bytes
constexpr std::size_t max_path_depth = 32;  // parts

constexpr std::size_t max_xml_size = 32U * 1024 * 1024;
constexpr std::size_t max_xml_depth = 128;
constexpr std::size_t max_xml_nodes = 2'000'000;  // elements and attributes, counted from above

constexpr std::size_t max_bodies = 64;               // documents in one package
constexpr std::size_t max_pages = 20'000;            // of one document
constexpr std::size_t max_signatures = 256;          // of one package
constexpr std::size_t max_references = 10'000;       // of one signature
constexpr std::size_t max_all_references = 200'000;  // of all signatures of one package
constexpr std::size_t max_stamp_annots = 5'000;      // of one signature

}  // namespace yinxin::seal::ofd
