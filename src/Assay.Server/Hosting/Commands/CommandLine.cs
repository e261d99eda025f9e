using System.CommandLine;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Hosting.Commands;

/// <summary>The commands of the server program. What an operator changes goes through <see cref="AdminClient"/>.</summary>
internal static class CommandLine
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "The data directory (default: ./data)",
        DefaultValueFactory = _ => "data",
        Recursive = true,
    };

    // Scopes begin with '@', which the library would otherwise take for a file to read arguments from.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    // Longer than the host itself waits for the answers under way (30 s): the library's own two seconds would cut them off.
    private static readonly InvocationConfiguration Running = new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(40),
    };

    public static Task<int> RunAsync(string[] arguments) => Build().Parse(arguments, Parsing).InvokeAsync(Running);

    internal static RootCommand Build()
    {
        var urls = new Option<string?>("--urls") { Description = $"Where to listen, e.g. http://0.0.0.0:4873 (default: {ListenAddress.Default})" };
        var root = new RootCommand(
            "Assay: the npm registry you host yourself, in which CI publishes without tokens. Without a command, it serves. "
            + "Configuration may be given as --Assay:Key=value; docs/configuration.md describes each key.")
        {
            Data,
            urls,
            Migrate(),
            DoctorCommand.Doctor(Data),
            ImportCommand.Import(Data),
            OperationCommands.Backup(Data),
            RestoreCommand.Restore(Data),
            OperationCommands.Verify(Data),
            new Command("admin", "What an operator does; works beside a running server and without one")
            {
                AdminCommands.User(Data), TokenCommands.All(Data), OrganisationCommands.All(Data), LockCommands.All(Data), ReportCommands.All(Data), KeyCommands.Key(Data), SecretsCommands.Secrets(Data), LogCommands.Log(Data), IssuerCommands.All(Data), PolicyCommands.Policy(Data), PolicyCommands.Package(Data),
                AttemptCommands.Attempts(Data), AttemptCommands.Simulate(Data), AttemptCommands.Lint(Data),
                IncidentCommands.Freeze(Data), IncidentCommands.Incident(Data),
                UpstreamCommands.Name(Data), UpstreamCommands.Upstream(Data), AdvisoryCommands.Advisories(Data), AdvisoryCommands.Advisory(Data), OperationCommands.Gc(Data),
                NotificationCommands.Audit(Data), NotificationCommands.Jobs(Data), NotificationCommands.Webhook(Data), NotificationCommands.Mail(Data),
            },
        };
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((parsed, stop) => Serve.RunAsync(
            new StartSettings(parsed.GetValue(Data)!, parsed.GetValue(urls), Settings(parsed.UnmatchedTokens)), stop));
        return root;
    }

    private static IReadOnlyList<string> Settings(IReadOnlyList<string> tokens) =>
        tokens.FirstOrDefault(token => !token.StartsWith("--Assay:", StringComparison.OrdinalIgnoreCase) || !token.Contains('=', StringComparison.Ordinal)) is { } strange
            ? throw new StartRefused($"'{strange}' is not a command, an option, or a setting like --Assay:PublicUrl=https://npm.acme.example/. See ./run --help")
            : tokens;

    private static Command Migrate()
    {
        var migrate = new Command("migrate", "Brings the data to the format of this Assay; make a backup first, stop the server");
        migrate.SetAction(async (parsed, stop) =>
        {
            await using var app = RegistryHost.Build(new StartSettings(parsed.GetValue(Data)!, null, []) { AdminOnly = true });
            await using var db = app.Services.GetRequiredService<RegistryDbSource>().OpenForWriting();
            var pending = (await db.Database.GetPendingMigrationsAsync(stop)).ToList();
            await DatabaseFormat.MigrateAsync(db, app.Services.GetRequiredService<TimeProvider>(), stop);
            Console.WriteLine(pending.Count == 0 ? "The data has the newest format already." : $"The data was brought to the newest format in {pending.Count} steps.");
            return 0;
        });
        return migrate;
    }
}
