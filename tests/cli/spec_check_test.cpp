// `synod spec-check`, with a stand-in for Java that answers as TLC does: what TLC is given, and
// what is compared with what it says.
#include <filesystem>
#include <sstream>

#include "tests/cli/schema.hpp"
#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

/// A specification's folder, the TLA+ tools, and Java, which keeps the configuration that it is
/// given, lists the folder of the module, and fails or says what TLC is to find.
class Specifications {
 public:
  Specifications(const std::string& protocol, const std::string& configuration) {
    const std::filesystem::path specs = folder_.path() / "spec" / protocol;
    std::filesystem::create_directories(specs);
    folder_.write("spec/" + protocol + "/" + protocol + ".tla", "EXTENDS Other\n");
    folder_.write("spec/" + protocol + "/Other.tla", "");
    folder_.write("spec/" + protocol + "/" + protocol + ".cfg", configuration);
    folder_.write("tla2tools.jar", "");
    answer("exit 1");
  }

  void tlc_finds(std::uint64_t distinct, std::uint64_t generated, std::uint64_t depth) const {
    answer("echo 'Model checking completed. No error has been found.'\necho '" +
           std::to_string(generated) + " states generated, " + std::to_string(distinct) +
           " distinct states found, 0 states left on queue.'\n" +
           "echo 'The depth of the complete state graph search is " + std::to_string(depth) + ".'");
  }

