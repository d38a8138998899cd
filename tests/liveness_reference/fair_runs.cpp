#include "tests/liveness_reference/fair_runs.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <set>
#include <stdexcept>

namespace synod::reference {
namespace {

/// Truth values of the untils of a formula at a position: bit i for the i-th.
using Promise = std::uint32_t;

/// The words on which a formula does not hold, as sequences of letters and promises: a promise says
/// for each until whether it holds from here on. A word has exactly one sequence that is right.
class Tableau {
 public:
  explicit Tableau(const Core& core) : core_(core) {
    for (std::size_t p = 0; p < core.parts.size(); ++p)
      if (core.parts[p].kind == Core::Kind::until) untils_.push_back(p);
    if (untils_.size() > 16) throw std::runtime_error("too many untils");
  }

  std::size_t untils() const { return untils_.size(); }

  struct Reading {
    bool possible = false;  ///< what is promised does not contradict the letter
    bool whole = false;     ///< the formula holds from here on
    Promise postponed = 0;  ///< untils of which the next position decides
    Promise fulfilled = 0;  ///< untils that are not promised, or whose right side holds
  };
  Reading read(Letter letter, Promise promise) const {
    std::vector<bool> truth(core_.parts.size());
    Reading result{true};
    std::size_t nth = 0;
    for (std::size_t p = 0; p < core_.parts.size(); ++p) {
      const auto [kind, a, b] = core_.parts[p];
      switch (kind) {
        case Core::Kind::truth: truth[p] = true; break;
        case Core::Kind::atom: truth[p] = (letter >> a & 1) != 0; break;
        case Core::Kind::negation: truth[p] = !truth[a]; break;
        case Core::Kind::conjunction: truth[p] = truth[a] && truth[b]; break;
        case Core::Kind::until: {
          const Promise bit = Promise{1} << nth++;
          truth[p] = (promise & bit) != 0;
          if (truth[b] && !truth[p]) result.possible = false;
          if (!truth[b] && !truth[a] && truth[p]) result.possible = false;
          if (!truth[b] && truth[a]) result.postponed |= bit;
          if (truth[b] || !truth[p]) result.fulfilled |= bit;
          break;
        }
      }
    }
    result.whole = truth[core_.whole];
    return result;
  }

 private:
  const Core& core_;
  std::vector<std::size_t> untils_;
};

/// Strong components of the nodes 0..count-1 for which there is a list of successors; by Tarjan.
class Components {
 public:
  using Successors = std::function<void(std::size_t, std::vector<std::size_t>&)>;

  Components(std::size_t count, const std::vector<std::size_t>& nodes, const Successors& successors)
      : order_(count, none), low_(count), on_stack_(count), successors_(successors) {
    for (const std::size_t node : nodes)
      if (order_[node] == none) visit(node);
  }

  std::vector<std::vector<std::size_t>> all;

 private:
  static constexpr std::size_t none = ~std::size_t{0};
  struct Frame {
    std::size_t node;
    std::vector<std::size_t> next;
    std::size_t at = 0;
  };

  void enter(std::size_t node) {
    order_[node] = low_[node] = time_++;
    stack_.push_back(node);
    on_stack_[node] = true;
    frames_.push_back({node, {}});
    successors_(node, frames_.back().next);
  }

  void visit(std::size_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.at < frame.next.size()) {
        const std::size_t to = frame.next[frame.at++];
        if (order_[to] == none)
          enter(to);
        else if (on_stack_[to])
          low_[frame.node] = std::min(low_[frame.node], order_[to]);
        continue;
      }
      const std::size_t node = frame.node;
      frames_.pop_back();
      if (!frames_.empty())
        low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
      if (low_[node] != order_[node]) continue;
      std::vector<std::size_t>& component = all.emplace_back();
      do {
        component.push_back(stack_.back());
        on_stack_[stack_.back()] = false;
        stack_.pop_back();
      } while (component.back() != node);
    }
  }

