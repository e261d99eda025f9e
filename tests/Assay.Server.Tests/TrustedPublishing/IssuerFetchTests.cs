using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Assay.Server.Outbound;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What an issuer could do with the one request that this registry sends to it.</summary>
public sealed class IssuerFetchTests
{
    private static readonly TrustedPublishingOptions Limits = new() { FetchSeconds = 1, FetchBytes = 1024 };

    private static readonly IssuerFetch Fetch = Resolving(Dns.GetHostAddressesAsync);

    [Fact]
    public async Task A_document_up_to_the_limit_is_taken()
    {
        await using var issuer = await StubIssuer.StartAsync();
        issuer.Keys = StubIssuer.Answering(new string('x', 1024));

        var text = await Fetch.GetAsync(new Uri(issuer.Url, "/keys"), Loopback(), TestContext.Current.CancellationToken);

        Assert.Equal(1024, text.Length);
    }

    [Fact]
    public async Task A_document_over_the_limit_is_not()
    {
        await using var issuer = await StubIssuer.StartAsync();
        issuer.Keys = StubIssuer.Answering(new string('x', 1025));

        Assert.Contains("more than 1024 bytes", await RefusalAsync(new Uri(issuer.Url, "/keys"), Loopback()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_without_an_end_is_left_at_the_limit()
    {
        await using var issuer = await StubIssuer.StartAsync();
        var left = new TaskCompletionSource();
        issuer.Keys = async context =>
        {
            try
            {
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.WriteAsync(new string('x', 64 * 1024), context.RequestAborted);
                }
            }
            catch (OperationCanceledException)
            {
                // The registry hung up, which is what this test is about.
            }
            left.SetResult();
        };

        Assert.Contains("more than 1024 bytes", await RefusalAsync(new Uri(issuer.Url, "/keys"), Loopback()), StringComparison.Ordinal);
        await left.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_issuer_that_stalls_is_left_at_the_time_limit(bool afterSomeBytes)
    {
        await using var issuer = await StubIssuer.StartAsync();
        issuer.Keys = async context =>
        {
            if (afterSomeBytes)
            {
                await context.Response.WriteAsync("{");
                await context.Response.Body.FlushAsync();
            }
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        Assert.Contains("did not answer within 1 seconds", await RefusalAsync(new Uri(issuer.Url, "/keys"), Loopback()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public async Task An_issuer_that_sends_a_byte_now_and_then_is_left_at_the_time_limit(string first)
    {
        await using var issuer = RawServer.Dripping(first, first.Contains("chunked", StringComparison.Ordinal) ? "1\r\nx\r\n" : "x", TimeSpan.FromMilliseconds(50));

        Assert.Contains("did not answer within 1 seconds", await RefusalAsync(issuer.Url, Loopback()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_without_an_end_are_left_before_the_time_limit()
    {
        await using var issuer = RawServer.Dripping("HTTP/1.1 200 OK\r\n", $"x: {new string('x', 8000)}\r\n", TimeSpan.Zero);

        Assert.DoesNotContain("did not answer", await RefusalAsync(issuer.Url, Loopback()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_follows_after_the_announced_length_is_not_taken()
    {
        await using var issuer = RawServer.Sending($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{{}}{new string('x', 5000)}");

        Assert.Equal("{}", await Fetch.GetAsync(issuer.Url, Loopback(), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Half_an_answer_is_none(string answer)
    {
        await using var issuer = RawServer.Sending(answer);

        Assert.Contains($"{issuer.Url}: ", await RefusalAsync(issuer.Url, Loopback()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_other_side_sends_is_quoted_in_one_short_printable_line()
    {
        await using var issuer = RawServer.Sending($"HTTP/1.1 \u001b[2J{new string('x', 8000)}\r\n\r\n");

        var refusal = await RefusalAsync(issuer.Url, Loopback());

        Assert.All(refusal, character => Assert.InRange(character, ' ', '~'));
        Assert.InRange(refusal.Length, 1, 500);
    }

    [Fact]
    public async Task A_compressed_document_is_not_unpacked()
    {
        await using var issuer = await StubIssuer.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[200 * 1024]);
        }
        issuer.Keys = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(packed.ToArray()).AsTask();
        };

        var text = await Fetch.GetAsync(new Uri(issuer.Url, "/keys"), Loopback(), TestContext.Current.CancellationToken);

        Assert.InRange(text.Length, 1, packed.Length);
        Assert.False(issuer.LastHeaders.ContainsKey("Accept-Encoding"));
    }

    public static TheoryData<int, string> Redirects => new MatrixTheoryData<int, string>(
        [301, 302, 303, 307, 308], ["/keys", "file:///etc/passwd", "gopher://127.0.0.1/_x", "http://169.254.169.254/latest/meta-data/"]);

    [Theory]
    [MemberData(nameof(Redirects))]
    public async Task A_redirect_is_not_followed(int status, string location)
    {
        await using var issuer = await StubIssuer.StartAsync();
        issuer.Discovery = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        };

        Assert.Contains($"answered {status}", await RefusalAsync(new Uri(issuer.Url, "/.well-known/openid-configuration"), Loopback()), StringComparison.Ordinal);
        Assert.Single(issuer.Requests);
    }

    [Fact]
    public async Task No_cookie_is_sent_back_and_nothing_else_that_tells_who_asks()
    {
        await using var issuer = await StubIssuer.StartAsync();
        issuer.Keys = context =>
        {
            context.Response.Headers.SetCookie = "session=1; path=/";
            return context.Response.WriteAsync("{}");
        };

        await Fetch.GetAsync(new Uri(issuer.Url, "/keys"), Loopback(), TestContext.Current.CancellationToken);
        await Fetch.GetAsync(new Uri(issuer.Url, "/keys"), Loopback(), TestContext.Current.CancellationToken);

        Assert.Equal(["Accept", "Host"], issuer.LastHeaders.Keys.Order());
    }

    // A proxy would connect to whatever the name means to it.
    [Fact]
    public async Task The_proxy_of_the_surroundings_is_not_asked()
    {
        await using var issuer = await StubIssuer.StartAsync();
        await using var proxy = RawServer.Sending("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy");
        var usual = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new ProxyFor(issuer.Url, proxy.Port);
        try
        {
            Assert.Contains("keys", await Fetch.GetAsync(new Uri(issuer.Url, "/keys"), Loopback(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            HttpClient.DefaultProxy = usual;
        }
        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var certificate = TestCertificate.Create();
        await using var issuer = await StubIssuer.StartAsync(certificate);

        var refusal = await RefusalAsync(new Uri($"https://localhost:{issuer.Url.Port}/keys"), Issuer(insecureHttp: false, "127.0.0.0/8", "::1/128"));

        Assert.Contains("certificate", refusal, StringComparison.Ordinal);
        Assert.Empty(issuer.Requests);
    }

    // DNS that answers differently a moment later: what was checked must be what is connected to.
    [Fact]
    public async Task A_name_is_looked_up_once_and_the_very_address_that_was_checked_is_connected_to()
    {
        await using var issuer = await StubIssuer.StartAsync();
        await using var other = RawServer.Sending("", new IPEndPoint(IPAddress.Parse("127.0.0.2"), issuer.Url.Port));
        var answers = new Queue<string>(["127.0.0.1", "127.0.0.2", "127.0.0.2"]);
        var fetch = Resolving((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));

        var text = await fetch.GetAsync(new Uri($"http://localhost:{issuer.Url.Port}/keys"), Loopback(), TestContext.Current.CancellationToken);

        Assert.Contains("keys", text, StringComparison.Ordinal);
        Assert.Equal(0, other.Connections);
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_that_are_allowed_are_connected_to()
    {
        using var certificate = TestCertificate.Create();
        await using var issuer = await StubIssuer.StartAsync(certificate);
        await using var other = RawServer.Sending("", new IPEndPoint(IPAddress.Parse("127.0.0.2"), issuer.Url.Port));
        var fetch = Resolving((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]));

        var refusal = await RefusalAsync(fetch, new Uri($"https://ci.acme.example:{issuer.Url.Port}/keys"), Issuer(insecureHttp: false, "127.0.0.1/32"));

        // As far as it gets: the right one was spoken to, and its certificate is not trusted.
        Assert.Contains("certificate", refusal, StringComparison.Ordinal);
        Assert.Equal(0, other.Connections);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:192.168.1.1")]
    [InlineData("127.0.0.1")]
    public async Task A_public_name_of_a_private_address_needs_a_range_that_allows_it(string address)
    {
        var fetch = Resolving((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]));

        var refusal = await RefusalAsync(fetch, new Uri("https://ci.acme.example/keys"), Issuer(insecureHttp: true, "10.1.0.0/16"));

        Assert.Contains("is not a public address", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::169.254.169.254")]
    [InlineData("::ffff:0:169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("64:ff9b:1::10.0.0.1")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:a9fe:a9fe::1")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task No_name_leads_to_metadata_or_this_host_whatever_is_allowed(string address)
    {
        var fetch = Resolving((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]));

        var refusal = await RefusalAsync(fetch, new Uri("https://ci.acme.example/keys"), Issuer(insecureHttp: true, "0.0.0.0/0", "::/0"));

        Assert.Contains("is not a public address", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_stays_on_this_machine_also_where_localhost_is_another()
    {
        var fetch = Resolving((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("203.0.113.1")]));

        var refusal = await RefusalAsync(fetch, new Uri("http://localhost/keys"), Issuer(insecureHttp: true, "0.0.0.0/0"));

        Assert.Contains("is not a public address", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_never_found_is_left_at_the_time_limit()
    {
        var fetch = Resolving(async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return [];
        });

        Assert.Contains("did not answer within 1 seconds", await RefusalAsync(fetch, new Uri("https://ci.acme.example/keys"), Loopback()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_means_nothing_is_told()
    {
        var fetch = Resolving((_, _) => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Contains("https://ci.acme.example/keys: ", await RefusalAsync(fetch, new Uri("https://ci.acme.example/keys"), Loopback()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://ci.acme.example/keys", true)]
    [InlineData("http://127.0.0.1:1/keys", false)]
    [InlineData("http://10.0.0.1/keys", true)]
    public async Task Plain_http_stays_on_this_machine_and_needs_leave(string url, bool insecureHttp) =>
        Assert.Contains("is not https", await RefusalAsync(new Uri(url), Issuer(insecureHttp)), StringComparison.Ordinal);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    public async Task A_private_address_is_not_connected_to_without_a_range_that_allows_it(string host)
    {
        await using var issuer = await StubIssuer.StartAsync();

        var refusal = await RefusalAsync(new Uri($"https://{host}:{issuer.Url.Port}/keys"), Issuer(insecureHttp: false));

        Assert.Contains("is not a public address", refusal, StringComparison.Ordinal);
        Assert.Contains("--allow-address", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task With_such_a_range_it_is(string host)
    {
        await using var issuer = await StubIssuer.StartAsync();

        // The stub speaks no TLS, so this is as far as it gets.
        var refusal = await RefusalAsync(new Uri($"https://{host}:{issuer.Url.Port}/keys"), Issuer(insecureHttp: false, "127.0.0.0/8"));

        Assert.DoesNotContain("is not a public address", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("[::ffff:169.254.169.254]")]
    [InlineData("[fe80::a9fe:a9fe]")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("100.100.100.200")]
    public async Task Metadata_services_are_never_connected_to(string host) =>
        Assert.Contains(
            "is not a public address",
            await RefusalAsync(new Uri($"https://{host}/keys"), Issuer(insecureHttp: false, "0.0.0.0/0", "::/0")),
            StringComparison.Ordinal);

    private static IssuerFetch Resolving(ResolveAddresses resolve) => new(resolve, Options.Create(Limits));

    private static Task<string> RefusalAsync(Uri url, TrustedIssuer issuer) => RefusalAsync(Fetch, url, issuer);

    private static async Task<string> RefusalAsync(IssuerFetch fetch, Uri url, TrustedIssuer issuer) =>
        (await Assert.ThrowsAsync<IssuerUnreachable>(() => fetch.GetAsync(url, issuer, TestContext.Current.CancellationToken))).Message;

    private static TrustedIssuer Loopback() => Issuer(insecureHttp: true);

    private static TrustedIssuer Issuer(bool insecureHttp, params string[] allowed)
    {
        var draft = new BindingDraft { Id = "ci", ProviderId = "github", Issuer = "https://ci.acme.example" };
        Assert.True(IssuerBinding.TryCreate(ProviderCatalog.Shipped, draft, out var binding, out _));
        return new TrustedIssuer(binding, ProviderCatalog.Shipped.Find("github")!)
        {
            AllowedAddresses = [.. allowed.Select(IPNetwork.Parse)],
            InsecureHttp = insecureHttp,
        };
    }

    /// <summary>A proxy for one address alone, because the setting is the whole process's.</summary>
    private sealed class ProxyFor(Uri only, int port) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri GetProxy(Uri destination) => new($"http://127.0.0.1:{port}");

        public bool IsBypassed(Uri host) => host.Authority != only.Authority;
    }
}
