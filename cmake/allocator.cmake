# wasl_allocator(TARGET): jemalloc in place of the C library's allocator, in what serves (docs/decisions/allocator.md).
# In the release only: sanitizers watch the allocator with their own.
function(wasl_allocator target)
  if(NOT WASL_FLAVOUR STREQUAL "release")
    return()
  endif()
  find_library(WASL_JEMALLOC NAMES libjemalloc_pic.a REQUIRED)
  target_link_libraries(${target} PRIVATE ${WASL_JEMALLOC} ${CMAKE_DL_LIBS})
  target_link_options(${target} PRIVATE -Wl,--undefined=malloc)
endfunction()
