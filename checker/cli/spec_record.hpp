// What TLC printed about an instance, kept as it printed it: spec/<system>/tlc.txt.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace synod {

/// The lines of TLC's output that sum up a run, verbatim.
struct TlcSummary {
  std::vector<std::string> lines;

  bool complete() const;  ///< all counts are there
  bool no_error() const;  ///< "Model checking completed. No error has been found."
  std::uint64_t distinct() const;
  std::uint64_t generated() const;
  std::uint64_t depth() const;
};

/// Picks the summary lines out of TLC's output.
TlcSummary tlc_summary(std::string_view output);

struct SpecRecord {
  struct Entry {
    std::string instance;
    TlcSummary summary;
  };
  std::vector<Entry> entries;

  std::string text() const;
  static SpecRecord parse(std::string_view text);
};

}  // namespace synod