  std::vector<std::size_t> order_;
  std::vector<std::size_t> low_;
  std::vector<bool> on_stack_;
  std::vector<std::size_t> stack_;
  std::vector<Frame> frames_;
  std::size_t time_ = 0;
  const Successors& successors_;
};

/// A step of a behaviour, or none.
struct Move {
  std::uint32_t label;
  std::size_t to;
  Groups groups;
};

/// The graph with a step that changes nothing in every state, and what each step is for fairness.
struct FairGraph {
  std::vector<std::vector<Move>> moves;
  std::vector<Groups> enabled;
  std::vector<Letter> letters;
  std::vector<bool> cut;  ///< whether a bound cut off a step that is not finite
  bool cut_what_ceases = false;
  Groups weak = 0;
  Groups strong = 0;
  Groups finite = 0;

  FairGraph(const Question& question, const std::vector<std::string>& atoms) {
    const Graph& graph = question.graph;
    Groupings groupings(question.fairness, question.observer);
    for (std::size_t s = 0; s < graph.size(); ++s) {
      Groups& on = enabled.emplace_back();
      std::vector<Move>& all = moves.emplace_back();
      all.push_back({Run::stays, s, 0});
      for (const Edge& edge : graph.edges[s]) {
        all.push_back({edge.label, edge.to, groupings.of(graph.states[s], edge.label)});
        on |= all.back().groups;
      }
      cut.push_back(false);
      for (const std::uint32_t label : graph.cuts[s]) {
        const Groups groups = groupings.of(graph.states[s], label);
        on |= groups;
        const bool ceases = (groups & groupings.finite()) != 0;
        if (!ceases) cut.back() = true;
        cut_what_ceases = cut_what_ceases || ceases;
      }
      letters.push_back(letter_of(question.observer, graph.states[s], atoms));
    }
    weak = groupings.weak();
    strong = groupings.strong();
    finite = groupings.finite();
  }
};

class Refutation {
 public:
  Refutation(const Question& question, const TreePtr& formula)
      : graph_(question.graph),
        core_(formula),
        tableau_(core_),
        fair_(question, core_.atoms),
        promises_(std::size_t{1} << tableau_.untils()) {
    for (std::size_t s = 0; s < graph_.size(); ++s)
      for (Promise p = 0; p < promises_; ++p) readings_.push_back(reading(fair_.letters[s], p));
  }

  Answer answer() {
    reach();
    Answer result;
    find_open(result);
    result.cut_what_ceases = fair_.cut_what_ceases;
    if (find_component()) result.run = run();
    return result;
  }

  std::vector<std::size_t> rounds(const std::vector<std::size_t>& level, std::size_t from) {
    reach();
    std::vector<std::size_t> result;
    const std::size_t highest = *std::max_element(level.begin(), level.end());
    for (std::size_t top = std::max(from, highest < 2 ? 0 : highest - 2); top <= highest; ++top) {
      std::size_t most = 0;
      // Of strongly fair groups, a run may avoid those that it does not take.
      for (Groups avoided = fair_.strong;; avoided = (avoided - 1) & fair_.strong) {
        most = std::max(most, rounds(level, from, top, avoided));
        if (avoided == 0) break;
      }
      result.push_back(most);
    }
    return result;
  }

 private:
  using Reading = Tableau::Reading;

  std::size_t number(std::size_t state, Promise promise) const {
    return state * promises_ + promise;
  }
  std::size_t state_of(std::size_t node) const { return node / promises_; }

  /// By letter and promise, each asked for once.
  Reading reading(Letter letter, Promise promise) {
    const auto [at, is_new] = known_.try_emplace({letter, promise});
    if (is_new) at->second = tableau_.read(letter, promise);
    return at->second;
  }

