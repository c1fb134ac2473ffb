# What the pages are made of, compiled at build time:
#   web/messages/*.toml   → tables of wasl_lingua   (tools/messages)
#   web/templates/**.html → C++ functions           (tools/templates)
include_guard(GLOBAL)

# wasl_compile_messages(CPP_VARIABLE): declares the generated source and the index of keys.
function(wasl_compile_messages cpp)
  add_subdirectory(${CMAKE_SOURCE_DIR}/tools/messages ${CMAKE_BINARY_DIR}/tools/messages)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/messages/*.toml)
  set(out ${CMAKE_BINARY_DIR}/generated/messages)
  file(MAKE_DIRECTORY ${out})
  list(TRANSFORM sources REPLACE "^${CMAKE_SOURCE_DIR}/" "" OUTPUT_VARIABLE names)
  # An output whose content stays is left alone: ninja (restat) then builds nothing that depends on it.
  add_custom_command(OUTPUT ${out}/messages.cpp ${out}/messages.index
    COMMAND wasl-messages --cpp ${out}/messages.cpp --index ${out}/messages.index ${names}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    DEPENDS wasl-messages ${sources}
    COMMENT "messages: ar fr en zgh" VERBATIM)
  set(${cpp} ${out}/messages.cpp PARENT_SCOPE)
endfunction()

# wasl_compile_templates(): the library wasl_pages with one function a template, declared in "pages/PATH.hpp",
# and the runtime they write with (src/web/page).
function(wasl_compile_templates)
  add_subdirectory(${CMAKE_SOURCE_DIR}/tools/templates ${CMAKE_BINARY_DIR}/tools/templates)
  set(root ${CMAKE_SOURCE_DIR}/web/templates)
  set(out ${CMAKE_BINARY_DIR}/generated)
  file(GLOB_RECURSE templates CONFIGURE_DEPENDS ${root}/*.html)
  set(names "")
  set(sources "")
  set(headers "")
  foreach(template IN LISTS templates)
    file(RELATIVE_PATH name ${root} ${template})
    list(APPEND names web/templates/${name})
    string(REGEX REPLACE "\\.html$" ".hpp" header ${name})
    list(APPEND headers ${out}/pages/${header})
    get_filename_component(folder ${name} DIRECTORY)
    string(REPLACE "/" "_" folder "${folder}")
    if(NOT folder)
      set(folder top)
    endif()
    list(APPEND sources ${out}/pages/${folder}.cpp)
  endforeach()
  list(REMOVE_DUPLICATES sources)
  add_custom_command(OUTPUT ${sources} ${headers}
    COMMAND wasl-templates --root web/templates --out ${out} --messages ${out}/messages/messages.index ${names}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    DEPENDS wasl-templates ${templates} ${out}/messages/messages.index
    COMMENT "templates" VERBATIM)
  add_library(wasl_pages STATIC ${sources} ${headers} ${CMAKE_SOURCE_DIR}/src/web/page/page.cpp)
  target_include_directories(wasl_pages PUBLIC ${CMAKE_SOURCE_DIR}/src ${out})
  target_link_libraries(wasl_pages PUBLIC wasl_lingua wasl_base fmt::fmt)
  # Anything that includes a generated header waits for it.
  add_custom_target(wasl_page_headers DEPENDS ${headers})
  add_dependencies(wasl_pages wasl_page_headers)
  wasl_precompiled(wasl_pages)
  if(WASL_FLAVOUR STREQUAL "release")
    set_target_properties(wasl_pages PROPERTIES UNITY_BUILD ON)
  else()
    file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/web/page/*_test.cpp)
    add_executable(pages_test ${tests} ${CMAKE_SOURCE_DIR}/cmake/test_main.cpp)
    target_link_libraries(pages_test PRIVATE wasl_pages)
    target_compile_options(pages_test PRIVATE -fPIC)
    target_compile_definitions(pages_test PRIVATE WASL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    wasl_precompiled(pages_test)
    set_target_properties(pages_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
    add_test(NAME pages COMMAND pages_test)
  endif()
endfunction()
