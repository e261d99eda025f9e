using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using ISession = Net.Pkcs11Interop.HighLevelAPI.ISession;

namespace Assay.Server.Signing.Tokens;

/// <summary>A token with a session that may use its private keys. For one caller at a time.</summary>
internal sealed class OpenToken : IDisposable
{
    private const int IdBytes = 16;

    private static readonly Pkcs11InteropFactories Factories = WithLoader();

    private readonly Dictionary<string, IObjectHandle> privateKeys = new(StringComparer.Ordinal);
    private readonly IPkcs11Library library;
    private readonly ISlot slot;
    private readonly ISession session;

    private OpenToken(IPkcs11Library loaded, ISlot slot, ISession session)
    {
        library = loaded;
        this.slot = slot;
        this.session = session;
    }

    /// <summary>Null when the library has no such token, or more than one.</summary>
    /// <exception cref="Pkcs11Exception">The token does not answer, or refuses the PIN.</exception>
    /// <exception cref="UnmanagedException">The library cannot be loaded.</exception>
    public static OpenToken? Open(string libraryPath, string label, string pin)
    {
        var library = Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, libraryPath, AppType.MultiThreaded);
        try
        {
            ISlot[] slots = [.. library.GetSlotList(SlotsType.WithTokenPresent).Where(slot => slot.GetTokenInfo().Label == label)];
            if (slots is not [var slot])
            {
                library.Dispose();
                return null;
            }
            var session = slot.OpenSession(SessionType.ReadWrite);
            session.Login(CKU.CKU_USER, pin);
            return new OpenToken(library, slot, session);
        }
        catch
        {
            library.Dispose();
            throw;
        }
    }

    public bool CanMake(TokenAlgorithm algorithm)
    {
        var all = slot.GetMechanismList();
        return all.Contains((CKM)algorithm.MakeMechanism) && all.Contains((CKM)algorithm.SignMechanism);
    }

    /// <summary>The public half of a new key whose private half never leaves the token.</summary>
    public byte[] Make(string label, TokenAlgorithm algorithm)
    {
        var attribute = Factories.ObjectAttributeFactory;
        List<IObjectAttribute> both =
        [
            attribute.Create(CKA.CKA_TOKEN, true),
            attribute.Create(CKA.CKA_LABEL, label),
            attribute.Create(CKA.CKA_ID, RandomNumberGenerator.GetBytes(IdBytes)),
        ];
        using var mechanism = Factories.MechanismFactory.Create(algorithm.MakeMechanism);
        session.GenerateKeyPair(
            mechanism,
            [.. both, attribute.Create(CKA.CKA_PRIVATE, false), attribute.Create(CKA.CKA_VERIFY, true), attribute.Create(CKA.CKA_EC_PARAMS, algorithm.Curve)],
            [.. both, attribute.Create(CKA.CKA_PRIVATE, true), attribute.Create(CKA.CKA_SIGN, true), attribute.Create(CKA.CKA_SENSITIVE, true), attribute.Create(CKA.CKA_EXTRACTABLE, false)],
            out var publicKey,
            out _);
        return algorithm.PublicKeyOf(PointOf(publicKey));
    }

    /// <summary>Null when the token has not both halves.</summary>
    public byte[]? PublicKey(string label, TokenAlgorithm algorithm) =>
        PrivateKey(label) is not null && Find(label, CKO.CKO_PUBLIC_KEY) is [var key, ..] ? algorithm.PublicKeyOf(PointOf(key)) : null;

    /// <summary>Null when the token has no such key.</summary>
    public byte[]? Sign(string label, TokenAlgorithm algorithm, byte[] message)
    {
        using var mechanism = Factories.MechanismFactory.Create(algorithm.SignMechanism);
        return PrivateKey(label) is { } key ? algorithm.Finished(session.Sign(mechanism, key, algorithm.Prepared(message))) : null;
    }

    public void Destroy(string label)
    {
        foreach (var key in Find(label, CKO.CKO_PRIVATE_KEY).Concat(Find(label, CKO.CKO_PUBLIC_KEY)))
        {
            session.DestroyObject(key);
        }
        privateKeys.Remove(label);
    }

    public void Dispose()
    {
        try
        {
            library.Dispose();
        }
        catch (Pkcs11Exception)
        {
            // The token is gone; so is what was to be closed.
        }
    }

    private IObjectHandle? PrivateKey(string label)
    {
        if (!privateKeys.TryGetValue(label, out var key) && Find(label, CKO.CKO_PRIVATE_KEY) is [var found, ..])
        {
            privateKeys[label] = key = found;
        }
        return key;
    }

    private List<IObjectHandle> Find(string label, CKO kind) =>
        session.FindAllObjects([Factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, kind), Factories.ObjectAttributeFactory.Create(CKA.CKA_LABEL, label)]);

    private byte[] PointOf(IObjectHandle publicKey) => session.GetAttributeValue(publicKey, [CKA.CKA_EC_POINT])[0].GetValueAsByteArray();

    // The binding asks for "libdl", a name that Linux has only with development packages.
    private static Pkcs11InteropFactories WithLoader()
    {
        NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, (name, _, _) =>
            name == "libdl" && NativeLibrary.TryLoad("libdl.so.2", out var loaded) ? loaded : IntPtr.Zero);
        return new Pkcs11InteropFactories();
    }
}