  /// Visits each move from a node with the node it leads to.
  template <class Visit>
  void each_move(std::size_t node, Visit&& visit) const {
    const auto promise = static_cast<Promise>(node % promises_);
    const Promise kept = readings_[node].postponed;
    for (const Move& move : fair_.moves[state_of(node)])
      for (Promise next = 0; next < promises_; ++next) {
        if ((next & kept) != (promise & kept)) continue;
        const std::size_t to = number(move.to, next);
        if (readings_[to].possible) visit(move, to);
      }
  }

  void reach() {
    before_.assign(readings_.size(), {none, Run::stays});
    for (const std::size_t s : graph_.initial)
      for (Promise p = 0; p < promises_; ++p) {
        const std::size_t node = number(s, p);
        if (!readings_[node].possible || readings_[node].whole) continue;
        before_[node] = {node, Run::stays};
        reached_.push_back(node);
      }
    for (std::size_t i = 0; i < reached_.size(); ++i)
      each_move(reached_[i], [&](const Move& move, std::size_t to) {
        if (before_[to].node != none) return;
        before_[to] = {reached_[i], move.label};
        reached_.push_back(to);
      });
  }

  static std::vector<Groups> single(Groups groups) {
    std::vector<Groups> result;
    for (; groups != 0; groups &= groups - 1) result.push_back(groups & -groups);
    return result;
  }

  std::size_t rounds(const std::vector<std::size_t>& level, std::size_t from, std::size_t top,
                     Groups avoided) {
    constexpr std::size_t enough = 10;
    std::set<std::size_t> begin;
    for (const std::size_t node : reached_)
      if (level[state_of(node)] <= from) begin.insert(node);
    for (std::size_t round = 0; round < enough; ++round) {
      std::set<std::size_t> end;
      for (std::size_t at = 0; at <= top; ++at) {
        std::vector<std::size_t> same;
        for (const std::size_t node : begin)
          if (level[state_of(node)] == at) same.push_back(node);
        if (!same.empty()) add_ends(same, level, std::min(at + 2, top), avoided, end);
      }
      if (end.empty()) return round;
      begin = std::move(end);
    }
    return enough;
  }

