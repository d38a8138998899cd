#include "checker/condition/program.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>
#include <utility>

namespace synod {

using condition::Code;
using condition::Compare;
using condition::Instruction;
using condition::Node;
using condition::Op;
using condition::Sort;

/// Truths become jumps: to where it goes on if they hold, or to where if not. So do values that may
/// not be there: then the comparison that they stand in is false.
class ConditionCompiler {
 public:
  ConditionCompiler(const Condition& condition, const ModelInstance& model,
                    ConditionProgram& program)
      : variables_(condition.variables()),
        model_(model),
        program_(program),
        used_(condition.slots()) {
    const Label yes = label();
    const Label no = label();
    truth(condition.root(), yes, no);
    place(yes);
    emit({Code::yes});
    place(no);
    emit({Code::no});
    link();
  }

 private:
  using Label = std::uint32_t;
  using Register = std::uint16_t;

  Label label() {
    at_.push_back(0);
    return static_cast<Label>(at_.size() - 1);
  }
  void place(Label label) { at_[label] = program_.code_.size(); }
  void emit(Instruction instruction) { program_.code_.push_back(instruction); }
  void go(Label to) { emit({.code = Code::go, .target = to}); }

  /// Labels become positions; what goes to where it goes on anyway is left out.
  void link() {
    std::vector<Instruction>& code = program_.code_;
    std::vector<std::uint32_t> moved(code.size() + 1);
    std::vector<Instruction> kept;
    for (std::size_t i = 0; i < code.size(); ++i) {
      moved[i] = static_cast<std::uint32_t>(kept.size());
      if (code[i].code != Code::go || at_[code[i].target] != i + 1) kept.push_back(code[i]);
    }
    for (Instruction& one : kept) one.target = moved[at_[one.target]];
    code = std::move(kept);
  }

  Register fresh() {
    if (used_ == ConditionProgram::most_registers)
      throw FormulaError("a condition that is too long to be calculated");
    return static_cast<Register>(used_++);
  }

  // Truths

  void truth(const Node& node, Label yes, Label no) {
    const std::size_t before = used_;
    switch (node.op) {
      case Op::constant_truth: go(node.number != 0 ? yes : no); break;
      case Op::negation: truth(node.operands[0], no, yes); break;
      case Op::conjunction: joined(node, yes, no, true); break;
      case Op::disjunction: joined(node, yes, no, false); break;
      case Op::implication: {
        const Label right = label();
        truth(node.operands[0], right, yes);
        place(right);
        truth(node.operands[1], yes, no);
        break;
      }
      case Op::equivalence: {
        const Label if_true = label();
        const Label if_false = label();
        truth(node.operands[0], if_true, if_false);
        place(if_true);
        truth(node.operands[1], yes, no);
        place(if_false);
        truth(node.operands[1], no, yes);
        break;
      }
      case Op::for_all:
      case Op::exists: quantified(node, yes, no); break;
      case Op::comparison: compared(node, yes, no); break;
      case Op::member:
      case Op::subset: {
        const Register left = node.op == Op::member
                                  ? bit_of(node.operands[0], node.operands[1].variable, no)
                                  : value(node.operands[0], no);
        const Register right = value(node.operands[1], no);
        emit({.code = node.op == Op::member ? Code::meets : Code::within,
              .left = left,
              .right = right,
              .target = no});
        go(yes);
        break;
      }
      case Op::sent: sent(node, yes, no); break;
      default: throw std::logic_error("no truth");
    }
    used_ = before;
  }

  void joined(const Node& node, Label yes, Label no, bool both) {
    const Label right = label();
    truth(node.operands[0], both ? right : yes, both ? no : right);
    place(right);
    truth(node.operands[1], yes, no);
  }

  void quantified(const Node& node, Label yes, Label no) {
    const bool all = node.op == Op::for_all;
    const auto slot = static_cast<Register>(node.number);
    const Register last = fresh();
    const Label loop = label();
    const Label more = label();
    const Label done = label();
    emit({.code = Code::set, .to = slot, .number = node.low});
    emit({.code = Code::set, .to = last, .number = node.high});
    place(loop);
    emit({.code = Code::at_most, .left = slot, .right = last, .target = done});
    truth(node.operands[0], all ? more : yes, all ? no : more);
    place(more);
    emit({.code = Code::step, .to = slot});
    go(loop);
    place(done);
    go(all ? yes : no);
  }

