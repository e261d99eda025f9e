using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream;

/// <summary>
/// Whether the 404 of a registry that wants a token may be believed: private registries say the same of what the caller may not see, so that a token that has
/// expired makes every name look free. Proof is an answer that only the token can have had: a name at <c>/-/whoami</c> that nobody else is told, or a document that
/// nobody else is given. What everybody gets proves nothing.
/// </summary>
internal sealed partial class ProveToken(
    UpstreamClient client, RegistryDbSource source, IOptions<UpstreamOptions> options, TimeProvider time, ILogger<ProveToken> logger)
{
    private const int LongestName = 64 * 1024;
    private const int DocumentsTried = 5;
    private static readonly TimeSpan ProofHolds = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (TokenProof Proof, DateTimeOffset Until)> known = new(StringComparer.Ordinal);
    private readonly OneAtATime<TokenProof> running = new();

    /// <summary>Why a 404 that has just come must not be believed, or null. A doubt is kept for a while; a proof for a moment, and not at all for <paramref name="isAnew"/>.</summary>
    public async Task<string?> DoubtAsync(UpstreamRegistry registry, bool isAnew, CancellationToken cancellationToken)
    {
        if (registry.Token is null)
        {
            return null;
        }
        var proof = known.TryGetValue(registry.Key, out var last) && time.GetUtcNow() < last.Until && !(isAnew && last.Proof.State is TokenState.Works)
            ? last.Proof
            : await running.RunAsync(registry.Key, () => RememberAsync(registry), cancellationToken);
        return proof.State is TokenState.Works ? null : $"{registry} answers 404, and {proof.Text}";
    }

    /// <summary>Asks the registry, whatever is remembered.</summary>
    public async Task<TokenProof> AskAsync(UpstreamRegistry registry, CancellationToken cancellationToken) =>
        await WhoAmIAsync(registry, cancellationToken) is var byName && byName.State is TokenState.Works or TokenState.Silent
            ? byName
            : await DocumentsAsync(registry, cancellationToken) ?? byName;

    private async Task<TokenProof> RememberAsync(UpstreamRegistry registry)
    {
        var proof = await AskAsync(registry, CancellationToken.None);
        if (proof.State is not TokenState.Works)
        {
            NotBelieved(registry.ToString(), proof.Text, registry.Id);
        }
        known[registry.Key] = (proof, time.GetUtcNow() + (proof.State is TokenState.Works ? ProofHolds : TimeSpan.FromSeconds(options.Value.RetrySeconds)));
        return proof;
    }

    private async Task<TokenProof> WhoAmIAsync(UpstreamRegistry registry, CancellationToken cancellationToken)
    {
        var url = new Uri(registry.Url, "-/whoami");
        switch (await client.GetAsync(registry, url, AsJson, cancellationToken))
        {
            case UpstreamAnswer.Body body when await NameAsync(body, cancellationToken) is { } name:
                // Some registries have a name for nobody, too.
                return await client.GetAsNobodyAsync(registry, url, AsJson, cancellationToken) switch
                {
                    UpstreamAnswer.Body other => await NameAsync(other, cancellationToken) == name ? Unproved : Works,
                    UpstreamAnswer.Missing or UpstreamAnswer.Failed { Status: >= 400 and < 500 and not 429 } => Works,
                    UpstreamAnswer.Failed { Status: null } unreachable => Silent(unreachable),
                    _ => Unproved,
                };
            case UpstreamAnswer.Failed { Status: 401 or 403 } refused:
                return new TokenProof(TokenState.Refused, $"does not accept its token any more ({refused.Status} to /-/whoami)");
            case UpstreamAnswer.Failed { Status: null } failed:
                return Silent(failed);
            default:
                return Unproved;
        }
    }

    /// <summary>Null when no document says anything of the token.</summary>
    private async Task<TokenProof?> DocumentsAsync(UpstreamRegistry registry, CancellationToken cancellationToken)
    {
        foreach (var name in await CandidatesAsync(registry, cancellationToken))
        {
            if (await IsGivenAsync(client.GetAsync(registry, registry.DocumentOf(name), AsJson, cancellationToken)) is true
                && await IsGivenAsync(client.GetAsNobodyAsync(registry, registry.DocumentOf(name), AsJson, cancellationToken)) is false)
            {
                return new TokenProof(TokenState.Works, $"gives {name} to its token alone");
            }
        }
        return null;
    }

    // Private packages mostly have a scope.
    private async Task<List<PackageName>> CandidatesAsync(UpstreamRegistry registry, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var kept = await db.UpstreamPackages.Where(row => row.Registry == registry.Key)
            .OrderByDescending(row => EF.Functions.Like(row.Name, "@%")).ThenByDescending(row => row.ValidatedAt).ThenBy(row => row.Name)
            .Select(row => row.Name).Take(DocumentsTried).ToListAsync(cancellationToken);
        var names = kept.Select(text => PackageName.TryParse(text, out var name) ? name : null).Prepend(registry.PrivatePackage);
        return [.. names.OfType<PackageName>().Distinct()];
    }

    /// <summary>Null when the answer says neither.</summary>
    private static async Task<bool?> IsGivenAsync(Task<UpstreamAnswer> asking)
    {
        var answer = await asking;
        (answer as IDisposable)?.Dispose();
        return answer switch
        {
            UpstreamAnswer.Body => true,
            UpstreamAnswer.Missing or UpstreamAnswer.Failed { Status: 401 or 403 } => false,
            _ => null,
        };
    }

    private async Task<string?> NameAsync(UpstreamAnswer.Body body, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        try
        {
            using (body)
            {
                await client.CopyAsync(body.Response, LongestName, UpstreamClient.ShortPatience, async (piece, stop) => await bytes.WriteAsync(piece, stop), cancellationToken);
            }
            return StrictJson.Parse(bytes.ToArray()) is JsonObject json && json.Text("username") is { Length: > 0 } name ? name : null;
        }
        catch (Exception failure) when (failure is UpstreamBroken or JsonException)
        {
            return null;
        }
    }

    private static void AsJson(System.Net.Http.Headers.HttpRequestHeaders headers) => headers.TryAddWithoutValidation("Accept", "application/json");

    private static TokenProof Works { get; } = new(TokenState.Works, "accepts its token");

    private static TokenProof Unproved { get; } = new(TokenState.Unproved, "nothing shows whether its token still works");

    private static TokenProof Silent(UpstreamAnswer.Failed failed) => new(TokenState.Silent, $"whether its token still works cannot be found out: {failed.Reason}");

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Registry} answers 404, which is not believed: {Doubt}. Look at the token and at PrivatePackage of Assay:Upstream:Registries:{Id}")]
    private partial void NotBelieved(string registry, string doubt, string id);
}