  /// Adds the nodes at which a round may end that begins in some nodes.
  void add_ends(const std::vector<std::size_t>& begin, const std::vector<std::size_t>& level,
                std::size_t top, Groups avoided, std::set<std::size_t>& ends) {
    const std::vector<Groups> weak = single(fair_.weak);
    const std::vector<Groups> strong = single(fair_.strong & ~avoided);
    const std::size_t all =
        (std::size_t{1} << (tableau_.untils() + weak.size() + strong.size())) - 1;
    const auto done = [&](std::size_t node, const Move& move) {
      std::size_t result = readings_[node].fulfilled;
      std::size_t bit = promises_;
      for (const Groups group : weak) {
        if ((group & (move.groups | ~fair_.enabled[state_of(node)])) != 0) result |= bit;
        bit *= 2;
      }
      for (const Groups group : strong) {
        if ((group & move.groups) != 0) result |= bit;
        bit *= 2;
      }
      return result;
    };
    const auto allowed = [&](std::size_t node) {
      return level[state_of(node)] <= top && (fair_.enabled[state_of(node)] & avoided) == 0;
    };
    std::vector<std::pair<std::size_t, std::size_t>> found;
    std::vector<bool> seen(readings_.size() * (all + 1));
    for (const std::size_t node : begin)
      if (allowed(node)) found.emplace_back(node, 0);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto [node, before] = found[i];
      each_move(node, [&](const Move& move, std::size_t to) {
        if ((move.groups & fair_.finite) != 0 || !allowed(to)) return;
        const std::size_t now = before | done(node, move);
        if (now == all) {
          ends.insert(to);
        } else if (!seen[to * (all + 1) + now]) {
          seen[to * (all + 1) + now] = true;
          found.emplace_back(to, now);
        }
      });
    }
  }

  /// For each of some letters and each promise whether some word of these letters that begins so
  /// keeps the promise.
  std::vector<bool> can_be_kept(const std::vector<Letter>& letters) {
    std::vector<std::size_t> nodes;
    std::vector<Reading> readings;
    for (const Letter letter : letters)
      for (Promise p = 0; p < promises_; ++p) {
        nodes.push_back(readings.size());
        readings.push_back(reading(letter, p));
      }
    const Components::Successors successors = [&](std::size_t node, std::vector<std::size_t>& out) {
      const Promise kept = readings[node].postponed;
      for (const std::size_t to : nodes)
        if (readings[node].possible && readings[to].possible &&
            (to % promises_ & kept) == (node % promises_ & kept))
          out.push_back(to);
    };
    // Components come after those that they lead to.
    std::vector<bool> result(nodes.size());
    for (const auto& component : Components(nodes.size(), nodes, successors).all) {
      Promise fulfilled = 0;
      bool can = false;
      std::vector<std::size_t> next;
      for (const std::size_t node : component) {
        fulfilled |= readings[node].fulfilled;
        successors(node, next);
      }
      const std::set<std::size_t> inside(component.begin(), component.end());
      for (const std::size_t to : next)
        can = can || result[to] || (fulfilled == promises_ - 1 && inside.contains(to));
      for (const std::size_t node : component) result[node] = can;
    }
    return result;
  }

  void find_open(Answer& result) {
    if (std::find(fair_.cut.begin(), fair_.cut.end(), true) == fair_.cut.end()) return;
    std::vector<Letter> letters;
    std::vector<std::vector<bool>> kept;
    for (Letter letter = 0; letter < Letter{1} << core_.atoms.size(); ++letter) {
      letters.push_back(letter);
      kept.push_back(can_be_kept({letter}));
    }
    const std::vector<bool> perhaps_kept = can_be_kept(letters);
    std::set<std::size_t> open;
    std::set<std::size_t> perhaps_open;
    for (const std::size_t node : reached_) {
      const std::size_t s = state_of(node);
      const std::size_t promise = node % promises_;
      if (!fair_.cut[s]) continue;
      if (kept[fair_.letters[s]][promise]) open.insert(s);
      if (perhaps_kept[fair_.letters[s] * promises_ + promise]) perhaps_open.insert(s);
    }
    result.open = open.size();
    result.perhaps_open = perhaps_open.size();
  }

  /// Visits the moves inside of the component that a fair run may take again and again.
  template <class Visit>
  void each_inner_move(std::size_t node, Visit&& visit) const {
    each_move(node, [&](const Move& move, std::size_t to) {
      if (in_[node] == in_[to] && (move.groups & fair_.finite) == 0) visit(move, to);
    });
  }

  bool find_component() {
    in_.assign(readings_.size(), 0);
    for (const std::size_t node : reached_) in_[node] = 1;
    colours_ = 2;
    return find_component(reached_);
  }

  /// Looks for one that is fair among nodes of the same colour, all there are of it.
  bool find_component(const std::vector<std::size_t>& nodes) {
    const Components::Successors successors = [&](std::size_t node, std::vector<std::size_t>& out) {
      each_inner_move(node, [&](const Move&, std::size_t to) { out.push_back(to); });
    };
    for (const auto& component : Components(readings_.size(), nodes, successors).all) {
      for (const std::size_t node : component) in_[node] = colours_;
      ++colours_;
      if (is_fair(component)) {
        component_ = component;
        return true;
      }
      // No fair run comes by where a group is enabled that is never taken.
      std::vector<std::size_t> rest;
      for (const std::size_t node : component)
        if ((fair_.enabled[state_of(node)] & fair_.strong & ~taken_) == 0) rest.push_back(node);
      if (rest.size() == component.size() || rest.empty()) continue;
      for (const std::size_t node : rest) in_[node] = colours_;
      ++colours_;
      if (find_component(rest)) return true;
    }
    return false;
  }

  /// Whether a run that visits all of a component again and again, by all moves, is fair and right.
  bool is_fair(const std::vector<std::size_t>& component) {
    taken_ = 0;
    Groups enabled = 0;
    Groups disabled = 0;
    Promise fulfilled = 0;
    bool moves = false;
    for (const std::size_t node : component) {
      enabled |= fair_.enabled[state_of(node)];
      disabled |= ~fair_.enabled[state_of(node)];
      fulfilled |= readings_[node].fulfilled;
      each_inner_move(node, [&](const Move& move, std::size_t) {
        taken_ |= move.groups;
        moves = true;
      });
    }
    return moves && fulfilled == promises_ - 1 && (fair_.weak & ~(disabled | taken_)) == 0 &&
           (fair_.strong & enabled & ~taken_) == 0;
  }

  /// The way to the component, then through all that makes it fair, and back.
  Run run() {
    Run result;
    std::vector<std::size_t> way{component_.front()};
    while (before_[way.back()].node != way.back()) way.push_back(before_[way.back()].node);
    std::reverse(way.begin(), way.end());
    for (std::size_t i = 0; i + 1 < way.size(); ++i) {
      result.states.push_back(state_of(way[i]));
      result.labels.push_back(before_[way[i + 1]].label);
    }
    result.loop = result.states.size();
    const std::size_t home = way.back();
    std::size_t here = home;
    Promise promise = static_cast<Promise>(promises_ - 1);
    Groups weak = fair_.weak;
    Groups strong = fair_.strong & taken_;
    const auto useful = [&](std::size_t from, const Move& move, std::size_t) {
      return (promise & readings_[from].fulfilled) != 0 ||
             (weak & (move.groups | ~fair_.enabled[state_of(from)])) != 0 ||
             (strong & move.groups) != 0;
    };
    while (promise != 0 || weak != 0 || strong != 0)
      here = go(here, result, useful, [&](std::size_t from, const Move& move) {
        promise &= ~readings_[from].fulfilled;
        weak &= ~(move.groups | ~fair_.enabled[state_of(from)]);
        strong &= ~move.groups;
      });
    if (here != home || result.states.size() == result.loop)
      go(
          here, result, [&](std::size_t, const Move&, std::size_t to) { return to == home; },
          [](std::size_t, const Move&) {});
    return result;
  }

  /// Appends the shortest way inside the component whose last move is as wanted.
  template <class Wanted, class Note>
  std::size_t go(std::size_t from, Run& result, Wanted&& wanted, Note&& note) {
    struct Found {
      std::size_t node;
      std::size_t before;
      Move by;
    };
    std::vector<Found> found{{from, none, {}}};
    std::set<std::size_t> seen;
    bool there = false;
    for (std::size_t i = 0; !there; ++i) {
      if (i == found.size()) throw std::runtime_error("a fair component has no fair cycle");
      each_inner_move(found[i].node, [&](const Move& move, std::size_t to) {
        if (there) return;
        there = wanted(found[i].node, move, to);
        if (there || seen.insert(to).second) found.push_back({to, i, move});
      });
    }
    std::vector<std::size_t> way;
    for (std::size_t i = found.size() - 1; i != 0; i = found[i].before) way.push_back(i);
    std::reverse(way.begin(), way.end());
    for (const std::size_t i : way) {
      result.states.push_back(state_of(found[found[i].before].node));
      result.labels.push_back(found[i].by.label);
      note(found[found[i].before].node, found[i].by);
    }
    return found.back().node;
  }

  static constexpr std::size_t none = ~std::size_t{0};
  struct Before {
    std::size_t node;
    std::uint32_t label;
  };

  const Graph& graph_;
  Core core_;
  Tableau tableau_;
  FairGraph fair_;
  std::size_t promises_;  // how many there are
  std::map<std::pair<Letter, Promise>, Reading> known_;
  std::vector<Reading> readings_;  // by node
  std::vector<Before> before_;     // by node: from where it was reached
  std::vector<std::size_t> reached_;
  std::vector<std::size_t> in_;  // by node: the component that it is in so far
  std::size_t colours_ = 0;
  std::vector<std::size_t> component_;
  Groups taken_ = 0;  // inside the component looked at last
};

