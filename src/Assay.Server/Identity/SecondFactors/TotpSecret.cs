using Assay.Server.Data.Rows;
using Assay.Server.Data.Sealing;

namespace Assay.Server.Identity;

/// <summary>The secret of codes, as it is kept.</summary>
internal static class TotpSecret
{
    public static TotpRow New(SecretKey key, long personId, byte[] secret, DateTimeOffset now) => new()
    {
        PersonId = personId,
        Sealed = key.Seal(UseOf(personId), secret),
        CreatedAt = now,
    };

    /// <exception cref="SecretsUnavailable">It was sealed with another key, or is another person's.</exception>
    public static byte[] Open(SecretKey key, TotpRow row) => key.TryOpen(UseOf(row.PersonId), row.Sealed)
        ?? throw new SecretsUnavailable("The secret of a person's codes was sealed with another key than this registry has now, or was changed.");

    // Bound to the person: nobody's secret can be put into another's row.
    private static string UseOf(long personId) => $"totp:{personId}";
}
