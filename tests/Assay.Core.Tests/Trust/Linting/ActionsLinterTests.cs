namespace Assay.Core.Tests.Trust.Linting;

public sealed class ActionsLinterTests
{
    private static readonly Linted GitHub = new Linted("github", ".github/workflows/publish.yml", """
        name: Publish
        on:
          push:
            tags: ["v*"]
        permissions:
          contents: read
          id-token: write
        jobs:
          test:
            runs-on: ubuntu-latest
            permissions: {}
            steps:
              - run: npm test
          publish:
            needs: test
            runs-on: ubuntu-latest
            environment: release
            steps:
              - uses: actions/checkout@v4
              - uses: actions/setup-node@v4
                with:
                  node-version: 24
              - run: |
                  npm ci
                  npm publish --registry https://npm.acme.example/

        """).Wanting("workflow", "publish.yml").Wanting("environment", "release").Wanting("ref", "refs/tags/v*").Wanting("runner", "github-hosted");

    private static readonly Linted Forgejo = new Linted("forgejo", ".forgejo/workflows/publish.yml", """
        on:
          push:
            tags: ["v*"]
        enable-openid-connect: true
        jobs:
          publish:
            runs-on: docker
            container:
              image: node:24
            steps:
              - uses: actions/checkout@v4
              - run: npm publish --registry https://npm.acme.example/

        """).Wanting("workflow", ".forgejo/workflows/publish.yml").Wanting("ref", "refs/tags/v*");

