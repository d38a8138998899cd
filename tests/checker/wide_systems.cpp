// Models of states of every kind and of many words. In a file of their own because the planted bug
// in packing compiles them again.
#include "checker/vocabulary/define.hpp"
#include "tests/checker/tiny_systems.hpp"

namespace synod::test {
namespace {

enum class Colour : std::uint8_t { red, amber, green };

// Every kind of variable, each changed by an action of its own, so that the reachable states are
// the product of what each can hold.
template <class Mode>
struct Kinds : Machine<Mode> {
  using Machine<Mode>::Machine;

  const Domain Who = interchangeable("person", "p", 2);
  const Domain Level = integers("level", -1, 1);

  Scalar<Mode, bool> lamp{*this, "lamp", boolean()};  // 2
  Scalar<Mode, Colour> light{*this, "light",          // 3
                             enumeration("colour", {"red", "amber", "green"})};
  Set<Mode> present{*this, "present", Who};                              // 4
  Map<Mode> level{*this, "level", Who, Level};                           // 9
  Map<Mode> grid{*this, "grid", {Who, Level}, integers("score", 0, 2)};  // 3
  Message<Mode, 1> note{*this,
                        "mail",
                        "note",  // 4
                        {{"from", Who}, {"to", Who}, {"what", optional(Who)}},
                        never_to_oneself_about_nothing};
  Message<Mode> bell{*this, "mail", "bell", {}};  // 2
  Map<Mode, bool> marked{*this, "marked", Who, boolean()};

  void Init() {
    lamp = false;
    light = Colour::red;
    level.fill(-1);
    marked.fill(true);
  }

  void Switch() { THEN(toggle, lamp = !lamp); }
  void Change() {
    THEN(next, light = light == Colour::red     ? Colour::amber
                       : light == Colour::amber ? Colour::green
                                                : Colour::red);
  }
  void Pass(int p) { THEN(go, if (present.contains(p)) present.remove(p); else present.insert(p)); }
  void Rise(int p) {
    WHEN(low, level[p] < 1);
    THEN(rise, level[p] = level[p] + 1);
  }
  void Score() {
    WHEN(room, grid(1, -1) < 2);
    THEN(score, grid(1, -1) = grid(1, -1) + 1);
  }
  void Write(int p) { THEN(write, note.send(p, 1 - p, p)); }
  void Ring() { THEN(ring, bell.send()); }

  void Next() {
    ACTION(Switch);
    ACTION(Change);
    ACTION(Pass, Who);
    ACTION(Rise, Who);
    ACTION(Score);
    ACTION(Write, Who);
    ACTION(Ring);
  }

 private:
  static bool never_to_oneself_about_nothing(const std::vector<int>& content) {
    return content[0] != content[1] || content[1] == none;
  }
};

auto kinds_claims() {
  return claims(
      always("SetsCount", "",
             [](const auto& s) {
               const int members =
                   (s.present.contains(0) ? 1 : 0) + (s.present.contains(1) ? 1 : 0);
               return s.present.size() == members && s.present.empty() == (members == 0) &&
                      s.present.full() == (members == 2);
             }),
      always("MapsRead", "",
             [](const auto& s) {
               const bool any = s.level[0] == 1 || s.level[1] == 1;
               const bool all = s.level[0] == 1 && s.level[1] == 1;
               return s.level.any(1) == any && s.level.all(1) == all && s.marked.all(true) &&
                      s.grid(0, 0) == 0 && s.grid(1, 1) == 0;
             }),
      always("MessagesRead", "",
             [](const auto& s) {
               int notes = 0;
               bool right = true;
               for (const int from : {0, 1}) {
                 s.note.each(from, [&](int to, int what) {
                   ++notes;
                   right = right && to == 1 - from && what == from;
                 });
                 right = right && s.note.never_sent(from) != s.note.sent(from, 1 - from, from);
               }
               return right && notes <= 2 && !s.note.sent(0, 1, none);
             }),
      step("BellRingsOn", "",
           [](const auto& before, const auto& after) {
             return !before.bell.sent() || after.bell.sent();
           }),
      always_possible("AllUp", "", [](const auto& s) { return s.level.all(1) && s.lamp; }),
      reachable("Green", "", [](const auto& s) { return s.light == Colour::green; }),
      reachable("Crowded", "", [](const auto& s) { return s.present.full() && s.bell.sent(); }));
}

System make_kinds_system() {
  System system;
  system.name = "kinds";
  return define<Kinds>(std::move(system), kinds_claims());
}

// Writes its cells one after another, each with one of the patterns 10101 and 01010.
template <class Mode>
struct Wide : Machine<Mode> {
  using Machine<Mode>::Machine;

  const Domain Place = integers("place", 0, this->parameter("cells") - 1);
  const Domain Choice = integers("choice", 0, this->parameter("choices") - 1);
  const Domain Member = integers("member", 0, 63);
  Map<Mode> cell{*this, "cell", Place, integers("pattern", 0, 31)};
  Set<Mode> whole_word{*this, "whole_word", Member};
  Scalar<Mode, bool> last{*this, "last", boolean()};

  void Init() { cell.fill(0); }
  void Write(int i, int choice) {
    WHEN(next, cell[i] == 0 && (i == 0 || cell[i - 1] != 0));
    THEN(write, cell[i] = choice == 0 ? 0b10101 : 0b01010);
    THEN(count, whole_word.insert(63 - i % 64));
  }
  void Finish() {
    WHEN(written, cell[Place.high] != 0);
    THEN(finish, last = true);
  }
  void Next() {
    ACTION(Write, Place, Choice);
    ACTION(Finish);
  }
};

System make_wide_system() {
  System system;
  system.name = "wide";
  system.parameters = {integer("cells", "", 1, 2000, 14), integer("choices", "", 1, 2, 2)};
  return define<Wide>(
      std::move(system),
      claims(always("PatternsOnly", "",
                    [](const auto& s) {
                      for (int i = 0; i <= s.Place.high; ++i)
                        if (s.cell[i] != 0 && s.cell[i] != 0b10101 && s.cell[i] != 0b01010)
                          return false;
                      return true;
                    }),
             always("WrittenAreCounted", "",
                    [](const auto& s) {
                      int written = 0;
                      for (int i = 0; i <= s.Place.high; ++i) written += s.cell[i] != 0 ? 1 : 0;
                      return s.whole_word.size() == written;
                    }),
             step("OneAtATime", "",
                  [](const auto& before, const auto& after) {
                    int changed = 0;
                    for (int i = 0; i <= before.Place.high; ++i)
                      changed += before.cell[i] != after.cell[i] ? 1 : 0;
                    return changed + (before.last != after.last ? 1 : 0) == 1;
                  }),
             reachable("Finished", "", [](const auto& s) { return s.last == true; }),
             proper_end("", [](const auto& s) { return s.last == true; })));
}

}  // namespace

const System& kinds_system() {
  static const System system = make_kinds_system();
  return system;
}

const System& wide_system() {
  static const System system = make_wide_system();
  return system;
}

}  // namespace synod::test