std::string fairness_faults(const Question& question, const Run& run) {
  const Graph& graph = question.graph;
  Groupings groupings(question.fairness, question.observer);
  Groups taken = 0;
  Groups enabled = 0;
  Groups disabled = 0;
  for (std::size_t i = run.loop; i < run.states.size(); ++i) {
    const std::size_t s = run.states[i];
    Groups on = 0;
    for (const Edge& edge : graph.edges[s]) on |= groupings.of(graph.states[s], edge.label);
    for (const std::uint32_t label : graph.cuts[s]) on |= groupings.of(graph.states[s], label);
    enabled |= on;
    disabled |= ~on;
    if (run.labels[i] != Run::stays) taken |= groupings.of(graph.states[s], run.labels[i]);
  }
  if ((groupings.weak() & ~(disabled | taken)) != 0) return "not weakly fair";
  if ((groupings.strong() & enabled & ~taken) != 0) return "not strongly fair";
  if ((groupings.finite() & taken) != 0) return "not finite";
  return "";
}

}  // namespace

Answer refute(const Question& question, const TreePtr& formula) {
  return Refutation(question, formula).answer();
}

std::vector<std::size_t> rounds(const Question& question, const TreePtr& formula,
                                const std::vector<std::size_t>& level, std::size_t from) {
  return Refutation(question, formula).rounds(level, from);
}

