// Memory straight from the system.
#pragma once

#include <cstddef>

namespace synod {

/// Zeroed memory, in huge pages where the system grants them; only what is touched is resident.
class Pages {
 public:
  Pages() = default;
  explicit Pages(std::size_t bytes);  ///< throws std::bad_alloc
  ~Pages();
  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&& other) noexcept;

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

  /// Gives back what lies between two offsets, as far as it fills huge pages; it reads as zero
  /// then.
  void release(std::size_t begin, std::size_t end);

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace synod
