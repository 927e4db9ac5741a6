// SKF 7.1.2 and 7.1.3: a device plugged in is a file that appears in the folder, one pulled out a file that goes.

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "token/soft/session.h"

using namespace yinxin;
using namespace yinxin::token::soft;

namespace {

// What has been reported so far. The first wait of a process takes what is there as known.
struct Watch {
  std::mutex mutex;
  std::optional<std::vector<std::string>> known;
  std::size_t waiting = 0;
  int cancel = ::eventfd(0, EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK);
};

Watch& watch() {
  static Watch the_watch;
  return the_watch;
}

// The first difference between what is known and what is there; makes it known when `reported`.
ULONG next_event(CHAR* name, ULONG* name_size, ULONG* event, bool& found) {
  const std::lock_guard lock(watch().mutex);
  std::vector<std::string> present = device_names();
  if (!watch().known) {
    watch().known = std::move(present);
    return SAR_OK;
  }
  std::vector<std::string>& known = *watch().known;
  std::vector<std::string> changed;
  std::ranges::set_symmetric_difference(known, present, std::back_inserter(changed));
  if (changed.empty()) {
    return SAR_OK;
  }
  found = true;
  const std::string& one = changed.front();
  const bool removed = std::ranges::binary_search(known, one);
  Bytes text = to_bytes(bytes_of(one));
  text.push_back(0);
  const ULONG given = give(text, reinterpret_cast<BYTE*>(name), name_size);
  if (given != SAR_OK || name == nullptr) {
    return given;
  }
  *event = removed ? DEV_EVENT_REMOVED : DEV_EVENT_INSERTED;
  if (removed) {
    std::erase(known, one);
  } else {
    known.insert(std::ranges::upper_bound(known, one), one);
  }
  return SAR_OK;
}

// SAR_OK when something in the folder changed, SAR_NOT_EVENTERR when the wait was cancelled.
ULONG wait_for_change(int notices) {
  pollfd ready[2] = {{notices, POLLIN, 0}, {watch().cancel, POLLIN, 0}};  // NOLINT(modernize-avoid-c-arrays)
  for (;;) {
    if (::poll(static_cast<pollfd*>(ready), 2, -1) < 0 && errno != EINTR) {
      return SAR_FAIL;
    }
    std::uint64_t one = 0;
    if ((ready[1].revents & POLLIN) != 0 && ::read(watch().cancel, &one, sizeof one) == sizeof one) {
      return SAR_NOT_EVENTERR;
    }
    if ((ready[0].revents & POLLIN) != 0) {
      std::array<char, 4096> drained{};
      while (::read(notices, drained.data(), drained.size()) > 0) {
      }
      return SAR_OK;
    }
  }
}

class Waiting {
 public:
  Waiting() { count(1); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { count(-1); }

 private:
  static void count(int change) {
    const std::lock_guard lock(watch().mutex);
    watch().waiting += static_cast<std::size_t>(change);
    std::uint64_t left = 0;  // a cancel meant for a wait that ended by itself must not end the next one
    while (watch().waiting == 0 && ::read(watch().cancel, &left, sizeof left) == sizeof left) {
    }
  }
};

}  // namespace

void yinxin::token::soft::take_present_as_known() {
  const std::lock_guard lock(watch().mutex);
  if (!watch().known) {
    watch().known = device_names();
  }
}

ULONG DEVAPI SKF_WaitForDevEvent(LPSTR szDevName, ULONG* pulDevNameLen, ULONG* pulEvent) {
  return guarded([&]() -> ULONG {
    if (szDevName == nullptr || pulDevNameLen == nullptr || pulEvent == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    const int notices = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    const std::unique_ptr<const int, void (*)(const int*)> closer(&notices, [](const int* fd) { ::close(*fd); });
    if (notices < 0 || ::inotify_add_watch(notices, tokens_folder().c_str(),
                                           IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO) < 0) {
      return SAR_FAIL;
    }
    const Waiting here;
    for (;;) {
      bool found = false;
      const ULONG answer = next_event(szDevName, pulDevNameLen, pulEvent, found);
      if (answer != SAR_OK || found) {
        return answer;
      }
      if (const ULONG waited = wait_for_change(notices); waited != SAR_OK) {
        return waited;
      }
    }
  });
}

// Ends every wait that has begun; SAR_NOT_EVENTERR when there is none.
ULONG DEVAPI SKF_CancelWaitForDevEvent(void) {
  return guarded([&]() -> ULONG {
    const std::lock_guard lock(watch().mutex);
    if (watch().waiting == 0) {
      return SAR_NOT_EVENTERR;
    }
    const std::uint64_t each = watch().waiting;
    return ::write(watch().cancel, &each, sizeof each) == sizeof each ? SAR_OK : SAR_FAIL;
  });
}