  Outcome check(const std::string& protocol, Arguments more = {}) const {
    Arguments arguments = {"spec-check",          protocol, "--specs",   path("spec"), "--tlc",
                           path("tla2tools.jar"), "--java", path("java")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  std::vector<Json> check_json(const std::string& protocol) const {
    const Outcome outcome = check(protocol, {"--json"});
    CHECK_RUN(outcome, outcome.err.empty());
    std::vector<Json> objects;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
      objects.push_back(Json::parse(line));
      BOOST_TEST(fault(objects.back()) == "");
    }
    BOOST_REQUIRE(!objects.empty());
    return objects;
  }

  std::string given() const { return read_text(folder_.path() / "given.cfg"); }
  std::string beside() const { return read_text(folder_.path() / "beside"); }

 private:
  void answer(const std::string& script) const {
    const std::string program = folder_.write("java",
                                              "#!/bin/sh\n"
                                              R"(
while [ $# -gt 1 ]; do
  [ "$1" = -config ] && cp "$2" ")" + path("given.cfg") +
                                                  R"("
  shift
done
ls "${1%/*}" >")" + path("beside") + "\"\n" + script +
                                                  "\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  TemporaryFolder folder_;
};

/// Words, without comments and however they stand.
std::string words(const std::string& text) {
  std::istringstream stream(text);
  std::string all;
  for (std::string word; stream >> word;) all += (all.empty() ? "" : " ") + word;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(spec_check)

// Whatever the form of a configuration, TLC runs the constants of the instance and no others.
BOOST_AUTO_TEST_CASE(constants_are_those_of_the_instance) {
  struct Row {
    std::string shipped, given;
  };
  const std::string ours = " CONSTANTS RM = {rm1, rm2, rm3}";
  const std::vector<Row> rows = {
      {"SPECIFICATION Spec\nCONSTANTS\n  RM = {r1}\nINVARIANT TypeOK\n",
       "SPECIFICATION Spec CONSTANTS INVARIANT TypeOK" + ours},
      {"SPECIFICATION Spec\n  CONSTANT\nRM = {r1}\n\n\tINVARIANT TypeOK\n",
       "SPECIFICATION Spec CONSTANT INVARIANT TypeOK" + ours},
      {"CONSTANT RM = {r1,\n r2} SPECIFICATION Spec", "CONSTANT SPECIFICATION Spec" + ours},
      {"\tCONSTANTS RM={r1} None = None\n\n  K <- Small\nSPECIFICATION Spec",
       "CONSTANTS None = None K <- Small SPECIFICATION Spec" + ours},
      {"CONSTANT F(1, {2}) = -3 RM <- RM_small\nSPECIFICATION Spec",
       "CONSTANT F(1, {2}) = -3 SPECIFICATION Spec" + ours},
      {"CONSTANT RM <- [Other] Small CONSTANT M!N = \"RM = {\" SPECIFICATION Spec",
       "CONSTANT CONSTANT M!N = \"RM = {\" SPECIFICATION Spec" + ours},
      {"CONSTANT \\* RM = {r0}\n RM (* (* nested *) = *) = {r1} SPECIFICATION Spec",
       "CONSTANT \\* RM = {r0} SPECIFICATION Spec" + ours},
      {"SPECIFICATION Spec \\* CONSTANT RM = {r1}",
       "SPECIFICATION Spec \\* CONSTANT RM = {r1}" + ours},
      {"INVARIANTS RM CONSTANT", "INVARIANTS RM CONSTANT" + ours},
      {"", ours.substr(1)},
  };
  for (const Row& row : rows) {
    const Specifications specifications("transaction_commit", row.shipped);
    specifications.check("transaction_commit");
    BOOST_TEST(words(specifications.given()) == row.given);
  }
}

// TLC finds the modules that a module EXTENDs where they are.
BOOST_AUTO_TEST_CASE(modules_are_read_where_they_are) {
  const Specifications specifications("transaction_commit", "SPECIFICATION Spec\n");
  specifications.check("transaction_commit");
  BOOST_TEST(words(specifications.beside()) ==
             "Other.tla transaction_commit.cfg transaction_commit.tla");
}

// TLC counts what a CONSTRAINT cuts off among the generated steps; no more than that.
BOOST_AUTO_TEST_CASE(steps_that_a_constraint_cuts_off_are_generated) {
  const std::uint64_t cut = check_json({"flp"}, incomplete).at("bounds").at(0).at("steps_cut");
  BOOST_REQUIRE(cut > 0);
  const Specifications plain("flp", "SPECIFICATION Spec\n");
  plain.tlc_finds(1, 1, 1);
  const Json synod = plain.check_json("flp").at(0).at("synod");
  const auto first = [&](const std::string& configuration, std::uint64_t more) {
    const Specifications specifications("flp", configuration);
    specifications.tlc_finds(synod.at("distinct"),
                             synod.at("generated").get<std::uint64_t>() + more, synod.at("depth"));
    return specifications.check_json("flp").at(0);
  };
  for (const std::string name : {"CONSTRAINT", " ACTION_CONSTRAINTS"}) {
    const Json report = first("SPECIFICATION Spec " + name + "\n WithinLead\n", cut);
    BOOST_TEST(report.at("agree") == true, name);
    BOOST_TEST(report.at("steps_cut") == cut, name);
    BOOST_TEST(report.at("synod").at("generated") == report.at("tlc").at("generated"), name);
  }
  const Json none = first("SPECIFICATION Spec \\* CONSTRAINT WithinLead\n", 0);
  BOOST_TEST(none.at("agree") == true);
  BOOST_TEST(none.at("steps_cut").is_null());
  BOOST_TEST(first("SPECIFICATION Spec\n", cut).at("agree") == false);
}

BOOST_AUTO_TEST_CASE(a_table_or_objects) {
  const Specifications specifications("transaction_commit", "SPECIFICATION Spec\n");
  specifications.tlc_finds(288, 1'146, 11);
  const std::vector<Json> objects = specifications.check_json("transaction_commit");
  BOOST_REQUIRE(objects.size() == 3U);
  BOOST_TEST(objects[0].at("protocol") == "transaction_commit");
  BOOST_TEST(objects[0].at("instance") == "participants=3");
  BOOST_TEST(objects[0].at("verdict") == "holds");
  BOOST_TEST(objects[0].at("tlc_no_error") == true);
  BOOST_TEST(objects[0].at("agree") == true);
  BOOST_TEST(objects[1].at("agree") == false);
  BOOST_TEST(objects[1].at("tlc").at("distinct") == 288);
  BOOST_TEST(objects[1].at("synod").at("distinct") == 8'832);
  const Outcome table = specifications.check("transaction_commit");
  CHECK_RUN(table, table.code == not_as_expected);
  CHECK_RUN(table, contains(table.out, "agree\n") && contains(table.out, "differ\n"));
}

BOOST_AUTO_TEST_SUITE_END()
