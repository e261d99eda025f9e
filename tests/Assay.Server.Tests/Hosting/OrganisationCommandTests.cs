using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Hosting;

/// <summary><c>admin org</c> as an operator types it.</summary>
public sealed class OrganisationCommandTests
{
    [Fact]
    public async Task An_organisation_is_made_given_a_scope_and_listed()
    {
        using var folder = new TemporaryFolder();
        string[] data = ["--data", folder.In("data")];
        await RunAsync(["admin", "user", "add", "alice", "--email", "alice@example.test", "--password-stdin", .. data], "a long enough password\n");

        var made = await RunAsync(["admin", "org", "add", "acme", "--owner", "alice", .. data]);
        var given = await RunAsync(["admin", "org", "scope", "add", "acme", "@acme-labs", .. data]);
        var listed = await RunAsync(["admin", "org", "list", .. data]);

        Assert.StartsWith("The organisation acme has the scope @acme, and alice is its owner.", made);
        Assert.StartsWith("@acme-labs belongs to the organisation acme", given);
        Assert.Equal("acme  @acme @acme-labs  1 member, owned by alice", listed.Trim());
    }

    [Fact]
    public async Task Without_any_the_list_says_how_one_is_made()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("./run admin org add NAME --owner PERSON", await RunAsync(["admin", "org", "list", "--data", folder.In("data")]));
    }

    private static async Task<string> RunAsync(string[] arguments, string? input = null)
    {
        var ended = await ServerProgram.RunAsync(arguments, input);
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        return ended.Output;
    }
}
