// Quorums: which sets of processes have processes in common, for any number of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/proof/obligation.hpp"

namespace synod::proof {

/// The quorum systems of the literature: that their conditions are enough, and, in obligations that
/// are called ..._tight, that a little less is not.
TopicInfo quorum_topic();

/// What all sets of each family have to satisfy, as it is typed.
struct SizesRequest {
  std::string sizes;                          ///< "phase1 > n/2, phase2 >= n - f"
  std::vector<std::string> assumptions = {};  ///< "n > 2*f"; each may be several, by commas
  std::string overlap = "1";                  ///< how many they have in common, at least: "f + 1"
  std::vector<std::string> intersect = {};    ///< see Meetings; "phase1 phase1, phase1 phase2"
};

/// Whether sets of these sizes always have so many processes in common, for every n >= 1 and every
/// value >= 0 of the other variables. The first obligation is that there are such sets at all.
/// Throws InputError: what is wrong, in which text and column, and what is accepted; also where the
/// assumptions admit an overlap of nothing.
Topic quorum_of_sizes(const SizesRequest& request);

constexpr int max_faulty = 1000;

/// The same for sets that a file lists, each in a line. With `faulty` they have to have more than
/// so many processes in common, max_faulty at most. Throws InputError with file and line.
Topic quorum_of_sets(const std::string& file, int faulty = 0,
                     const std::vector<std::string>& intersect = {});
/// The same for the text of a file; `file` is what messages call it.
Topic quorum_of_sets_text(std::string_view text, const std::string& file, int faulty = 0,
                          const std::vector<std::string>& intersect = {});

}  // namespace synod::proof
