#include <algorithm>
#include <random>

#include "hostile.h"

namespace yinxin::walls {

namespace {

class Mutation {
 public:
  Mutation(const std::vector<Attempt>& good, std::mt19937_64& chance) : good_(good), chance_(chance) {}

  Attempt make() {
    original_ = &good_[below(good_.size())];
    const Attempt& other = good_[below(good_.size())];
    Attempt all = *original_;
    do {
      all = *original_;
      all.name.clear();
      const std::size_t steps = 1 + below(2);
      for (std::size_t i = 0; i < steps; ++i) {
        step(all, other);
      }
    } while (is_good(all));
    return all;
  }

  // The same of the case alone: whose permit is rightly given.
  [[nodiscard]] bool is_good_case(const Attempt& made) const {
    return made.keying.line == 1 && std::ranges::any_of(good_, [&](const Attempt& one) {
             return made.bundle.snapshot == one.bundle.snapshot && made.bundle.manifest == one.bundle.manifest &&
                    made.bundle.first_approval == one.bundle.first_approval &&
                    made.bundle.second_approval == one.bundle.second_approval && has_all_evidence(made, one);
           });
  }

 private:
  using Parts = std::vector<Bytes*>;

  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(chance_); }
  static Parts parts(Attempt& of) {
    Parts all{&of.bundle.snapshot, &of.bundle.manifest,    &of.bundle.first_approval, &of.bundle.second_approval,
              &of.keying.permit,   &of.keying.key_binding, &of.keying.request};
    for (Bytes& evidence : of.bundle.evidence) {
      all.push_back(&evidence);
    }
    return all;
  }
  // Receipts beside those that the approvals name, of the same case, take nothing away: that is the approved line yet.
  [[nodiscard]] bool has_all_evidence(const Attempt& made, const Attempt& one) const {
    const auto is_in = [](const std::vector<Bytes>& all, const Bytes& receipt) {
      return std::ranges::find(all, receipt) != all.end();
    };
    return std::ranges::all_of(one.bundle.evidence,
                               [&](const Bytes& receipt) { return is_in(made.bundle.evidence, receipt); }) &&
           std::ranges::all_of(made.bundle.evidence, [&](const Bytes& receipt) {
             return std::ranges::any_of(good_, [&](const Attempt& other) {
               return other.name == one.name && is_in(other.bundle.evidence, receipt);
             });
           });
  }
  [[nodiscard]] bool is_good(const Attempt& made) const {
    return std::ranges::any_of(good_, [&](const Attempt& one) {
      return made.bundle.snapshot == one.bundle.snapshot && made.bundle.manifest == one.bundle.manifest &&
             made.bundle.first_approval == one.bundle.first_approval &&
             made.bundle.second_approval == one.bundle.second_approval && has_all_evidence(made, one) &&
             made.keying.line == one.keying.line && made.keying.permit == one.keying.permit &&
             made.keying.key_binding == one.keying.key_binding && made.keying.request == one.keying.request;
    });
  }
  void step(Attempt& all, const Attempt& other) {
    enum Kind : std::size_t {
      flip,
      cut,
      grow,
      swap_two,
      foreign_part,
      misplaced,
      foreign_group,
      evidence,
      line,
      kinds
    };
    const Kind kind = static_cast<Kind>(below(kinds));
    constexpr const char* names[] = {"flip ",           "cut ",           "grow ",     "swap ", "foreign part ",
                                     "misplaced part ", "foreign group ", "evidence ", "line "};
    all.name += names[kind];
    const Parts own = parts(all);
    Bytes& part = *own[below(own.size())];
    switch (kind) {
      case flip:
        if (!part.empty()) {
          part[below(part.size())] ^= static_cast<std::uint8_t>(1U << below(8));
        }
        break;
      case cut: part.resize(below(part.size() + 1)); break;
      case grow:
        part.insert(part.begin() + static_cast<std::ptrdiff_t>(below(part.size() + 1)),
                    static_cast<std::uint8_t>(below(256)));
        break;
      case swap_two: std::swap(part, *own[below(own.size())]); break;
      case foreign_part: {
        Attempt from = other;
        const Parts its = parts(from);
        const std::size_t place = below(std::min(own.size(), its.size()));
        *own[place] = *its[place];
        break;
      }
      case misplaced: part = *own[below(own.size())]; break;
      case foreign_group: take_group(all, other); break;
      case evidence: change_evidence(all, other); break;
      default: all.keying.line = static_cast<std::int64_t>(below(5)) - 1; break;
    }
  }
  void take_group(Attempt& all, const Attempt& other) {
    switch (below(5)) {
      case 0:  // other approvals for this case
        all.bundle.first_approval = other.bundle.first_approval;
        all.bundle.second_approval = other.bundle.second_approval;
        break;
      case 1:  // another case, or revision, for these approvals
        all.bundle.snapshot = other.bundle.snapshot;
        all.bundle.manifest = other.bundle.manifest;
        break;
      case 2: all.bundle.evidence = other.bundle.evidence; break;
      case 3:  // another's key, under its own permit
        all.keying = other.keying;
        break;
      default:  // another's key, under this permit
        all.keying.key_binding = other.keying.key_binding;
        all.keying.request = other.keying.request;
        break;
    }
  }
  void change_evidence(Attempt& all, const Attempt& other) {
    std::vector<Bytes>& own = all.bundle.evidence;
    const std::size_t kind = below(3);
    if (kind == 0 && !own.empty()) {
      own.erase(own.begin() + static_cast<std::ptrdiff_t>(below(own.size())));
    } else if (kind == 1 && !own.empty()) {
      own.push_back(own[below(own.size())]);
    } else if (!other.bundle.evidence.empty()) {
      own.push_back(other.bundle.evidence.front());
    }
  }

  const std::vector<Attempt>& good_;
  std::mt19937_64& chance_;
  const Attempt* original_ = nullptr;
};

}  // namespace

void generate(const std::vector<Attempt>& good, std::uint64_t count, std::uint64_t seed,
              const std::function<void(const Attempt&, bool)>& ask) {
  std::mt19937_64 chance(seed);
  Mutation mutation(good, chance);
  for (std::uint64_t i = 0; i < count; ++i) {
    Attempt one = mutation.make();
    one.name = std::to_string(i) + " " + one.name;
    ask(one, !mutation.is_good_case(one));
  }
}

}  // namespace yinxin::walls
