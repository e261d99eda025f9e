using System.Security.Cryptography;
using Assay.Server.Data.Rows;
using Microsoft.Extensions.Options;

namespace Assay.Server.Signing.Tokens;

/// <summary>Private keys that were made on a PKCS#11 token and cannot leave it.</summary>
internal sealed class TokenKeys(TokenSession session, IOptions<SigningOptions> options) : IKeyHolder
{
    private const string Prefix = "pkcs11:";
    private const int LabelDigits = 12;

    public static bool Has(string handle) => handle.StartsWith(Prefix, StringComparison.Ordinal);

    /// <exception cref="KeyUnavailable">The token cannot be asked now.</exception>
    public bool CanMake(string purpose) => session.Use(token => token.CanMake(AlgorithmOf(purpose)));

    public NewKey Make(string purpose) => session.Use(token =>
    {
        var label = $"assay-{purpose}-{RandomNumberGenerator.GetHexString(LabelDigits, lowercase: true)}";
        return new NewKey(purpose, token.Make(label, AlgorithmOf(purpose)), Prefix + label);
    });

    public IPrivateKey? Find(SigningKeyRow row)
    {
        var (label, algorithm) = (LabelOf(row.Handle), AlgorithmOf(row.Purpose));
        var publicKey = options.Value.HasToken ? session.Use(token => token.PublicKey(label, algorithm)) : null;
        return publicKey is null ? null : new Key(session, label, algorithm, publicKey);
    }

    public void Forget(string handle) => session.Use(token =>
    {
        token.Destroy(LabelOf(handle));
        return true;
    });

    public string PlaceOf(string handle) => options.Value.HasToken
        ? $"key {LabelOf(handle)} on the token {options.Value.Pkcs11TokenLabel} (Assay:Signing:Pkcs11TokenLabel)"
        : $"token to look for the key {LabelOf(handle)} on";

    public string RemedyFor(string handle) => options.Value.HasToken
        ? "Give this node the token that it was made on."
        : "Name the token that it was made on: Assay:Signing:Pkcs11Library, Pkcs11TokenLabel and Pkcs11PinFile.";

    private static string LabelOf(string handle) => handle[Prefix.Length..];

    private static TokenAlgorithm AlgorithmOf(string purpose) => TokenAlgorithm.Of(KeyPurpose.AlgorithmOf(purpose));

    private sealed class Key(TokenSession session, string label, TokenAlgorithm algorithm, byte[] publicKey) : IPrivateKey
    {
        public byte[] PublicKey { get; } = publicKey;

        public byte[] Sign(ReadOnlySpan<byte> message)
        {
            var copy = message.ToArray();
            return session.Use(token => token.Sign(label, algorithm, copy))
                ?? throw new KeyUnavailable($"The token has no key {label} any more (Assay:Signing:Pkcs11TokenLabel).");
        }
    }
}
