using System.Net.Sockets;
using Assay.Server.Answers;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Sealing;
using Assay.Server.Hosting.Pipeline;
using Assay.Server.Identity;
using Assay.Server.Operations;
using Assay.Server.Signing;
using Assay.Server.Transparency;
using Microsoft.AspNetCore.Connections;

namespace Assay.Server.Hosting;

/// <summary>Starts the server and tells the operator what to do next.</summary>
internal static class Serve
{
    public static async Task<int> RunAsync(StartSettings settings, CancellationToken cancellationToken)
    {
        await using var app = RegistryHost.Build(settings);
        try
        {
            await StartAsync(app, settings, cancellationToken);
            await GreetAsync(app, settings, cancellationToken);
            // What the start has left behind (a model, its conventions, reflection) would stay for hours in a registry that rests.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop before it had started: nothing was promised to anybody.
            return 0;
        }
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>Everything before the first request; answers what an operator should hear of it.</summary>
    /// <exception cref="StartRefused">The database has another format, or does not agree with what was signed.</exception>
    public static async Task<IReadOnlyList<string>> PrepareAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var restore = app.Services.GetRequiredService<FinishRestore>();
        restore.CheckEngine();
        await using (var db = app.Services.GetRequiredService<RegistryDbSource>().OpenForWriting())
        {
            await DatabaseFormat.EnsureAsync(db, app.Services.GetRequiredService<TimeProvider>(), cancellationToken);
        }
        var secrets = await app.Services.GetRequiredService<SecretSeal>().OpenAsync(cancellationToken);
        await app.Services.GetRequiredService<OpenSigningKeys>().RunAsync(cancellationToken);
        await app.Services.GetRequiredService<BeginLog>().RunAsync(cancellationToken);
        await app.Services.GetRequiredService<CheckLog>().RunAsync(cancellationToken);
        var restored = await restore.RunAsync(cancellationToken);
        await app.Services.GetRequiredService<CheckAdvertised>().RunAsync(cancellationToken);
        return secrets is null ? restored : [.. restored, secrets];
    }

    /// <exception cref="StartRefused">It cannot be prepared, or an address is taken.</exception>
    public static async Task StartAsync(WebApplication app, StartSettings settings, CancellationToken cancellationToken)
    {
        foreach (var line in await PrepareAsync(app, cancellationToken))
        {
            Console.WriteLine(line);
        }
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new StartRefused($"{failure.Message.TrimEnd('.')}. Stop what listens there, or choose another address with --urls.");
        }
        catch (SocketException failure)
        {
            throw new StartRefused($"Cannot listen: {failure.Message}. Choose another address with --urls.");
        }
        app.Services.GetRequiredService<Started>().Yes = true;
        AdminSocket.MakePrivate(DataDirectory.AdminSocketIn(Path.GetFullPath(settings.DataDirectory)));
    }

    private static async Task GreetAsync(WebApplication app, StartSettings settings, CancellationToken cancellationToken)
    {
        var url = app.Services.GetRequiredService<PublicUrl>();
        var addresses = app.Services.GetRequiredService<IReadOnlyList<ListenAddress>>();
        Console.WriteLine($"Assay is ready at {url.Base} (data in {Path.GetFullPath(settings.DataDirectory)}).");
        if (url.IsLoopback && addresses.Any(address => !address.IsLoopback))
        {
            Console.WriteLine($"Warning: it listens beyond this machine, but its public URL is {url.Base}. Set Assay:PublicUrl to the address that clients use.");
        }
        var first = app.Services.GetRequiredService<FirstAdministrator>();
        if (await first.IsWantedAsync(cancellationToken))
        {
            Console.WriteLine(FirstSteps(url, await first.NewCodeAsync(cancellationToken)));
        }
    }

    private static string FirstSteps(PublicUrl url, string code) => $"""

        This registry has no administrator yet. The setup code is {code}

          1. Make the administrator:   open {url.At("-/setup")} and give the code
                                       (or: ./run admin user add NAME --email ADDRESS --admin --password-stdin)
          2. Trust your CI's issuer:   ./run admin issuer add github --provider github --names '@acme/*'
          3. Say who may publish:      npm trust github @acme/hello --repo acme/hello --file publish.yml --allow-publish --registry {url.Base}

        """;
}
