// The fuzz targets over their seeds and over fixed mutations of them: no search for new inputs,
// but in every build, and so under every sanitizer.
#define BOOST_TEST_MODULE fuzz
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <functional>

#include "tests/fuzz/seeds.hpp"
#include "tests/fuzz/targets.hpp"

namespace {

constexpr std::size_t mutations_of_each = 1'000;

using namespace synod::fuzz;
using Target = void (*)(std::string_view);
using Mutate = std::function<std::string(const std::string&, std::mt19937_64&)>;

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      result += c;
    } else {
      char code[5];
      std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned>(byte));
      result += code;
    }
  }
  return result;
}

/// One failure for each kind of finding is enough to read.
class Findings {
 public:
  void run(Target target, const std::string& input) {
    try {
      target(input);
    } catch (const std::exception& error) {
      if (++count_ <= most_shown)
        BOOST_ERROR(error.what() << "\n  with the input: " << escaped(input));
    }
  }
  std::size_t count() const { return count_; }

 private:
  static constexpr std::size_t most_shown = 5;
  std::size_t count_ = 0;
};

void run_target(Target target, const std::vector<std::string>& seeds, const Mutate& mutate,
                std::size_t mutations) {
  BOOST_TEST_REQUIRE(!seeds.empty());
  Findings findings;
  for (const std::string& seed : seeds) findings.run(target, seed);
  BOOST_TEST(findings.count() == 0U, "a seed is not accepted");
  // The same mutations in every run; mutations of mutations get further from the seed.
  std::mt19937_64 random(20'240'229);
  std::vector<std::string> current = seeds;
  for (std::size_t i = 0; i < mutations; ++i) {
    std::string& text = current[i % current.size()];
    text = random() % 4 == 0 ? seeds[i % current.size()] : mutate(text, random);
    findings.run(target, text);
  }
  BOOST_TEST(findings.count() == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(seeds)

BOOST_AUTO_TEST_CASE(traces) {
  run_target(trace_target, trace_seeds(), mutate_json, mutations_of_each);
}

BOOST_AUTO_TEST_CASE(names) {
  run_target(names_target, names_seeds(), mutate_bytes, mutations_of_each);
}

BOOST_AUTO_TEST_CASE(conditions) {
  run_target(conditions_target, conditions_seeds(), mutate_bytes, 10 * mutations_of_each);
}

BOOST_AUTO_TEST_CASE(checkpoints) {
  run_target(checkpoint_target, checkpoint_seeds(), mutate_bytes, mutations_of_each);
}

// A target that accepts everything would find nothing.
BOOST_AUTO_TEST_CASE(findings_are_found) {
  BOOST_CHECK_THROW(require_one_line("two\nlines"), Finding);
  BOOST_CHECK_THROW(require_one_line(""), Finding);
  BOOST_CHECK_THROW(require_one_line("\x1b[31m"), Finding);
  BOOST_CHECK_NO_THROW(require_one_line("one line"));
}

BOOST_AUTO_TEST_SUITE_END()
