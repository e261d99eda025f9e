namespace Assay.Core.Tests.Trust.Linting;

/// <summary>CircleCI, Buildkite, Azure DevOps and Bitbucket.</summary>
public sealed class OtherLintersTests
{
    private static readonly Dictionary<string, Linted> Files = new()
    {
        ["circleci"] = new Linted("circleci", ".circleci/config.yml", """
            version: 2.1
            jobs:
              publish:
                docker:
                  - image: cimg/node:24.5
                steps:
                  - checkout
                  - run: echo 'export NPM_ID_TOKEN=$(circleci run oidc get --claims {"aud":"npm:npm.acme.example"})' >> "$BASH_ENV"
                  - run:
                      command: npm publish --registry https://npm.acme.example/
            workflows:
              release:
                jobs:
                  - publish:
                      context: [npm-release]
                      filters: { tags: { only: /^v.*/ }, branches: { ignore: /.*/ } }

            """).Wanting("contexts", "a74579f1-2e7d-451e-b009-5c082ad2729e").Wanting("ref", "refs/tags/v*"),
        ["buildkite"] = new Linted("buildkite", ".buildkite/pipeline.yml", """
            steps:
              - label: test
                command: npm test
              - wait
              - key: publish
                if: build.tag =~ /^v/
                agents: { queue: release }
                commands:
                  - export NPM_ID_TOKEN=$(buildkite-agent oidc request-token --audience npm:npm.acme.example --claim organization_id --claim pipeline_id --claim queue_id)
                  - CIRCLECI=true npm publish --registry https://npm.acme.example/

            """).Wanting("queue", "0194990a-4782-42b5-afc1-16715b10b8bb"),
        ["azure-devops"] = new Linted("azure-devops", "azure-pipelines.yml", """
            trigger:
              tags: { include: ["v*"] }
            pool: { vmImage: ubuntu-latest }
            steps:
              - task: NodeTool@0
                inputs: { versionSpec: 24.x }
              - bash: |
                  NPM_ID_TOKEN=$(curl -d '' -H @- "$SYSTEM_OIDCREQUESTURI?api-version=7.1" | node -p 'JSON.parse(fs.readFileSync(0)).oidcToken')
                  CIRCLECI=true npm publish --registry https://npm.acme.example/
                displayName: publish
                env:
                  SYSTEM_ACCESSTOKEN: $(System.AccessToken)

            """) { Audience = "api://AzureADTokenExchange" }.Wanting("ref", "refs/tags/v*"),
        ["bitbucket"] = new Linted("bitbucket", "bitbucket-pipelines.yml", """
            image: node:24
            pipelines:
              tags:
                "v*":
                  - step:
                      name: Publish
                      deployment: production
                      oidc: { audiences: ["npm:npm.acme.example"] }
                      script:
                        - export NPM_ID_TOKEN=$BITBUCKET_STEP_OIDC_TOKEN
                        - CIRCLECI=true npm publish --registry https://npm.acme.example/

            """).Wanting("environment", "5d3c2b1a-0f9e-4d8c-8b7a-6f5e4d3c2b1a"),
    };

