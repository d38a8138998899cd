#include "checker/symmetry/symmetric_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <random>
#include <set>

#include "checker/search/findings.hpp"
#include "checker/search/forwarding.hpp"
#include "checker/search/judged.hpp"
#include "checker/search/mixing.hpp"
#include "checker/symmetry/canonical_form.hpp"

namespace synod {
namespace {

PackedState renamed(const ModelInstance& model, const Roles& roles, const PackedState& state,
                    const Renaming& to) {
  return model.pack(roles.renamed(model.unpack(state.data()), to));
}

/// Compares what a model does in sampled states with what it does in these states renamed.
class Audit {
 public:
  Audit(const ModelInstance& model, const Roles& roles, PropertySet wanted)
      : model_(model),
        roles_(roles),
        generators_(roles.generators()),
        explorer_(model.explorer()),
        wanted_(wanted) {}

  /// Some states, before the search. Throws NotSymmetric.
  void run() {
    check_initial();
    for (const PackedState& state : samples())
      for (const Renaming& to : generators_) check_state(state, to);
  }
  /// One more, under one renaming, if any renames anybody. Throws NotSymmetric.
  void check(const std::uint64_t* state) {
    if (generators_.empty()) return;
    check_state(PackedState(state, state + model_.words()),
                generators_[checked_ % generators_.size()]);
  }
  std::uint64_t checked() const { return checked_; }

 private:
  using Labelled = std::vector<std::pair<PackedState, std::uint32_t>>;

  PackedState renamed(const PackedState& state, const Renaming& to) const {
    return synod::renamed(model_, roles_, state, to);
  }

  std::vector<PackedState> initial() {
    std::vector<PackedState> states;
    const std::vector<std::uint64_t> all = explorer_->initial();
    for (std::size_t i = 0; i < all.size(); i += model_.words())
      states.emplace_back(all.data() + i, all.data() + i + model_.words());
    return states;
  }

  /// The first states of a search, and those of random runs.
  std::vector<PackedState> samples() {
    constexpr std::size_t first_states = 200;
    constexpr int runs = 10;
    constexpr int steps = 40;
    std::set<PackedState> seen;
    std::vector<PackedState> states = initial();
    seen.insert(states.begin(), states.end());
    for (std::size_t i = 0; i < states.size() && states.size() < first_states; ++i)
      for (const auto& [next, label] : successors(states[i]))
        if (seen.insert(next).second) states.push_back(next);
    std::mt19937_64 random(1);
    const std::vector<PackedState> begins = initial();
    for (int run = 0; run < runs; ++run) {
      PackedState state = begins[random() % begins.size()];
      for (int step = 0; step < steps; ++step) {
        const Labelled next = successors(state);
        if (next.empty()) break;
        state = next[random() % next.size()].first;
        if (seen.insert(state).second) states.push_back(state);
      }
    }
    return states;
  }

  Labelled successors(const PackedState& state) {
    explorer_->expand(state.data(), 1, wanted_, true, expansion_);
    Labelled result;
    for (std::size_t i = 0; i < expansion_.count(); ++i) {
      const std::uint64_t* const next = expansion_.successors.data() + i * model_.words();
      result.emplace_back(PackedState(next, next + model_.words()), expansion_.labels[i]);
    }
    return result;
  }

  void check_initial() {
    const std::vector<PackedState> states = initial();
    const std::set<PackedState> known(states.begin(), states.end());
    for (const PackedState& state : states)
      for (const Renaming& to : generators_) {
        WorkLimits::heed();
        if (!known.contains(renamed(state, to))) refuse(to, "the initial states tell them apart");
      }
  }

  void check_state(const PackedState& state, const Renaming& to) {
    WorkLimits::heed();
    ++checked_;
    const PackedState other = renamed(state, to);
    Labelled ours = successors(state);
    const PropertySet our_holds = expansion_.holds[0];
    const PropertySet our_violated = expansion_.violated[0];
    Labelled theirs = successors(other);
    check_property(our_holds ^ expansion_.holds[0], to);
    for (auto& [next, label] : ours) next = renamed(next, to);
    check_lead(ours, theirs, to);
    check_lead(theirs, ours, to);
    check_property(our_violated ^ expansion_.violated[0], to);
  }

  void check_property(PropertySet different, const Renaming& to) const {
    for (PropertySet left = different; left != 0; left &= left - 1) {
      const auto property = static_cast<std::size_t>(std::countr_zero(left));
      const PropertyInfo& info = model_.properties()[property];
      // A witness may: it is judged under all renamings.
      if (info.kind != PropertyKind::reachable)
        refuse(to, fmt::format("{} tells them apart", info.name));
    }
  }

