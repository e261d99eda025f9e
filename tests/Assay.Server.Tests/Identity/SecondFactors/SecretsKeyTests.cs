using System.Net;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>The key that secrets are sealed with.</summary>
public sealed class SecretsKeyTests
{
    private static readonly TestPackage Package = new("@acme/hello", "1.0.0");

    [Fact]
    public async Task It_is_made_at_the_first_need_for_its_owner_alone_and_the_secret_is_not_in_the_database()
    {
        await using var app = await RegistryApp.StartAsync();
        var file = Path.Combine(app.DataDirectory, "keys", "secrets.key");
        var alice = await app.SignedInAsync("alice");
        var before = File.Exists(file);

        var factor = await app.EnrolledAsync(alice);

        Assert.False(before);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var row = await app.ReadAsync(db => db.Totps.SingleAsync());
        Assert.Equal(-1, row.Sealed.AsSpan().IndexOf(factor.Secret));
    }

    [Fact]
    public async Task What_was_sealed_for_one_person_opens_for_no_other()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await app.EnrolledAsync(alice);
        var factor = await app.EnrolledAsync(bob);
        await app.ReadAsync(db => db.Database.ExecuteSqlRawAsync(
            """update "Totps" set "Sealed" = (select "Sealed" from "Totps" order by "PersonId" desc limit 1) where "PersonId" = (select min("PersonId") from "Totps")"""));

        var refused = await Package.PublishAsync(app, alice, factor.NextCode());

        await refused.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "cannot-open-secrets");
    }
}
