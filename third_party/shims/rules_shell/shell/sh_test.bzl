"""What rules_shell provides, from the rules built into Bazel 4."""

sh_test = native.sh_test
