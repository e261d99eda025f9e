using System.Net;
using System.Text;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Packages.Search;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary>Ten thousand versions of six hundred packages: counted in full, listed in part, hidden and given back in one act each.</summary>
public sealed class LargeIncidentTests
{
    private const int Packages = 600;
    private const int Versions = 10_000;

    [Fact]
    public async Task A_large_incident_is_one_act_and_undone_by_one()
    {
        await using var world = await TrustWorld.StartAsync();
        var second = await world.App.SignedInAsync("second", isAdministrator: true);
        await FillAsync(world);
        await (await world.App.GetAsync("/large-7", second)).ShouldBeReadAsync();
        Assert.Equal(Packages, (int)(await world.App.SearchAsync(second, "large"))["total"]!);

        var preview = await world.PreviewedAsync(Select.Issuer());
        var incident = await world.DeclaredAsync(Select.Issuer());

        Assert.Equal((Versions, 200), ((int)preview["versions"]!["count"]!, preview["versions"]!["first"]!.AsArray().Count));
        Assert.Equal((Packages, 200), ((int)preview["packages"]!["count"]!, preview["packages"]!["first"]!.AsArray().Count));
        Assert.Equal(HttpStatusCode.NotFound, (await world.App.GetAsync("/large-7", second)).StatusCode);
        Assert.Equal(0, (int)(await world.App.SearchAsync(second, "large"))["total"]!);
        Assert.Equal(Versions, await world.App.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "version.quarantined" && row.Detail == incident)));
        await (await world.UndoAsync(incident, second)).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.App.GetAsync("/large-7", second)).ShouldBeReadAsync();
        Assert.Equal(Packages, (int)(await world.App.SearchAsync(second, "large"))["total"]!);
        Assert.Equal(0, await world.App.ReadAsync(db => db.Versions.CountAsync(row => row.QuarantinedBy != null)));
    }

    private static Task<bool> FillAsync(TrustWorld world) => world.App.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
    {
        var packages = Enumerable.Range(0, Packages)
            .Select(number => new PackageRow { Name = $"large-{number}", Access = PackageRules.Members, CreatedAt = commit.Now, ModifiedAt = commit.Now }).ToList();
        commit.Db.Packages.AddRange(packages);
        await commit.Db.SaveChangesAsync(stop);
        packages.ForEach(package => commit.Changed(PackageDocuments.ChangePrefix + package.Name));
        commit.Db.Versions.AddRange(Enumerable.Range(0, Versions).Select(number => Row(packages[number % Packages], number, commit.Now)));
        return true;
    }, CancellationToken.None);

    private static VersionRow Row(PackageRow package, int number, DateTimeOffset now)
    {
        var manifest = Encoding.UTF8.GetBytes($$"""{"name":"{{package.Name}}","version":"1.{{number}}.0"}""");
        return new VersionRow
        {
            PackageId = package.Id,
            Version = $"1.{number}.0",
            FullJson = manifest,
            AbbreviatedJson = manifest,
            Sha512 = new byte[64],
            Shasum = new string('0', 40),
            PublishedAt = now,
            PublisherName = "GitHub Actions",
            PublisherEmail = "",
            PublisherCredential = "",
            BindingId = "github",
            ProjectId = Select.ProjectId,
            RunId = $"{number}",
        };
    }
}
