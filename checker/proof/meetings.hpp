// Which families of sets have to intersect.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace synod::proof {

/// Of each of these families a set, of one family also several: all of them have to have a process
/// in common. In ascending order.
using Meeting = std::vector<std::size_t>;

constexpr std::size_t max_families = 12;
constexpr std::size_t max_meeting = 4;
constexpr std::size_t max_meetings = 100;

/// Those that are asked for, each text being "phase1 phase2", or several of that, by commas. If
/// none are: every two different families, or of an only family any two sets. Throws InputError
/// where a name is no family, or there are not 2..max_meeting names, or too many meetings.
std::vector<Meeting> meetings(const std::vector<std::string>& families,
                              const std::vector<std::string>& intersect);

/// What the sets of a meeting are called: by their family, or fast.1 and fast.2.
std::vector<std::string> set_names(const std::vector<std::string>& families,
                                   const Meeting& meeting);

/// "classic_fast_fast_intersect", of names that are words.
std::string meeting_name(const std::vector<std::string>& families, const Meeting& meeting);

/// "Any set of A and any set of B have", "Any 2 sets of A have".
std::string meeting_text(const std::vector<std::string>& families, const Meeting& meeting);

}  // namespace synod::proof
