#pragma once
// A desk or a street that was taken over, by a program in its place: with its uid, its walls, its descriptors and its
// stores, it asks for everything that it should not get. What it is to try is made by the test (hostile_office.h) and
// laid into that domain's own folder. Linked into the test's own binary and into no program that people run.

#include "net/pulled_calls.h"
#include "trust/checker.h"
#include "yinxin/supervisor/domain_process.h"

namespace yinxin::walls {

// One approved or hostile case, with a key of its own. A refusal is an error's name and detail; empty where the vault
// must do it.
struct Attempt {
  std::string name;
  trust::Bundle bundle;
  trust::KeyingBundle keying;
  std::string device;
  Bytes officer;  // certificate of production
  std::string permit_refusal, issue_refusal;
};
struct SealWish {
  std::string name;
  trust::Bundle bundle;
  std::int64_t line = 1;
  Bytes picture;
};
struct Word {
  std::string name;
  bool is_activation = false;
  crypto::Digest second_approval{};
  Bytes word;
};

struct Campaign {
  std::vector<Attempt> attempts;
  std::vector<Attempt> good;  // approved, permitted and never asked for: generated bundles are made from them
  std::vector<SealWish> seals;
  std::vector<Word> words;
  Bytes station;  // certificate
  std::string held_case, held_device;
  std::string case_id;  // of the line that is right
  std::uint64_t bundles = 0, seed = 0;
};
constexpr const char* campaign_file = "/campaign";  // in its own folder
constexpr const char* lives_file = "/lives";

// What it says of itself, one line each.
constexpr const char* said_wrong = "WRONG ";      // an answer that is none of those that it should get
constexpr const char* said_refused = "REFUSED ";  // how many deeds the vault refused so far, in this life
constexpr const char* said_done = "DONE";
constexpr const char* said_got = "GOT ";  // what was right: serial number and length of the seal

// At each level of the test; `walls_test --bundles N`.
std::uint64_t& bundles_to_generate();

// Every life of it: first all that can be asked, then one broken frame after the other; the desk does at last what is
// right, for which the street has no way.
cli::Exit run_hostile(const supervisor::DomainOptions& options);

// The ends of its edges, as they came.
struct EdgeEnds {
  Descriptor vault;  // the vault asks there
  std::map<std::string, Descriptor>
      asked;  // "street pin", "street ocsp", "street tsa", "street outside"; "desk outside"
};
// How many lives of raw frames there are.
std::size_t raw_lives();
// One of them; what went otherwise than it should.
std::vector<std::string> run_raw_life(std::size_t life, EdgeEnds ends);

// `count` requests made from `good`, none of which is one of them; of some the case itself is right.
void generate(const std::vector<Attempt>& good, std::uint64_t count, std::uint64_t seed,
              const std::function<void(const Attempt&, bool is_case_wrong)>& ask);

}  // namespace yinxin::walls
