#include "checker/proof/formulas.hpp"

namespace synod::proof {

namespace {

/// `constant` makes one of a name and a sort.
template <class Constant>
Opened open_with(const z3::expr& quantified, Constant&& constant) {
  z3::context& context = quantified.ctx();
  const unsigned count = Z3_get_quantifier_num_bound(context, quantified);
  Opened opened{{}, quantified.body()};
  for (unsigned i = 0; i < count; ++i) {
    const z3::symbol name(context, Z3_get_quantifier_bound_name(context, quantified, i));
    const z3::sort sort(context, Z3_get_quantifier_bound_sort(context, quantified, i));
    opened.variables.push_back(constant(name.str(), sort));
  }
  z3::expr_vector innermost_first(context);
  for (unsigned i = count; i-- > 0;) innermost_first.push_back(opened.variables[i]);
  opened.body = opened.body.substitute(innermost_first);
  return opened;
}

}  // namespace

Opened open(const z3::expr& quantified) {
  return open_with(quantified, [](const std::string& name, const z3::sort& sort) {
    return z3::expr(sort.ctx(), Z3_mk_fresh_const(sort.ctx(), name.c_str(), sort));
  });
}

Opened open(const z3::expr& quantified, const std::string& prefix) {
  return open_with(quantified, [&](const std::string& name, const z3::sort& sort) {
    return sort.ctx().constant((prefix + name).c_str(), sort);
  });
}

z3::expr quantified(bool all, const std::vector<z3::expr>& variables, const z3::expr& body) {
  z3::context& context = body.ctx();
  std::vector<Z3_app> bound;
  for (const z3::expr& variable : variables) bound.push_back(Z3_to_app(context, variable));
  const unsigned default_weight = 1;
  const Z3_ast formula =
      Z3_mk_quantifier_const(context, all, default_weight, static_cast<unsigned>(bound.size()),
                             bound.data(), 0, nullptr, body);
  context.check_error();
  return {context, formula};
}

z3::expr rewritten(
    const z3::expr& formula,
    const std::function<z3::expr(const z3::func_decl&, const z3::expr_vector&)>& replace) {
  z3::context& context = formula.ctx();
  if (formula.is_quantifier()) {
    const Opened opened = open(formula);
    return quantified(formula.is_forall(), opened.variables, rewritten(opened.body, replace));
  }
  z3::expr_vector arguments(context);
  for (unsigned i = 0; i < formula.num_args(); ++i)
    arguments.push_back(rewritten(formula.arg(i), replace));
  return replace(formula.decl(), arguments);
}

}  // namespace synod::proof