  /// Where the one leads, the other has to lead as well, as often.
  void check_lead(const Labelled& some, const Labelled& others, const Renaming& to) const {
    const auto count = [](const Labelled& all, const PackedState& state) {
      return std::count_if(all.begin(), all.end(),
                           [&](const auto& step) { return step.first == state; });
    };
    for (const auto& [next, label] : some) {
      if (count(some, next) == count(others, next)) continue;
      const auto observer = model_.observer();
      for (const ActionInfo& action : observer->actions())
        if (action.has(label)) refuse(to, fmt::format("{} tells them apart", action.name));
      throw std::logic_error("a step that is of no action");
    }
  }

  [[noreturn]] void refuse(const Renaming& to, const std::string& why) const {
    for (std::size_t role = 0; role < to.size(); ++role)
      for (std::size_t member = 0; member < to[role].size(); ++member)
        if (to[role][member] != static_cast<int>(member)) {
          const Role& of = roles_.all()[role];
          throw NotSymmetric(
              fmt::format("{} and {} are declared interchangeable, but {}", of.members[member],
                          of.members[static_cast<std::size_t>(to[role][member])], why));
        }
    throw std::logic_error("a renaming that renames nobody");
  }

  const ModelInstance& model_;
  const Roles& roles_;
  std::vector<Renaming> generators_;
  std::unique_ptr<Explorer> explorer_;
  PropertySet wanted_;
  std::uint64_t checked_ = 0;
  Expansion expansion_;
};

/// The model, each state replaced by its canonical form.
class Quotient final : public ForwardingSystem {
 public:
  Quotient(const ModelInstance& model, const Roles& roles, const CanonicalForm& form,
           PropertySet wanted, Findings& findings)
      : ForwardingSystem(model),
        model_(model),
        roles_(roles),
        form_(form),
        wanted_(wanted),
        witnesses_(of_kind(model.properties(), PropertyKind::reachable)),
        findings_(findings) {}

  std::unique_ptr<synod::Explorer> explorer() const override {
    return std::make_unique<Explorer>(*this);
  }

 private:
  class Explorer final : public synod::Explorer, private Listener {
   public:
    explicit Explorer(const Quotient& quotient)
        : inner_(quotient.model_.explorer()),
          form_(quotient.form_),
          witnesses_(quotient.witnesses_),
          words_(quotient.model_.words()),
          known_(known_states),
          audit_(quotient.model_, quotient.roles_, quotient.wanted_),
          findings_(quotient.findings_) {
      for (Known& known : known_) known.states.resize(2 * words_);
    }

    std::vector<std::uint64_t> initial() override {
      std::vector<std::uint64_t> all = inner_->initial();
      std::set<PackedState> seen;
      std::vector<std::uint64_t> canonical;
      for (std::size_t i = 0; i < all.size(); i += words_) {
        WorkLimits::heed();
        form_.apply(all.data() + i, scratch_);
        const auto* const state = all.data() + i;
        if (seen.emplace(state, state + words_).second)
          canonical.insert(canonical.end(), state, state + words_);
      }
      return canonical;
    }

    std::vector<Cut> left_out_initially() const override { return inner_->left_out_initially(); }

    void expand(const std::uint64_t* states, std::size_t count, PropertySet wanted,
                bool with_labels, Expansion& out) override {
      audit(states, count);
      told_ = out.listener;
      out.listener = this;
      inner_->expand(states, count, wanted, with_labels, out);
      out.listener = told_;
      for (std::size_t i = 0; i < count; ++i)
        out.holds[i] |= reached_from(states + i * words_, wanted & witnesses_ & ~out.holds[i]);
    }

    PropertySet holds(const std::uint64_t* state, PropertySet wanted) override {
      const PropertySet result = inner_->holds(state, wanted);
      return result | reached_from(state, wanted & witnesses_ & ~result);
    }

    /// Of the steps that `to` stands for.
    PropertySet violated(const std::uint64_t* from, const std::uint64_t* to,
                         PropertySet wanted) override {
      Expansion steps;
      inner_->expand(from, 1, 0, false, steps);
      PropertySet result = 0;
      for (std::size_t i = 0; i < steps.count(); ++i) {
        const std::uint64_t* const step = steps.successors.data() + i * words_;
        PackedState canonical(step, step + words_);
        form_.apply(canonical.data(), scratch_);
        if (same_state(canonical.data(), to, words_))
          result |= inner_->violated(from, step, wanted);
      }
      return result;
    }

