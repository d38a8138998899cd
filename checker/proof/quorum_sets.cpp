// Sets that a user lists in a file, each in a line.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

#include "checker/input/input.hpp"
#include "checker/proof/meetings.hpp"
#include "checker/proof/quorum.hpp"
#include "checker/proof/words.hpp"

namespace synod::proof {
namespace {

// What is accepted at most.
constexpr std::size_t max_file = 1 << 20;  ///< bytes
constexpr std::size_t max_processes = 200;
constexpr std::size_t max_sets = 1000;

struct ListedSet {
  std::size_t line;                  ///< from 1
  std::vector<std::size_t> members;  ///< in ascending order
};

struct Family {
  std::string name;
  std::size_t line;  ///< of its heading
  std::vector<ListedSet> sets = {};
};

// Within a line.
constexpr std::string_view blanks_of_line = " \t";
constexpr std::string_view separators = " \t,";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// A file of sets, read line by line.
class Listing {
 public:
  Listing(std::string_view text, std::string file) : file_(std::move(file)) {
    if (text.size() > max_file)
      throw InputError(fmt::format("{}: more than {} bytes", file_, max_file));
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    while (!text.empty()) {
      ++line_;
      const std::size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
      refuse_control_characters(line);
      read_line(line.substr(0, line.find('#')));
    }
    if (families_.empty())
      throw InputError(file_ + ": no sets; each line lists the processes of one");
    require_sets_in_last_family();
  }

  const std::vector<std::string>& processes() const { return processes_; }
  const std::vector<Family>& families() const { return families_; }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw InputError(fmt::format("{}:{}: {}", file_, line_, message));
  }

  /// Some of them look like the end of a line, and two sets would be taken for one; so in a comment
  /// too, where they would hide one.
  void refuse_control_characters(std::string_view line) const {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto byte = static_cast<unsigned char>(line[i]);
      if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
        fail(
            fmt::format("{} in column {}; accepted are no control characters but tabs, and lines "
                        "that end with \\n or \\r\\n",
                        quote(line.substr(i, 1)), i + 1));
    }
  }

  void read_line(std::string_view line) {
    if (split(line, blanks_of_line).empty()) return;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
      read_set(split(line, separators));
    else
      read_heading(split(line.substr(0, colon), blanks_of_line), line.substr(colon + 1));
    begun_ = true;
  }

  void read_heading(const std::vector<std::string_view>& head, std::string_view rest) {
    if (head.size() != 1)
      fail(fmt::format("expected one name before the colon, found {}", head.size()));
    if (head[0] == "processes") {
      if (begun_) fail("processes: has to come before all sets and headings");
      for (const std::string_view name : split(rest, separators)) declare(name);
      if (processes_.empty()) fail("expected the names of the processes after the colon");
      declared_ = true;
      return;
    }
    const bool word =
        is_letter(head[0][0]) && std::all_of(head[0].begin(), head[0].end(),
                                             [](char c) { return is_letter(c) || is_digit(c); });
    if (!word || head[0].size() > max_name)
      fail(
          fmt::format("{} is no name of a family; accepted are up to {} letters, digits and _, "
                      "a letter first",
                      quote(head[0]), max_name));
    if (!split(rest, separators).empty())
      fail(fmt::format("expected nothing after {}:; its sets have lines of their own", head[0]));
    for (const Family& family : families_)
      if (family.name == head[0])
        fail(family.line == 0
                 ? "a heading after sets that have none"
                 : fmt::format("{}: is the heading in line {} already", head[0], family.line));
    if (!families_.empty() && families_.back().line == 0)
      fail("a heading after sets that have none");
    require_sets_in_last_family();
    if (families_.size() == max_families) fail(fmt::format("more than {} families", max_families));
    families_.push_back({std::string(head[0]), line_});
  }

  void read_set(const std::vector<std::string_view>& names) {
    if (names.empty()) fail("an empty set");
    if (++sets_ > max_sets) fail(fmt::format("more than {} sets", max_sets));
    ListedSet set{line_, {}};
    for (const std::string_view name : names) {
      const std::size_t process = process_of(name);
      if (std::find(set.members.begin(), set.members.end(), process) != set.members.end())
        fail(fmt::format("{} is in this set already", quote(name)));
      set.members.push_back(process);
    }
    std::sort(set.members.begin(), set.members.end());
    if (families_.empty()) families_.push_back({"quorum", 0});
    families_.back().sets.push_back(std::move(set));
  }

