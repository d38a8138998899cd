#define BOOST_TEST_MODULE tutorial
#include <boost/test/unit_test.hpp>