    /// <summary>A piece of the good file, what stands there instead, and the one finding.</summary>
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "  id-token: write\n", "", "error id-token-missing" },
        { "permissions:\n  contents: read\n  id-token: write\n", "", "error id-token-missing" },
        { "permissions:\n  contents: read\n  id-token: write\n", "permissions: read-all\n", "error id-token-missing" },
        { "    environment: release\n", "    environment: release\n    permissions:\n      contents: read\n", "error id-token-missing" },
        { "  contents: read\n", "", "warning contents-not-readable" },
        { "    environment: release\n", "", "error environment-mismatch" },
        { "environment: release", "environment: staging", "error environment-mismatch" },
        { "environment: release", "environment: { url: https://acme.example }", "error environment-mismatch" },
        { "environment: release", "environment: ${{ inputs.environment }}", "warning environment-mismatch" },
        { "push:\n    tags: [\"v*\"]", "pull_request_target:", "error event-not-allowed|error event-not-allowed" },
        { "  push:\n", "  workflow_run:\n  push:\n", "error event-not-allowed" },
        { "  push:\n", "  pull_request:\n  push:\n", "warning event-not-allowed" },
        { "  push:\n", "  schedule:\n    - cron: 0 0 * * *\n  push:\n", "warning event-not-allowed" },
        { "on:\n  push:\n    tags: [\"v*\"]", "on: pull_request", "warning event-not-allowed|error event-not-allowed" },
        { "on:\n  push:\n    tags: [\"v*\"]", "on: workflow_call", "warning only-called" },
        { "tags: [\"v*\"]", "branches: [main]", "error ref-mismatch" },
        { "tags: [\"v*\"]", "tags: [\"release-*\"]", "error ref-mismatch" },
        { "runs-on: ubuntu-latest\n    environment", "runs-on: [self-hosted, linux]\n    environment", "error runner-mismatch" },
        { " --registry https://npm.acme.example/", "", "warning registry-missing" },
        { "https://npm.acme.example/", "https://npm.other.example/", "error registry-mismatch" },
        { "npm publish --registry https://npm.acme.example/", "npm publish\n        env:\n          NPM_CONFIG_REGISTRY: https://npm.other.example/", "error registry-mismatch" },
        { "node-version: 24", "node-version: 22", "error npm-too-old" },
        { "node-version: 24", "node-version: 24.1.0", "error npm-too-old" },
        { "      - uses: actions/setup-node@v4\n        with:\n          node-version: 24\n", "", "warning npm-not-known" },
        { "          npm publish", "          bun publish", "warning client-without-exchange" },
        { "          npm publish", "          echo \"//npm.acme.example/:_authToken=$T\" > .npmrc\n          npm publish", "warning token-left-over" },
        { "      - run: |\n", "      - env:\n          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n        run: |\n", "warning token-left-over" },
        { "          npm publish", "          npm dist-tag add @acme/hello@1.0.0 beta\n          npm publish", "error action-not-granted" },
        { "jobs:\n", "tasks:\n", "error not-a-workflow" },
        { "          npm publish --registry https://npm.acme.example/\n", "          npm pack\n", "warning publish-not-found" },
    };

    [Fact]
    public void A_workflow_that_publishes_has_no_findings()
    {
        Assert.Empty(GitHub.Codes);
        Assert.Empty(Forgejo.Codes);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_found_and_nothing_else(string piece, string other, string findings) =>
        Assert.Equal(findings.Split('|'), GitHub.But(piece, other).Codes);

    /// <summary>Other ways to write the same, which are not mistakes.</summary>
    [Theory]
    [InlineData("  id-token: write\n", "  id-token: \"write\"\n")]
    [InlineData("permissions:\n  contents: read\n  id-token: write\n", "permissions: write-all\n")]
    [InlineData("environment: release", "environment: Release")]
    [InlineData("environment: release", "environment: { name: release, url: https://acme.example }")]
    [InlineData("on:\n  push:\n    tags: [\"v*\"]", "on: [push, release]")]
    [InlineData("on:\n  push:\n    tags: [\"v*\"]", "on: workflow_dispatch")]
    [InlineData("tags: [\"v*\"]", "tags: [\"v[0-9]+.[0-9]+.[0-9]+\"]")]
    [InlineData("tags: [\"v*\"]", "branches-ignore: [main]\n    tags: [\"v1.*\"]")]
    [InlineData("runs-on: ubuntu-latest\n    environment", "runs-on: ${{ vars.RUNNER }}\n    environment")]
    [InlineData("--registry https://npm.acme.example/", "--registry=https://NPM.acme.example")]
    [InlineData("npm publish --registry https://npm.acme.example/", "npm publish \\\n            --registry https://npm.acme.example/")]
    [InlineData("--registry https://npm.acme.example/", "--registry \"$REGISTRY\"\n        env:\n          REGISTRY: https://npm.acme.example/")]
    [InlineData("--registry https://npm.acme.example/", "--registry ${{ vars.REGISTRY }}")]
    [InlineData("node-version: 24", "node-version: lts/*")]
    [InlineData("node-version: 24", "node-version: 20\n      - run: npm install -g npm@11")]
    [InlineData("node-version: 24", "node-version-file: .nvmrc")]
    [InlineData("          npm publish", "          pnpm publish")]
    public void Another_way_to_write_it_is_no_mistake(string piece, string other) => Assert.Empty(GitHub.But(piece, other).Codes);

    [Theory]
    [InlineData(".github/workflows/release.yml", "error workflow-mismatch")]
    [InlineData(".github/workflows/Publish.yml", "error workflow-mismatch")]
    [InlineData(".github/workflows/ci/publish.yml", "error workflow-mismatch")]
    [InlineData("workflows/publish.yml", "error workflow-mismatch")]
    [InlineData(".gitlab-ci.yml", "error workflow-mismatch")]
    public void Another_path_than_the_policys_is_found(string path, string finding) => Assert.Equal([finding], GitHub.At(path).Codes);

    [Fact]
    public void A_workflow_in_a_folder_below_is_never_run() => Assert.Equal(
        ["error workflow-mismatch"],
        (GitHub with { Fields = new Dictionary<string, IReadOnlyList<string>>() }).At(".github/workflows/ci/publish.yml").Codes);

    [Theory]
    [InlineData("./.github/workflows/publish.yml")]
    [InlineData("/.github/workflows/publish.yml")]
    public void A_path_may_be_spelled_from_the_root(string path) => Assert.Empty(GitHub.At(path).Codes);

    [Fact]
    public void A_job_that_drops_the_workflows_permission_is_told_so()
    {
        var finding = Assert.Single(GitHub.But("    environment: release\n", "    environment: release\n    permissions: { contents: read }\n").Findings);

        Assert.Contains("replace the workflow's", finding.Text, StringComparison.Ordinal);
        Assert.Contains("job 'publish'", finding.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("./.github/workflows/npm.yml", "same-repository", null)]
    [InlineData("./.github/workflows/npm.yml", "none", "error callee-not-allowed")]
    [InlineData("acme/shared/.github/workflows/npm.yml@v3", "same-repository", "error callee-not-allowed")]
    [InlineData("acme/shared/.github/workflows/npm.yml@v3", "acme/shared/.github/workflows/npm.yml@refs/tags/v*", null)]
    public void A_called_workflow_must_be_one_that_the_policy_allows(string callee, string allowed, string? finding)
    {
        var steps = GitHub.Text[GitHub.Text.IndexOf("    runs-on: ubuntu-latest\n    environment", StringComparison.Ordinal)..];

        var codes = GitHub.But(steps, $"    uses: {callee}\n").Wanting("callee", allowed).Codes;

        Assert.Equal(finding is null ? [] : [finding], codes);
    }

    [Theory]
    [InlineData("npm publish", "error action-not-granted")]
    [InlineData("npm stage publish", null)]
    public void A_policy_for_staging_wants_the_stage_command(string command, string? finding) =>
        Assert.Equal(finding is null ? [] : [finding], GitHub.But("npm publish", command).Granting("stage").Codes);

    [Theory]
    [InlineData("enable-openid-connect: true\n", "", "error id-token-missing")]
    [InlineData("enable-openid-connect: true\n", "permissions: { id-token: write }\n", "error id-token-missing")]
    [InlineData("node:24", "node:20-alpine", "error npm-too-old")]
    public void Forgejo_has_mistakes_of_its_own(string piece, string other, string finding) => Assert.Equal([finding], Forgejo.But(piece, other).Codes);

    [Fact]
    public void The_policy_of_forgejo_names_the_whole_path() =>
        Assert.Equal(["error workflow-mismatch"], Forgejo.At(".gitea/workflows/publish.yml").Codes);

    [Fact]
    public void A_policy_without_conditions_has_nothing_to_compare() =>
        Assert.Empty((GitHub with { Fields = new Dictionary<string, IReadOnlyList<string>>() }).But("environment: release", "environment: staging").Codes);

    [Fact]
    public void What_is_quoted_from_the_file_is_safe_to_show()
    {
        var finding = Assert.Single(GitHub.But("environment: release", "environment: \"x\\n::error::\\u202Eevil\"").Findings);

        Assert.DoesNotContain(finding.Text, character => character is < ' ' or > '~');
        Assert.DoesNotContain("::", finding.Text, StringComparison.Ordinal);
    }
}
