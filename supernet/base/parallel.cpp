#include "supernet/base/parallel.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>

#ifdef COPPICE_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace coppice {
namespace {

/// What TBB promises and ThreadSanitizer cannot see, since a packaged TBB is compiled without it,
/// as is this file: whatever happened before this was signalled has happened for those who waited.
class Event {
 public:
#ifdef COPPICE_THREAD_SANITIZER
  void signal() { __tsan_release(this); }
  void wait() { __tsan_acquire(this); }
#else
  void signal() {}
  void wait() {}
#endif
};

/// Does it when a scope is left, by an exception too.
class AtEnd {
 public:
  AtEnd(Event& event, void (Event::*what)()) : event_(event), what_(what) {}
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;
  ~AtEnd() { (event_.*what_)(); }

 private:
  Event& event_;
  void (Event::*what_)();
};

}  // namespace

void for_each_index(std::size_t count, const std::function<void(std::size_t i)>& work) {
  if (count == 1) work(0);
  if (count < 2) return;
  Event started;
  Event done;
  started.signal();
  const AtEnd all_done(done, &Event::wait);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    started.wait();
    const AtEnd this_done(done, &Event::signal);
    work(i);
  });
}

void for_blocks(std::size_t count,
                std::size_t block,
                const std::function<void(std::size_t begin, std::size_t end)>& work) {
  for_each_index((count + block - 1) / block,
                 [&](std::size_t i) { work(i * block, std::min(count, (i + 1) * block)); });
}

}  // namespace coppice
