using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Why something is not done with an issuer.</summary>
internal static class IssuerDenials
{
    public static Denial Invalid(string text) => new(StatusCodes.Status400BadRequest, "invalid-issuer", text);

    public static Denial NotFound(string id) =>
        new(StatusCodes.Status404NotFound, "issuer-not-found", $"No trusted issuer is named {id}. See: ./run admin issuer list");

    public static Denial Exists(string text) => new(StatusCodes.Status409Conflict, "issuer-exists", text);

    public static Denial Suspended(string text) => new(StatusCodes.Status409Conflict, "issuer-suspended", text);

    public static Denial InUse(string id, IReadOnlyList<TrustPolicyRow> policies) => new(
        StatusCodes.Status409Conflict, "issuer-in-use",
        $"{policies.Count} trust policies name {id}: {string.Join(", ", policies.Take(5).Select(policy => policy.Target))}{(policies.Count > 5 ? "…" : "")}. "
        + $"Remove them first, or end them with it: ./run admin issuer remove {id} --force (API: ?force=true)");

    /// <summary>One URL has one enabled issuer: a token must not mean two things.</summary>
    public static async Task<Denial?> TrustedAlreadyAsync(RegistryDb db, IssuerBindingRow row, CancellationToken cancellationToken) =>
        await db.IssuerBindings.Where(other => other.EnabledIssuer == row.Issuer).Select(other => other.Id).FirstOrDefaultAsync(cancellationToken) is { } taken
            ? Exists($"{row.Issuer} is trusted already, as {taken}.")
            : null;
}
