#include "tests/tutorial/broken.hpp"

#include "checker/vocabulary/define.hpp"

namespace synod::test {
namespace {

/// What the models have in common: a number that goes up to 3.
template <class Mode>
struct Counter : Machine<Mode> {
  using Machine<Mode>::Machine;
  Scalar<Mode> n{*this, "n", integers("count", 0, 3)};
  void Init() { n = 0; }
};

template <class Mode>
struct Sound : Counter<Mode> {
  using Counter<Mode>::Counter;
  Map<Mode> seen{*this, "seen", integers("place", 1, 3), boolean()};
  void Up() {
    WHEN(below, this->n < 3);
    THEN(add, this->n = this->n + 1);
  }
  void Next() { ACTION(Up); }
};

template <class Mode>
struct LateConjunct : Counter<Mode> {
  using Counter<Mode>::Counter;
  void Up() {
    THEN(add, this->n = this->n + 1);
    WHEN(below, this->n < 3);
  }
  void Next() { ACTION(Up); }
};

/// Its conjunct is late only where no random state and not the first shows it.
template <class Mode>
struct LateSometimes : Machine<Mode> {
  using Machine<Mode>::Machine;
  Scalar<Mode> n{*this, "n", integers("count", 0, 1'000'000)};
  void Init() { n = 0; }
  void Up() {
    if (n == 2) {
      THEN(add, n = n + 1);
    }
    WHEN(below, n < 2);
    THEN(add, n = n + 1);
  }
  void Next() { ACTION(Up); }
};

template <class Mode>
struct Assigned : Counter<Mode> {
  using Counter<Mode>::Counter;
  void Up() {
    WHEN(at_two, this->n = 2);
    THEN(add, this->n = 3);
  }
  void Next() { ACTION(Up); }
};

template <class Mode>
struct NoParameter : Counter<Mode> {
  using Counter<Mode>::Counter;
  const int limit = this->parameter("limmit");
  void Next() {}
};

template <class Mode>
struct FarInit : Sound<Mode> {
  using Sound<Mode>::Sound;
  void Init() { this->n = 7; }
};

template <class Mode>
struct FarNext : Sound<Mode> {
  using Sound<Mode>::Sound;
  void Next() { ACTION_IF(this->seen[this->n] == 0, Up); }
  void Up() { Sound<Mode>::Up(); }
};

template <class Mode>
struct Undeclared : Counter<Mode> {
  using Counter<Mode>::Counter;
  void Up() {
    WITHIN(limit, this->n < this->parameter("limit"));
    THEN(add, this->n = this->n + 1);
  }
  void Next() { ACTION(Up); }
};

template <class Mode>
struct Huge : Machine<Mode> {
  using Machine<Mode>::Machine;
  Scalar<Mode> value{*this, "value", integers("value", -2147483647 - 1, 2147483647)};
  void Init() {}
  void Next() {}
};

System named(std::string name) {
  System system;
  system.name = std::move(name);
  system.parameters = {integer("limit", "how far", 0, 3, 3)};
  return system;
}

const auto at_most_three = [](const auto& s) { return s.n <= 3; };

}  // namespace

const std::vector<Broken>& broken_systems() {
  static const std::vector<Broken> systems = [] {
    std::vector<Broken> all;
    const auto add = [&](System system, std::vector<std::string> told) {
      all.push_back({std::move(system), std::move(told)});
    };
    const auto nothing = claims(always("Nothing", "", [](const auto&) { return true; }));
    add(define<LateConjunct>(named("late_conjunct"), nothing), {"Up", "conjunct below", "effect"});
    add(define<LateSometimes>(named("late_sometimes"), nothing),
        {"Up", "conjunct below", "effect"});
    add(define<Assigned>(named("assigned"), nothing), {"Up", "at_two", "this->n = 2", "=="});
    add(define<NoParameter>(named("no_parameter"), nothing), {"limmit", "limit"});
    add(define<FarInit>(named("far_init"), nothing), {"Init", "n = 7"});
    add(define<FarNext>(named("far_next"), nothing), {"Next()", "seen(0)"});
    add(define<Undeclared>(named("undeclared"), nothing), {"limit", "bound(...)"});
    add(define<Huge>(named("huge"), nothing), {"value: -2147483648..2147483647"});
    add(define<Sound>(named("no_witness"),
                      claims(always("Three", "", at_most_three).witness("Nowhere"))),
        {"Nowhere"});
    add(define<Sound>(
            named("far_claim"),
            claims(always("Seen", "", [](const auto& s) { return s.seen[s.n + 2] == 0; }))),
        {"Seen", "seen(4)", "n = 2"});
    add(define<Sound>(named("far_step"), claims(step("Sees", "",
                                                     [](const auto& before, const auto& after) {
                                                       return before.seen[after.n] == 0 &&
                                                              after.seen[before.n + 9] == 0;
                                                     }))),
        {"Sees", "seen(9)", "n = 0"});
    return all;
  }();
  return systems;
}

}  // namespace synod::test
