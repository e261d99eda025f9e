using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Operations;

/// <summary>Whoever changes a byte of what is stored is found out, with the name of what has it.</summary>
public sealed class VerifyTests
{
    private const string Subject = $"FAULT {TrustWorld.Package}@1.0.0: ";

    public static TheoryData<string, string> Changes => new()
    {
        { """UPDATE "Versions" SET "Size" = "Size" + 1""", $"{Subject}the database says" },
        { """UPDATE "Versions" SET "Shasum" = replace("Shasum", substr("Shasum", 1, 1), 'x')""", $"{Subject}the database says that its shasum" },
        { """UPDATE "Versions" SET "Signature" = CAST(X'3006020101020101' AS BLOB)""", $"{Subject}its signature by" },
        { """UPDATE "Versions" SET "Signature" = NULL""", $"{Subject}it has no signature of the registry" },
        { """UPDATE "Versions" SET "Sha512" = X'01'""", $"{Subject}the database says no digest of its bytes" },
        { """UPDATE "Versions" SET "SignatureKeyId" = 'SHA256:other'""", $"{Subject}its signature is of the key SHA256:other" },
        { """UPDATE "Versions" SET "FullJson" = CAST(replace(CAST("FullJson" AS TEXT), 'index.js', 'other.js') AS BLOB)""", $"{Subject}its stored manifest is not the tarball's: main" },
        { """UPDATE "Versions" SET "FullJson" = CAST('{' AS BLOB)""", $"{Subject}its stored manifest is no JSON object" },
        {
            """UPDATE "Versions" SET "AbbreviatedJson" = CAST(replace(CAST("AbbreviatedJson" AS TEXT), '"version"', '"bin":{"x":"y"},"version"') AS BLOB)""",
            $"{Subject}its stored abbreviated manifest is not the tarball's: bin"
        },
        { """UPDATE "Versions" SET "Readme" = 'Send me money'""", $"{Subject}its readme is not the tarball's" },
        { """UPDATE "Versions" SET "UnpackedSize" = 1""", $"{Subject}its count or size of files" },
        { """UPDATE "Versions" SET "RunJson" = '{'""", "FAULT the run of version 1: it is no JSON" },
        { """UPDATE "LogLeaves" SET "Leaf" = X'7b7d' WHERE "Index" = 3""", "FAULT the log: The transparency log does not agree with what it signed: leaf 3" },
        { """UPDATE "Attestations" SET "Signature" = CAST(X'3006020101020101' AS BLOB)""", $"{Subject}its attestation https://github.com/npm/attestation/" },
        { """UPDATE "Attestations" SET "Statement" = CAST('{}' AS BLOB)""", $"{Subject}its attestation https://slsa.dev/provenance/v1" },
        { """UPDATE "Attestations" SET "LeafIndex" = "LeafIndex" + 1""", $"{Subject}its attestation https://slsa.dev/provenance/v1" },
        { """UPDATE "TrustPolicies" SET "Rules" = '{'""", "FAULT the rules of policy" },
        {
            """INSERT INTO "UpstreamTarballs" ("Name", "Version", "Registry", "Sha512", "Shasum", "Size", "FetchedAt") VALUES ('left', '1.0.0', 'npm', zeroblob(64), 'x', 1, 1)""",
            "FAULT left@1.0.0 of npm: its bytes are missing"
        },
    };

    [Fact]
    public async Task An_untouched_registry_has_no_fault()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        var ended = await ServerProgram.RunAsync(["verify", "--data", world.App.DataDirectory]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Equal("The log, 1 versions, 2 attestations and 0 things of upstream registries were verified: no fault.", ended.Output.Trim());
    }

    [Fact]
    public async Task A_fault_fails_the_command()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await BackupTests.FlipAsync(await BackupTests.BlobAsync(world.App, "1.0.0"));

        var ended = await ServerProgram.RunAsync(["verify", "--data", world.App.DataDirectory]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains($"{Subject}its bytes are others than were published", ended.Output, StringComparison.Ordinal);
        Assert.Contains("1 faults", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_of_upstreams_is_looked_at_however_much_there_is()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await using (var db = world.App.Services.GetRequiredService<RegistryDbSource>().OpenForWriting())
        {
            db.UpstreamTarballs.AddRange(Enumerable.Range(0, 120).Select(number => new UpstreamTarballRow
            {
                Name = $"left{number / 70}",
                Version = $"1.0.{number}",
                Registry = "npm",
                Sha512 = new byte[64],
                Shasum = "x",
                Size = 1,
                FetchedAt = world.App.Clock.GetUtcNow(),
            }));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var found = await VerifyAsync(world);

        Assert.Equal(120, found.Lines.Where(line => line.Contains("of npm: its bytes are missing", StringComparison.Ordinal)).Distinct().Count());
    }

    [Fact]
    public async Task Missing_bytes_are_named()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        File.Delete(await BackupTests.BlobAsync(world.App, "1.0.0"));

        Assert.Contains((await VerifyAsync(world)).Lines, line => line.StartsWith($"{Subject}its bytes are missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bytes_that_cannot_be_read_are_named_and_the_rest_is_verified()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.PublishFromGithubAsync("1.1.0", []);
        File.Delete(await BackupTests.BlobAsync(world.App, "1.0.0"));
        Directory.CreateDirectory(await BackupTests.BlobAsync(world.App, "1.0.0"));
        await BackupTests.FlipAsync(await BackupTests.BlobAsync(world.App, "1.1.0"));

        var found = await VerifyAsync(world);

        Assert.Contains(found.Lines, line => line.StartsWith($"{Subject}its bytes cannot be read", StringComparison.Ordinal));
        Assert.Contains(found.Lines, line => line.StartsWith($"FAULT {TrustWorld.Package}@1.1.0: its bytes are others", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stripped_signature_of_an_imported_version_is_named_although_it_was_published_before_the_key()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await using (var db = world.App.Services.GetRequiredService<RegistryDbSource>().OpenForWriting())
        {
            await db.Versions.ExecuteUpdateAsync(set => set
                .SetProperty(row => row.ImportedAt, row => row.PublishedAt)
                .SetProperty(row => row.PublishedAt, world.App.Clock.GetUtcNow().AddYears(-3))
                .SetProperty(row => row.Signature, (byte[]?)null));
        }

        Assert.Contains($"{Subject}it has no signature of the registry", (await VerifyAsync(world)).Lines);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_changed_row_is_named(string sql, string fault)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await using (var db = world.App.Services.GetRequiredService<RegistryDbSource>().OpenForWriting())
        {
            Assert.True(await db.Database.ExecuteSqlRawAsync(sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)) > 0);
        }

        var found = await VerifyAsync(world);

        Assert.True(found.Fails);
        Assert.True(found.Lines.Any(line => line.StartsWith(fault, StringComparison.Ordinal)), string.Join('\n', found.Lines));
    }

    private static Task<ProgressOutcome> VerifyAsync(TrustWorld world) =>
        world.App.Services.GetRequiredService<VerifyRegistry>().RunAsync(new Progress<Progress>(), CancellationToken.None);
}
