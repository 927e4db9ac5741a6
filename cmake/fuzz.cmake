# yinxin_fuzz(NAME SOURCE LIBS…): SOURCE defines LLVMFuzzerTestOneInput. Under the fuzz preset it becomes bin/fuzz_NAME;
# everywhere else a test named fuzz.NAME that runs the target once over its seeds, tests/fuzz/seeds/NAME, so that
# neither target nor seeds can rot.
function(yinxin_fuzz name source)
  add_executable(fuzz_${name} ${source})
  target_link_libraries(fuzz_${name} PRIVATE yinxin_flags ${ARGN})
  if(YX_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cpp)
    yinxin_test(fuzz.${name} LABELS fuzz COMMAND fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/seeds/${name})
  endif()
endfunction()