    public static TheoryData<string> Providers => new(Files.Keys);

    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { "circleci", "circleci run oidc get", "circleci run something", "error id-token-missing" },
        { "circleci", "$(circleci run oidc get --claims {\"aud\":\"npm:npm.acme.example\"})", "$CIRCLE_OIDC_TOKEN_V2", "error wrong-audience" },
        { "circleci", "npm:npm.acme.example", "npm:npm.other.example", "error wrong-audience" },
        { "circleci", "echo 'export NPM_ID_TOKEN=$(circleci run oidc get --claims {\"aud\":\"npm:npm.acme.example\"})' >> \"$BASH_ENV\"", "sh ci/token.sh", "warning id-token-missing" },
        { "circleci", "          context: [npm-release]\n", "", "error context-mismatch" },
        { "circleci", "tags: { only: /^v.*/ }, ", "", "error ref-mismatch" },
        { "circleci", "cimg/node:24.5", "cimg/node:22.11", "error npm-too-old" },
        { "circleci", "cimg/node:24.5", "cimg/node:24.5\n    environment: { NPM_TOKEN: x }", "warning token-left-over" },
        { "circleci", "--registry https://npm.acme.example/", "--registry https://npm.other.example/", "error registry-mismatch" },
        { "buildkite", "      - export NPM_ID_TOKEN=$(buildkite-agent oidc request-token --audience npm:npm.acme.example --claim organization_id --claim pipeline_id --claim queue_id)\n", "", "error id-token-missing" },
        { "buildkite", " --audience npm:npm.acme.example", "", "error wrong-audience" },
        { "buildkite", "npm:npm.acme.example", "npm:npm.other.example", "error wrong-audience" },
        { "buildkite", " --claim pipeline_id", "", "error claim-missing" },
        { "buildkite", " --claim queue_id", "", "error claim-missing" },
        { "buildkite", "CIRCLECI=true", "CIRCLECI=true NPM_ID_TOKEN=$NPM_ID_TOKEN", "warning filled-in-too-early" },
        { "azure-devops", "    env:\n      SYSTEM_ACCESSTOKEN: $(System.AccessToken)\n", "", "error id-token-missing" },
        { "azure-devops", "$SYSTEM_OIDCREQUESTURI", "$SOMEWHERE", "error id-token-missing" },
        { "azure-devops", "api-version=7.1", "api-version=7.1&serviceConnectionId=$C", "error run-not-allowed" },
        { "azure-devops", "versionSpec: 24.x", "versionSpec: 20.x", "error npm-too-old" },
        { "azure-devops", "tags: { include: [\"v*\"] }", "branches: { include: [main] }", "error ref-mismatch" },
        { "azure-devops", "steps:\n", "steps:\n  - task: npmAuthenticate@0\n", "warning token-left-over" },
        { "bitbucket", "          oidc: { audiences: [\"npm:npm.acme.example\"] }\n", "", "error id-token-missing" },
        { "bitbucket", "oidc: { audiences: [\"npm:npm.acme.example\"] }", "oidc: true", "error wrong-audience" },
        { "bitbucket", "npm:npm.acme.example", "npm:npm.other.example", "error wrong-audience" },
        { "bitbucket", "          deployment: production\n", "", "error environment-mismatch" },
        { "bitbucket", "  tags:\n", "  pull-requests:\n", "error run-not-allowed" },
        { "bitbucket", "image: node:24", "image: node:18", "error npm-too-old" },
    };

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_pipeline_that_publishes_has_no_findings(string provider) => Assert.Empty(Files[provider].Codes);

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_found_and_nothing_else(string provider, string piece, string other, string finding) =>
        Assert.Equal([finding], Files[provider].But(piece, other).Codes);

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_file_that_publishes_nothing_is_said_to(string provider) =>
        Assert.Contains("warning publish-not-found", Files[provider].But("npm publish", "npm pack").Codes);

    [Fact]
    public void Ids_may_be_asked_for_by_a_variable() => Assert.Empty(
        Files["buildkite"].But(" --claim organization_id --claim pipeline_id --claim queue_id", "")
            .But("steps:\n  - label", "env: { BUILDKITE_OIDC_TOKEN_CLAIMS: \"organization_id,pipeline_id,queue_id\" }\nsteps:\n  - label").Codes);

    [Fact]
    public void Bitbucket_reads_one_file() => Assert.Equal(["error workflow-mismatch"], Files["bitbucket"].At("ci/bitbucket-pipelines.yml").Codes);

    [Fact]
    public void A_script_of_the_repository_may_do_what_is_not_seen() => Assert.Equal(
        ["warning id-token-missing"],
        (Files["buildkite"] with { Text = "steps:\n  - key: publish\n    command: sh ci/publish.sh\n" }).Codes);
}
