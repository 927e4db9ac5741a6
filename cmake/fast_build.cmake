# What makes a build from nothing shorter, and nothing else: sources compiled together, so that what they all include is
# read once. -DYX_FAST_BUILD=OFF compiles each source by itself; so does clang-tidy, which thereby finds what is used and
# not included.
option(YX_FAST_BUILD "sources compiled together" ON)

# yinxin_together(TARGET [ALONE source…]): its sources as few translation units, which share their anonymous namespaces.
# ALONE: those with a name in theirs that another one has too. Who adds such a source is told by the compiler
# ("redefinition", "shadows"), and renames it or adds it here.
function(yinxin_together target)
  cmake_parse_arguments(TOGETHER "" "" "ALONE" ${ARGN})
  if(YX_FAST_BUILD)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${TOGETHER_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()
