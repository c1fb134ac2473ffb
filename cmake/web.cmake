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
