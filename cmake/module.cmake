# wasl_module(NAME USES modules… LIBS libraries…)
#   A static library wasl_NAME from src/NAME/*.cpp (and impl/), include root src/.
#   Every x_test.cpp beside the code goes into the test program NAME_test (doctest, ctest).
#   USES must agree with src/LAYERS; tools/layers checks the includes themselves.
function(wasl_module name)
  cmake_parse_arguments(ARG "" "" "USES;LIBS;TEST_LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/impl/*.cpp)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp ${CMAKE_CURRENT_SOURCE_DIR}/impl/*_test.cpp)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()
  if(NOT sources)   # headers only, so far
    add_library(wasl_${name} INTERFACE)
    target_include_directories(wasl_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    return()
  endif()
  add_library(wasl_${name} STATIC ${sources})
  target_include_directories(wasl_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_USES PREPEND wasl_)
  target_link_libraries(wasl_${name} PUBLIC ${ARG_USES} fmt::fmt PRIVATE ${ARG_LIBS})
  wasl_precompiled(wasl_${name})
  if(WASL_FLAVOUR STREQUAL "release")
    set_target_properties(wasl_${name} PROPERTIES UNITY_BUILD ON)
  elseif(tests)   # tests are not part of the release build: the instrumented one runs them
    add_executable(${name}_test ${tests} ${CMAKE_SOURCE_DIR}/cmake/test_main.cpp)
    target_link_libraries(${name}_test PRIVATE wasl_${name} ${ARG_LIBS} ${ARG_TEST_LIBS})
    target_compile_definitions(${name}_test PRIVATE WASL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    wasl_precompiled(${name}_test)
    set_target_properties(${name}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()

# One precompiled header of the standard library for everything.
function(wasl_precompiled target)
  if(WASL_FLAVOUR STREQUAL "release")
    return()
  endif()
  if(NOT TARGET wasl_pch)
    add_library(wasl_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
    target_link_libraries(wasl_pch PUBLIC fmt::fmt)
    target_precompile_headers(wasl_pch PRIVATE
      <algorithm> <array> <charconv> <chrono> <cstdint> <expected> <filesystem> <functional> <map> <memory>
      <mutex> <optional> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>
      <fmt/format.h>)
  endif()
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")   # as the header was compiled: executables would be -fPIE
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  target_precompile_headers(${target} REUSE_FROM wasl_pch)
endfunction()
