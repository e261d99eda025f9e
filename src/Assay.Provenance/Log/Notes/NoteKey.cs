using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Provenance.Log.Notes;

/// <summary>A key whose signatures on notes are believed (c2sp.org/signed-note).</summary>
public abstract class NoteKey
{
    private const int LongestText = 1024;

    private readonly byte type;
    private readonly byte[] material;

    private protected NoteKey(string name, uint id, byte type, byte[] material)
    {
        Name = KeyName.IsValid(name) ? name : throw new ArgumentException("A key's name has no spaces, no plus sign and is not empty.", nameof(name));
        Id = id;
        this.type = type;
        this.material = material;
    }

    public string Name { get; }

    /// <summary>Tells the keys of one name apart. It is short and proves nothing.</summary>
    public uint Id { get; }

    /// <summary>The verifier key as text: name, id and public key, parted by plus signs.</summary>
    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([type, .. material])}";

    public static bool TryParse(string text, [NotNullWhen(true)] out NoteKey? key)
    {
        key = null;
        // Base64 has plus signs too; names have not.
        if (text.Length > LongestText || text.Split('+', 3) is not [var name, _, var encoded] || !KeyName.IsValid(name)
            || !StrictBase64.TryDecode(Encoding.UTF8.GetBytes(encoded), out var bytes) || bytes.Length < 2)
        {
            return false;
        }
        var read = Create(name, bytes[0], bytes[1..]);
        key = read?.ToString() == text ? read : null;
        return key is not null;
    }

    internal bool IsNamedBy(NoteSignature signature) => signature.KeyId == Id && signature.Name == Name;

    /// <summary>The signature with what it says beside the text, or null when it is not this key's.</summary>
    internal abstract VerifiedSignature? Verify(ReadOnlySpan<byte> text, NoteSignature signature);

    private protected static uint IdOf(string name, byte type, ReadOnlySpan<byte> material) =>
        IdOf([.. Encoding.UTF8.GetBytes(name), (byte)'\n', type, .. material]);

    private protected static uint IdOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(bytes));

    private static NoteKey? Create(string name, byte type, byte[] material) => type switch
    {
        Ed25519NoteKey.Type => Ed25519NoteKey.Create(name, material),
        EcdsaNoteKey.Type => EcdsaNoteKey.Create(name, material),
        WitnessKey.Type => WitnessKey.Create(name, material),
        _ => null,
    };
}
