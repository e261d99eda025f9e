using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Provenance.Log.Notes;
using Assay.Provenance.Log.Rekor;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class RekorTests
{
    // A fixed key, so that the whole text is.
    private const string PublicKey =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==";

    private static readonly byte[] Spki = Convert.FromBase64String(PublicKey);

    [Fact]
    public void An_entry_is_canonical_json()
    {
        var body = RekorDsseEntry.Body("{}"u8, "payload"u8, [0xfb, 0xff, 0xfe], Spki);

        var expected = """
            {"apiVersion":"0.0.1","kind":"dsse","spec":{
            "envelopeHash":{"algorithm":"sha256","value":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},
            "payloadHash":{"algorithm":"sha256","value":"239f59ed55e737c77147cf55ad0c1b030b6d7ee748a7426952f9b852d5a935e5"},
            "signatures":[{"signature":"+//+","verifier":"VERIFIER"}]}}
            """;
        Assert.Equal(
            expected.ReplaceLineEndings("").Replace("VERIFIER", Verifier(body), StringComparison.Ordinal), Encoding.ASCII.GetString(body));
    }

    [Fact]
    public void The_verifier_is_the_key_as_pem_with_lines_of_64_and_a_newline_at_the_end() =>
        Assert.Equal(
            $"-----BEGIN PUBLIC KEY-----\n{PublicKey[..64]}\n{PublicKey[64..]}\n-----END PUBLIC KEY-----\n",
            Encoding.ASCII.GetString(Convert.FromBase64String(Verifier(RekorDsseEntry.Body("{}"u8, "payload"u8, [1], Spki)))));

    [Fact]
    public void What_is_signed_about_an_entry_has_its_members_in_order()
    {
        var log = EcdsaNoteKey.Create("registry.example", Spki)!;

        var payload = RekorEntryTimestamp.Payload([0xfb, 0xff, 0xfe], DateTimeOffset.FromUnixTimeSeconds(1_790_000_000), log, 7);

        Assert.Equal(
            $$"""{"body":"+//+","integratedTime":1790000000,"logID":"{{Convert.ToHexStringLower(SHA256.HashData(Spki))}}","logIndex":7}""",
            Encoding.ASCII.GetString(payload));
    }

    private static string Verifier(byte[] body) =>
        JsonDocument.Parse(body).RootElement.GetProperty("spec").GetProperty("signatures")[0].GetProperty("verifier").GetString()!;
}
