# What makes a build from nothing shorter, and nothing else: the system's headers parsed once for all tests, and sources
# compiled together. No header of ours is precompiled, so that the compiler's own list of what a source depends on stays
# whole; none is for what is delivered, as GCC 12 then warns of what is inside the system's headers.
# -DYX_FAST_BUILD=OFF compiles each source by itself; so does clang-tidy, which thereby finds what is used and not
# included.
option(YX_FAST_BUILD "precompiled headers for tests, and sources compiled together" ON)
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(YX_FAST_BUILD OFF)
endif()

if(YX_FAST_BUILD AND CCACHE)
  # ccache looks at a precompiled header only when it is told that it may.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

# internal. A precompiled header is made once for each kind.
function(yinxin_make_test_headers kind)
  set(made yinxin_headers_${kind})
  set(source ${CMAKE_BINARY_DIR}/${made}.cpp)
  if(NOT EXISTS ${source})
    file(WRITE ${source} "// Only its precompiled header counts.\n")
  endif()
  add_library(${made} OBJECT ${source})
  set_target_properties(${made} PROPERTIES POSITION_INDEPENDENT_CODE OFF)  # as a program
  target_compile_options(${made} PRIVATE -fPIE -O1 -fpch-preprocess)
  target_link_libraries(${made} PRIVATE yinxin_flags GTest::gtest)
  set(headers <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <filesystem> <fstream> <functional> <iterator>
    <map> <memory> <mutex> <optional> <ranges> <set> <span> <sstream> <string> <string_view> <thread> <utility> <variant>
    <vector> <gtest/gtest.h>)
  if(kind STREQUAL "test_json")
    target_link_libraries(${made} PRIVATE Boost::json)
    list(APPEND headers <boost/json.hpp>)
  endif()
  target_precompile_headers(${made} PRIVATE ${headers})
endfunction()

# yinxin_fast_tests(TARGET [JSON]): a program of tests that links GoogleTest and, with JSON, Boost::json. Its sources run
# once: -O1 is enough for them. What they test keeps the preset's optimisation.
function(yinxin_fast_tests target)
  cmake_parse_arguments(FAST "JSON" "" "" ${ARGN})
  target_compile_options(${target} PRIVATE -O1)
  if(YX_FAST_BUILD)
    set(kind test)
    if(FAST_JSON)
      set(kind test_json)
    endif()
    if(NOT TARGET yinxin_headers_${kind})
      yinxin_make_test_headers(${kind})
    endif()
    # GCC 12 guesses at array bounds inside the system's strings, and keeps silent there only when it has just read them.
    target_compile_options(${target} PRIVATE -fpch-preprocess -Wno-array-bounds)
    target_precompile_headers(${target} REUSE_FROM yinxin_headers_${kind})
  endif()
endfunction()

# yinxin_together(TARGET [ALONE source…]): its sources as few translation units, which share their anonymous namespaces.
# ALONE: what has names there that another one has too.
function(yinxin_together target)
  cmake_parse_arguments(TOGETHER "" "" "ALONE" ${ARGN})
  if(YX_FAST_BUILD)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${TOGETHER_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()
