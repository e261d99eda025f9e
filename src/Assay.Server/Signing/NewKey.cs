namespace Assay.Server.Signing;

/// <summary>A key that is kept, and that the database does not know yet.</summary>
internal sealed record NewKey(string Purpose, byte[] PublicKey, string Handle);
