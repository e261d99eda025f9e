using System.Security.Cryptography;
using Assay.EndToEnd.Harness;
using Assay.Provenance.Keys;
using Assay.Provenance.Sigstore.Roots;
using Assay.Provenance.Tuf;

namespace Assay.EndToEnd.Provenance;

/// <summary>All keys of a registry whose clients are to believe its log, and the repository that tells them so.</summary>
internal sealed class PrivateTrust : IDisposable
{
    private readonly List<ECDsa> keys = [];

    public PrivateTrust()
    {
        Root = NewSigner();
        Online = NewSigner();
        RegistryKey = NewKey();
    }

    public static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    public TufSigner Root { get; }

    public TufSigner Online { get; }

    public ECDsa RegistryKey { get; }

    public PrivateLog Log { get; } = new();

    public TufRoot FirstRoot => TufRoot.First(Root, Online.Key, Now.AddYears(10));

    public TufContents Contents(Uri registry, int version = 1) => new()
    {
        Roots = [FirstRoot],
        Issue = new TufIssue(version, Now.AddDays(30)),
        Online = Online,
        Registry = registry,
        RegistryKeys =
            [new RegistryKey(KeyId.Of(RegistryKey), RegistryKey.ExportSubjectPublicKeyInfo(), new ValidityWindow(Now.AddDays(-2), null))],
        LogKeys = [Log.Key(Now.AddDays(-2))],
    };

    public AttestedPackage Package() => new(RegistryKey, Log, Now.AddDays(-1));

    public TufSigner NewSigner()
    {
        var key = NewKey();
        Assert.True(TufKey.TryCreate(key.ExportSubjectPublicKeyInfo(), out var tufKey));

        return new TufSigner(tufKey, bytes => key.SignData(bytes.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <summary>What a client must be started with to go to the repository instead of the public one.</summary>
    public static Dictionary<string, string> Preload(Uri repository, string rootFile) => new()
    {
        ["NODE_OPTIONS"] = $"--require={Path.Combine(Checkout.Root, "tests", "Assay.EndToEnd", "Provenance", "private-root.cjs")}",
        ["ASSAY_TUF_URL"] = repository.ToString().TrimEnd('/'),
        ["ASSAY_TUF_ROOT"] = rootFile,
    };

    public void Dispose()
    {
        Log.Dispose();
        keys.ForEach(key => key.Dispose());
    }

    private ECDsa NewKey()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        keys.Add(key);

        return key;
    }
}