  void compared(const Node& node, Label yes, Label no) {
    Register left = value(node.operands[0], no);
    Register right = value(node.operands[1], no);
    Code code = Code::equal;
    switch (node.compare) {
      case Compare::equal: break;
      case Compare::different: code = Code::different; break;
      case Compare::less: code = Code::less; break;
      case Compare::at_most: code = Code::at_most; break;
      case Compare::greater:
        code = Code::less;
        std::swap(left, right);
        break;
      case Compare::at_least:
        code = Code::at_most;
        std::swap(left, right);
        break;
    }
    emit({.code = code, .left = left, .right = right, .target = no});
    go(yes);
  }

  // Values, the bits of sets, sequences and elements

  Register value(const Node& node, Label absent) {
    switch (node.op) {
      case Op::bound: return static_cast<Register>(node.number);
      case Op::constant: {
        const Register to = fresh();
        emit({.code = Code::set, .to = to, .number = node.number});
        return to;
      }
      case Op::sum:
      case Op::difference: {
        const std::size_t before = used_;
        const Register left = value(node.operands[0], absent);
        const Register right = value(node.operands[1], absent);
        used_ = before;
        const Register to = fresh();
        emit({.code = node.op == Op::sum ? Code::add : Code::subtract,
              .to = to,
              .left = left,
              .right = right});
        return to;
      }
      case Op::translated: return translated(node, absent);
      case Op::cell: return cell(node, absent);
      case Op::pair: return pair(node, absent);
      case Op::size: return size(node.operands[0], absent);
      case Op::element: return element(node, absent);
      case Op::field: return field(node, absent);
      case Op::set: return set(node, absent);
      default: throw std::logic_error("no value");
    }
  }

  std::uint32_t table(std::vector<std::int64_t> entries) {
    program_.tables_.push_back(std::move(entries));
    return static_cast<std::uint32_t>(program_.tables_.size() - 1);
  }

  Register translated(const Node& node, Label absent) {
    const Node& inner = node.operands[0];
    const Register from = value(inner, absent);
    std::vector<std::int64_t> entries;
    for (const int member : inner.domain) {
      entries.push_back(ConditionProgram::missing);
      for (const int other : node.domain)
        if (node.domain.label(other) == inner.domain.label(member)) entries.back() = other;
    }
    return translate(from, inner.domain.low, std::move(entries), absent);
  }

  /// What the table has for the value of a register, which begins with that for `low`.
  Register translate(Register from, std::int64_t low, std::vector<std::int64_t> entries,
                     Label absent) {
    const Register to = fresh();
    emit({.code = Code::translate,
          .to = to,
          .left = from,
          .target = absent,
          .table = table(std::move(entries)),
          .number = low});
    return to;
  }

  /// The number of a tuple of these domains, the last varying fastest.
  Register position(const std::vector<Node>& nodes, const std::vector<Domain>& domains,
                    Label absent) {
    const Register to = fresh();
    emit({.code = Code::set, .to = to, .number = 0});
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::size_t before = used_;
      const Register at = value(nodes[i], absent);
      used_ = before;
      emit({.code = Code::position,
            .to = to,
            .left = at,
            .target = absent,
            .number = domains[i].low,
            .mask = static_cast<std::uint64_t>(std::max(domains[i].size(), 0))});
    }
    return to;
  }

  static bool is_constant(const Node& node) { return node.op == Op::constant; }

  Register cell(const Node& node, Label absent) {
    std::vector<Domain> domains;
    for (const Field& field : variables_[node.variable].index) domains.push_back(field.domain);
    return cell(node.variable, node.operands, domains, absent);
  }