  std::size_t process_of(std::string_view name) {
    if (const auto known = numbers_.find(name); known != numbers_.end()) return known->second;
    if (declared_) fail(fmt::format("{} is no process{}", quote(name), suggest(name, processes_)));
    return declare(name);
  }

  std::size_t declare(std::string_view name) {
    const auto accepted = [](char c) {
      return is_letter(c) || is_digit(c) || c == '-' || c == '.';
    };
    if (!std::all_of(name.begin(), name.end(), accepted) || name.size() > max_name)
      fail(fmt::format("{} is no name of a process; accepted are up to {} letters, digits, _ - .",
                       quote(name), max_name));
    if (numbers_.contains(name)) fail(fmt::format("{} is declared already", quote(name)));
    if (processes_.size() == max_processes)
      fail(fmt::format("more than {} processes", max_processes));
    processes_.emplace_back(name);
    return numbers_[std::string(name)] = processes_.size() - 1;
  }

  void require_sets_in_last_family() const {
    if (!families_.empty() && families_.back().sets.empty())
      throw InputError(fmt::format("{}:{}: {}: is followed by no sets", file_,
                                   families_.back().line, families_.back().name));
  }

  std::string file_;
  std::size_t line_ = 0;
  std::size_t sets_ = 0;
  bool begun_ = false;     ///< some line is not blank
  bool declared_ = false;  ///< there is a line processes:
  std::vector<std::string> processes_;
  std::map<std::string, std::size_t, std::less<>> numbers_;
  std::vector<Family> families_;
};

/// The names of processes as {a, b}.
std::string names_text(const std::vector<std::size_t>& members,
                       const std::vector<std::string>& processes) {
  std::vector<std::string> names;
  for (const std::size_t member : members) names.push_back(processes[member]);
  return fmt::format("{{{}}}", fmt::join(names, ", "));
}

/// "; phase1 has one set only", or nothing: that one has itself in common with itself.
std::string lone_text(const std::vector<Family>& families, const Meeting& meeting) {
  std::string text;
  for (const std::size_t family : std::set(meeting.begin(), meeting.end()))
    if (families[family].sets.size() == 1)
      text += fmt::format("; {} has one set only", families[family].name);
  return text;
}

/// The question whether sets can be chosen, one of each family of the meeting, that have at most
/// `faulty` processes in common. A choice is a truth value a set, and for each choice another one
/// for every process, which is true if the process is in the chosen set. It may be true of others
/// too: more processes in common are of no use to a model, and one without them is a model too.
class Choice {
 public:
  Choice(z3::context& context, const Listing& listing, Meeting meeting, int faulty)
      : context_(context),
        families_(listing.families()),
        processes_(listing.processes()),
        meeting_(std::move(meeting)),
        faulty_(faulty) {}

  Query query() const {
    Query query{.name = "sets with too few processes in common", .logic = "QF_UF"};
    for (std::size_t i = 0; i < meeting_.size(); ++i) {
      z3::expr_vector any(context_);
      for (const ListedSet& set : families_[meeting_[i]].sets) {
        any.push_back(is_chosen(i, set));
        z3::expr_vector members(context_);
        for (const std::size_t member : set.members) members.push_back(is_member(i, member));
        query.assertions.push_back({z3::implies(is_chosen(i, set), z3::mk_and(members))});
      }
      query.assertions.push_back({z3::mk_or(any)});
    }
    count_common(query.assertions);
    // Copies, since a query outlives this.
    query.explain = [self = *this](const z3::model& model) { return self.example_text(model); };
    return query;
  }

