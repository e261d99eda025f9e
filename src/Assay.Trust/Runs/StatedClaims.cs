using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Trust.Runs;

/// <summary>A run's values as they may be stated or shown to anybody: nobody's name, nothing endless, no address that leads astray.</summary>
internal sealed class StatedClaims(RunClaims claims)
{
    /// <summary>Longer is no name, ref or id. Cut off it would be another value, so it is left out.</summary>
    private const int MaximumLength = 1024;

    public ClaimValue? Find(ValueReference reference) =>
        !PersonClaims.Has(claims.Definition, reference) && !PersonClaims.IsBoundTo(claims.Definition, claims.Binding, reference)
        && claims.Find(reference) is { } value && value.Items.All(item => item.Length <= MaximumLength)
            ? value
            : null;

    public string? Text(ValueReference? reference) => reference is { } known ? Find(known)?.Text : null;

    /// <summary>A commit id, or null: what else a claim holds is no digest.</summary>
    public string? Commit(ValueReference? reference) => Text(reference) is { } text && ValueFormats.IsGitSha(text) ? text : null;

    /// <summary>A whole link to a constant's host, or null.</summary>
    public string? Link(string? template) =>
        template is not null && LinkTemplate.Render(template, reference => Text(reference) is { } text && !ClimbsOut(text) ? text : null) is { } link
        && Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? link
            : null;

    /// <summary>The https address that a claim holds, without what some clone addresses have before the host, or null.</summary>
    public string? Address(ValueReference? reference)
    {
        if (Text(reference) is not { } text)
        {
            return null;
        }
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        return Uri.TryCreate(whole, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri is { HostNameType: UriHostNameType.Dns, Query: "", Fragment: "" }
            ? $"https://{uri.IdnHost}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}{uri.AbsolutePath.TrimEnd('/')}"
            : null;
    }

    // Browsers take "a/../b" for "b": a name could lead to another place on the same host.
    private static bool ClimbsOut(string text) => text.Split('/').Any(segment => segment is "." or "..");
}
