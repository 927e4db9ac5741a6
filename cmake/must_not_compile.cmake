# yinxin_must_not_compile(NAME SOURCE EXPECT_REGEX LIBS…): a test that passes only when the compiler refuses SOURCE with
# a message that matches EXPECT_REGEX, and accepts it with -DYX_CONTROL, so that it is refused for that reason alone.
function(yinxin_must_not_compile name source expect)
  set(includes "$<JOIN:$<TARGET_PROPERTY:yinxin_flags,INTERFACE_INCLUDE_DIRECTORIES>,|>")
  foreach(lib ${ARGN})
    string(APPEND includes "|$<JOIN:$<TARGET_PROPERTY:${lib},INTERFACE_INCLUDE_DIRECTORIES>,|>")
  endforeach()
  get_filename_component(source ${source} ABSOLUTE)
  yinxin_test(must_not_compile.${name} LABELS compile COMMAND ${CMAKE_COMMAND}
    "-DCOMPILER=${CMAKE_CXX_COMPILER}" "-DSOURCE=${source}" "-DEXPECT=${expect}"
    "-DINCLUDES=${includes}"
    -P ${CMAKE_SOURCE_DIR}/cmake/compile_expecting_refusal.cmake)
endfunction()
