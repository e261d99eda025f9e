using Assay.Server.Data.Rows;

namespace Assay.Server.Identity;

/// <summary>The secret of codes, as it is kept.</summary>
internal static class TotpSecret
{
    public static TotpRow New(OpenedKey key, long personId, byte[] secret, DateTimeOffset now) => new()
    {
        PersonId = personId,
        KeyId = key.Id,
        Sealed = key.Seal(UseOf(personId), secret),
        CreatedAt = now,
    };

    /// <exception cref="SecretsUnavailable">It was sealed with another key.</exception>
    public static byte[] Open(SecretsKey secrets, OpenedKey key, TotpRow row) =>
        (row.KeyId == key.Id ? key.Open(UseOf(row.PersonId), row.Sealed) : null) ?? throw secrets.Another(row.KeyId);

    // Bound to the person: nobody's secret can be put into another's row.
    private static string UseOf(long personId) => $"totp:{personId}";
}
