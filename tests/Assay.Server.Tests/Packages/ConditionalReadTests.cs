using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

/// <summary>Encodings, entity tags and conditions of the documents.</summary>
public sealed class ConditionalReadTests
{
    private const string Abbreviated = "application/vnd.npm.install-v1+json";

    [Theory]
    [InlineData("", null)]
    [InlineData("identity", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("br;q=0.000, gzip;q=0.0", null)]
    [InlineData("gzip;q=0", null)]
    [InlineData("gzip; q=0.001", "gzip")]
    [InlineData("zstd, deflate", null)]
    [InlineData("brotli, xgzip", null)]
    public async Task The_encoding_is_one_that_the_client_takes(string accepted, string? encoding)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await PublishedAsync(app);

        var response = await ReadAsync(app, alice, acceptEncoding: accepted);

        Assert.Equal(encoding is null ? [] : [encoding], response.Content.Headers.ContentEncoding);
        Assert.Equal("x", (string?)JsonNode.Parse(await DecodedAsync(response))!["name"]);
    }

    [Fact]
    public async Task Every_representation_has_a_tag_of_its_own()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await PublishedAsync(app);
        var tags = new List<EntityTagHeaderValue>();

        foreach (var accept in new[] { Abbreviated, "application/json" })
        {
            foreach (var encoding in new[] { "identity", "gzip", "br" })
            {
                tags.Add((await ReadAsync(app, alice, accept, encoding)).Headers.ETag!);
            }
        }

        Assert.Equal(6, tags.Distinct().Count());
        Assert.DoesNotContain(tags, tag => tag.IsWeak);
    }

    [Fact]
    public async Task All_forms_say_the_same_and_vary_and_stay_private()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await PublishedAsync(app);

        foreach (var accept in new[] { Abbreviated, "application/json" })
        {
            var plain = await DecodedAsync(await ReadAsync(app, alice, accept, "identity"));
            foreach (var encoding in new[] { "gzip", "br" })
            {
                var response = await ReadAsync(app, alice, accept, encoding);

                Assert.Equal(plain, await DecodedAsync(response));
                Assert.Equal("Accept, Accept-Encoding, Authorization", string.Join(", ", response.Headers.Vary));
                Assert.Equal("no-cache, private", response.Headers.CacheControl!.ToString());
                Assert.NotNull(response.Content.Headers.LastModified);
            }
        }
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/{0}")]
    [InlineData("\"other\", {0}")]
    [InlineData("\"other\" , W/{0} ,\"third\"")]
    [InlineData("*")]
    public async Task A_client_that_has_it_gets_only_the_news_that_nothing_is_new(string condition)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await PublishedAsync(app);
        var first = await ReadAsync(app, alice);

        var second = await ReadAsync(app, alice, ifNoneMatch: string.Format(condition, first.Headers.ETag!.Tag));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(first.Headers.CacheControl, second.Headers.CacheControl);
        Assert.Equal(first.Headers.Vary, second.Headers.Vary);
    }

    [Fact]
    public async Task The_tag_of_another_form_is_no_match()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await PublishedAsync(app);
        var full = await ReadAsync(app, alice, "application/json", "gzip");

        var abbreviated = await ReadAsync(app, alice, Abbreviated, "gzip", full.Headers.ETag!.Tag);

        Assert.Equal(HttpStatusCode.OK, abbreviated.StatusCode);
    }

    [Fact]
    public async Task The_date_counts_only_without_a_tag()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await PublishedAsync(app);
        var modified = (await ReadAsync(app, alice)).Content.Headers.LastModified!.Value;

        var same = await ReadAsync(app, alice, since: modified);
        var earlier = await ReadAsync(app, alice, since: modified.AddSeconds(-1));
        var otherTag = await ReadAsync(app, alice, ifNoneMatch: "\"other\"", since: modified);

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(HttpStatusCode.OK, earlier.StatusCode);
        Assert.Equal(HttpStatusCode.OK, otherTag.StatusCode);
    }

    [Fact]
    public async Task Every_kind_of_change_changes_the_tag_even_at_the_same_instant()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await PublishedAsync(app);
        var seen = new List<string> { (await ReadAsync(app, alice)).Headers.ETag!.Tag };

        async Task ChangedAsync(Func<Task<HttpResponseMessage>> change)
        {
            Assert.True((await change()).IsSuccessStatusCode);
            var response = await ReadAsync(app, alice, ifNoneMatch: seen[^1]);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            seen.Add(response.Headers.ETag!.Tag);
        }

        await ChangedAsync(() => new TestPackage("x", "1.1.0").PublishAsync(app, alice));
        await ChangedAsync(() => app.PutAsync("/-/package/x/dist-tags/old", alice, JsonValue.Create("1.0.0")));
        await ChangedAsync(() => app.DeleteAsync("/-/package/x/dist-tags/old", alice));
        await ChangedAsync(() => app.PutAsync("/x", alice, new JsonObject
        {
            ["versions"] = new JsonObject { ["1.0.0"] = new JsonObject { ["deprecated"] = "old" } },
        }));

        Assert.Equal(5, seen.Distinct().Count());
    }

    private static async Task<string> PublishedAsync(RegistryApp app)
    {
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        return alice;
    }

    private static Task<HttpResponseMessage> ReadAsync(
        RegistryApp app, string token, string accept = "application/json", string acceptEncoding = "gzip", string? ifNoneMatch = null, DateTimeOffset? since = null) =>
        app.GetAsync("/x", token, headers =>
        {
            headers.TryAddWithoutValidation("Accept", accept);
            headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
            headers.IfModifiedSince = since;
            if (ifNoneMatch is not null)
            {
                headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
            }
        });

    private static async Task<string> DecodedAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsStreamAsync();
        Stream decoded = response.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "gzip" => new GZipStream(bytes, CompressionMode.Decompress),
            "br" => new BrotliStream(bytes, CompressionMode.Decompress),
            _ => bytes,
        };
        using var reader = new StreamReader(decoded);
        return await reader.ReadToEndAsync();
    }
}
