/** Rules and functions that no image is made of, and that lead to none: most calls of most build files. */
export const SILENT: ReadonlySet<string> = new Set(
  `
  package licenses exports_files package_group package_default_visibility workspace_status
  filegroup genrule test_suite config_setting constraint_setting constraint_value platform toolchain toolchain_type
  bool_flag string_flag label_flag int_flag string_list_flag config_feature_flag selects print fail glob select
  go_library go_test go_binary go_proto_library go_grpc_library go_prefix go_path go_source go_embed_data go_repository
  go_tool_library go_wire_library go_register_toolchains go_rules_dependencies go_download_sdk go_wrap_sdk go_host_sdk go_local_sdk
  go_repositories go_embed_data_dependencies gazelle gazelle_dependencies gazelle_binary gazelle_test nogo gomock bind
  cc_library cc_test cc_binary cc_import cc_proto_library cc_toolchain cc_toolchain_suite cc_shared_library cgo_library objc_library
  py_library py_test py_binary py_runtime py_runtime_pair py_proto_library py_wheel py_package compile_pip_requirements pip_import
  java_library java_test java_binary java_import java_proto_library java_plugin java_lite_proto_library jvm_import kt_jvm_library
  kt_jvm_test scala_library scala_test android_library android_binary
  rust_library rust_test rust_binary ts_library ts_project js_library js_binary js_test jasmine_node_test nodejs_binary nodejs_test
  npm_package npm_link_all_packages yarn_install npm_install rollup_bundle karma_web_test
  proto_library proto_lang_toolchain sh_library sh_test sh_binary swift_library
  buildifier buildifier_test multirun command
  bazel_toolchains rules_proto_dependencies rules_proto_toolchains protobuf_deps bazel_skylib_workspace rules_cc_dependencies
  rules_java_dependencies rules_java_toolchains rules_pkg_dependencies rules_python_dependencies py_repositories
  http_jar maven_jar maven_install maven_server local_repository new_local_repository register_toolchains register_execution_platforms rbe_autoconfig node_repositories android_sdk_repository
  cc_configure crate crates_repository
  single_version_override multiple_version_override archive_override git_override local_path_override
  `
    .split(/\s+/)
    .filter((name) => name !== ''),
);
