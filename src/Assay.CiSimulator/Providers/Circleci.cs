using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.CiSimulator.Keys;

namespace Assay.CiSimulator.Providers;

/// <summary>CircleCI: an issuer per organisation, tokens without <c>jti</c> and <c>nbf</c>, and ready-made ones for the organisation's audience.</summary>
internal sealed class Circleci(Uri url, JsonObject defaults, TimeProvider clock)
{
    private static readonly TokenShape Shape = new(TimeSpan.FromHours(1), NotBefore: null, HasId: false);

    private static readonly (string, string)[] Repeated =
    [
        ("CIRCLE_ORGANIZATION_ID", "oidc.circleci.com/org-id"), ("CIRCLE_PROJECT_ID", "oidc.circleci.com/project-id"),
        ("CIRCLE_PIPELINE_ID", "oidc.circleci.com/pipeline-id"), ("CIRCLE_WORKFLOW_ID", "oidc.circleci.com/workflow-id"),
        ("CIRCLE_WORKFLOW_JOB_ID", "oidc.circleci.com/job-id"),
    ];

    public TokenIssuer Issuer { get; } = new(url, new SigningKeys("circleci", initial: 2), Shape, clock);

    public Uri IssuerOf(string organisation) => new($"{url.OriginalString}/org/{organisation}");

    /// <summary>Starts a job in which <c>circleci run oidc get</c> has already put a token for the registry into NPM_ID_TOKEN.</summary>
    public IReadOnlyDictionary<string, string> Start(JsonObject asked, string audience, Forgery forgery)
    {
        var claims = NextJob(asked);
        var organisation = claims["oidc.circleci.com/org-id"]?.ToString() ?? CircleciClaims.Organisation;

        return new Dictionary<string, string>(JobEnvironment.Of(claims, Repeated))
        {
            ["CIRCLECI"] = "true",
            ["CIRCLE_OIDC_TOKEN_V2"] = Issuer.Mint(claims, organisation, Forgery.None),
            ["NPM_ID_TOKEN"] = Issuer.Mint(claims, audience, forgery),
        };
    }

    public string Mint(JsonObject asked, string audience, Forgery forgery) => Issuer.Mint(NextJob(asked), audience, forgery);

    private JsonObject NextJob(JsonObject asked)
    {
        var coordinates = new JsonObject
        {
            ["oidc.circleci.com/pipeline-id"] = Id(),
            ["oidc.circleci.com/workflow-id"] = Id(),
            ["oidc.circleci.com/job-id"] = Id(),
        };

        return CircleciClaims.Of(MergePatch.Apply(MergePatch.Apply(coordinates, defaults), asked), IssuerOf);
    }

    private static string Id() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString();
}
