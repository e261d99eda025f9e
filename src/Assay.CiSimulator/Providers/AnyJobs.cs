using System.Collections.Frozen;

namespace Assay.CiSimulator.Providers;

/// <summary>
/// How jobs of CI systems without a class of their own come by a token, as a table: some find it ready-made in a variable, some ask for it at a
/// door. Where a command asks (<c>buildkite-agent</c>, <c>aws</c>…) the job has no token in its environment: a stand-in asks the issuer itself.
/// </summary>
internal static class AnyJobs
{
    // What Forgejo and Depot copy from GitHub's runner, and the stock clients take for it.
    private static readonly AnyVariable[] ActionsStyle =
    [
        new("GITHUB_ACTIONS", (_, _) => "true"),
        new("ACTIONS_ID_TOKEN_REQUEST_URL", (_, doors) => $"{doors}/{AnyDoors.Actions}?placeholder=true"),
        new("ACTIONS_ID_TOKEN_REQUEST_TOKEN", (job, _) => job.Handle),
    ];

    private static readonly FrozenDictionary<string, AnyVariable[]> Variables = new Dictionary<string, AnyVariable[]>
    {
        ["aws"] = [new("AWS_REGION", (_, _) => "eu-central-1")],
        ["azure-devops"] =
        [
            new("TF_BUILD", (_, _) => "True"),
            new("SYSTEM_OIDCREQUESTURI", (_, doors) => $"{doors}/{AnyDoors.Azure}"),
            new("SYSTEM_ACCESSTOKEN", (job, _) => job.Handle),
        ],
        ["bitbucket"] = [new("CI", (_, _) => "true"), Token("BITBUCKET_STEP_OIDC_TOKEN")],
        ["buildkite"] = [new("CI", (_, _) => "true"), new("BUILDKITE", (_, _) => "true")],
        ["codefresh"] =
        [
            new("CF_BUILD_ID", (_, _) => "65e6bcf7c2af1f228fa97f80"),
            new("CF_OIDC_REQUEST_URL", (_, doors) => $"{doors}/{AnyDoors.Codefresh}"),
            new("CF_OIDC_REQUEST_TOKEN", (job, _) => job.Handle),
        ],
        ["depot"] = [new("CI", (_, _) => "true"), .. ActionsStyle],
        ["flyio"] = [new("FLY_APP_NAME", (_, _) => "release-bot")],
        ["forgejo"] = [new("CI", (_, _) => "true"), new("FORGEJO_ACTIONS", (_, _) => "true"), new("GITEA_ACTIONS", (_, _) => "true"), .. ActionsStyle],
        ["google"] = [new("GCE_METADATA_HOST", (_, doors) => doors["http://".Length..])],
        ["jenkins"] = [new("BUILD_NUMBER", (_, _) => "123"), Token("NPM_ID_TOKEN")],
        ["semaphore"] = [new("SEMAPHORE", (_, _) => "true"), Token("SEMAPHORE_OIDC_TOKEN")],
        ["spacelift"] = [Token("SPACELIFT_OIDC_TOKEN")],
        ["teamcity"] = [new("TEAMCITY_VERSION", (_, _) => "2025.11"), Token("NPM_ID_TOKEN")],
        ["terraform"] = [Token("TFC_WORKLOAD_IDENTITY_TOKEN")],
        ["vault"] = [new("VAULT_ADDR", (_, _) => "https://vault.acme.example")],
    }.ToFrozenDictionary();

    /// <summary>The variables of a job; a system that is not in the table puts its token where pnpm looks for one.</summary>
    public static Dictionary<string, string> Environment(string name, AnyIssuer issuer, AnyJob job)
    {
        var doors = issuer.UrlOf(job).OriginalString;

        return Variables.GetValueOrDefault(name, [Token("NPM_ID_TOKEN")])
            .ToDictionary(variable => variable.Name, variable => variable.Value?.Invoke(job, doors) ?? issuer.Mint(job.Claims, job.Audience));
    }

    private static AnyVariable Token(string variable) => new(variable, Value: null);
}

/// <summary>One variable of a job: worked out from the job and the address of its doors, or else its token.</summary>
internal sealed record AnyVariable(string Name, Func<AnyJob, string, string>? Value);
