using System.Security.Cryptography;
using System.Text;
using Assay.Server.Data;
using Assay.Server.Data.Sealing;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Data;

public sealed class SecretSealTests(PostgresCluster postgres)
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("nobody may read this");

    [Fact]
    public async Task What_is_sealed_opens_again_also_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        byte[] box;
        await using (var app = await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
            Assert.False(File.Exists(folder.In("keys/secrets.key")));
            box = await SealAsync(app);
        }

        await using var again = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        Assert.Equal(Secret, Seal(again).Open("test", box));
        Assert.Equal(-1, box.AsSpan().IndexOf(Secret));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.In("keys/secrets.key")));
    }

    [Fact]
    public async Task It_opens_for_its_purpose_alone_and_only_unchanged()
    {
        await using var app = await RegistryApp.StartAsync();
        var box = await SealAsync(app);
        var changed = (byte[])box.Clone();
        changed[^1] ^= 1;

        Assert.ThrowsAny<CryptographicException>(() => Seal(app).Open("other", box));
        Assert.ThrowsAny<CryptographicException>(() => Seal(app).Open("test", changed));
        Assert.ThrowsAny<CryptographicException>(() => Seal(app).Open("test", box.AsSpan(0, 10)));
        Assert.NotEqual(box, await SealAsync(app));
    }

    [Theory]
    [InlineData("is missing")]
    [InlineData("is not the key")]
    [InlineData("holds no key")]
    [InlineData("Others may read")]
    public async Task Without_the_right_key_nothing_is_opened_or_sealed(string why)
    {
        using var folder = new TemporaryFolder();
        byte[] box;
        await using (var app = await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
            box = await SealAsync(app);
        }
        var file = folder.In("keys/secrets.key");
        switch (why)
        {
            case "is missing":
                File.Delete(file);
                break;
            case "is not the key":
                await File.WriteAllTextAsync(file, SecretKey.Create().ToText(), TestContext.Current.CancellationToken);
                break;
            case "holds no key":
                await File.WriteAllTextAsync(file, "something", TestContext.Current.CancellationToken);
                break;
            default:
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
                break;
        }

        await using var without = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        var refused = await Assert.ThrowsAsync<SecretsUnavailable>(() => SealAsync(without));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Throws<SecretsUnavailable>(() => Seal(without).Open("test", box));
    }

    [Fact]
    public async Task The_doctor_finds_a_key_that_is_gone()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        await SealAsync(app);
        var before = await FindingAsync(app);

        File.Delete(folder.In("keys/secrets.key"));

        Assert.Equal(FindingLevel.Ok, before.Level);
        Assert.Equal(FindingLevel.Failed, (await FindingAsync(app)).Level);
    }

    [Fact]
    public async Task A_backup_has_the_key()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data"));
        var box = await SealAsync(app);

        await Operator.RestoredAsync(await app.BackedUpAsync(folder), folder.In("other"));

        await using var restored = await RegistryApp.StartAsync(dataDirectory: folder.In("other"));
        Assert.Equal(Secret, Seal(restored).Open("test", box));
    }

    [Fact]
    public async Task A_node_with_a_key_of_its_own_seals_nothing()
    {
        using var folder = new TemporaryFolder();
        string[] configuration = ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await postgres.CreateMigratedAsync()}"];
        await using var one = await RegistryApp.StartAsync(configuration);
        await using var other = await one.JoinAsync([.. configuration, $"--Assay:Secrets:KeyFile={folder.In("own.key")}"]);
        var box = await SealAsync(one);

        var refused = await Assert.ThrowsAsync<SecretsUnavailable>(() => SealAsync(other));

        Assert.Contains("is missing", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.In("own.key")));
        await using var third = await one.JoinAsync(configuration);
        Assert.Equal(Secret, Seal(third).Open("test", box));
    }

    private static SecretSeal Seal(RegistryApp app) => app.Services.GetRequiredService<SecretSeal>();

    private static Task<byte[]> SealAsync(RegistryApp app) => Seal(app).SealAsync("test", Secret, CancellationToken.None);

    private static async Task<Finding> FindingAsync(RegistryApp app) =>
        await app.Services.GetServices<IDoctorCheck>().OfType<SecretSealCheck>().Single().RunAsync(CancellationToken.None).SingleAsync();
}
