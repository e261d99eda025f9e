using System.Text;
using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance.World;
using Assay.Npm;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Core.Tests.Provenance;

/// <summary>Good bundles with one thing changed at random. The seed is fixed: a failure can be seen again.</summary>
public sealed class BundleFuzzTests
{
    private const int Rounds = 2000;
    private const string Entry = "verificationMaterial/tlogEntries/0/";

    private static readonly string[] Signed =
    [
        "dsseEnvelope/payload", "dsseEnvelope/signatures/0/sig", "verificationMaterial/certificate/rawBytes", Entry + "logId/keyId",
        Entry + "canonicalizedBody", Entry + "inclusionPromise/signedEntryTimestamp", Entry + "inclusionProof/rootHash",
        Entry + "inclusionProof/hashes/0", Entry + "inclusionProof/hashes/1",
    ];

    private static readonly string[] Numbers =
        [Entry + "logIndex", Entry + "integratedTime", Entry + "inclusionProof/logIndex", Entry + "inclusionProof/treeSize"];

    [Fact]
    public void A_bit_changed_in_anything_signed_is_never_accepted()
    {
        var random = new Random(20261124);
        foreach (var (json, root, expectations) in Samples())
        {
            for (var round = 0; round < Rounds / 2; round++)
            {
                var bundle = JsonNode.Parse(json)!;
                var path = random.GetItems(Signed, 1)[0];
                FlipOneBit(bundle, path, random);

                Assert.True(Bundles.Verify(bundle.ToJsonString(), root, expectations) is BundleVerdict.Refused, $"{path}, round {round}");
            }
        }
    }

    [Fact]
    public void A_bit_changed_in_a_certificate_before_it_was_logged_is_never_accepted()
    {
        var random = new Random(20261127);
        var root = TestSigstore.Shared.Root();
        for (var round = 0; round < Rounds / 8; round++)
        {
            var bundle = new TestBundle { Altered = der => FlipOneBit(der, random) };

            Assert.IsType<BundleVerdict.Refused>(Bundles.Verify(bundle.Json().ToJsonString(), root, TestSigstore.ByWorkflow));
        }
    }

    [Fact]
    public void A_number_changed_in_anything_signed_is_never_accepted()
    {
        foreach (var (json, root, expectations) in Samples())
        {
            foreach (var path in Numbers)
            {
                var bundle = JsonNode.Parse(json)!;
                var number = long.Parse(bundle.At(path).GetValue<string>());
                Replace(bundle, path, $"{number + 1}");

                Assert.True(Bundles.Verify(bundle.ToJsonString(), root, expectations) is BundleVerdict.Refused, path);
            }
        }
    }

    [Fact]
    public void A_character_changed_in_the_checkpoint_is_never_accepted()
    {
        foreach (var (json, root, expectations) in Samples())
        {
            var note = JsonNode.Parse(json)!.At(Entry + "inclusionProof/checkpoint/envelope").GetValue<string>();
            for (var index = 0; index < note.Length; index++)
            {
                var bundle = JsonNode.Parse(json)!;
                var changed = note[index] == 'A' ? 'B' : 'A';
                Replace(bundle, Entry + "inclusionProof/checkpoint/envelope", $"{note[..index]}{changed}{note[(index + 1)..]}");

                Assert.True(Bundles.Verify(bundle.ToJsonString(), root, expectations) is BundleVerdict.Refused, $"character {index}");
            }
        }
    }

    [Fact]
    public void Whatever_the_bytes_are_the_answer_is_a_verdict()
    {
        var random = new Random(20261125);
        var stamped = new TestBundle { Stamps = [signature => TestSigstore.Shared.Timestamps.Stamp(signature, TestSigstore.SignedAt)] };
        foreach (var (json, root, expectations) in Samples().Append((stamped.Json().ToJsonString(), TestSigstore.Shared.Root(), TestSigstore.ByWorkflow)))
        {
            for (var round = 0; round < Rounds / 2; round++)
            {
                var bytes = Encoding.UTF8.GetBytes(json).ToList();
                for (var change = random.Next(1, 4); change > 0; change--)
                {
                    Change(bytes, random);
                }

                Assert.NotNull(Bundles.Verify(Encoding.UTF8.GetString([.. bytes]), root, expectations));
            }
        }
    }

    [Fact]
    public void Whatever_a_timestamp_is_the_answer_is_a_verdict()
    {
        var random = new Random(20261126);
        var json = new TestBundle { Stamps = [signature => TestSigstore.Shared.Timestamps.Stamp(signature, TestSigstore.SignedAt)] }.Json().ToJsonString();
        var root = TestSigstore.Shared.Root();
        for (var round = 0; round < Rounds / 4; round++)
        {
            var bundle = JsonNode.Parse(json)!;
            FlipOneBit(bundle, "verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp", random);

            Assert.NotNull(Bundles.Verify(bundle.ToJsonString(), root, TestSigstore.ByWorkflow));
        }
    }

    private static IEnumerable<(string Json, TrustedRoot Root, BundleExpectations Expectations)> Samples()
    {
        yield return (new TestBundle().Json().ToJsonString(), TestSigstore.Shared.Root(), TestSigstore.ByWorkflow);
        var path = Path.Combine(AppContext.BaseDirectory, "Provenance", "RealBundles", "sigstore-js", "bundleV03-intoto.sigstore");
        var digest = Integrity.FromSha512(Convert.FromHexString(
            "7bea9f6e7ff37f5fab0b36bf061200fff03099fd2fd696b91d04bc5e4f225eb9fd6e0cadcad54ba980f43fb352a99e8810b4e0abeb5c0ef2cf9108cd1f258b36"));
        yield return (
            File.ReadAllText(path),
            TrustedRoot.PublicSigstore,
            new BundleExpectations(new ExpectedSigner.AnyCertificate(), Bundles.Package("sigstore", "1.0.0", digest)));
    }

    private static void FlipOneBit(JsonNode bundle, string path, Random random) =>
        Replace(bundle, path, Convert.ToBase64String(FlipOneBit(Convert.FromBase64String(bundle.At(path).GetValue<string>()), random)));

    private static byte[] FlipOneBit(byte[] bytes, Random random)
    {
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static void Replace(JsonNode bundle, string path, string value) => bundle.At(path).ReplaceWith(value);

    private static void Change(List<byte> bytes, Random random)
    {
        var index = random.Next(bytes.Count);
        switch (random.Next(3))
        {
            case 0:
                bytes[index] = (byte)random.Next(256);
                break;
            case 1:
                bytes.Insert(index, (byte)random.Next(256));
                break;
            default:
                bytes.RemoveRange(index, Math.Min(random.Next(1, 40), bytes.Count - index));
                break;
        }
    }
}