 private:
  /// Counts in unary, process by process: once the sets are chosen, all of it follows clause by
  /// clause, which it does not where a sum is compared. Sinz, "Towards an optimal CNF encoding of
  /// Boolean cardinality constraints", CP 2005, the sequential counter.
  void count_common(std::vector<Assertion>& all) const {
    const auto most = std::min(static_cast<std::size_t>(faulty_), processes_.size());
    // That so many of the processes up to this one are in common.
    const auto counted = [&](std::size_t count, std::size_t process) {
      return context_.bool_const(fmt::format("common.{}.of.{}", count, process + 1).c_str());
    };
    for (std::size_t process = 0; process < processes_.size(); ++process) {
      z3::expr_vector in_all(context_);
      for (std::size_t i = 0; i < meeting_.size(); ++i) in_all.push_back(is_member(i, process));
      const z3::expr common = z3::mk_and(in_all);
      for (std::size_t count = 1; count <= std::min(most + 1, process + 1); ++count) {
        const bool first = count == 1;
        const z3::expr before = first ? common : common && counted(count - 1, process - 1);
        all.push_back({z3::implies(before, counted(count, process))});
        if (count <= process)
          all.push_back({z3::implies(counted(count, process - 1), counted(count, process))});
      }
    }
    if (most < processes_.size()) all.push_back({!counted(most + 1, processes_.size() - 1)});
  }

  z3::expr is_chosen(std::size_t i, const ListedSet& set) const {
    return context_.bool_const(fmt::format("chosen.{}.line.{}", i + 1, set.line).c_str());
  }
  z3::expr is_member(std::size_t i, std::size_t process) const {
    return context_.bool_const(fmt::format("member.{}.{}", i + 1, processes_[process]).c_str());
  }

  std::string example_text(const z3::model& model) const {
    std::string text;
    std::vector<std::size_t> common;
    for (std::size_t i = 0; i < meeting_.size(); ++i) {
      const Family& family = families_[meeting_[i]];
      const auto set = std::find_if(
          family.sets.begin(), family.sets.end(),
          [&](const ListedSet& one) { return model.eval(is_chosen(i, one), true).is_true(); });
      if (set == family.sets.end()) throw std::logic_error("a model in which no set is chosen");
      text += fmt::format("line {}, {}: {}\n", set->line, family.name,
                          names_text(set->members, processes_));
      std::vector<std::size_t> left;
      std::set_intersection(common.begin(), common.end(), set->members.begin(), set->members.end(),
                            std::back_inserter(left));
      common = i == 0 ? set->members : left;
    }
    if (common.size() > static_cast<std::size_t>(faulty_))
      throw std::logic_error("a model in which the sets have enough processes in common");
    text += "in common: " + names_text(common, processes_) + "\n";
    if (!common.empty())
      text += fmt::format("of which all may be faulty, being at most {}\n", faulty_);
    return text;
  }

  z3::context& context_;
  std::vector<Family> families_;
  std::vector<std::string> processes_;
  Meeting meeting_;
  int faulty_;
};

/// The bytes of a file, one more than are accepted at most.
std::string contents(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(max_file + 1, '\0');
  if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (!stream.eof() && stream.fail()))
    throw InputError(quote(file) + " cannot be read; expected a file that lists sets of processes");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

}  // namespace

Topic quorum_of_sets_text(std::string_view text, const std::string& file, int faulty,
                          const std::vector<std::string>& intersect) {
  if (faulty < 0 || faulty > max_faulty)
    throw InputError(fmt::format("faulty: {} is not in 0..{}", faulty, max_faulty));
  const Listing listing(text, file);
  std::vector<std::string> families;
  std::size_t sets = 0;
  for (const Family& family : listing.families()) {
    families.push_back(family.name);
    sets += family.sets.size();
  }
  Topic topic;
  for (const Meeting& meeting : meetings(families, intersect)) {
    const std::string common =
        faulty == 0
            ? "a process in common"
            : fmt::format("more than {} in common, so a correct one if at most {} {} faulty",
                          number_of(static_cast<std::size_t>(faulty), "process", "processes"),
                          faulty, faulty == 1 ? "is" : "are");
    topic.obligations.push_back(
        {.name = meeting_name(families, meeting),
         .sentence = fmt::format("{} {}{}.", meeting_text(families, meeting), common,
                                 lone_text(listing.families(), meeting)),
         .scope = fmt::format("the {} of {} that {} lists", number_of(sets, "set", "sets"),
                              number_of(listing.processes().size(), "process", "processes"),
                              printable(file)),
         .queries = {Choice(*topic.context, listing, meeting, faulty).query()}});
  }
  return topic;
}

Topic quorum_of_sets(const std::string& file, int faulty,
                     const std::vector<std::string>& intersect) {
  return quorum_of_sets_text(contents(file), file, faulty, intersect);
}

}  // namespace synod::proof
