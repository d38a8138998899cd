#include "checker/report/independence.hpp"

namespace synod {

std::vector<Footprint> footprints(Observer& observer, const std::vector<Cells>& states,
                                  std::size_t samples) {
  std::vector<Footprint> result;
  for (const ActionInfo& action : observer.actions())
    for (std::uint32_t i = 0; i < action.labels; ++i)
      result.push_back(observer.footprint(action.first_label + i, states, samples, 1).whole);
  return result;
}

bool dependent(const Footprint& a, const Footprint& b) {
  for (std::size_t i = 0; i < a.reads.size(); ++i)
    if ((a.writes[i] & (b.reads[i] | b.writes[i])) != 0 || (b.writes[i] & a.reads[i]) != 0)
      return true;
  return false;
}

std::vector<std::string> touched(const std::vector<VariableInfo>& variables,
                                 const std::vector<std::uint64_t>& cells) {
  std::vector<std::string> names;
  for (const VariableInfo& variable : variables) {
    bool any = false;
    for (std::size_t i = 0; i < variable.cells; ++i)
      any = any || cells[variable.first_cell + i] != 0;
    if (any) names.push_back(variable.message.empty() ? variable.name : variable.message);
  }
  return names;
}

}  // namespace synod
