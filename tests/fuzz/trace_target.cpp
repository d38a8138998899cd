#include <algorithm>

#include "checker/cli/trace_text.hpp"
#include "checker/input/input.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/trace.hpp"
#include "model/catalogue.hpp"
#include "tests/fuzz/targets.hpp"

namespace synod::fuzz {
namespace {

bool same(const Trace& a, const Trace& b) {
  return a.protocol == b.protocol && a.parameters == b.parameters && a.mutant == b.mutant &&
         a.drops == b.drops && a.scenario == b.scenario && a.property == b.property &&
         a.witness == b.witness && a.formula == b.formula && a.fairness == b.fairness &&
         a.normalised == b.normalised && a.states == b.states && a.actions == b.actions &&
         a.loop == b.loop && a.loop_action == b.loop_action &&
         a.refused_action == b.refused_action && a.refused_step == b.refused_step;
}

/// True for properties whose replay and explanation search all that lies ahead of the last state,
/// in a system where that takes seconds: correct, but too slow to be fuzzed.
bool replays_slowly(const LoadedTrace& loaded, const Observer& observer) {
  constexpr unsigned largest_bits = 24;
  if (loaded.trace.property.empty() || loaded.trace.has_no_name()) return false;
  const std::size_t property = find_property(observer.properties(), loaded.trace.property);
  return observer.properties()[property].kind == PropertyKind::always_possible &&
         loaded.model->bits() > largest_bits;
}

/// Calls what may refuse its input with an InputError; returns whether it did not.
template <class Call>
bool accepts(Call&& call) {
  try {
    call();
    return true;
  } catch (const InputError& error) {
    require_one_line(error.what());
    return false;
  }
}

}  // namespace

void require(bool holds, const std::string& what) {
  if (!holds) throw Finding(what);
}

void require_one_line(std::string_view message) {
  const bool printable = std::all_of(message.begin(), message.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f;
  });
  require(!message.empty() && printable, "not one line: " + std::string(message));
}

void trace_target(std::string_view text) {
  LoadedTrace loaded;
  if (!accepts([&] { loaded = read_itf(text, "file", catalogue()); })) return;
  const Trace& trace = loaded.trace;
  require(!trace.states.empty() && trace.actions.size() + 1 == trace.states.size(),
          "a trace was read whose states and actions do not fit together");
  const auto observer = loaded.model->observer();
  for (const Cells& state : trace.states)
    for (std::size_t i = 0; i < state.size(); ++i)
      require(state[i] <= low_bits(loaded.model->cell_bits()[i]), "a cell is out of its range");

  const std::string written = write_itf(trace, observer->variables());
  const LoadedTrace again = read_itf(written, "written", catalogue());
  require(same(trace, again.trace), "a trace changed by being written and read");
  require(write_itf(again.trace, observer->variables()) == written, "written differently");

  if (!replays_slowly(loaded, *observer)) {
    accepts([&] {
      const Replay result = replay(*observer, trace);
      require(result.valid || !result.reason.empty(), "not valid, and no reason is given");
    });
    accepts([&] {
      require(!explain_property(trace, *observer).empty(), "no explanation of the property");
    });
  }
  require(!trace_text(trace, *observer, false).empty(), "no text");
  require(!trace_text(trace, *observer, true).empty(), "no text");
  for (const ActionInfo& action : observer->actions())
    accepts([&] { explain_action(trace, *observer, action.name, trace.states.size() - 1); });
  for (std::size_t i = 0; i < trace.actions.size(); ++i)
    accepts([&] { explain_action(trace, *observer, trace.actions[i], i); });
}

}  // namespace synod::fuzz
