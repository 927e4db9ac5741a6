#include <unistd.h>

#include <filesystem>

#include "contract/store_contract.h"
#include "store/testing/fault_vfs.h"

namespace yinxin::store::contract {
namespace {

// SQLite on a disk that forgets what was not synced.
class Sqlite {
 public:
  Sqlite() : folder_(std::filesystem::temp_directory_path() / ("store_contract_" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~Sqlite() { std::filesystem::remove_all(folder_); }
  std::unique_ptr<Engine> open(Options options) {
    options.vfs = disk_.name();
    return Engine::open(folder_ / "vault.db", std::move(options)).value();
  }
  void crash() {
    disk_.cut_power();
    EXPECT_TRUE(disk_.power_on());
  }

 private:
  store::testing::FaultVfs disk_;
  std::filesystem::path folder_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(OnSqlite, StoreContract, Sqlite);

}  // namespace
}  // namespace yinxin::store::contract
