namespace Assay.Core.Tests.Trust.Linting;

public sealed class GitlabLinterTests
{
    private static readonly Linted File = new Linted("gitlab", ".gitlab-ci.yml", """
        default:
          image: node:24
        stages: [test, release]
        test:
          stage: test
          script: [npm test]
        publish:
          stage: release
          environment: production
          rules:
            - if: $CI_COMMIT_TAG
          id_tokens:
            NPM_ID_TOKEN:
              aud: "npm:npm.acme.example"
          script:
            - npm ci
            - npm publish --registry https://npm.acme.example/

        """).Wanting("configPath", ".gitlab-ci.yml").Wanting("environment", "production").Wanting("ref", "refs/tags/v*");

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "  id_tokens:\n    NPM_ID_TOKEN:\n      aud: \"npm:npm.acme.example\"\n", "", "error id-token-missing" },
        { "NPM_ID_TOKEN", "ASSAY_ID_TOKEN", "error id-token-missing" },
        { "npm:npm.acme.example", "npm:npm.other.example", "error wrong-audience" },
        { "npm:npm.acme.example", "https://npm.acme.example", "error wrong-audience" },
        { "aud: \"npm:npm.acme.example\"", "aud: [\"npm:npm.acme.example\", vault]", "error wrong-audience|error wrong-audience" },
        { "    - if: $CI_COMMIT_TAG\n", "    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n", "error run-not-allowed" },
        { "  rules:\n    - if: $CI_COMMIT_TAG\n", "  only: [merge_requests]\n", "error run-not-allowed" },
        { "    - if: $CI_COMMIT_TAG\n", "    - if: $CI_PIPELINE_SOURCE == 'schedule'\n", "warning event-not-allowed" },
        { "  rules:\n    - if: $CI_COMMIT_TAG\n", "", "warning no-rules" },
        { "$CI_COMMIT_TAG", "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "error ref-mismatch" },
        { "  environment: production\n", "", "error environment-mismatch" },
        { "environment: production", "environment: Production", "error environment-mismatch" },
        { "environment: production", "environment: { name: review/$CI_COMMIT_REF_SLUG }", "warning environment-mismatch" },
        { "image: node:24", "image: node:20", "error npm-too-old" },
        { "image: node:24", "image: { name: \"registry.acme.example/node:22-alpine\" }", "error npm-too-old" },
        { " --registry https://npm.acme.example/", "", "warning registry-missing" },
        { "--registry https://npm.acme.example/", "--registry $REGISTRY\n  variables: { REGISTRY: \"https://npm.other.example/\" }", "error registry-mismatch" },
        { "    - npm ci\n", "    - echo \"//npm.acme.example/:_authToken=${NPM_TOKEN}\" > .npmrc\n", "warning token-left-over" },
        { "  stage: release\n", "  stage: release\n  variables: { NPM_TOKEN: $TOKEN }\n", "warning token-left-over" },
        { "npm publish", "npm pack", "warning publish-not-found" },
    };

    [Fact]
    public void A_pipeline_that_publishes_has_no_findings() => Assert.Empty(File.Codes);

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_found_and_nothing_else(string piece, string other, string findings) =>
        Assert.Equal(findings.Split('|'), File.But(piece, other).Codes);

    [Theory]
    [InlineData("npm:npm.acme.example\"", "npm:npm.acme.example\"\n")]
    [InlineData("aud: \"npm:npm.acme.example\"", "aud: [\"npm:npm.acme.example\"]")]
    [InlineData("aud: \"npm:npm.acme.example\"", "aud: $AUDIENCE")]
    [InlineData("  rules:\n    - if: $CI_COMMIT_TAG\n", "  only: [tags]\n")]
    [InlineData("image: node:24", "image: node:20\n  before_script: [npm install -g npm@11]")]
    [InlineData("image: node:24", "image: registry.acme.example/ci")]
    public void Another_way_to_write_it_is_no_mistake(string piece, string other) => Assert.Empty(File.But(piece, other).Codes);

    [Fact]
    public void The_policy_names_the_projects_own_file() => Assert.Equal(["error workflow-mismatch"], File.At("ci/release.yml").Codes);

    [Theory]
    [InlineData("  stage: release\n", "  stage: release\n  extends: .release\n")]
    [InlineData("stages: [test, release]\n", "include: [{ local: ci/tokens.yml }]\n")]
    public void What_may_come_from_elsewhere_is_a_warning(string piece, string other)
    {
        var file = File.But("  id_tokens:\n    NPM_ID_TOKEN:\n      aud: \"npm:npm.acme.example\"\n", "").But(piece, other);

        Assert.Equal(["warning id-token-missing"], file.Codes);
    }

    [Fact]
    public void A_reference_to_another_place_is_not_taken_for_nothing() =>
        Assert.Equal(["warning id-token-missing"], File.But("    NPM_ID_TOKEN:\n      aud: \"npm:npm.acme.example\"\n", "    NPM_ID_TOKEN: !reference [.tokens, npm]\n").Codes);

    [Fact]
    public void Anchors_and_merged_maps_are_read_like_the_maps_they_stand_for()
    {
        var file = File.But("  id_tokens:\n    NPM_ID_TOKEN:\n      aud: \"npm:npm.acme.example\"\n", "  <<: *token\n")
            .But("default:\n", ".token: &token\n  id_tokens: { NPM_ID_TOKEN: { aud: \"npm:npm.acme.example\" } }\ndefault:\n");

        Assert.Empty(file.Codes);
    }

    [Fact]
    public void A_header_that_describes_the_file_is_not_the_pipeline() => Assert.Empty((File with { Text = "spec:\n  inputs: {}\n---\n" + File.Text }).Codes);
}
