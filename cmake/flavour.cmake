# Compiler flags. WASL_FLAVOUR is one of dev, asan, tsan, release.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(WASL_FLAVOUR "dev" CACHE STRING "dev, asan, tsan or release")

find_program(CCACHE ccache)
if(CCACHE)
  # Paths are made relative and precompiled headers allowed, so that any clone shares the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wno-sign-conversion
  -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough -Wundef
  -Wno-gnu-statement-expression-from-macro-expansion -Wno-gnu-statement-expression
  -Wno-missing-field-initializers
  -fno-omit-frame-pointer -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp" -fcolor-diagnostics)
  add_link_options(-fuse-ld=mold)
endif()
add_compile_definitions(SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)

if(WASL_FLAVOUR STREQUAL "dev")
  add_compile_options(-O0 -g1)
elseif(WASL_FLAVOUR STREQUAL "asan")
  add_compile_options(-O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all
    -fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=address,undefined)
elseif(WASL_FLAVOUR STREQUAL "tsan")
  add_compile_options(-O1 -g1 -fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(WASL_FLAVOUR STREQUAL "release")
  add_compile_options(-O2 -g1 -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  add_link_options(-Wl,-z,relro,-z,now -pie)
  string(REPLACE "-O3" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
