// What a proof consists of: questions to a solver, the sentence that their answers license, and the
// controls that show that nothing of it is idle. No protocol is known here.
#pragma once

#include <z3++.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "checker/vocabulary/parameters.hpp"

namespace synod::proof {

struct Modelled;

/// A formula that is asserted. One with a name can be pointed at when there is no model.
struct Assertion {
  z3::expr formula;
  std::string name = {};
};

/// Which answer a solver has to give.
enum class Status : std::uint8_t { unsat, sat };

/// A question to a solver: do these assertions have a model?
struct Query {
  std::string name;  ///< unique in its obligation: words and blanks
  std::vector<Assertion> assertions;
  Status expected = Status::unsat;
  std::string logic = "ALL";  ///< of SMT-LIB: QF_LIA, UF, ...
  /// Asks whether there is anything that the sentence is about. If not, it is neither proved nor
  /// refuted, and the questions after this one are not asked.
  bool premise = false;
  /// If there is a model: the first of these that one can satisfy too makes it easier to read.
  std::vector<z3::expr> smaller = {};
  /// A model in terms of the protocol, a few lines.
  std::function<std::string(const z3::model&)> explain = {};
  /// Why there is none, from the names of assertions that exclude each other.
  std::function<std::string(const std::vector<std::string>&)> explain_core = {};
};

/// What is left out or weakened, so that one of some questions has to have a model. Large proofs
/// have thousands of these, made only where they are asked: `make` keeps what it needs alive.
struct Control {
  Control(std::string called, std::vector<Query> queries)
      : name(std::move(called)), any_of([all = std::move(queries)] { return all; }) {}
  Control(std::string called, std::function<std::vector<Query>()> make)
      : name(std::move(called)), any_of(std::move(make)) {}

  std::string name;  ///< "without quorum_intersection"
  std::function<std::vector<Query>()> any_of;
};

/// A sentence, and the questions on which it rests: all of them have to be answered as expected.
struct Obligation {
  std::string name;      ///< unique in its topic: snake_case
  std::string sentence;  ///< what may be cited once it is proved
  std::string scope;     ///< for what it holds: "every n and f", "n = 3, k = 1, one round"
  std::vector<Query> queries;
  std::vector<Control> controls;
  bool quick = true;  ///< false: takes minutes; run when named
};

/// Obligations that belong together, and the context that their formulas live in.
struct Topic {
  std::shared_ptr<z3::context> context = std::make_shared<z3::context>();
  std::vector<Obligation> obligations;
  /// Printed before them, a paragraph a line: what words mean, what is assumed, what is cited only.
  std::string notes;
};

/// What `synod prove NAME` proves.
struct TopicInfo {
  std::string name;   ///< a system of the catalogue, or a topic like quorum
  std::string title;  ///< one line
  std::vector<std::string> sources;
  std::vector<ParameterSpec> parameters;  ///< that obligations have, if any: n, k
  std::function<Topic(const Parameters&)> make;
  /// Of a protocol that has a model: how the two are compared.
  std::function<std::shared_ptr<const Modelled>()> modelled = {};
  /// What is proved where no parameter is given; empty: the same as with the default values.
  std::function<Topic()> overview = {};
};

}  // namespace synod::proof
