#include "checker/partial_order/reduced_search.hpp"

#include <algorithm>
#include <stdexcept>

#include "checker/partial_order/stubborn_set.hpp"
#include "checker/search/findings.hpp"
#include "checker/search/forwarding.hpp"
#include "checker/search/judged.hpp"

namespace synod {
namespace {

/// The action of each label.
std::vector<std::size_t> actions_of_labels(Observer& observer) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < observer.actions().size(); ++i)
    result.insert(result.end(), observer.actions()[i].labels, i);
  return result;
}

/// The model, of whose states some steps are left out.
class Reduced final : public ForwardingSystem {
 public:
  Reduced(const ModelInstance& model, const Facts& facts, const Judged& judged,
          std::size_t audited_first, Findings& findings)
      : ForwardingSystem(model),
        model_(model),
        facts_(facts),
        judged_(judged),
        audited_first_(audited_first),
        sets_(facts, actions_of_labels(*model.observer())),
        findings_(findings),
        claims_(of_kind(properties(), PropertyKind::always) |
                of_kind(properties(), PropertyKind::step) |
                of_kind(properties(), PropertyKind::reachable)),
        deadlock_free_(of_kind(properties(), PropertyKind::deadlock_free)),
        type_ok_(of_kind(properties(), PropertyKind::type_ok)) {
    begin_level(std::vector<std::uint64_t>(actions().size()));
  }

  std::unique_ptr<synod::Explorer> explorer() const override {
    return std::make_unique<Explorer>(*this);
  }

  void begin_level(const std::vector<std::uint64_t>& fired) const override {
    not_fired_.assign(fired.size(), false);
    for (std::size_t i = 0; i < fired.size(); ++i) not_fired_[i] = fired[i] == 0;
  }

 private:
  class Explorer final : public ForwardingExplorer {
   public:
    explicit Explorer(const Reduced& reduced)
        : ForwardingExplorer(reduced.model_.telling_explorer()),
          reduced_(reduced),
          words_(reduced.model_.words()),
          labels_(reduced.facts_.instances.size()),
          enabled_(labels_),
          audit_(reduced.model_, reduced.facts_, reduced.claims_ & reduced.judged_.all()) {
      scratch_.chosen = LabelSet(labels_);
      all_.refusals = &refusals_;
    }

    /// All steps where no property is wanted: the way to a state that was found is looked for.
    void expand(const std::uint64_t* states, std::size_t count, PropertySet wanted,
                bool with_labels, Expansion& out) override {
      if (wanted == 0) return inner_->expand(states, count, wanted, with_labels, out);
      all_.times = out.times;
      inner_->expand(states, count, wanted, true, all_);
      if (out.successors.size() < all_.successors.size())
        out.successors.resize(all_.successors.size());
      if (with_labels && out.labels.size() < all_.labels.size())
        out.labels.resize(all_.labels.size());
      out.holds = all_.holds;
      out.violated = all_.violated;
      out.fired = all_.fired;
      out.cuts = all_.cuts;
      out.cut_labels = all_.cut_labels;
      out.cut_ends = all_.cut_ends;
      out.open_ends = all_.open_ends;
      out.ends.clear();
      StubbornSets::Questions questions{
          wanted & reduced_.claims_, (wanted & reduced_.deadlock_free_) != 0, reduced_.not_fired_};
      for (std::size_t i = 0; i < count; ++i) {
        audit(states + i * words_, i, questions.claims);
        add_chosen(states + i * words_, i, questions, with_labels, out);
      }
    }

   private:
    std::size_t first_of(std::size_t i) const { return i == 0 ? 0 : all_.ends[i - 1]; }
    const std::uint64_t* successor(std::size_t k) const {
      return all_.successors.data() + k * words_;
    }

    /// Puts those successors out that cannot be left out.
    void add_chosen(const std::uint64_t* state, std::size_t i,
                    const StubbornSets::Questions& questions, bool with_labels, Expansion& out) {
      const std::size_t begin = first_of(i);
      const std::size_t end = all_.ends[i];
      enabled_.clear();
      for (std::size_t k = begin; k < end; ++k) enabled_.insert(all_.labels[k]);
      const LabelSet& chosen = reduced_.sets_.choose(
          {&enabled_, all_.labels.data() + begin, end - begin, refusals_.data() + i * labels_},
          questions, scratch_);
      const std::size_t before = out.count();
      std::size_t at = before;
      for (std::size_t k = begin; k < end; ++k) {
        if (!chosen.contains(all_.labels[k]) || reduced_.findings_.refused()) continue;
        copy_state(out.successors.data() + at * words_, successor(k), words_);
        if (with_labels) out.labels[at] = all_.labels[k];
        ++at;
      }
      out.end_state(state, at - before, words_);
    }

    /// What all steps write, and what the open claims read in all states. Then more, of every one
    /// of the first states and of one of many.
    void audit(const std::uint64_t* state, std::size_t i, PropertySet claims) {
      constexpr std::size_t one_of = 512;
      const bool sampled = expanded_++ < reduced_.audited_first_ || expanded_ % one_of == 0;
      try {
        for (std::size_t k = first_of(i); k < all_.ends[i]; ++k)
          audit_.check_step(state, successor(k), all_.labels[k]);
        audit_.check_reads(state, claims);
        // What leaves the ranges has no successor to look at.
        if (!sampled || (all_.violated[i] & reduced_.type_ok_) != 0) return;
        audit_.check(state, refusals_.data() + i * labels_);
        reduced_.findings_.add_checked(1);
      } catch (const WrongFact& wrong) {
        reduced_.findings_.refuse(wrong.what());
      }
    }

    const Reduced& reduced_;
    unsigned words_;
    std::size_t labels_;
    Expansion all_;
    std::vector<std::uint8_t> refusals_;  // of all_
    LabelSet enabled_;
    StubbornSets::Scratch scratch_;
    FactAudit audit_;
    std::size_t expanded_ = 0;
  };

  const ModelInstance& model_;
  const Facts& facts_;
  const Judged& judged_;
  std::size_t audited_first_;
  StubbornSets sets_;
  Findings& findings_;
  PropertySet claims_;  ///< about states and steps
  PropertySet deadlock_free_;
  PropertySet type_ok_;
  mutable std::vector<bool> not_fired_;  // by action; written between levels only
};

}  // namespace

ReducedResult search_by_partial_order(const ModelInstance& model, const SearchOptions& options) {
  return search_by_partial_order(model, options, find_facts(model));
}

ReducedResult search_by_partial_order(const ModelInstance& model, const SearchOptions& options,
                                      const Facts& facts, std::size_t audited_first) {
  const std::vector<PropertyInfo>& properties = model.properties();
  SearchOptions own = options;
  // A step out of the declared ranges has no successor: where one is met the search has to end.
  own.properties |= of_kind(properties, PropertyKind::type_ok);
  const Judged judged(properties, own.properties);
  if (own.graph || judged.possible != 0)
    throw std::logic_error("a reduced search has no graph of all states");
  Findings findings;
  own.refused = &findings.flag();
  ReducedResult reduced;
  reduced.result = search(Reduced(model, facts, judged, audited_first, findings), own);
  if (findings.refused()) throw WrongFact(findings.refusal());
  reduced.audited = findings.checked();
  for (std::size_t i = 0; i < properties.size(); ++i) {
    PropertyVerdict& verdict = reduced.result.properties[i].verdict;
    if (properties[i].kind == PropertyKind::type_ok && verdict == PropertyVerdict::holds)
      verdict = PropertyVerdict::not_checked;
  }
  return reduced;
}

}  // namespace synod
