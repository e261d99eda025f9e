using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Signing;

internal enum KeyHolder
{
    Files,
    Pkcs11,
}

/// <summary>Section <c>Assay:Signing</c>.</summary>
internal sealed class SigningOptions : IValidatableObject
{
    public const string Section = "Assay:Signing";

    /// <summary>Where new private keys are made: files, or a PKCS#11 token. Those that exist stay where they are.</summary>
    public KeyHolder Holder { get; set; } = KeyHolder.Files;

    /// <summary>Where private keys lie; a relative path begins at the data directory. Nodes of one registry need the same files.</summary>
    [Required(AllowEmptyStrings = false)]
    public string KeysDirectory { get; set; } = "keys";

    /// <summary>How long a key that was replaced still counts, in minutes: for what is under way, and for nodes that do not have the new one yet.</summary>
    [Range(1, 7 * 24 * 60)]
    public int RetiringMinutes { get; set; } = 15;

    /// <summary>The library that speaks to the token, as its vendor names it.</summary>
    public string Pkcs11Library { get; set; } = "";

    /// <summary>Which token of the library.</summary>
    public string Pkcs11TokenLabel { get; set; } = "";

    /// <summary>A file with the token's user PIN; a relative path begins at the data directory. The PIN itself has no place in a configuration.</summary>
    public string Pkcs11PinFile { get; set; } = "";

    /// <summary>Keys on a token are found as long as it is named, also when new ones are made in files again.</summary>
    public bool HasToken => Pkcs11Library.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Holder is not KeyHolder.Pkcs11 && !HasToken)
        {
            yield break;
        }
        foreach (var (name, value) in new[] { (nameof(Pkcs11Library), Pkcs11Library), (nameof(Pkcs11TokenLabel), Pkcs11TokenLabel), (nameof(Pkcs11PinFile), Pkcs11PinFile) })
        {
            if (value.Length == 0)
            {
                yield return new ValidationResult("a token needs its library, its label and a file with its PIN.", [name]);
            }
        }
    }
}
