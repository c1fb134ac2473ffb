# wasl_embed(target FOLDER): the files of a folder become a table in the program:
#   std::span<const wasl::web::EmbeddedFile> wasl::web::embedded_files();   (web/embedded.hpp)
# By the assembler's .incbin: no generated megabytes of text, any compiler.
function(wasl_embed target folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(table "")
  set(number 0)
  foreach(file IN LISTS files)
    file(RELATIVE_PATH name ${folder} ${file})
    string(APPEND assembly
      ".global wasl_embedded_${number}\n.hidden wasl_embedded_${number}\nwasl_embedded_${number}:\n.incbin \"${file}\"\n"
      ".global wasl_embedded_${number}_end\n.hidden wasl_embedded_${number}_end\nwasl_embedded_${number}_end:\n.byte 0\n")
    string(APPEND declarations "extern const char wasl_embedded_${number};\nextern const char wasl_embedded_${number}_end;\n")
    string(APPEND table "    {\"${name}\", {&wasl_embedded_${number}, &wasl_embedded_${number}_end}},\n")
    math(EXPR number "${number}+1")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  set(out ${CMAKE_BINARY_DIR}/generated/embedded)
  file(CONFIGURE OUTPUT ${out}/files.s CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${out}/files.cpp @ONLY CONTENT
"#include \"web/embedded.hpp\"

extern \"C\" {
${declarations}}

namespace wasl::web {

std::span<const EmbeddedFile> embedded_files() {
    static const EmbeddedFile table[] = {
${table}    };
    return table;
}

}  // namespace wasl::web
")
  set_source_files_properties(${out}/files.s PROPERTIES OBJECT_DEPENDS "${files}" LANGUAGE ASM
    COMPILE_OPTIONS -Wno-unused-command-line-argument)
  target_sources(${target} PRIVATE ${out}/files.s ${out}/files.cpp)
  set_source_files_properties(${out}/files.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
