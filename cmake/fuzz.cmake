# yinxin_fuzz(NAME SOURCE LIBS…): SOURCE defines LLVMFuzzerTestOneInput. Under the fuzz preset it becomes bin/fuzz_NAME;
# everywhere else a part of the one program fuzz_replay and a test named fuzz.NAME, which runs the target once over its
# seeds, tests/fuzz/seeds/NAME, so that neither target nor seeds can rot.
function(yinxin_fuzz name source)
  if(YX_FUZZ)
    add_executable(fuzz_${name} ${source})
    target_link_libraries(fuzz_${name} PRIVATE yinxin_flags ${ARGN})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    return()
  endif()
  if(NOT TARGET fuzz_replay)
    add_executable(fuzz_replay ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cpp)
    target_link_libraries(fuzz_replay PRIVATE yinxin_flags)
  endif()
  target_sources(fuzz_replay PRIVATE ${source})
  target_link_libraries(fuzz_replay PRIVATE ${ARGN})
  set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS LLVMFuzzerTestOneInput=fuzz_${name})
  set_property(TARGET fuzz_replay APPEND_STRING PROPERTY YX_FUZZ_TABLE "FUZZ_TARGET(${name})\n")
  yinxin_test(fuzz.${name} LABELS fuzz COMMAND fuzz_replay ${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/seeds/${name})
endfunction()

# After the last target: the list that fuzz_replay finds them in.
function(yinxin_fuzz_list)
  if(TARGET fuzz_replay)
    get_target_property(table fuzz_replay YX_FUZZ_TABLE)
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/fuzz_targets.inc CONTENT "${table}" @ONLY)
    target_include_directories(fuzz_replay PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
  endif()
endfunction()