   private:
    /// A state and its canonical form, side by side.
    struct Known {
      std::vector<std::uint64_t> states;
      bool used = false;
    };
    static constexpr std::size_t known_states = std::size_t{1} << 11;

    void expanded(const std::uint64_t* state, std::uint64_t* successors,
                  std::size_t count) override {
      if (findings_.refused()) count = 0;  // the search is of no use any more, and ends soon
      for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t* const successor = successors + i * words_;
        if (!same_state(successor, state, words_)) make_canonical(successor);
      }
      if (told_ != nullptr) told_->expanded(state, successors, count);
    }

    /// The witnesses that hold in some renaming of the state: they may name members.
    PropertySet reached_from(const std::uint64_t* state, PropertySet wanted) {
      PropertySet result = 0;
      if (wanted == 0) return result;
      form_.for_each_renaming(state, scratch_, [&](const std::uint64_t* renamed) {
        result |= inner_->holds(renamed, wanted & ~result);
        return result != wanted;
      });
      return result;
    }

    /// Every one of the first states, and then one of many.
    void audit(const std::uint64_t* states, std::size_t count) {
      constexpr std::size_t first = 1024;
      constexpr std::size_t one_of = 512;
      const std::uint64_t before = audit_.checked();
      for (std::size_t i = 0; i < count; ++i)
        if (expanded_++ < first || expanded_ % one_of == 0) try {
            audit_.check(states + i * words_);
          } catch (const NotSymmetric& refusal) {
            findings_.refuse(refusal.what());
          } catch (const ClaimError&) {
            throw;
          } catch (const VocabularyError&) {
            throw;
          } catch (const ModelError& error) {
            findings_.refuse(error.what());
          }
      findings_.add_checked(audit_.checked() - before);
    }

    /// Many successors are met again soon.
    void make_canonical(std::uint64_t* state) {
      std::uint64_t hash = 0;
      for (unsigned i = 0; i < words_; ++i) hash = mix(hash ^ state[i]);
      Known& known = known_[hash & (known_states - 1)];
      std::uint64_t* const before = known.states.data();
      std::uint64_t* const canonical = before + words_;
      if (!known.used || !same_state(before, state, words_)) {
        known.used = true;
        copy_state(before, state, words_);
        copy_state(canonical, state, words_);
        form_.apply(canonical, scratch_);
      }
      copy_state(state, canonical, words_);
    }

    std::unique_ptr<synod::Explorer> inner_;
    const CanonicalForm& form_;
    PropertySet witnesses_;
    unsigned words_;
    CanonicalForm::Scratch scratch_;
    std::vector<Known> known_;
    Listener* told_ = nullptr;
    Audit audit_;
    Findings& findings_;
    std::size_t expanded_ = 0;
  };

  const ModelInstance& model_;
  const Roles& roles_;
  const CanonicalForm& form_;
  PropertySet wanted_;
  PropertySet witnesses_;
  Findings& findings_;
};

/// A run of the model itself, of which the path has the canonical forms. Its last step violates
/// the property, when that is about steps.
Path concrete(const Path& path, const ModelInstance& model, const CanonicalForm& form,
              std::optional<std::size_t> step_property) {
  const auto explorer = model.explorer();
  const unsigned words = model.words();
  CanonicalForm::Scratch scratch;
  const auto stands_for = [&](const std::uint64_t* state, const PackedState& canonical) {
    PackedState own(state, state + words);
    form.apply(own.data(), scratch);
    return own == canonical;
  };
  Path result;
  const std::vector<std::uint64_t> initial = explorer->initial();
  for (std::size_t i = 0; i < initial.size() && result.states.empty(); i += words)
    if (stands_for(initial.data() + i, path.states[0]))
      result.states.emplace_back(initial.data() + i, initial.data() + i + words);
  Expansion steps;
  for (std::size_t at = 1; at < path.states.size(); ++at) {
    const PackedState from = result.states.back();
    explorer->expand(from.data(), 1, 0, true, steps);
    for (std::size_t i = 0; i < steps.count() && result.states.size() == at; ++i) {
      const std::uint64_t* const next = steps.successors.data() + i * words;
      if (!stands_for(next, path.states[at])) continue;
      const bool last = at + 1 == path.states.size();
      if (last && step_property &&
          explorer->violated(from.data(), next, PropertySet{1} << *step_property) == 0)
        continue;
      result.states.emplace_back(next, next + words);
      result.labels.push_back(steps.labels[i]);
    }
    if (result.states.size() == at)
      throw NotSymmetric(
          "the counterexample is no run of the model: members that were declared "
          "interchangeable are not");
  }
  return result;
}

}  // namespace

