"""scenario_test: one Bazel test from a scenario's text.

    scenario_test(
        name = "retry_until_answered_test",
        scenario = "retry_until_answered.textproto",
    )

What is expected and how many seeds prove it stand in the text alone. The runner
is linked once; each test is a symlink to it. A text that `settle check` refuses
fails the build of its test, with file, line and column.

At run time the test honours sharding, --runs_per_test (each run takes new
seeds), TEST_TIMEOUT (at 85 % it stops, and is inconclusive), and by --test_env:

    SETTLE_SEEDS_FACTOR=50    more seeds, for a soak
    SETTLE_SEEDS_DIVISOR=10   fewer seeds, and fewer that are needed, but where a promise
                              must be broken
    SETTLE_FIRST_SEED=5000    instead of 1
"""

def _impl(ctx):
    # `settle check` leaves a stamp; the test needs it, so that a text with errors
    # is never run.
    stamp = ctx.actions.declare_file(ctx.label.name + ".checked")
    ctx.actions.run_shell(
        outputs = [stamp],
        inputs = [ctx.file.scenario] + ctx.files.data,
        tools = [ctx.executable.runner],
        command = '"$1" check "$2" --seeds="$3" --shards="$4" > "$5"',
        arguments = [
            ctx.executable.runner.path,
            ctx.file.scenario.path,
            str(ctx.attr.seeds),
            str(ctx.attr.shards),
            stamp.path,
        ],
        mnemonic = "SettleCheck",
        progress_message = "Checking %s" % ctx.file.scenario.short_path,
    )
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = executable,
        target_file = ctx.executable.runner,
        is_executable = True,
    )
    runfiles = ctx.runfiles(files = [ctx.file.scenario, stamp] + ctx.files.data)
    return [DefaultInfo(
        executable = executable,
        runfiles = runfiles.merge(ctx.attr.runner[DefaultInfo].default_runfiles),
    )]

_scenario_test = rule(
    implementation = _impl,
    attrs = {
        "runner": attr.label(executable = True, cfg = "target", mandatory = True),
        "scenario": attr.label(allow_single_file = [".textproto"], mandatory = True),
        "data": attr.label_list(allow_files = True),
        "seeds": attr.int(),
        "shards": attr.int(),
    },
    test = True,
)

def scenario_test(
        name,
        scenario,
        seeds = None,
        shards = None,
        data = [],
        runner = "//:settle",
        args = [],
        tags = [],
        size = "small",
        **kwargs):
    """Runs a scenario under many seeds and compares with its `expect`.

    Args:
      name: of the test.
      scenario: the text, in this package.
      seeds: how many, over all shards; None: the budget of the text.
      shards: how many processes share them. Each judges by its own seeds, so each
        needs the min_seeds of the text; more shards than that are refused.
      data: files that the text includes, beside those of this package and the
        plans of //faults/plans.
      runner: a command with the systems that the text names, see
        //scenarios/command:main.
      args: further flags of `settle run`.
      tags: "scenario" is added.
      size: as of every test.
      **kwargs: what every test has (timeout, visibility, ...).
    """
    if seeds != None and seeds < 1:
        fail("scenario_test(%s): seeds must be 1 or more" % name)
    if shards != None and shards < 1:
        fail("scenario_test(%s): shards must be 1 or more" % name)
    if scenario.startswith(":"):
        scenario = scenario[1:]  # As glob() spells it.
    _scenario_test(
        name = name,
        runner = runner,
        scenario = scenario,
        # Includes are found wherever they are: all texts that a scenario may
        # include are there.
        data = depset([scenario] + native.glob(["*.textproto"]) + ["//faults/plans"] + data).to_list(),
        seeds = seeds or 0,
        shards = shards or 1,
        args = [
            "run",
            "$(rootpath %s)" % scenario,
            "--bazel-test",
            "--progress=plain",
        ] + (["--seeds=1..%d" % seeds] if seeds else []) + args,
        shard_count = shards,
        size = size,
        tags = tags + ["scenario"],
        **kwargs
    )
