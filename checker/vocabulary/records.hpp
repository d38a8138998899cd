// What sequences and networks are made of: elements, which are plain values, records (a log entry)
// or messages of several types, packed as bit fields.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "checker/vocabulary/domain.hpp"

namespace synod {

/// A named component: of a record, a message, or an action's parameters.
struct Field {
  std::string name;
  Domain domain;
};

/// One kind of element that a sequence or a network holds.
struct ElementType {
  std::string name;  ///< a message's type; empty where there is only one kind
  std::vector<Field> fields;
};

/// Fields from their names, a space between two, and their domains.
inline std::vector<Field> fields(std::string_view names, const std::vector<Domain>& domains) {
  std::vector<Field> result;
  for (const Domain& domain : domains) {
    const std::size_t end = std::min(names.find(' '), names.size());
    result.push_back({std::string(names.substr(0, end)), domain});
    names.remove_prefix(std::min(end + 1, names.size()));
    if (result.back().name.empty()) throw ModelError("fewer names of fields than domains");
  }
  if (!names.empty()) throw ModelError("more names of fields than domains");
  return result;
}

/// A type of message: message("Vote", "from to term", {Server, Server, Term}).
inline ElementType message(std::string type, std::string_view names,
                           const std::vector<Domain>& domains) {
  return {std::move(type), fields(names, domains)};
}

struct FieldBits {
  unsigned shift;
  unsigned bits;
};

/// How elements are packed: a bit that is 1, so that no element is 0, the type, and each field.
class ElementLayout {
 public:
  static constexpr std::size_t max_fields = 10;

  ElementLayout() = default;
  explicit ElementLayout(const std::vector<ElementType>& types)
      : type_bits_(static_cast<unsigned>(std::bit_width(types.size() - 1))) {
    for (const ElementType& type : types) {
      if (type.fields.size() > max_fields) throw ModelError(type.name + ": too many fields");
      std::vector<Part> parts;
      unsigned shift = 1 + type_bits_;
      for (const Field& field : type.fields) {
        const auto size = static_cast<unsigned>(std::max(field.domain.size(), 0));
        const auto bits = static_cast<unsigned>(std::bit_width(size == 0 ? 0U : size - 1));
        parts.push_back({field.domain.low, size, shift, bits});
        shift += bits;
      }
      if (shift > 64) throw ModelError(type.name + ": an element has more than 64 bits");
      bits_ = bits_ < shift ? shift : bits_;
      types_.push_back(std::move(parts));
    }
  }

  unsigned bits() const { return bits_; }
  /// Those before the fields: the bit that is 1, and the type.
  unsigned head_bits() const { return 1 + type_bits_; }

  /// Where a field lies in elements of a type.
  FieldBits field_bits(std::size_t type, std::size_t field) const {
    return {types_[type][field].shift, types_[type][field].bits};
  }

  std::size_t type_of(std::uint64_t element) const {
    return element >> 1 & ((std::uint64_t{1} << type_bits_) - 1);
  }

  /// The element with these field values, or 0 when one is outside its domain.
  std::uint64_t pack(std::size_t type, const int* values) const {
    std::uint64_t element = 1 | std::uint64_t{type} << 1;
    for (const Part& part : types_[type]) {
      const auto offset = static_cast<unsigned>(*values++ - part.low);
      if (offset >= part.size) return 0;
      element |= std::uint64_t{offset} << part.shift;
    }
    return element;
  }

  /// One field of an element.
  int value(std::uint64_t element, std::size_t field) const {
    const Part& part = types_[type_of(element)][field];
    return part.low +
           static_cast<int>(element >> part.shift & ((std::uint64_t{1} << part.bits) - 1));
  }

  void unpack(std::uint64_t element, int* values) const {
    for (const Part& part : types_[type_of(element)])
      *values++ = part.low +
                  static_cast<int>(element >> part.shift & ((std::uint64_t{1} << part.bits) - 1));
  }

 private:
  struct Part {
    int low;
    unsigned size;
    unsigned shift;
    unsigned bits;
  };
  std::vector<std::vector<Part>> types_;
  unsigned type_bits_ = 0;
  unsigned bits_ = 1;
};

/// An element taken apart.
struct DecodedElement {
  const ElementType& type;  ///< one of those given
  std::vector<int> values;  ///< of its fields
};
inline DecodedElement decode(const std::vector<ElementType>& types, std::uint64_t element) {
  const ElementLayout layout(types);
  const ElementType& type = types[layout.type_of(element)];
  std::vector<int> values(type.fields.size());
  layout.unpack(element, values.data());
  return {type, values};
}

/// The elements of a sequence, in order.
inline std::vector<std::uint64_t> elements_of(const std::vector<ElementType>& types,
                                              std::uint64_t sequence) {
  const unsigned width = ElementLayout(types).bits();
  const std::uint64_t mask = width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  std::vector<std::uint64_t> elements;
  for (; sequence != 0; sequence = width >= 64 ? 0 : sequence >> width)
    elements.push_back(sequence & mask);
  return elements;
}

/// Whether T can be an element: an int, or a struct of nothing but ints (and enums as wide).
template <class T>
concept Record = std::is_trivially_copyable_v<T> && sizeof(T) % sizeof(int) == 0 &&
                 std::has_unique_object_representations_v<T>;

/// How many fields a record has.
template <Record T>
inline constexpr std::size_t record_size = sizeof(T) / sizeof(int);

template <Record T>
std::uint64_t pack_record(const ElementLayout& layout, std::size_t type, const T& record) {
  const auto values = std::bit_cast<std::array<int, record_size<T>>>(record);
  return layout.pack(type, values.data());
}

template <Record T>
T unpack_record(const ElementLayout& layout, std::uint64_t element) {
  std::array<int, record_size<T>> values{};
  layout.unpack(element, values.data());
  return std::bit_cast<T>(values);
}

}  // namespace synod
