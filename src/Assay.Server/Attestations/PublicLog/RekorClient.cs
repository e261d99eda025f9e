using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Envelopes;
using Microsoft.Extensions.Options;

namespace Assay.Server.Attestations;

/// <summary>
/// Writes to a Rekor log, version 1, as the public registry does: with the registry's key as the verifier no repository's name gets there; the log keeps hashes, the signature and
/// the key.
/// </summary>
internal sealed class RekorClient(IOptions<AttestationsOptions> options)
{
    private const int LongestAnswer = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The entry as bundles have it.</summary>
    /// <exception cref="HttpRequestException">The log did not take it.</exception>
    public async Task<JsonObject> AddAsync(DsseEnvelope envelope, string verifierPem, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpMessageInvoker(handler);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var log = new Uri(options.Value.PublicLogUrl.TrimEnd('/') + "/");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(log, "api/v1/log/entries"))
        {
            Content = new StringContent(Proposed(envelope, verifierPem).ToJsonString(), Encoding.UTF8, "application/json"),
        };
        using var response = await client.SendAsync(request, limit.Token);
        // It has the very entry already: the answer to an earlier request was lost.
        if (response.StatusCode == HttpStatusCode.Conflict && response.Headers.Location is { } place)
        {
            using var again = new HttpRequestMessage(HttpMethod.Get, SameHost(log, place));
            using var existing = await client.SendAsync(again, limit.Token);
            return await ReadAsync(existing, limit.Token);
        }
        return await ReadAsync(response, limit.Token);
    }

    private static JsonObject Proposed(DsseEnvelope envelope, string verifierPem) => new()
    {
        ["apiVersion"] = "0.0.1",
        ["kind"] = "dsse",
        ["spec"] = new JsonObject
        {
            ["proposedContent"] = new JsonObject
            {
                ["envelope"] = Encoding.UTF8.GetString(envelope.ToBytes()),
                ["verifiers"] = new JsonArray(Convert.ToBase64String(Encoding.ASCII.GetBytes(verifierPem))),
            },
        },
    };

    private static Uri SameHost(Uri log, Uri place)
    {
        var target = new Uri(log, place);
        return target.GetLeftPart(UriPartial.Authority) == log.GetLeftPart(UriPartial.Authority) ? target : throw new HttpRequestException($"{log} leads to another host.");
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"The log answered {(int)response.StatusCode}.");
        }
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestAnswer];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            return RekorAnswer.ToBundleEntry(JsonNode.Parse(buffer.AsSpan(0, length)));
        }
        catch (Exception failure) when (failure is System.Text.Json.JsonException or FormatException or InvalidOperationException)
        {
            throw new HttpRequestException("The log's answer cannot be read.", failure);
        }
    }
}
