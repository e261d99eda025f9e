using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Provenance.Statements;

/// <summary>
/// SLSA provenance v1 of what a registry knows: a token with these claims was presented, and then these bytes came. Type and builder are the
/// registry's own, because it did not watch the build; a borrowed builder would claim a level that nobody observed.
/// </summary>
public static class ProvenanceStatement
{
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    /// <summary>The member of the internal parameters that is about the token, in every statement.</summary>
    public const string IdentityToken = "identityToken";

    private const string StatementType = "https://in-toto.io/Statement/v1";

    /// <summary>The payload to sign. When the build began and ended no token says, so neither is stated. The registry's URL has no slash at its end.</summary>
    public static byte[] Write(StatementSubject subject, string registry, StatedRun run)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentException.ThrowIfNullOrEmpty(registry);
        ArgumentNullException.ThrowIfNull(run);
        return CanonicalJson.Write(new JsonObject
        {
            ["_type"] = StatementType,
            ["subject"] = subject.ToJson(),
            ["predicateType"] = PredicateType,
            ["predicate"] = new JsonObject
            {
                ["buildDefinition"] = BuildDefinition(registry, run),
                ["runDetails"] = RunDetails(registry, run),
            },
        });
    }

    /// <summary>The address of the page that describes a provider's parameters.</summary>
    public static string BuildType(string registry, string provider) => $"{registry}/buildtypes/{provider}/v1";

    /// <summary>The address of the page that says what the registry vouches for.</summary>
    public static string Builder(string registry) => $"{registry}/trusted-publishing/v1";

    private static JsonObject BuildDefinition(string registry, StatedRun run)
    {
        var definition = new JsonObject
        {
            ["buildType"] = BuildType(registry, run.Provider),
            ["externalParameters"] = run.ExternalParameters.DeepClone(),
            ["internalParameters"] = InternalParameters(run),
        };
        if (run.Dependencies.Count > 0)
        {
            definition["resolvedDependencies"] = new JsonArray([.. run.Dependencies.Select(Dependency)]);
        }
        return definition;
    }

    private static JsonObject InternalParameters(StatedRun run)
    {
        var token = new JsonObject
        {
            ["issuer"] = run.Issuer,
            ["provider"] = run.Provider,
            ["definitionRevision"] = run.DefinitionRevision,
        };
        if (run.TokenId is { } id)
        {
            token["idSha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
        }
        var parameters = run.InternalParameters.DeepClone().AsObject();
        parameters[IdentityToken] = token;
        return parameters;
    }

    private static JsonObject Dependency(StatedDependency dependency)
    {
        var stated = new JsonObject
        {
            ["name"] = dependency.Name,
            ["digest"] = new JsonObject { ["gitCommit"] = dependency.GitCommit },
        };
        if (dependency.Uri is { } uri)
        {
            stated["uri"] = uri;
        }
        return stated;
    }

    private static JsonObject RunDetails(string registry, StatedRun run)
    {
        var details = new JsonObject { ["builder"] = new JsonObject { ["id"] = Builder(registry) } };
        if (run.InvocationId is { } invocation)
        {
            details["metadata"] = new JsonObject { ["invocationId"] = invocation };
        }
        return details;
    }
}
