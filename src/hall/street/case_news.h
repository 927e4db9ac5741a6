#pragma once
// Who waits for news of a case, inside one process: a page that is open tells what to call, a change of the case calls
// it. News carry nothing; whoever is called looks for himself.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace yinxin::hall {

class CaseNews {
 public:
  using Call = std::function<void()>;

  // Until the watch is let go, `call` is called for each news of `name`: from any thread, under a lock. It neither
  // blocks nor comes back here.
  class Watch {
   public:
    Watch(CaseNews& news, std::string name, Call call) : news_(news), name_(std::move(name)) {
      const std::scoped_lock lock(news_.mutex_);
      place_ = news_.calls_.emplace(name_, std::move(call));
    }
    ~Watch() {
      const std::scoped_lock lock(news_.mutex_);
      news_.calls_.erase(place_);
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    CaseNews& news_;
    std::string name_;
    std::multimap<std::string, Call>::iterator place_;
  };

  // `name`: a case's number, or whatever else both sides know.
  void tell(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    const auto [from, to] = calls_.equal_range(name);
    for (auto each = from; each != to; ++each) {
      each->second();
    }
  }

 private:
  friend class Watch;
  std::mutex mutex_;
  std::multimap<std::string, Call> calls_;
};

}  // namespace yinxin::hall
