# What the tests share: the reference checker, and how suites and planted bugs become CTest tests.
include_guard(GLOBAL)

add_library(synod_test_support STATIC
  ${CMAKE_CURRENT_LIST_DIR}/agreement.cpp
  ${CMAKE_CURRENT_LIST_DIR}/catalogue_cases.cpp
  ${CMAKE_CURRENT_LIST_DIR}/reference_checker.cpp)
target_link_libraries(synod_test_support PUBLIC synod_models)

# synod_add_test_executable(TARGET SOURCE ...): a Boost.Test executable. Its objects are compiled
# once, in TARGET_objects, because every planted bug links them again.
function(synod_add_test_executable target)
  add_library(${target}_objects OBJECT ${ARGN})
  target_link_libraries(${target}_objects PUBLIC synod_test_support Boost::unit_test_framework)
  target_compile_definitions(${target}_objects PUBLIC BOOST_TEST_DYN_LINK)
  add_executable(${target} $<TARGET_OBJECTS:${target}_objects>)
  target_link_libraries(${target} PRIVATE ${target}_objects)
endfunction()

# synod_add_program(FOLDER): synod_FOLDER, the program with FOLDER_catalogue() of catalogue.cpp and the
# library synod_FOLDER_models in place of the catalogue and its models.
function(synod_add_program folder)
  add_executable(synod_${folder} ${CMAKE_SOURCE_DIR}/checker/cli/main.cpp catalogue.cpp)
  set_source_files_properties(catalogue.cpp PROPERTIES
    COMPILE_DEFINITIONS ${folder}_catalogue=catalogue)
  target_link_libraries(synod_${folder} PRIVATE synod_${folder}_models synod_cli CLI11::CLI11)
endfunction()

# A misspelt suite would be a test that always fails, which a planted bug takes for success.
function(synod_require_suite target suite)
  get_target_property(folder ${target} SOURCE_DIR)
  get_target_property(sources ${target}_objects SOURCES)
  string(REGEX REPLACE "/.*" "" suite "${suite}")
  foreach(source ${sources})
    file(STRINGS ${folder}/${source} found REGEX "BOOST_AUTO_TEST_SUITE\\(${suite}\\)")
    if(found)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "${target} has no test suite ${suite}")
endfunction()

# synod_add_suites(TARGET SUITE ... [LABELS LABEL ...]): registers Boost test suites of an
# executable, each as a CTest test of its own, so that each can be labelled, run and timed by
# itself. CTest names are <folder>.<suite>. Tests labelled `parallel` use two processors.
function(synod_add_suites target)
  cmake_parse_arguments(arg "" "" "LABELS" ${ARGN})
  string(REGEX REPLACE "^test_" "" folder ${target})
  foreach(suite ${arg_UNPARSED_ARGUMENTS})
    synod_require_suite(${target} ${suite})
    set(name ${folder}.${suite})
    add_test(NAME ${name} COMMAND ${target} --run_test=${suite})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 1800)
    if(parallel IN_LIST arg_LABELS)
      set_tests_properties(${name} PROPERTIES PROCESSORS 2)
    endif()
  endforeach()
endfunction()

# A copy of FILE with one text in it replaced, in ${folder}/${FILE}; whatever happens to the text,
# the test that needs it must not silently test the original.
function(synod_mutated_copy folder file replace with)
  set(original ${CMAKE_SOURCE_DIR}/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${original})
  file(READ ${original} text)
  string(FIND "${text}" "${replace}" first)
  string(FIND "${text}" "${replace}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt plants a bug in ${file} by "
      "replacing a text that has to occur there once: ${replace}")
  endif()
  string(REPLACE "${replace}" "${with}" mutated "${text}")
  if(EXISTS ${folder}/${file})
    file(READ ${folder}/${file} existing)
  endif()
  if(NOT "${existing}" STREQUAL "${mutated}")
    file(WRITE ${folder}/${file} "${mutated}")
  endif()
endfunction()

# synod_plant_bug(NAME TARGET target FILE file REPLACE text WITH text RUN suite
#                 [SOURCES source ...] [LABELS label ...])
# A test that the tests can fail: the executable of TARGET with a bug planted in one file of the
# product has to fail SUITE. A source file is linked in place of the library's; a header, in place
# of the repository's, is seen by SOURCES, which are all that is then compiled. That tests can fail
# is shown without sanitizers, which could be what fails; races, with the one that sees them.
function(synod_plant_bug name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TARGET;FILE;REPLACE;WITH;RUN" "SOURCES;LABELS")
  if(SYNOD_SANITIZE AND NOT (SYNOD_SANITIZE MATCHES thread AND "parallel" IN_LIST arg_LABELS))
    return()
  endif()
  synod_require_suite(${arg_TARGET} ${arg_RUN})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/planted/${name})
  synod_mutated_copy(${folder} ${arg_FILE} "${arg_REPLACE}" "${arg_WITH}")
  set(executable planted_${name})
  if(arg_SOURCES)
    add_executable(${executable} ${arg_SOURCES})
    target_include_directories(${executable} BEFORE PRIVATE ${folder})
  else()
    add_executable(${executable} $<TARGET_OBJECTS:${arg_TARGET}_objects> ${folder}/${arg_FILE})
  endif()
  # What the library's own files are compiled with, and what the tests are linked with.
  get_target_property(libraries ${arg_TARGET}_objects LINK_LIBRARIES)
  target_link_libraries(${executable} PRIVATE ${libraries} PkgConfig::XXHASH)
  target_compile_definitions(${executable} PRIVATE BOOST_TEST_DYN_LINK)
  add_test(NAME planted.${name} COMMAND ${executable} --run_test=${arg_RUN})
  set_tests_properties(planted.${name} PROPERTIES
    WILL_FAIL TRUE TIMEOUT 600 PROCESSORS 2 LABELS "${arg_LABELS}"
    # One race is enough; to report them all takes a hundred times longer.
    ENVIRONMENT TSAN_OPTIONS=halt_on_error=1)
endfunction()
