using Assay.Server.Signing.Tokens;
using Microsoft.Extensions.Options;

namespace Assay.Server.Signing;

/// <summary>Keys stay where they were made; new ones are made where <c>Assay:Signing:Holder</c> says.</summary>
internal sealed class KeyHolders(KeyFiles files, TokenKeys token, IOptions<SigningOptions> options)
{
    public NewKey Make(string purpose) => IsForToken(purpose) ? token.Make(purpose) : files.Make(purpose);

    public IKeyHolder Of(string handle) => TokenKeys.Has(handle) ? token : files;

    /// <summary>What an operator who keeps keys on a token must know of one that is in use and is not there; null when there is nothing.</summary>
    public string? Warning(string purpose, string handle)
    {
        if (options.Value.Holder is not KeyHolder.Pkcs11)
        {
            return null;
        }
        try
        {
            return (TokenKeys.Has(handle), token.CanMake(purpose)) switch
            {
                (true, _) => null,
                (false, true) => $"{purpose} still signs with a file; the next key is made on the token: ./run admin key rotate {purpose}",
                (false, false) => $"{purpose} signs with a file: the token does not make {KeyPurpose.AlgorithmOf(purpose)} keys.",
            };
        }
        catch (KeyUnavailable failure)
        {
            return $"{purpose} cannot sign now: {failure.Message}";
        }
    }

    private bool IsForToken(string purpose) => options.Value.Holder is KeyHolder.Pkcs11 && token.CanMake(purpose);
}
