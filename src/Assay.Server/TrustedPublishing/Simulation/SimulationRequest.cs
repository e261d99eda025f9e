using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>Where the run of a simulation comes from.</summary>
internal abstract class SimulatedSource
{
    /// <summary>An identity token, as a job would present it. None of these is a record: records print what they hold.</summary>
    internal sealed class Token(string text) : SimulatedSource
    {
        public string Reveal() => text;
    }

    /// <summary>The claims of a token of this binding's issuer, as the issuer spells them.</summary>
    internal sealed class Claims(JsonElement payload, string binding) : SimulatedSource
    {
        public JsonElement Payload => payload;

        public string Binding => binding;
    }

    /// <summary>An attempt on the same package.</summary>
    internal sealed class Attempt(long id) : SimulatedSource
    {
        public long Id => id;
    }
}

/// <summary>What somebody wants to know: what would this run come to, on this package, now?</summary>
internal sealed record SimulationRequest
{
    private static readonly HashSet<string> Members = ["package", "action", "token", "claims", "binding", "attempt", "policy", "version", "tag"];

    public required PackageName Package { get; init; }

    public required NamePattern Name { get; init; }

    public required TrustActions Action { get; init; }

    public required SimulatedSource Source { get; init; }

    /// <summary>A policy that is not written yet, tried beside those that are.</summary>
    public PolicyDocument? Draft { get; init; }

    public string? Version { get; init; }

    public string? Tag { get; init; }

    public static bool TryRead(JsonNode? json, [NotNullWhen(true)] out SimulationRequest? request, [NotNullWhen(false)] out string? problem)
    {
        request = null;
        problem = json is JsonObject body && body.All(member => Members.Contains(member.Key))
            ? Read(body, out request)
            : $"A simulation is a JSON object that has no members but {string.Join(", ", Members)}.";
        return request is not null;
    }

    private static string? Read(JsonObject body, out SimulationRequest? request)
    {
        request = null;
        if (!PackageName.TryParse(body.Text("package"), out var package) || !NamePattern.TryParse(package.Value, out var name) || !name.IsExact)
        {
            return "'package' is the name of one package.";
        }
        if (body["action"] is not null && body.Text("action") is null || !TrustActionNames.TryParse([body.Text("action") ?? "publish"], out var action))
        {
            return "'action' is publish, stage, dist-tag, deprecate, unpublish or read.";
        }
        if (ReadSource(body) is not { } source)
        {
            return "Give one of 'token' (a text), 'claims' (an object) with 'binding' (a text), or 'attempt' (its id).";
        }
        PolicyDocument? draft = null;
        if (body["policy"] is { } policy && !PolicyDocument.TryRead(JsonElement.Parse(policy.ToJsonString()), out draft, out var problems))
        {
            return string.Join(' ', problems);
        }
        if (body["version"] is not null && !SemanticVersion.TryParse(body.Text("version"), out _) || body["tag"] is not null && !DistTag.TryParse(body.Text("tag"), out _))
        {
            return "'version' is a version such as 1.2.3, 'tag' a dist-tag such as latest.";
        }
        request = new SimulationRequest
        {
            Package = package,
            Name = name,
            Action = action,
            Source = source,
            Draft = draft,
            Version = body.Text("version"),
            Tag = body.Text("tag"),
        };
        return null;
    }

    private static SimulatedSource? ReadSource(JsonObject body)
    {
        var given = new[] { body["token"], body["claims"], body["attempt"] }.Count(source => source is not null);
        if (given != 1 || body["binding"] is null != body["claims"] is null)
        {
            return null;
        }
        return body["claims"] is JsonObject claims && body.Text("binding") is { } binding ? new SimulatedSource.Claims(JsonElement.Parse(claims.ToJsonString()), binding)
            : body.Text("token") is { } token ? new SimulatedSource.Token(token.Trim())
            : body["attempt"] is JsonValue value && value.GetValueKind() is JsonValueKind.Number && value.TryGetValue(out long id) ? new SimulatedSource.Attempt(id)
            : null;
    }
}
