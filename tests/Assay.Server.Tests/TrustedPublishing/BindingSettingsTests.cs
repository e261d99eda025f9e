using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What a binding says about tokens that their administrator shapes: where claims are, which must be there, for whom the token is.</summary>
public sealed class BindingSettingsTests : IAsyncLifetime
{
    private TrustWorld world = null!;
    private StubIssuer issuer = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.WithoutIssuersAsync();
        issuer = await StubIssuer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await issuer.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Claims_are_read_where_the_binding_says()
    {
        await BindAsync();

        using var own = await world.ExchangeAsync(Mint(project: "74"));
        using var other = await world.ExchangeAsync(Mint(project: "75"));

        await own.ShouldBeAsync(HttpStatusCode.Created);
        await other.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task A_claim_that_the_binding_requires_must_be_there()
    {
        await BindAsync(body => body["requireClaims"] = new JsonArray("ref"));

        using var with = await world.ExchangeAsync(Mint());
        using var without = await world.ExchangeAsync(Mint(changes: new JsonObject { ["ref"] = null }));

        await with.ShouldBeAsync(HttpStatusCode.Created);
        await without.ShouldExplainAsync(HttpStatusCode.Unauthorized, "claim-missing");
    }

    [Fact]
    public async Task The_audience_of_the_binding_is_the_only_one()
    {
        await BindAsync(body => body["audience"] = "assay-at-acme");

        using var usual = await world.ExchangeAsync(Mint());
        using var own = await world.ExchangeAsync(Mint(changes: new JsonObject { ["aud"] = "assay-at-acme" }));

        await usual.ShouldExplainAsync(HttpStatusCode.Unauthorized, "wrong-audience");
        await own.ShouldBeAsync(HttpStatusCode.Created);
    }

    private string Mint(string project = "74", JsonObject? changes = null)
    {
        changes ??= [];
        changes["https://ci.acme.example/"] = new JsonObject { ["project"] = project, ["owner"] = "65" };
        changes["repository_id"] = null;
        return issuer.Mint(world, changes);
    }

    private async Task BindAsync(Action<JsonObject>? with = null)
    {
        await (await world.AddIssuerAsync("generic", issuer.Url, with: body =>
        {
            body["claims"] = new JsonObject
            {
                ["project"] = new JsonArray("https://ci.acme.example/", "project"),
                ["owner"] = new JsonArray("https://ci.acme.example/", "owner"),
                ["ref"] = new JsonArray("ref"),
                ["ref_protected"] = new JsonArray("ref_protected"),
            };
            with?.Invoke(body);
        })).ShouldBeAsync(HttpStatusCode.OK);
        await world.WrittenPolicyAsync(new JsonObject
        {
            ["target"] = TrustWorld.Package,
            ["binding"] = "generic",
            ["actions"] = new JsonArray("publish"),
            ["pins"] = new JsonObject { ["project"] = "74", ["owner"] = "65" },
        });
    }
}