std::string faults(const Question& question, const TreePtr& formula, const Run& run) {
  const Graph& graph = question.graph;
  if (run.labels.size() != run.states.size() || run.loop >= run.states.size()) return "no run";
  const auto& initial = graph.initial;
  if (std::find(initial.begin(), initial.end(), run.states[0]) == initial.end())
    return "does not begin in an initial state";
  const Core core(formula);
  std::vector<Letter> word;
  for (std::size_t i = 0; i < run.states.size(); ++i) {
    const std::size_t s = run.states[i];
    const std::size_t to = i + 1 < run.states.size() ? run.states[i + 1] : run.states[run.loop];
    const auto& edges = graph.edges[s];
    const bool is_step = std::any_of(edges.begin(), edges.end(), [&](const Edge& edge) {
      return edge.label == run.labels[i] && edge.to == to;
    });
    if (!is_step && (run.labels[i] != Run::stays || to != s)) return "takes a step that is none";
    word.push_back(letter_of(question.observer, graph.states[s], core.atoms));
  }
  if (holds_on(core, word, run.loop)) return "the formula holds of it";
  return fairness_faults(question, run);
}

Judged judge(const Question& question, const TreePtr& formula) {
  Answer answer = refute(question, formula);
  Judged result;
  result.perhaps_open = answer.perhaps_open;
  if (answer.run) {
    result.outcomes = {Outcome::violated};
    result.run = std::move(answer.run);
    const std::string wrong = faults(question, formula, *result.run);
    if (!wrong.empty()) throw std::runtime_error("the reference errs: its run " + wrong);
    return result;
  }
  if (answer.perhaps_open != 0) result.outcomes = {Outcome::incomplete};
  if (answer.open != 0) return result;
  // It is vacuous if what is stronger holds as well, and not if that is refuted.
  const Answer stronger = refute(question, strengthened(formula));
  if (stronger.run) {
    result.outcomes.insert(Outcome::holds);
    return result;
  }
  if (stronger.perhaps_open != 0) result.outcomes.insert(Outcome::incomplete);
  if (stronger.open == 0) result.outcomes.insert(Outcome::vacuous);
  return result;
}

std::string Judged::text() const {
  std::string text;
  for (const Outcome outcome : outcomes) text += (text.empty() ? "" : " or ") + name(outcome);
  return text;
}

std::string name(Outcome outcome) {
  switch (outcome) {
    case Outcome::holds: return "holds";
    case Outcome::violated: return "violated";
    case Outcome::vacuous: return "vacuous";
    case Outcome::incomplete: return "incomplete";
  }
  return "";
}

}  // namespace synod::reference
