"""What rules_shell provides, from the rules built into Bazel 4."""

sh_library = native.sh_library