  /// What is in the cell of a variable that the nodes lead to.
  Register cell(std::size_t number, const std::vector<Node>& nodes,
                const std::vector<Domain>& domains, Label absent) {
    const VariableInfo& variable = variables_[number];
    Instruction load{.code = Code::load, .mask = low_bits(variable.bits)};
    if (variable.holds == Holds::value) load.number = variable.content[0].domain.low;
    bool constant = true;
    std::size_t at = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      constant = constant && is_constant(nodes[i]) &&
                 domains[i].contains(static_cast<int>(nodes[i].number));
      at = at * static_cast<std::size_t>(std::max(domains[i].size(), 0)) +
           static_cast<std::size_t>(nodes[i].number - domains[i].low);
    }
    if (constant) {
      load.place = model_.places()[variable.first_cell + at];
    } else {
      const std::size_t before = used_;
      load.left = position(nodes, domains, absent);
      used_ = before;
      load.code = Code::load_at;
      const auto first = model_.places().begin() + static_cast<std::ptrdiff_t>(variable.first_cell);
      program_.places_.emplace_back(first, first + static_cast<std::ptrdiff_t>(variable.cells));
      load.table = static_cast<std::uint32_t>(program_.places_.size() - 1);
    }
    load.to = fresh();
    emit(load);
    if (variable.holds == Holds::record) {
      // As an element of a sequence, which has a bit more that tells it from none.
      emit({.code = Code::add, .to = load.to, .left = load.to, .right = load.to});
      emit({.code = Code::step, .to = load.to});
    }
    return load.to;
  }

  Register size(const Node& of, Label absent) {
    if (of.sort == Sort::messages) return count(variables_[of.variable].name);
    const Register bits = value(of, absent);
    const Register to = fresh();
    if (of.sort == Sort::set) {
      emit({.code = Code::set, .to = to, .number = 0});
      emit({.code = Code::count_bits, .to = to, .left = to, .right = bits});
    } else {
      emit({.code = Code::length,
            .to = to,
            .left = bits,
            .mask = ElementLayout(variables_[of.variable].elements).bits()});
    }
    return to;
  }

  Register count(const std::string& name) {
    const Register sum = fresh();
    const Register cell = fresh();
    emit({.code = Code::set, .to = sum, .number = 0});
    for (const VariableInfo& variable : variables_) {
      if (variable.name != name) continue;
      for (std::size_t i = 0; i < variable.cells; ++i) {
        load(variable, i, cell);
        emit({.code = variable.holds == Holds::message ? Code::count_used : Code::count_bits,
              .to = sum,
              .left = sum,
              .right = cell});
      }
    }
    return sum;
  }

  void load(const VariableInfo& variable, std::size_t cell, Register to) {
    emit({.code = Code::load,
          .to = to,
          .place = model_.places()[variable.first_cell + cell],
          .mask = low_bits(variable.bits)});
  }

  Register element(const Node& node, Label absent) {
    const VariableInfo& variable = variables_[node.variable];
    const Register sequence = value(node.operands[0], absent);
    const Register at = value(node.operands[1], absent);
    const Register to = fresh();
    emit({.code = Code::element,
          .to = to,
          .left = sequence,
          .right = at,
          .target = absent,
          .number = variable.capacity,
          .mask = ElementLayout(variable.elements).bits()});
    return to;
  }

  /// The number of a pair of different members.
  Register pair(const Node& node, Label absent) {
    const Domain& of = *node.domain.of;
    const Register at = position(node.operands, {of, of}, absent);
    std::vector<std::int64_t> entries;
    for (const int first : of)
      for (const int second : of)
        entries.push_back(first == second ? ConditionProgram::missing
                                          : node.domain.made_of({first, second}));
    return translate(at, 0, std::move(entries), absent);
  }

  Register field(const Node& node, Label absent) {
    const Register element = value(node.operands[0], absent);
    const Register to = fresh();
    bits(variables_[node.variable].elements, 0, static_cast<std::size_t>(node.number), element, to);
    return to;
  }

  /// One field of an element of this type.
  void bits(const std::vector<ElementType>& types, std::size_t type, std::size_t field,
            Register element, Register to) {
    const FieldBits where = ElementLayout(types).field_bits(type, field);
    emit({.code = Code::bits,
          .to = to,
          .left = element,
          .place = {0, where.shift},
          .number = types[type].fields[field].domain.low,
          .mask = low_bits(where.bits)});
  }

  /// A set that is written out: the bits of its members.
  Register set(const Node& node, Label absent) {
    const Register to = fresh();
    emit({.code = Code::set, .to = to, .number = 0});
    for (const Node& member : node.operands) {
      const std::size_t before = used_;
      const Register bit = bit_of(member, node.variable, absent);
      used_ = before;
      emit({.code = Code::join, .to = to, .left = to, .right = bit});
    }
    return to;
  }

  /// The bit of a value or tuple in a set.
  Register bit_of(const Node& node, std::size_t variable, Label absent) {
    const VariableInfo& info = variables_[variable];
    const std::vector<Node> parts =
        node.sort == Sort::tuple ? node.operands : std::vector<Node>{node};
    std::vector<std::optional<std::size_t>> given;
    for (std::size_t i = 0; i < parts.size(); ++i) given.emplace_back(i);
    return bits_of(info, parts, given, absent);
  }

  /// The bits of all members that have the parts that are given.
  Register bits_of(const VariableInfo& info, const std::vector<Node>& nodes,
                   const std::vector<std::optional<std::size_t>>& given, Label absent) {
    std::vector<Node> parts;
    std::vector<Domain> domains;
    std::size_t size = 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (!given[i]) continue;
      parts.push_back(nodes[*given[i]]);
      domains.push_back(info.content[i].domain);
      size *= static_cast<std::size_t>(std::max(domains.back().size(), 0));
    }
    std::vector<std::int64_t> masks(size);
    for (std::size_t bit = 0; bit < info.members.size(); ++bit) {
      std::size_t at = 0;
      std::size_t part = 0;
      for (std::size_t i = 0; i < given.size(); ++i) {
        if (!given[i]) continue;
        const Domain& domain = domains[part++];
        at = at * static_cast<std::size_t>(domain.size()) +
             static_cast<std::size_t>(info.members[bit][i] - domain.low);
      }
      masks[at] = static_cast<std::int64_t>(static_cast<std::uint64_t>(masks[at]) | std::uint64_t{1}
                                                                                        << bit);
    }
    const Register at = position(parts, domains, absent);
    const Register to = fresh();
    emit({.code = Code::look_up,
          .to = to,
          .left = at,
          .target = absent,
          .table = table(std::move(masks)),
          .number = 0});
    return to;
  }

  // Messages

  void sent(const Node& node, Label yes, Label no) {
    const VariableInfo& variable = variables_[node.variable];
    if (variable.holds == Holds::message) return on_its_way(node, yes, no);
    const std::size_t keys = variable.index.size();
    std::vector<Node> key;
    std::vector<Domain> domains;
    for (std::size_t i = 0; i < keys; ++i) {
      key.push_back(node.operands[*node.pattern.fields[i]]);
      domains.push_back(variable.index[i].domain);
    }
    const std::vector<std::optional<std::size_t>> content(
        node.pattern.fields.begin() + static_cast<std::ptrdiff_t>(keys), node.pattern.fields.end());
    const Register wanted = bits_of(variable, node.operands, content, no);
    const Register there = cell(node.variable, key, domains, no);
    emit({.code = Code::meets, .left = wanted, .right = there, .target = no});
    go(yes);
  }

  /// In some slot of a network.
  void on_its_way(const Node& node, Label yes, Label no) {
    const VariableInfo& variable = variables_[node.variable];
    const std::size_t type = node.pattern.type;
    std::vector<Register> wanted;
    for (const Node& operand : node.operands) wanted.push_back(value(operand, no));
    const Register message = fresh();
    const Register part = fresh();
    const Register right_type = fresh();
    emit({.code = Code::set, .to = right_type, .number = static_cast<std::int64_t>(type << 1 | 1)});
    const unsigned head = ElementLayout(variable.elements).head_bits();
    for (std::size_t i = 0; i < variable.cells; ++i) {
      const Label next = label();
      load(variable, i, message);
      // Its type and, before that, the bit that says that there is a message.
      emit({.code = Code::bits, .to = part, .left = message, .mask = low_bits(head)});
      emit({.code = Code::equal, .left = part, .right = right_type, .target = next});
      for (std::size_t f = 0; f < node.pattern.fields.size(); ++f) {
        if (!node.pattern.fields[f]) continue;
        bits(variable.elements, type, f, message, part);
        emit({.code = Code::equal,
              .left = part,
              .right = wanted[*node.pattern.fields[f]],
              .target = next});
      }
      go(yes);
      place(next);
    }
    go(no);
  }

  const std::vector<VariableInfo>& variables_;
  const ModelInstance& model_;
  ConditionProgram& program_;
  std::vector<std::size_t> at_;  ///< of each label
  std::size_t used_;             ///< registers; those of what is bound come first
};

