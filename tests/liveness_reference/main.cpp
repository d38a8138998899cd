#define BOOST_TEST_MODULE liveness_reference
#include <boost/test/unit_test.hpp>
