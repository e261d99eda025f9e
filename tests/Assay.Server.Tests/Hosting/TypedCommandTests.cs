using System.CommandLine;
using Assay.Server.Hosting.Commands;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Hosting;

/// <summary>Every operator's command as it is typed, beside a running server: what it takes, how it ends, what it says.</summary>
public sealed class TypedCommandTests
{
    private const string Password = "a long enough password\n";

    /// <summary>One after the other, on one registry. What a command ends with is 0, or what is said behind the line.</summary>
    private static readonly (string Line, string Says)[] Typed =
    [
        ("user add alice --email alice@example.test --admin --password-stdin", "alice can sign in now and is an administrator"),
        ("user add casey --email casey@example.test --password-stdin", "casey can sign in now"),
        ("user invite dana --email dana@example.test --show-link", "Hand this link to dana"),
        ("user invitations", "dana  dana@example.test, link handed over, invited by operator"),
        ("user uninvite dana", "The invitation of dana is good no more"),
        ("user list", "alice  alice@example.test (not verified), administrator, no second factor"),
        ("user promote casey", "casey is an administrator"),
        ("user demote casey", "casey is no administrator any more"),
        ("user disable casey", "casey is disabled"),
        ("user enable casey", "casey can sign in again"),
        ("user sessions casey", "casey is signed in nowhere"),
        ("user end-sessions casey", "0 sign-ins and 0 browsers ended"),
        ("user reset-factors casey", "casey has no second factor any more"),
        ("user reset-password casey --show-link", "Hand this link to casey"),
        ("token list --person casey", "There is no access token that is good"),
        ("token revoke --person casey", "0 access tokens were revoked"),
        ("token revoke nosuch", "1: No access token that is good has the key nosuch"),
        ("org add acme --owner casey", "The organisation acme has the scope @acme, and casey is its owner"),
        ("org scope add acme @acme-labs", "@acme-labs belongs to the organisation acme"),
        ("org list", "acme  @acme @acme-labs  1 member, owned by casey"),
        ("lock set @acme oidc-only", "The lock of @acme is 'oidc-only'"),
        ("lock set @acme tokens-allowed", "is loosened to 'tokens-allowed' only from"),
        ("lock set @acme tokens-allowed --now", "The lock of @acme is 'tokens-allowed'"),
        ("lock set @acme --phishing-resistant on --second-owner on", "@acme"),
        ("lock list", "@acme  tokens-allowed since"),
        ("secrets forget", "1: There is nothing to forget"),
        ("jobs list", "0 waiting, 0 failed for good"),
        ("jobs retry 1", "1: No job 1 has failed for good"),
        ("jobs drop 1", "1: No job 1 has failed for good"),
        ("webhook add https://hooks.example.test/ --events version.* person.* --packages @acme/* --for alice", "Its secret, which is not shown again: whsec_"),
        ("webhook list", "1  https://hooks.example.test/  version.* person.* of @acme/*  for alice, in use"),
        ("webhook rotate 1", "The new secret of webhook 1, which is not shown again: whsec_"),
        ("webhook ping 1", "is on its way"),
        ("webhook deliveries 1", "webhook.ping"),
        ("webhook redeliver 1 msg_x", "1: Webhook 1 has no delivery msg_x"),
        ("webhook resume 1", "Webhook 1 is told again"),
        ("webhook delete 1", "Webhook 1 is deleted"),
        ("mail test somebody@example.test", "1: There is no mail: set Assay:Mail:Host and Assay:Mail:From"),
        ("key list", "registry  SHA256:"),
        ("key rotate registry", "signs from now on"),
        ("log show", "in use"),
        ("log check", "Leaves, tiles, checkpoint and stored versions agree"),
        ("gc --dry-run", "0 blobs that nothing names"),
        ("name own @own", "@own is this registry's from now on"),
        ("name list", "@own  since"),
        ("name release @own", "@own"),
        ("upstream list", "There is no upstream"),
        ("upstream quarantine lodash@4.17.20 --reason bad", "lodash@4.17.20"),
        ("upstream release lodash@4.17.21 --reason good", "lodash@4.17.21"),
        ("upstream rulings", "lodash@4.17.20"),
        ("upstream lift 1", "1"),
        ("upstream refusals", ""),
        ("advisories show", "No advisories were imported"),
        ("advisory issue @acme/x --versions <1.2.0 --malicious --summary harm", "1: @acme/x is not in this registry"),
        ("advisory list", "This registry has issued no advisory"),
        ("advisory withdraw ASSAY-1-1", "1: There is no advisory ASSAY-1-1"),
        ("report list --all", "There are no such reports"),
        ("report show 1", "1: There is no report 1"),
        ("report close 1 --outcome confirmed --text thanks", "1: There is no report 1"),
        ("package inherit @acme/x on", "1: @acme/x is not in this registry"),
        ("policy list", "There are no policies"),
        ("policy hygiene", "There is nothing to look at"),
        ("policy show 9", "1: There is no policy 9"),
        ("policy end 9", "1: There is no policy 9"),
        ("policy rearm 9 --forget-ids", "1: There is no policy 9"),
        ("freeze add --package @acme/x --reason look", "nothing is written by @acme/x"),
        ("freeze list --all", "by the operator: look"),
        ("freeze lift 1", "Freeze 1 is lifted: @acme/x"),
        ("incident list", "There were no incidents"),
        ("incident preview --person casey", "0 versions of 0 packages would be quarantined"),
        ("attempts @acme/x --outcome refused", "Nothing was exchanged"),
        ("audit --action lock.* --limit 2", "lock.loosened  @acme  by operator"),
    ];

    /// <summary>Those that need more than a registry to say something, and are typed there.</summary>
    private static readonly string[] Elsewhere =
    [
        "issuer *",        // IssuerCommandTests
        "incident declare", "incident show", "incident undo", // IncidentCommandTests
        "simulate", "lint", // AttemptCommandTests
        "policy create",   // the registry's guides, end to end
        "advisories import", // AuditTests, end to end
        "log reopen",      // RestoredLogTests
    ];

    [Fact]
    public async Task Each_command_is_understood_and_says_what_it_did()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProgram.ServeAsync(folder.In("data"));
        var wrong = new List<string>();

        foreach (var (line, says) in Typed)
        {
            var ended = await ServerProgram.RunAsync(["admin", .. line.Split(' '), "--data", server.Data], Password);
            var (code, text) = says.StartsWith("1: ", StringComparison.Ordinal) ? (1, says[3..]) : (0, says);
            if (ended.ExitCode != code || !(ended.Output + ended.Error).Contains(text, StringComparison.Ordinal))
            {
                wrong.Add($"{line}\n  ended with {ended.ExitCode}: {ended.Output}{ended.Error}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void No_command_is_forgotten()
    {
        var admin = CommandLine.Build().Subcommands.Single(command => command.Name == "admin");

        var forgotten = Leaves(admin, "").Where(leaf =>
            !Typed.Any(typed => typed.Line == leaf || typed.Line.StartsWith(leaf + " ", StringComparison.Ordinal))
            && !Elsewhere.Any(known => known == leaf || (known.EndsWith(" *", StringComparison.Ordinal) && leaf.StartsWith(known[..^1], StringComparison.Ordinal))));

        Assert.Equal("", string.Join(", ", forgotten));
    }

    private static IEnumerable<string> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0 ? [path] : command.Subcommands.SelectMany(sub => Leaves(sub, $"{path} {sub.Name}".TrimStart()));
}
