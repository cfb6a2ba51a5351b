// Threads, and vectors as wide as the processor has.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

// One binary for every x86-64 processor: the loader takes the widest vectors that it has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define VECTORS __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define VECTORS
#endif

namespace polytag {

/** Threads that wait for parts of one piece of work at a time. Which of them computes a part may not matter. */
class Pool {
 public:
  static Pool& get() {
    static Pool* pool = new Pool(count());  // Never destroyed: its threads may wait when the process ends.
    return *pool;
  }

  /** How many threads compute. */
  int threads() const { return threads_; }

  /** Calls work(i) for i from 0 to parts - 1, in any order, and returns when all are done. */
  void run(int64_t parts, const std::function<void(int64_t)>& work) {
    if (parts <= 0) return;
    std::lock_guard<std::mutex> one_at_a_time(caller_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      next_ = 0;
      parts_ = parts;
      busy_ = 0;
    }
    wake_.notify_all();
    take();
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0 && next_ >= parts_; });
    work_ = nullptr;
  }

 private:
  explicit Pool(int threads) : threads_(threads) {
    for (int i = 1; i < threads; i++)
      std::thread([this] {
        for (;;) {
          {
            std::unique_lock<std::mutex> lock(mutex_);
            wake_.wait(lock, [this] { return work_ != nullptr && next_ < parts_; });
          }
          take();
        }
      }).detach();
  }

  /** As many threads as TensorFlow computes with. */
  static int count() {
    const char* wanted = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int threads = wanted ? std::atoi(wanted) : 0;
    return std::max(1, threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency()));
  }

  void take() {
    for (;;) {
      int64_t part;
      const std::function<void(int64_t)>* work;
      {
        std::lock_guard<std::mutex> lock(mutex_);
        if (work_ == nullptr || next_ >= parts_) return;
        part = next_++;
        work = work_;
        busy_++;
      }
      (*work)(part);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--busy_ == 0 && next_ >= parts_) done_.notify_all();
    }
  }

  const int threads_;
  std::mutex caller_, mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int64_t)>* work_ = nullptr;
  int64_t next_ = 0, parts_ = 0;
  int busy_ = 0;
};

}  // namespace polytag
