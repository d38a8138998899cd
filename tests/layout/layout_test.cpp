// The rules of layout.hpp on this checkout, and each of them on a small tree that breaks it: a
// rule that nothing can break enforces nothing.
#define BOOST_TEST_MODULE layout
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>

#include "tests/layout/layout.hpp"

namespace {

using namespace synod::layout;
namespace fs = std::filesystem;
using Rule = Offences (*)(const Tree&);
using Files = std::map<std::string, std::string>;

/// A folder that is removed with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "synod-layout-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error(pattern);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

const std::string header = "// What it is for.\n#pragma once\n";

/// A tree that keeps every rule.
Files good_tree() {
  return {
      {"CMakeLists.txt", "project(x)\n"},
      {"README.md", "Read [this](https://example.org/home/page).\n"},
      {"synod", "#!/usr/bin/env bash\n"},
      {"checker/vocabulary/machine.hpp",
       header + "#include \"checker/search/transition_system.hpp\"\n"},
      {"checker/search/transition_system.hpp", header},
      {"checker/search/search.hpp", header + "#include <vector>\n"},
      {"checker/cli/main.cpp",
       "#include \"checker/search/search.hpp\"\n#include \"model/catalogue.hpp\"\n"},
      {"model/catalogue.hpp", header + "#include \"checker/vocabulary/machine.hpp\"\n"},
      {"model/catalogue.cpp",
       "#include \"model/catalogue.hpp\"\nall = {\n  paxos_system(),\n  raft_system(),\n};\n"},
      {"model/paxos/paxos.hpp", header + "#include \"checker/vocabulary/machine.hpp\"\n"},
      {"model/paxos/claims.cpp",
       "#include \"model/catalogue.hpp\"\n#include \"model/paxos/paxos.hpp\"\n"},
      {"model/raft/raft.hpp", header},
      {"model/raft/claims.cpp", "#include \"model/raft/raft.hpp\"\n"},
      {"spec/paxos/paxos.tla", "---- MODULE paxos ----\n"},
      {"spec/paxos/paxos.cfg", "SPECIFICATION Spec\n"},
      {"spec/raft/raft.tla", "---- MODULE raft ----\n"},
      {"spec/raft/raft.cfg", "SPECIFICATION Spec\n"},
      {"impl/paxos/paxos.hpp", header + "#include \"impl/runtime/log.hpp\"\n"},
      {"impl/runtime/log.hpp", header},
      {"tests/checker/search_test.cpp", "#include \"checker/search/search.hpp\"\n"},
  };
}

Offences judge(Rule rule, const Files& files) {
  const TemporaryFolder folder;
  for (const auto& [name, text] : files) {
    fs::create_directories((folder.path() / name).parent_path());
    std::ofstream(folder.path() / name, std::ios::binary) << text;
  }
  return rule(Tree::of_folder(folder.path()));
}

std::string joined(const Offences& offences) {
  std::string text;
  for (const std::string& offence : offences) text += "\n  " + offence;
  return text;
}

/// The good tree with some files replaced (or removed, by an empty name) breaks the rule, and the
/// message says where.
void check_broken(Rule rule, const Files& changed, const std::string& says,
                  const std::set<std::string>& removed = {}) {
  Files files = good_tree();
  for (const auto& [name, text] : changed) files[name] = text;
  for (const std::string& name : removed) files.erase(name);
  const Offences offences = judge(rule, files);
  const bool found = std::any_of(offences.begin(), offences.end(), [&](const std::string& one) {
    return one.find(says) != std::string::npos;
  });
  BOOST_CHECK_MESSAGE(found,
                      "expected an offence with \"" << says << "\"; found" << joined(offences));
}

void check_kept(Rule rule, const Files& changed = {}) {
  Files files = good_tree();
  for (const auto& [name, text] : changed) files[name] = text;
  const Offences offences = judge(rule, files);
  BOOST_CHECK_MESSAGE(offences.empty(), "expected no offence; found" << joined(offences));
}

std::string include(const std::string& path) { return "#include \"" + path + "\"\n"; }

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

void check_this_checkout(Rule rule) {
  static const Tree tree = Tree::of_checkout(SYNOD_SOURCE_DIR);
  const Offences offences = rule(tree);
  BOOST_CHECK_MESSAGE(offences.empty(), offences.size() << " offences:" << joined(offences));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkout)

BOOST_AUTO_TEST_CASE(files_are_found) {
  const Tree tree = Tree::of_checkout(SYNOD_SOURCE_DIR);
  for (const char* const file : {"CMakeLists.txt", "checker/search/search.cpp",
                                 "model/paxos/paxos.hpp", "tests/layout/layout_test.cpp"})
    BOOST_TEST(tree.contains(file), file);
  // Nothing that a build wrote.
  for (const std::string& file : tree.files()) BOOST_TEST(!file.starts_with("build/"), file);
}

BOOST_AUTO_TEST_CASE(arrows) { check_this_checkout(include_arrows); }
BOOST_AUTO_TEST_CASE(includes) { check_this_checkout(includes_exist); }
BOOST_AUTO_TEST_CASE(headers) { check_this_checkout(headers_begin_well); }
BOOST_AUTO_TEST_CASE(top_level) { check_this_checkout(top_level_entries); }
BOOST_AUTO_TEST_CASE(protocols) { check_this_checkout(protocols_are_complete); }
BOOST_AUTO_TEST_CASE(long_lines) { check_this_checkout(lines_are_short); }
BOOST_AUTO_TEST_CASE(long_models) { check_this_checkout(models_are_short); }
BOOST_AUTO_TEST_CASE(long_functions) { check_this_checkout(functions_are_short); }
BOOST_AUTO_TEST_CASE(definitions) { check_this_checkout(definitions_are_unique); }
BOOST_AUTO_TEST_CASE(clean_text) { check_this_checkout(text_is_clean); }
BOOST_AUTO_TEST_CASE(paths) { check_this_checkout(no_paths_of_a_machine); }

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(a_good_tree_breaks_no_rule) {
  for (const Rule rule :
       {include_arrows, includes_exist, headers_begin_well, top_level_entries,
        protocols_are_complete, lines_are_short, models_are_short, functions_are_short,
        definitions_are_unique, text_is_clean, no_paths_of_a_machine})
    check_kept(rule);
}

BOOST_AUTO_TEST_CASE(arrows) {
  struct Row {
    std::string file, includes;
    bool allowed;
  };
  const std::vector<Row> rows = {
      {"checker/search/search.cpp", "model/catalogue.hpp", false},
      {"checker/search/search.cpp", "impl/runtime/log.hpp", false},
      {"checker/report/trace.cpp", "model/paxos/paxos.hpp", false},
      {"checker/search/search.cpp", "checker/vocabulary/machine.hpp", true},
      {"checker/cli/main.cpp", "model/paxos/paxos.hpp", true},
      {"checker/vocabulary/system.hpp", "checker/search/transition_system.hpp", true},
      {"checker/vocabulary/system.hpp", "checker/search/search.hpp", false},
      {"checker/vocabulary/system.hpp", "checker/run/run.hpp", false},
      {"checker/vocabulary/system.hpp", "model/catalogue.hpp", false},
      {"model/paxos/paxos.hpp", "checker/search/search.hpp", false},
      {"model/paxos/paxos.hpp", "checker/search/transition_system.hpp", false},
      {"model/paxos/paxos.hpp", "checker/input/input.hpp", false},
      {"model/paxos/paxos.hpp", "model/raft/raft.hpp", false},
      {"model/paxos/claims.cpp", "impl/paxos/paxos.hpp", false},
      {"model/paxos/claims.cpp", "checker/vocabulary/define.hpp", true},
      {"model/paxos/claims.cpp", "model/paxos/paxos.hpp", true},
      {"model/paxos/claims.cpp", "model/catalogue.hpp", true},
      {"model/catalogue.cpp", "model/paxos/paxos.hpp", true},
      {"model/catalogue.cpp", "checker/run/run.hpp", false},
      {"impl/paxos/paxos.cpp", "checker/vocabulary/machine.hpp", false},
      {"impl/paxos/paxos.cpp", "model/paxos/paxos.hpp", false},
      {"impl/paxos/paxos.cpp", "impl/runtime/log.hpp", true},
      {"checker/cli/main.cpp", "tests/support/support.hpp", false},
      {"tests/model/paxos_test.cpp", "model/paxos/paxos.hpp", true},
      {"tests/model/paxos_test.cpp", "checker/search/search.hpp", true},
      {"tests/liveness_reference/graph.cpp", "checker/vocabulary/system.hpp", true},
      {"tests/liveness_reference/graph.cpp", "checker/liveness/fairness.hpp", false},
      {"tests/liveness_reference/graph.cpp", "checker/search/state_graph.hpp", false},
      {"tests/liveness_reference/engine.cpp", "checker/liveness/temporal.hpp", true},
  };
  for (const Row& row : rows) {
    if (row.allowed)
      check_kept(include_arrows, {{row.file, include(row.includes)}});
    else
      check_broken(include_arrows, {{row.file, "\n" + include(row.includes)}},
                   row.file + ":2: includes " + row.includes);
  }
  // Angle brackets are no way round.
  check_broken(include_arrows, {{"impl/a.cpp", "#include <model/paxos/paxos.hpp>\n"}},
               "impl/a.cpp");
  check_broken(include_arrows, {{"impl/a.cpp", "#  include  \"model/catalogue.hpp\" // x\n"}},
               "impl/a.cpp");
}

BOOST_AUTO_TEST_CASE(includes) {
  check_broken(includes_exist, {{"checker/a.cpp", include("checker/none.hpp")}},
               "checker/none.hpp");
  // Seen from the root, not from the file's own folder.
  check_broken(includes_exist, {{"model/paxos/claims.cpp", include("paxos.hpp")}}, "paxos.hpp");
  check_broken(includes_exist, {{"checker/a.cpp", "#include <checker/search/search.hpp>\n"}},
               "between quotation marks");
}

BOOST_AUTO_TEST_CASE(headers) {
  check_broken(headers_begin_well, {{"checker/a.hpp", "// A.\n\n#pragma once\n"}},
               "checker/a.hpp:2");
  check_broken(headers_begin_well, {{"checker/a.hpp", "// A.\n#include <set>\n#pragma once\n"}},
               "checker/a.hpp:2");
  check_broken(headers_begin_well, {{"checker/a.hpp", "// A.\n"}}, "#pragma once");
  check_broken(headers_begin_well, {{"checker/a.hpp", "#pragma once\n"}}, "no comment");
  check_broken(headers_begin_well, {{"checker/a.hpp", ""}}, "checker/a.hpp");
}

BOOST_AUTO_TEST_CASE(top_level) {
  check_broken(top_level_entries, {{"notes.txt", "x\n"}}, "notes.txt");
  check_broken(top_level_entries, {{"src/a.cpp", "x\n"}}, "src");
  check_kept(top_level_entries, {{".gitignore", "x\n"}, {".ci/run", "x\n"}, {"LICENSE", "x\n"}});
}

BOOST_AUTO_TEST_CASE(protocols) {
  for (const char* const file :
       {"model/raft/raft.hpp", "model/raft/claims.cpp", "spec/raft/raft.tla", "spec/raft/raft.cfg"})
    check_broken(protocols_are_complete, {}, file, {file});
  check_broken(protocols_are_complete, {}, "model/catalogue.cpp", {"model/catalogue.cpp"});
  const auto catalogue = [](const std::string& entries) {
    return Files{{"model/catalogue.cpp", "all = {" + entries + "};\n"}};
  };
  check_broken(protocols_are_complete, catalogue("raft_system(), paxos_system()"), "alphabetical");
  check_broken(protocols_are_complete, catalogue("paxos_system()"), "raft_system() once");
  check_broken(protocols_are_complete, catalogue("paxos_system(), raft_system(), raft_system()"),
               "raft_system() once");
  check_broken(protocols_are_complete, catalogue("paxos_system(), /* raft_system() */"),
               "raft_system() once");
  check_broken(protocols_are_complete, catalogue("paxos_system(), raft_system(), zab_system()"),
               "zab_system() has no folder");
}

BOOST_AUTO_TEST_CASE(long_lines) {
  check_kept(lines_are_short, {{"checker/a.cpp", std::string(100, 'x') + "\n"}});
  check_broken(lines_are_short, {{"checker/a.cpp", "\n" + std::string(101, 'x') + "\n"}},
               "checker/a.cpp:2");
  // Columns, not bytes.
  check_kept(lines_are_short, {{"checker/a.cpp", repeated("\xc3\xa9", 100) + "\n"}});
}

BOOST_AUTO_TEST_CASE(long_models) {
  check_kept(models_are_short, {{"model/raft/raft.hpp", repeated("//\n", 250)}});
  check_broken(models_are_short, {{"model/raft/raft.hpp", repeated("//\n", 251)}}, "251 lines");
  check_kept(models_are_short, {{"checker/search/search.hpp", repeated("//\n", 251)}});
}

BOOST_AUTO_TEST_CASE(long_functions) {
  const std::string body = repeated("  f();\n", 80);
  const std::vector<std::string> heads = {
      "int main() {\n",
      "template <class T>\nstd::vector<int> f(T t,\n  int i = 3) {\n",
      "namespace a {\nnamespace {\nstruct S final : B {\n  bool f() const override {\n",
      "class C {\n public:\n  C(int a) : a_(a) {\n",
      "auto f(int a) -> int {\n",
      "[[nodiscard]] int f() {\n",
      "#define A(x) x\n#ifdef A\nvoid f() noexcept {\n",
      "bool operator==(A a, A b) {\n",
      "BOOST_AUTO_TEST_CASE(name) {\n",
  };
  for (const std::string& head : heads) {
    const std::string ends =
        repeated("}\n", static_cast<std::size_t>(std::count(head.begin(), head.end(), '{')));
    BOOST_TEST_CONTEXT(head) {
      check_broken(functions_are_short, {{"checker/a.cpp", head + body + ends}}, "a function of");
      check_kept(functions_are_short, {{"checker/a.cpp", head + "  f();\n" + ends}});
    }
  }
  // Long, but not functions; and braces that are none.
  check_kept(functions_are_short, {{"checker/a.cpp", "namespace a {\n" + body + "}\n"}});
  check_kept(functions_are_short, {{"checker/a.cpp", "struct A {\n" + body + "};\n"}});
  check_kept(functions_are_short, {{"checker/a.cpp", "int a[] = {\n" + body + "};\n"}});
  check_kept(functions_are_short,
             {{"checker/a.cpp", "void f() {\n  g(\"{\", '{', R\"({)\");  // {\n}\n" + body}});
  check_kept(functions_are_short, {{"model/raft/claims.cpp", "auto claims() {\n" + body + "}\n"}});
}

BOOST_AUTO_TEST_CASE(definitions) {
  struct Row {
    std::string file, text, other_file, other_text;
    bool unique;
  };
  const std::string relation = "namespace synod::proof {\nclass Relation {\n int x; };\n}\n";
  const std::string another =
      "namespace synod {\nnamespace proof {\nenum class Relation : int { a };\n}\n}\n";
  const std::string of_int = "namespace a {\ninline int f(const int& x, bool y = true) {\n}\n}\n";
  const std::vector<Row> rows = {
      {"checker/proof/a.hpp", relation, "checker/proof/b.hpp", another, false},
      {"checker/proof/a.hpp", relation, "model/b.cpp", another, false},
      {"checker/proof/a.hpp", relation, "tests/proof/b.cpp", another, false},
      {"tests/support/a.hpp", relation, "tests/proof/b.cpp", another, false},
      {"tests/proof/a.cpp", relation, "tests/proof/b.cpp", another, false},
      // Not in one program
      {"tests/checker/a.cpp", relation, "tests/proof/b.cpp", another, true},
      // Not of one name, or nobody else's
      {"checker/a.hpp", relation, "checker/b.hpp", "namespace synod {\n" + relation + "}\n", true},
      {"checker/a.hpp", relation, "checker/b.hpp", "namespace synod::proof {\nclass Relation;\n}\n",
       true},
      {"checker/a.hpp", relation, "checker/b.hpp", "// " + relation, true},
      {"checker/a.hpp", relation, "checker/b.cpp",
       "namespace synod::proof {\nnamespace {\nstruct Relation {\n};\n}\n}\n", true},
      {"checker/a.hpp", relation, "checker/b.cpp",
       "namespace synod::proof {\nvoid f() {\nstruct Relation {\n};\n}\n}\n", true},
      {"checker/a.hpp", "struct A : B<int> {\n};\n", "checker/b.hpp", "struct A final {\n};\n",
       false},
      {"checker/a.hpp", "struct A {\nstruct C {};\n};\n", "checker/b.hpp",
       "struct B {\nstruct C {};\n};\n", true},
      {"checker/a.hpp", "template <>\nstruct A<int> {\n};\n", "checker/b.hpp",
       "template <>\nstruct A<long> {\n};\n", true},
      {"checker/a.hpp", of_int, "checker/b.hpp",
       "namespace a {\ninline int f(const int &z, bool) {\n}\n}\n", false},
      {"checker/a.hpp", of_int, "checker/b.hpp",
       "namespace a {\ninline int f(const long& x, bool y) {\n}\n}\n", true},
      {"checker/a.hpp", of_int, "checker/b.hpp",
       "namespace a {\nstatic int f(const int& x, bool y) {\n}\n}\n", true},
  };
  for (const Row& row : rows) {
    const Files files = {{row.file, row.text}, {row.other_file, row.other_text}};
    BOOST_TEST_CONTEXT(row.text << row.other_text) {
      if (row.unique)
        check_kept(definitions_are_unique, files);
      else
        check_broken(definitions_are_unique, files, "as well");
    }
  }
}

BOOST_AUTO_TEST_CASE(clean_text) {
  check_broken(text_is_clean, {{"README.md", "a\nb \n"}}, "README.md:2");
  check_broken(text_is_clean, {{"README.md", "a\t\n"}}, "README.md:1");
  check_broken(text_is_clean, {{"README.md", "a\r\nb\n"}}, "README.md:1: ends with CR LF");
  check_broken(text_is_clean, {{"README.md", "a\nb"}}, "line end");
  check_kept(text_is_clean, {{"tests/a.bin", std::string("a\0b ", 4)}});
}

BOOST_AUTO_TEST_CASE(paths) {
  // In parts, so that this file keeps the rule.
  for (const char* const folder : {"home", "Users", "root", "tmp", "var/tmp"})
    for (const char* const before : {"", "see ", "\"", "="})
      check_broken(no_paths_of_a_machine,
                   {{"README.md", std::string("x\n") + before + "/" + folder + "/a\n"}},
                   "README.md:2");
  check_broken(no_paths_of_a_machine,
               {{"README.md", std::string("see 003_") + "ff21db1b334d.txt\n"}}, "README.md:1");
  for (const char* const before : {"build", "~", "https://a.org", "../..", "src/"})
    check_kept(no_paths_of_a_machine, {{"README.md", std::string(before) + "/" + "tmp/a\n"}});
  check_kept(no_paths_of_a_machine, {{"README.md", "/usr/bin/env /dev/full /proc/self\n"}});
}

BOOST_AUTO_TEST_SUITE_END()
