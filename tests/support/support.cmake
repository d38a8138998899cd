# What the tests share: the reference checker, and how suites and planted bugs become CTest tests.
include_guard(GLOBAL)

add_library(synod_test_support STATIC
  ${CMAKE_CURRENT_LIST_DIR}/agreement.cpp
  ${CMAKE_CURRENT_LIST_DIR}/reference_checker.cpp)
target_link_libraries(synod_test_support PUBLIC synod_models)

# synod_add_suites(TARGET SUITE ... [LABELS LABEL ...]): registers Boost test suites of an
# executable, each as a CTest test of its own, so that each can be labelled, run and timed by
# itself. CTest names are <folder>.<suite>. Tests labelled `parallel` use two processors.
function(synod_add_suites target)
  cmake_parse_arguments(arg "" "" "LABELS" ${ARGN})
  string(REGEX REPLACE "^test_" "" folder ${target})
  get_target_property(sources ${target} SYNOD_SOURCES)
  foreach(suite ${arg_UNPARSED_ARGUMENTS})
    synod_require_suite(${suite} "${sources}")
    set(name ${folder}.${suite})
    add_test(NAME ${name}
      COMMAND ${target} --run_test=${suite} --log_level=test_suite --color_output=no)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 1800)
    if(parallel IN_LIST arg_LABELS)
      set_tests_properties(${name} PROPERTIES PROCESSORS 2)
    endif()
  endforeach()
endfunction()
