#include "yinxin/case_verbs.h"

namespace yinxin::cli {

Result<std::unique_ptr<office::House>> open_house(const OfficeOptions& wish, office::Opened opened) {
  static const SystemClock clock;
  YX_TRY(const crypto::BootSecret boot, wish.boot_secret());
  return office::House::open(wish.data, wish.profiles, boot, clock, opened);
}

}  // namespace yinxin::cli
