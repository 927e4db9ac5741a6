#pragma once
// What an emulator tells its customer by itself: posts that leave one after the other from a thread of their own.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/bytes.h"

namespace yinxin::outside {

constexpr std::size_t max_waiting_callbacks = 1000;

class Callbacks {
 public:
  // `url`: where they go, as configured; empty for nowhere. invalid_input when it is no plain http address.
  static Result<std::unique_ptr<Callbacks>> start(std::string_view url);
  ~Callbacks();
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;

  // Each is tried once; one more than max_waiting_callbacks is dropped, as is everything without a place to go.
  void post(std::string content_type, Bytes body);

 private:
  struct Place;
  struct Post {
    std::string content_type;
    Bytes body;
  };
  explicit Callbacks(std::unique_ptr<Place> place);
  void run();

  std::unique_ptr<Place> place_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Post> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace yinxin::outside
