using System.Net;
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
    private static readonly IssuerFetch Fetch = new(Options.Create(new TrustedPublishingOptions { FetchSeconds = 1, FetchBytes = 1024 }));

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
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var issuer = await StubIssuer.StartAsync();
        issuer.Discovery = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/keys";
            return Task.CompletedTask;
        };

        Assert.Contains($"answered {status}", await RefusalAsync(new Uri(issuer.Url, "/.well-known/openid-configuration"), Loopback()), StringComparison.Ordinal);
        Assert.Single(issuer.Requests);
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

    private static async Task<string> RefusalAsync(Uri url, TrustedIssuer issuer) =>
        (await Assert.ThrowsAsync<IssuerUnreachable>(() => Fetch.GetAsync(url, issuer, TestContext.Current.CancellationToken))).Message;

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
}