std::vector<std::string> symmetric_roles(const ModelInstance& model) {
  std::vector<std::string> names;
  const Roles roles(model.observer()->variables());
  for (const Role& role : roles.all()) names.push_back(role.name);
  return names;
}

namespace {

/// The same run under other names, in the last state of which the witness holds; nothing where the
/// names are too many to try.
std::optional<Path> renamed_for_witness(const Path& path, const ModelInstance& model,
                                        const Roles& roles, std::size_t witness) {
  const auto explorer = model.explorer();
  const unsigned words = model.words();
  const PropertySet wanted = PropertySet{1} << witness;
  if (explorer->holds(path.states.back().data(), wanted) != 0) return path;
  for (const Renaming& to : roles.all_renamings(CanonicalForm::most_renamings)) {
    if (explorer->holds(renamed(model, roles, path.states.back(), to).data(), wanted) == 0)
      continue;
    Path result;
    for (const PackedState& state : path.states)
      result.states.push_back(renamed(model, roles, state, to));
    Expansion steps;
    for (std::size_t at = 1; at < result.states.size(); ++at) {
      explorer->expand(result.states[at - 1].data(), 1, 0, true, steps);
      std::size_t i = 0;
      while (i < steps.count() &&
             !same_state(result.states[at].data(), steps.successors.data() + i * words, words))
        ++i;
      if (i == steps.count()) throw NotSymmetric("the run renamed is none of the model");
      result.labels.push_back(steps.labels[i]);
    }
    return result;
  }
  return std::nullopt;
}

/// The run of the model behind the search's, as far as there is one to show.
void make_concrete(SearchResult& result, const ModelInstance& model, const Roles& roles,
                   const CanonicalForm& form) {
  if (result.path.states.empty()) return;
  const std::size_t shown = *result.shown;
  const PropertyKind kind = model.properties()[shown].kind;
  result.path =
      concrete(result.path, model, form,
               kind == PropertyKind::step ? std::optional<std::size_t>(shown) : std::nullopt);
  if (kind != PropertyKind::reachable) return;
  const std::optional<Path> named = renamed_for_witness(result.path, model, roles, shown);
  if (!named) result.shown.reset();
  result.path = named.value_or(Path{});
}

/// What could not be tried under all renamings, and was not met, is open.
void leave_open(SymmetricResult& symmetric, const ModelInstance& model) {
  for (std::size_t i = 0; i < model.properties().size(); ++i) {
    PropertyVerdict& verdict = symmetric.result.properties[i].verdict;
    const bool unreached = model.properties()[i].kind == PropertyKind::reachable &&
                           verdict == PropertyVerdict::violated;
    if (unreached) symmetric.untried.push_back(model.properties()[i].name);
    if (unreached || verdict == PropertyVerdict::vacuous) verdict = PropertyVerdict::incomplete;
  }
}

}  // namespace

SymmetricResult search_up_to_symmetry(const ModelInstance& model, const SearchOptions& options) {
  try {
    const Roles roles(model.observer()->variables());
    if (roles.all().empty()) throw NotSymmetric("nothing is declared interchangeable");
    const CanonicalForm form(roles, model);
    const std::vector<PropertyInfo>& properties = model.properties();
    PropertySet wanted = 0;
    for (std::size_t i = 0; i < properties.size(); ++i)
      if ((options.properties >> i & 1) != 0 && properties[i].applies &&
          is_searched(properties[i].kind))
        wanted |= PropertySet{1} << i;
    Audit audit(model, roles, wanted);
    audit.run();
    Findings findings;
    findings.add_checked(audit.checked());
    SymmetricResult symmetric;
    SearchResult& result = symmetric.result;
    SearchOptions audited = options;
    audited.refused = &findings.flag();
    result = search(Quotient(model, roles, form, wanted, findings), audited);
    if (findings.refused()) throw NotSymmetric(findings.refusal());
    symmetric.audited = findings.checked();
    make_concrete(result, model, roles, form);
    if (!form.can_try_all()) leave_open(symmetric, model);
    return symmetric;
  } catch (const CanonicalForm::TooManyRenamings& error) {
    throw NotSymmetric(error.what());
  } catch (const ClaimError&) {
    throw;
  } catch (const VocabularyError&) {
    throw;
  } catch (const ModelError& error) {
    throw NotSymmetric(error.what());
  }
}

}  // namespace synod
