using System.Diagnostics;
using System.Net;
using System.Text;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Packages;

/// <summary>Pages of the largest packages there are come as fast as others, once they were asked for.</summary>
public sealed class LargePackagePageTests
{
    private const int Versions = 5_000;
    private const int Downloaded = 200;
    private const int Tries = 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task With_5000_versions_and_a_readme_of_a_megabyte_no_page_takes_100_ms()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var package = new TestPackage(TrustWorld.Package, "9.0.0") { Files = [("package/README.md", Readme()), ("package/index.js", "1")] };
        await (await package.PublishAsync(world.App, await world.ExchangedAsync(world.Github()))).ShouldBeAsync(HttpStatusCode.Created);
        await FillAsync(world);
        var browser = new Browser(world.App);
        await browser.SignInAsync("root");

        foreach (var address in new[] { "", "/versions", "/versions?from=4950", "/v/9.0.0", "/v/1.2500.0" })
        {
            var best = await BestAsync(browser, $"/-/packages/{TrustWorld.Package}{address}");

            TestContext.Current.TestOutputHelper?.WriteLine($"{address}: {best.TotalMilliseconds:0.0} ms");
            Assert.True(best < Longest, $"The page {address} of {Versions} versions took {best.TotalMilliseconds:0.0} ms");
        }
        await browser.OpenAsync($"/-/packages/{TrustWorld.Package}/versions");
        Assert.Equal(200, browser.Document.QuerySelectorAll("datalist#offered option").Length);
        Assert.Equal("9.0.0", browser.Document.QuerySelector("input[name=now][list=offered]")!.GetAttribute("value"));
    }

    // What else runs on the machine makes it slower, never faster.
    private static async Task<TimeSpan> BestAsync(Browser browser, string address)
    {
        var best = TimeSpan.MaxValue;
        for (var run = 0; run < Tries; run++)
        {
            var clock = Stopwatch.StartNew();
            await browser.LoadAsync(address);
            clock.Stop();
            Assert.Equal(HttpStatusCode.OK, browser.Status);
            best = clock.Elapsed < best ? clock.Elapsed : best;
        }
        return best;
    }

    private static string Readme()
    {
        var text = new StringBuilder("# Large\n\n");
        while (text.Length < 1_000_000)
        {
            text.Append("## Part\n\nA paragraph with **strong** words, a [link](https://example.test/) and `code`.\n\n- one\n- two\n\n");
        }
        return text.ToString();
    }

    /// <summary>Older versions of the same bytes and the same run, their statements and their downloads.</summary>
    private static Task<bool> FillAsync(TrustWorld world) => world.CommitAsync(async commit =>
    {
        var model = await commit.Db.Versions.AsNoTracking().SingleAsync();
        var statements = await commit.Db.Attestations.AsNoTracking().ToListAsync();
        var versions = Enumerable.Range(1, Versions - 1).Select(number => Copy(model, number)).ToList();
        commit.Db.Versions.AddRange(versions);
        await commit.Db.SaveChangesAsync();
        commit.Db.Attestations.AddRange(versions.SelectMany((version, at) => statements.Select((statement, of) => Copy(statement, version.Id, 1_000_000 + (at * 10) + of))));
        var today = Days.Of(commit.Now);
        commit.Db.DownloadDays.AddRange(versions.Take(Downloaded).SelectMany(version =>
            Enumerable.Range(0, 90).Select(ago => new DownloadDayRow { PackageId = model.PackageId, VersionId = version.Id, Day = today - ago, Month = Days.MonthOf(today - ago), Count = 7 })));
        commit.Changed(PackageDocuments.ChangePrefix + TrustWorld.Package);
        return true;
    });

    private static VersionRow Copy(VersionRow model, int number)
    {
        var version = $"1.{number}.0";
        return new VersionRow
        {
            PackageId = model.PackageId,
            Version = version,
            FullJson = Renamed(model.FullJson, version),
            AbbreviatedJson = Renamed(model.AbbreviatedJson, version),
            Sha512 = model.Sha512,
            Shasum = model.Shasum,
            Size = model.Size,
            FileCount = model.FileCount,
            UnpackedSize = model.UnpackedSize,
            PublishedAt = model.PublishedAt.AddMinutes(number - Versions),
            PublisherName = model.PublisherName,
            PublisherEmail = model.PublisherEmail,
            PublisherCredential = model.PublisherCredential,
            TrustedPublisher = model.TrustedPublisher,
            PolicyId = model.PolicyId,
            BindingId = model.BindingId,
            ProjectId = model.ProjectId,
            RunId = model.RunId,
            Workflow = model.Workflow,
            RunJson = model.RunJson,
            SignatureKeyId = model.SignatureKeyId,
            Signature = model.Signature,
        };
    }

    private static AttestationRow Copy(AttestationRow model, long version, long leaf) => new()
    {
        VersionId = version,
        PredicateType = model.PredicateType,
        IsSourcePublic = model.IsSourcePublic,
        Statement = model.Statement,
        Signature = model.Signature,
        KeyId = model.KeyId,
        LeafIndex = leaf,
        IntegratedAt = model.IntegratedAt,
        LogKeyId = model.LogKeyId,
        EntryTimestamp = model.EntryTimestamp,
    };

    private static byte[] Renamed(byte[] json, string version) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("9.0.0", version, StringComparison.Ordinal));
}
