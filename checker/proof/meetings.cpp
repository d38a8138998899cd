#include "checker/proof/meetings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "checker/input/input.hpp"
#include "checker/proof/words.hpp"

namespace synod::proof {
namespace {

Meeting meeting_of(std::string_view text, const std::vector<std::string>& families) {
  const std::vector<std::string_view> words = split(text, blanks);
  Meeting meeting;
  for (const std::string_view word : words) {
    const auto found = std::find(families.begin(), families.end(), word);
    if (found == families.end())
      throw InputError(
          fmt::format("intersect: {} is no family{}", quote(word), suggest(word, families)));
    if (meeting.size() == max_meeting) break;
    meeting.push_back(static_cast<std::size_t>(found - families.begin()));
  }
  if (meeting.size() < 2 || words.size() > max_meeting)
    throw InputError(
        fmt::format("intersect: {} names {}; accepted are 2..{} with blanks "
                    "between them, and a comma before the next ones",
                    quote(text), number_of(words.size(), "family", "families"), max_meeting));
  std::sort(meeting.begin(), meeting.end());
  return meeting;
}

}  // namespace

std::vector<Meeting> meetings(const std::vector<std::string>& families,
                              const std::vector<std::string>& intersect) {
  std::vector<Meeting> all;
  const auto add = [&](Meeting meeting) {
    if (std::find(all.begin(), all.end(), meeting) != all.end()) return;
    for (const Meeting& other : all)
      if (meeting_name(families, other) == meeting_name(families, meeting))
        throw InputError(
            fmt::format("intersect: two would be called {}; give a family another name",
                        meeting_name(families, meeting)));
    if (all.size() == max_meetings)
      throw InputError(
          fmt::format("more than {} intersections to be proved; give those that are "
                      "needed",
                      max_meetings));
    all.push_back(std::move(meeting));
  };
  for (const std::string_view text : intersect)
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      add(meeting_of(text.substr(begin, end - begin), families));
      begin = end + 1;
    }
  if (!intersect.empty()) return all;
  if (families.size() == 1) add({0, 0});
  for (std::size_t i = 0; i < families.size(); ++i)
    for (std::size_t j = i + 1; j < families.size(); ++j) add({i, j});
  return all;
}

std::vector<std::string> set_names(const std::vector<std::string>& families,
                                   const Meeting& meeting) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < meeting.size(); ++i) {
    const auto before =
        std::count(meeting.begin(), meeting.begin() + static_cast<long>(i), meeting[i]);
    const bool alone = std::count(meeting.begin(), meeting.end(), meeting[i]) == 1;
    const std::string& family = families[meeting[i]];
    names.push_back(alone ? family : fmt::format("{}.{}", family, before + 1));
  }
  return names;
}

std::string meeting_name(const std::vector<std::string>& families, const Meeting& meeting) {
  std::string name;
  for (const std::size_t family : meeting) name += families[family] + "_";
  return name + "intersect";
}

std::string meeting_text(const std::vector<std::string>& families, const Meeting& meeting) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < meeting.size();) {
    const auto count = std::count(meeting.begin(), meeting.end(), meeting[i]);
    parts.push_back(count == 1 ? "any set of " + families[meeting[i]]
                               : fmt::format("any {} sets of {}", count, families[meeting[i]]));
    i += static_cast<std::size_t>(count);
  }
  parts[0][0] = 'A';
  return fmt::format("{} have", fmt::join(parts, " and "));
}

}  // namespace synod::proof
