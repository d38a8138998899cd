// Taking formulas apart.
#pragma once

#include <z3++.h>

#include <functional>
#include <string>
#include <vector>

namespace synod::proof {

/// A quantified formula with constants in place of what it quantifies.
struct Opened {
  std::vector<z3::expr> variables;
  z3::expr body;
};
/// The constants have names that occur nowhere else.
Opened open(const z3::expr& quantified);
/// The constants are called as the variables, with this before it.
Opened open(const z3::expr& quantified, const std::string& prefix);

/// Of constants, all or some. In files it has no attributes, which z3++ would give it.
z3::expr quantified(bool all, const std::vector<z3::expr>& variables, const z3::expr& body);

/// The formula in which `replace` has had its way with every application, its arguments first; it
/// may return the application as it is.
z3::expr rewritten(
    const z3::expr& formula,
    const std::function<z3::expr(const z3::func_decl&, const z3::expr_vector&)>& replace);

}  // namespace synod::proof
