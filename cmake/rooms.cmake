# A room is a folder of src/: one static library, its unit tests beside the source, and one line in
# `may-know` that names the rooms it may include. The same line decides what it is linked with, so a
# forbidden include usually fails to link before the tidy test finds it.

add_library(yinxin_flags INTERFACE)
target_compile_features(yinxin_flags INTERFACE cxx_std_20)
target_include_directories(yinxin_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(yinxin_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow;-Wnon-virtual-dtor;-Werror>
  -fstack-protector-strong
  # GCC 12 sees uninitialised vectors inside std::optional where there are none.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
# Paths in traces and assertions are the project's, not the builder's.
target_compile_options(yinxin_flags INTERFACE -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_definitions(yinxin_flags INTERFACE _FORTIFY_SOURCE=2)
endif()
target_link_options(yinxin_flags INTERFACE -Wl,-z,relro,-z,now)

# yinxin_test(NAME COMMAND command… [TIMEOUT_S n] [LABELS label…]): a test whose GoogleTest report, if it writes one,
# is where `yx test` sums it. Every test is made by this, so that no skip hides inside a passing program.
function(yinxin_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT_S" "COMMAND;LABELS" ${ARGN})
  if(NOT TEST_TIMEOUT_S)
    set(TEST_TIMEOUT_S 300)
  endif()
  add_test(NAME ${name} COMMAND ${TEST_COMMAND})
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${TEST_TIMEOUT_S} LABELS "${TEST_LABELS}" WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    ENVIRONMENT_MODIFICATION "GTEST_OUTPUT=set:xml:${CMAKE_BINARY_DIR}/test-results/${name}.xml")
endfunction()

# yinxin_room(NAME [LIBS external…] [TEST_KNOWS room…] [EXCLUDE regex] [TOGETHER] [TESTS_TOGETHER] [ALONE source…])
# TOGETHER, TESTS_TOGETHER, ALONE: of the room's own sources and of its tests, see yinxin_together.
function(yinxin_room name)
  cmake_parse_arguments(ROOM "TOGETHER;TESTS_TOGETHER" "EXCLUDE" "LIBS;TEST_KNOWS;ALONE" ${ARGN})
  set(dir ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(ROOM_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${ROOM_EXCLUDE}")
    list(FILTER tests EXCLUDE REGEX "${ROOM_EXCLUDE}")
  endif()
  file(READ ${dir}/may-know known)
  string(STRIP "${known}" known)
  string(REPLACE " " ";" known "${known}")
  list(TRANSFORM known PREPEND yinxin_)
  if(NOT sources)
    message(FATAL_ERROR "room ${name} has no source")
  endif()
  add_library(yinxin_${name} STATIC ${sources})
  target_link_libraries(yinxin_${name} PUBLIC yinxin_flags ${known} PRIVATE ${ROOM_LIBS})
  list(TRANSFORM ROOM_ALONE PREPEND ${dir}/)
  if(ROOM_TOGETHER)
    yinxin_together(yinxin_${name} ALONE ${ROOM_ALONE})
  endif()
  if(YX_TESTS AND tests)
    list(TRANSFORM ROOM_TEST_KNOWS PREPEND yinxin_)
    add_executable(yinxin_${name}_test ${tests})
    target_link_libraries(yinxin_${name}_test PRIVATE yinxin_${name} ${ROOM_TEST_KNOWS} ${ROOM_LIBS} GTest::gtest_main)
    # Tests run once; what they test keeps the preset's optimisation.
    target_compile_options(yinxin_${name}_test PRIVATE -O1)
    if(ROOM_TESTS_TOGETHER)
      yinxin_together(yinxin_${name}_test ALONE ${ROOM_ALONE})
    endif()
    yinxin_test(${name} COMMAND yinxin_${name}_test LABELS unit)
  endif()
endfunction()
