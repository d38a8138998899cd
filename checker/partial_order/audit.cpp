#include "checker/partial_order/audit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>

#include "checker/report/independence.hpp"

namespace synod {
namespace {

constexpr const char* left_out = "which the facts that the reduction rests on leave out";

}  // namespace

FactAudit::FactAudit(const ModelInstance& model, const Facts& facts, PropertySet claims)
    : model_(model), facts_(facts), claims_(claims), observer_(model.observer()) {}

void FactAudit::check(const std::uint64_t* state, const std::uint8_t* refusals) {
  const Cells cells = model_.unpack(state);
  Attempts attempts;
  for (std::uint32_t label = 0; label < facts_.instances.size(); ++label) {
    attempts.push_back(observer_->attempt(cells, label));
    check_instance(label, attempts.back(), refusals[label]);
  }
  check_claims(cells, attempts);
  check_pairs(attempts);
  ++turn_;
}

void FactAudit::check_reads(const std::uint64_t* state, PropertySet claims) {
  if (claims == 0) return;
  const Cells cells = model_.unpack(state);
  for (PropertySet left = claims; left != 0; left &= left - 1) {
    const auto claim = static_cast<std::size_t>(std::countr_zero(left));
    const PropertyInfo& info = model_.properties()[claim];
    if (is_state_predicate(info.kind))
      check_covered(info.name, observer_->judge(cells, claim).footprint, facts_.claims[claim], {});
  }
}

void FactAudit::check_step(const std::uint64_t* from, const std::uint64_t* to,
                           std::uint32_t label) const {
  const Mask& writes = facts_.instances[label].writes;
  bool covered = true;
  for (std::size_t i = 0; i < writes.size(); ++i)
    covered = covered && ((from[i] ^ to[i]) & ~writes[i]) == 0;
  if (covered) return;
  Mask changed(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) changed[i] = from[i] ^ to[i];
  refuse_excess(name_of(label), "writes", changed, writes);
}

void FactAudit::check_instance(std::uint32_t label, const Observer::Attempt& attempt,
                               std::uint8_t refusal) const {
  const InstanceFacts& facts = facts_.instances[label];
  const std::string& name = name_of(label);
  check_covered(name, attempt.between, facts.reads, facts.writes);
  check_covered(name, attempt.between, facts.between, facts.writes);
  std::size_t guards = 0;
  for (const Part& part : attempt.parts) {
    check_covered(name, part.footprint, facts.reads, facts.writes);
    if (part.kind == Part::Kind::effect) continue;
    if (guards < facts.guards.size())
      check_covered(name, part.footprint, facts.guards[guards], facts.writes);
    if (!part.holds && refusal != guards && guards < most_passed)
      throw WrongFact(fmt::format("{} is disabled by {}, of which the search was told otherwise",
                                  name, part.name));
    ++guards;
  }
  if (attempt.enabled && refusal != Expansion::no_refusal)
    throw WrongFact(fmt::format("{} is enabled where the search was told otherwise", name));
}

/// What claims about steps read; and that no claim about steps is violated by a step that changes
/// nothing.
void FactAudit::check_claims(const Cells& state, const Attempts& attempts) {
  for (PropertySet left = claims_; left != 0; left &= left - 1) {
    const auto claim = static_cast<std::size_t>(std::countr_zero(left));
    const PropertyInfo& info = model_.properties()[claim];
    const Mask& reads = facts_.claims[claim];
    if (info.kind != PropertyKind::step) continue;
    for (const Observer::Attempt& attempt : attempts)
      if (attempt.enabled && !attempt.out_of_range)
        check_covered(info.name, observer_->judge_step(state, attempt.after, claim).footprint,
                      reads, {});
    if (!observer_->judge_step(state, state, claim).holds)
      throw WrongFact(fmt::format(
          "{} is violated by steps that change nothing: none can be left out", info.name));
  }
}

/// That one of those enabled, another one each time, and each that is independent of it leave each
/// other enabled and lead to the same state in either order.
void FactAudit::check_pairs(const Attempts& attempts) {
  std::vector<std::uint32_t> enabled;
  for (std::uint32_t label = 0; label < attempts.size(); ++label)
    if (attempts[label].enabled && !attempts[label].out_of_range) enabled.push_back(label);
  if (enabled.empty()) return;
  const std::uint32_t one = enabled[turn_ % enabled.size()];
  const InstanceFacts& own = facts_.instances[one];
  for (const std::uint32_t other : enabled) {
    if (other == one || dependent(own, facts_.instances[other])) continue;
    const Observer::Attempt first = observer_->attempt(attempts[other].after, one);
    const Observer::Attempt last = observer_->attempt(attempts[one].after, other);
    if (!first.enabled || !last.enabled || first.after != last.after)
      throw WrongFact(fmt::format("{} and {} are taken to be independent, and are not",
                                  name_of(one), name_of(other)));
  }
}

/// `writes` may be empty, where nothing is written.
void FactAudit::check_covered(const std::string& who, const Footprint& found, const Mask& reads,
                              const Mask& writes) const {
  refuse_excess(who, "reads", packed_mask(model_, found.reads), reads);
  if (!writes.empty()) refuse_excess(who, "writes", packed_mask(model_, found.writes), writes);
}

void FactAudit::refuse_excess(const std::string& who, const char* does, const Mask& found,
                              const Mask& facts) const {
  Mask excess(found.size());
  bool any = false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    excess[i] = found[i] & ~facts[i];
    any = any || excess[i] != 0;
  }
  if (!any) return;
  const auto names = touched(observer_->variables(), model_.unpack(excess.data()));
  throw WrongFact(fmt::format("{} {} {}, {}", who, does, fmt::join(names, ", "), left_out));
}

const std::string& FactAudit::name_of(std::uint32_t label) const {
  for (const ActionInfo& action : observer_->actions())
    if (action.has(label)) return action.name;
  throw std::logic_error("an action instance that is of no action");
}

}  // namespace synod
