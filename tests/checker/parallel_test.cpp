// run_workers: the one way in which the checker runs code in parallel.
#include "checker/search/parallel.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

namespace synod::test {

BOOST_AUTO_TEST_SUITE(workers)

BOOST_AUTO_TEST_CASE(each_body_runs_once) {
  for (const std::size_t count : {1, 2, 3, 7, 16}) {
    for (int round = 0; round < 20; ++round) {
      std::vector<std::atomic<int>> runs(count);
      run_workers(count, [&](std::size_t worker) { runs.at(worker).fetch_add(1); });
      for (const std::atomic<int>& number : runs) BOOST_REQUIRE(number.load() == 1);
    }
  }
}

// What the bodies wrote is there when run_workers returns, without any synchronisation of theirs;
// ThreadSanitizer watches.
BOOST_AUTO_TEST_CASE(the_end_of_all_bodies_is_a_point_of_synchronisation) {
  std::vector<std::size_t> results(4, 0);
  for (std::size_t round = 1; round <= 50; ++round) {
    run_workers(results.size(), [&](std::size_t worker) { results[worker] += worker * round; });
    for (std::size_t& result : results) result += 1;
  }
  for (std::size_t worker = 0; worker < results.size(); ++worker)
    BOOST_TEST(results[worker] == worker * 1275 + 50);
}

BOOST_AUTO_TEST_CASE(one_worker_runs_inline) {
  std::thread::id where;
  run_workers(1, [&](std::size_t worker) {
    BOOST_TEST(worker == 0U);
    where = std::this_thread::get_id();
  });
  BOOST_TEST((where == std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(an_exception_leaves_through_the_caller) {
  for (const std::size_t count : {1, 2, 5}) {
    for (std::size_t failing = 0; failing < count; ++failing) {
      std::atomic<int> running{0};
      const auto body = [&](std::size_t worker) {
        running.fetch_add(1);
        std::this_thread::yield();
        running.fetch_sub(1);
        if (worker == failing) throw std::out_of_range("worker " + std::to_string(worker));
      };
      BOOST_CHECK_EXCEPTION(run_workers(count, body), std::out_of_range,
                            [&](const std::out_of_range& error) {
                              return error.what() == "worker " + std::to_string(failing);
                            });
      BOOST_TEST(running.load() == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(when_all_fail_one_exception_leaves) {
  BOOST_CHECK_THROW(run_workers(4, [](std::size_t) { throw std::runtime_error("all"); }),
                    std::runtime_error);
}

BOOST_AUTO_TEST_CASE(there_is_at_least_one_worker) { BOOST_TEST(default_workers() >= 1U); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
