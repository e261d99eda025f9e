using System.Net;
using System.Net.Sockets;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Hosting;

/// <summary>A start that cannot succeed ends with one line that says what to do.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("--Assay:Nonsense=1", "Assay:Nonsense")]
    [InlineData("--Assay:Packages:Nonsense=1", "Nonsense")]
    [InlineData("--Assay:Packages:MaximumFiles=0", "Assay:Packages:MaximumFiles")]
    [InlineData("--Assay:Packages:MaximumFiles=many", "Assay:Packages:MaximumFiles")]
    [InlineData("--Assay:Access:Read=Everybody", "Assay:Access:Read")]
    [InlineData("--Assay:Attestations:RepositoryMatch=sometimes", "RepositoryMatch")]
    [InlineData("--Assay:Attestations:MaximumBundleBytes=1", "Assay:Attestations:MaximumBundleBytes")]
    [InlineData("--Assay:Attestations:TrustedRootFile=nowhere.json", "Assay:Attestations:TrustedRootFile")]
    [InlineData("--Assay:Attestations:TrustedRootFile=/", "Assay:Attestations:TrustedRootFile")]
    [InlineData("--Assay:Attestations:TrustedRootFile=/dev/null", "Assay:Attestations:TrustedRootFile")]
    [InlineData("--Assay:Attestations:Mode=Everything", "Mode")]
    [InlineData("--Assay:Attestations:PublicLogUrl=nowhere", "Assay:Attestations:PublicLogUrl")]
    [InlineData("--Assay:Log:Origin=npm.acme.example/2", "Assay:Log:Origin")]
    [InlineData("--Assay:Log:Witnesses:0:Url=http://witness.example/", "Assay:Log:Witnesses:0:Url")]
    [InlineData("--Assay:Log:Witnesses:0:Url=https://witness.example/", "Assay:Log:Witnesses:0:Key")]
    [InlineData("--Assay:PublicUrl=nowhere", "Assay:PublicUrl")]
    [InlineData("--Assay:PublicUrl=ftp://npm.acme.example/", "Assay:PublicUrl")]
    [InlineData("--Assay:PublicUrl=https://npm.acme.example/?x=1", "Assay:PublicUrl")]
    [InlineData("--Assay:TrustedProxies:0=nowhere", "Assay:TrustedProxies")]
    [InlineData("--Assay:TrustedProxies:0=10.0.0.0/99", "Assay:TrustedProxies")]
    [InlineData("--Assay:MaximumRequestBytes=-5", "Assay:MaximumRequestBytes")]
    [InlineData("--Assay:MaximumRequestBytes=much", "Assay:MaximumRequestBytes")]
    [InlineData("--Assay:Database:Engine=Oracle", "Assay:Database:Engine")]
    [InlineData("--Assay:Database:Engine=PostgreSql", "Assay:Database:ConnectionString")]
    [InlineData("--Assay:Database:Engine=PostgreSql --Assay:Database:ConnectionString=nonsense", "Assay:Database:ConnectionString")]
    [InlineData("--Assay:Database:Engine=PostgreSql --Assay:Database:ConnectionString=Host=127.0.0.1;Port=1", "Cannot open the database")]
    [InlineData("--urls nowhere", "--urls")]
    [InlineData("--urls http://", "--urls")]
    [InlineData("--urls http://nowhere.example:4873", "--urls")]
    [InlineData("--urls ftp://localhost:4873", "--urls")]
    [InlineData("--urls http://localhost:99999", "--urls")]
    [InlineData("--urls http://localhost:-1", "--urls")]
    [InlineData("--urls http://localhost:4873/path", "--urls")]
    [InlineData("--urls http://localhost:0", "--urls")]
    [InlineData("--urls http://192.0.2.1:4873", "--urls")]
    [InlineData("--urls ;", "--urls")]
    [InlineData("--urls https://localhost:48731", "certificate")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("--nonsense", "--nonsense")]
    public async Task A_wrong_setting_is_named(string arguments, string named)
    {
        using var folder = new TemporaryFolder();

        string[] elsewhere = arguments.StartsWith("--urls", StringComparison.Ordinal) ? [] : ["--urls", $"http://localhost:{FreePort.Next()}"];
        var ended = await ServerProgram.RunAsync(["--data", folder.In("data"), .. elsewhere, .. arguments.Split(' ')]);

        ShouldBeOneLine(ended, named);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}""")]
    public async Task A_trusted_root_that_trusts_nobody_is_named(string root)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("root.json"), root);

        var ended = await ServerProgram.RunAsync(
            ["--data", folder.In("data"), "--urls", $"http://localhost:{FreePort.Next()}", $"--Assay:Attestations:TrustedRootFile={folder.In("root.json")}"]);

        ShouldBeOneLine(ended, "Assay:Attestations:TrustedRootFile");
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

        var ended = await ServerProgram.RunAsync(["--data", folder.In("data"), "--urls", address]);

        ShouldBeOneLine(ended, address);
        Assert.Contains("--urls", ended.Error);
    }

    [Theory]
    [InlineData("file/data")]
    [InlineData("file")]
    [InlineData("/proc/data")]
    [InlineData("/dev/null/data")]
    public async Task A_data_directory_that_cannot_be_written_is_named(string path)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("file"), "");
        var data = folder.In(path);

        var ended = await ServerProgram.RunAsync(["--data", data]);

        ShouldBeOneLine(ended, data);
    }

    [Fact]
    public async Task A_data_directory_whose_path_is_too_long_for_a_socket_is_named()
    {
        using var folder = new TemporaryFolder();
        var data = folder.In(new string('d', 120));

        var ended = await ServerProgram.RunAsync(["--data", data]);

        ShouldBeOneLine(ended, "too long");
    }

    [Fact]
    public async Task A_data_directory_in_use_is_named()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        var ended = await ServerProgram.RunAsync(["--data", folder.Path, "--urls", $"http://localhost:{FreePort.Next()}"]);

        ShouldBeOneLine(ended, "in use by another Assay");
        await (await app.GetAsync("/-/ping")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("Assay: yes")]
    public async Task A_settings_file_that_cannot_be_read_is_named(string content)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("assay.json"), content);

        var ended = await ServerProgram.RunAsync(["--data", folder.Path]);

        ShouldBeOneLine(ended, "assay.json");
    }

    [Fact]
    public async Task A_database_that_is_none_is_named()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("registry.db"), Noise.Text(10_000));

        var ended = await ServerProgram.RunAsync(["--data", folder.Path]);

        ShouldBeOneLine(ended, "Cannot open the database");
    }

    [Fact]
    public async Task Data_of_a_newer_format_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        await using (var app = await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
            await app.ReadAsync(db => db.Database.ExecuteSqlRawAsync(
                """insert into "__EFMigrationsHistory" ("MigrationId", "ProductVersion") values ('99990101000000_Later', '99')"""));
        }

        var ended = await ServerProgram.RunAsync(["--data", folder.Path]);

        ShouldBeOneLine(ended, "newer Assay");
    }

    [Theory]
    [InlineData("1,2", "1,2", null)]
    [InlineData("1,2", "1", "./run migrate")]
    [InlineData("1", "1,2", "newer Assay")]
    [InlineData("1,3", "1,2", "newer Assay")]
    public void Only_data_of_this_format_is_opened(string known, string applied, string? refusal)
    {
        var text = DatabaseFormat.Refusal(known.Split(','), applied.Split(','));

        if (refusal is null)
        {
            Assert.Null(text);
        }
        else
        {
            Assert.Contains(refusal, text);
        }
    }

    [Fact]
    public async Task Migrate_makes_the_data_and_a_second_time_has_nothing_to_do()
    {
        using var folder = new TemporaryFolder();

        var first = await ServerProgram.RunAsync(["migrate", "--data", folder.In("data")]);
        var second = await ServerProgram.RunAsync(["migrate", "--data", folder.In("data")]);

        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Contains("newest format", first.Output);
        Assert.Equal((0, ""), (second.ExitCode, second.Error));
        Assert.Contains("already", second.Output);
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data"));
        await (await app.GetAsync("/-/ping")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Migrate_beside_a_running_server_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        var ended = await ServerProgram.RunAsync(["migrate", "--data", folder.Path]);

        ShouldBeOneLine(ended, "in use by another Assay");
    }

    [Fact]
    public async Task The_first_start_says_what_to_do_next()
    {
        using var folder = new TemporaryFolder();

        await using var server = await ServerProgram.ServeAsync(folder.In("data"));

        Assert.Contains($"ready at {server.Url}", server.Greeting);
        Assert.Matches("setup code is [A-Z0-9]{4}(-[A-Z0-9]{4}){3}", server.Greeting);
        Assert.Contains("/-/setup", server.Greeting);
        Assert.DoesNotContain("Warning", server.Greeting);
    }

    [Fact]
    public async Task A_listener_wider_than_the_public_url_is_warned_about()
    {
        using var folder = new TemporaryFolder();

        await using var server = await ServerProgram.ServeAsync(folder.In("data"), $"http://*:{FreePort.Next()}");

        Assert.Contains("Warning", server.Greeting);
        Assert.Contains("Assay:PublicUrl", server.Greeting);
    }

    [Fact]
    public async Task After_a_kill_the_data_directory_is_free_again()
    {
        using var folder = new TemporaryFolder();
        await using (var killed = await ServerProgram.ServeAsync(folder.In("data")))
        {
            await killed.KillAsync();
        }
        Assert.True(File.Exists(folder.In("data/admin.sock")));
        await File.WriteAllTextAsync(folder.In("data/staging/left-behind.tarball"), "half");

        await using var server = await ServerProgram.ServeAsync(folder.In("data"));

        Assert.Empty(Directory.EnumerateFiles(folder.In("data/staging")));
    }

    private static void ShouldBeOneLine(Ended ended, string named)
    {
        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("assay: ", ended.Error);
        Assert.Contains(named, ended.Error);
        Assert.Single(ended.Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("   at ", ended.Output + ended.Error);
    }
}