ConditionProgram::ConditionProgram(const Condition& condition, const ModelInstance& model) {
  ConditionCompiler(condition, model, *this);
}

bool ConditionProgram::holds(const std::uint64_t* state) const {
  std::array<std::int64_t, most_registers> r;  // each is written before it is read
  const auto bits = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  for (std::size_t at = 0;;) {
    const Instruction& i = code_[at++];
    bool go_on = true;
    switch (i.code) {
      case Code::set: r[i.to] = i.number; break;
      case Code::load:
        r[i.to] =
            static_cast<std::int64_t>(state[i.place.word] >> i.place.shift & i.mask) + i.number;
        break;
      case Code::load_at: {
        const Place place = places_[i.table][static_cast<std::size_t>(r[i.left])];
        r[i.to] = static_cast<std::int64_t>(state[place.word] >> place.shift & i.mask) + i.number;
        break;
      }
      case Code::position: {
        const std::uint64_t offset = bits(r[i.left] - i.number);
        go_on = offset < i.mask;
        r[i.to] = r[i.to] * static_cast<std::int64_t>(i.mask) + static_cast<std::int64_t>(offset);
        break;
      }
      case Code::look_up:
      case Code::translate: {
        const auto& table = tables_[i.table];
        const std::uint64_t offset = bits(r[i.left] - i.number);
        go_on = offset < table.size() && (i.code == Code::look_up || table[offset] != missing);
        if (go_on) r[i.to] = table[offset];
        break;
      }
      case Code::add: r[i.to] = r[i.left] + r[i.right]; break;
      case Code::subtract: r[i.to] = r[i.left] - r[i.right]; break;
      case Code::count_bits: r[i.to] = r[i.left] + std::popcount(bits(r[i.right])); break;
      case Code::count_used: r[i.to] = r[i.left] + (r[i.right] != 0 ? 1 : 0); break;
      case Code::length:
        r[i.to] = (std::bit_width(bits(r[i.left])) + static_cast<int>(i.mask) - 1) /
                  static_cast<int>(i.mask);
        break;
      case Code::element: {
        const std::uint64_t position = bits(r[i.right]) - 1;
        go_on = position < bits(i.number);
        if (!go_on) break;
        const std::uint64_t element =
            bits(r[i.left]) >> (position * i.mask) & low_bits(static_cast<unsigned>(i.mask));
        go_on = element != 0;
        r[i.to] = static_cast<std::int64_t>(element);
        break;
      }
      case Code::bits:
        r[i.to] = static_cast<std::int64_t>(bits(r[i.left]) >> i.place.shift & i.mask) + i.number;
        break;
      case Code::join: r[i.to] = r[i.left] | r[i.right]; break;
      case Code::step: ++r[i.to]; break;
      case Code::equal: go_on = r[i.left] == r[i.right]; break;
      case Code::different: go_on = r[i.left] != r[i.right]; break;
      case Code::less: go_on = r[i.left] < r[i.right]; break;
      case Code::at_most: go_on = r[i.left] <= r[i.right]; break;
      case Code::meets: go_on = (r[i.left] & r[i.right]) != 0; break;
      case Code::within: go_on = (r[i.left] & ~r[i.right]) == 0; break;
      case Code::go: go_on = false; break;
      case Code::yes: return true;
      case Code::no: return false;
    }
    if (!go_on) at = i.target;
  }
}

}  // namespace synod
