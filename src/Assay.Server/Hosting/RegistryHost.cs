using System.Net;
using Assay.Server.Answers;
using Assay.Server.Attestations;
using Assay.Server.Audit;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Sealing;
using Assay.Server.Hosting.Pipeline;
using Assay.Server.Hosting.Telemetry;
using Assay.Server.Identity;
using Assay.Server.Import;
using Assay.Server.Jobs;
using Assay.Server.Notifications;
using Assay.Server.Operations;
using Assay.Server.Outbound;
using Assay.Server.Packages;
using Assay.Server.Pages;
using Assay.Server.Signing;
using Assay.Server.Transparency;
using Assay.Server.TrustedPublishing;
using Assay.Server.Upstream;
using Assay.Server.Upstream.Advisories;
using Assay.Trust.Providers;
using Microsoft.AspNetCore.HttpOverrides;

namespace Assay.Server.Hosting;

/// <summary>What the command line says about a start.</summary>
internal sealed record StartSettings(string DataDirectory, string? Urls, IReadOnlyList<string> Configuration)
{
    /// <summary>Only the operator's socket, no TCP: how commands work when no server runs.</summary>
    public bool AdminOnly { get; init; }

    /// <summary>Tests add their fakes here.</summary>
    public Action<IServiceCollection>? Replace { get; init; }
}

/// <summary>Puts the rooms together.</summary>
internal static class RegistryHost
{
    /// <exception cref="StartRefused">Configuration, data directory or database do not allow it.</exception>
    public static WebApplication Build(StartSettings settings)
    {
        BegunAhead.ReadProviders();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "Assay",
            ContentRootPath = AppContext.BaseDirectory,
            // Settings are read at the start alone: watching their files would take a watcher of each process, of which a machine has few.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        AddSettingsFile(builder.Configuration, Path.GetFullPath(Path.Combine(settings.DataDirectory, "assay.json")));
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddCommandLine([.. settings.Configuration]);
        AddLogging(builder);

        var options = new RoomOptions(builder.Services, builder.Configuration);
        BegunAhead.BuildModel(options.Add<DatabaseOptions>(DatabaseOptions.Section).Engine);
        options.Add<DoctorOptions>(DoctorOptions.Section);
        options.Add<BlobsOptions>(BlobsOptions.Section);
        var signing = options.Add<SigningOptions>(SigningOptions.Section);
        var secrets = options.Add<SecretsOptions>(SecretsOptions.Section);
        options.Add<AuditOptions>(AuditOptions.Section);
        options.Add<JobsOptions>(JobsOptions.Section);
        options.Add<WebhooksOptions>(WebhooksOptions.Section);
        var mail = options.Add<MailOptions>(MailOptions.Section);
        CheckLogOptions(options.Add<LogOptions>(LogOptions.Section));
        var identity = options.Add<IdentityOptions>(IdentityOptions.Section);
        options.Add<LimitsOptions>(LimitsOptions.Section);
        options.Add<AccessOptions>(AccessOptions.Section);
        var attestations = options.Add<AttestationsOptions>(AttestationsOptions.Section);
        options.Add<PackagesOptions>(PackagesOptions.Section);
        options.Add<PagesOptions>(PagesOptions.Section);
        options.Add<ImportOptions>(ImportOptions.Section);
        var trustedPublishing = options.Add<TrustedPublishingOptions>(TrustedPublishingOptions.Section);
        var upstream = options.Add<UpstreamOptions>(UpstreamOptions.Section);
        options.Add<AdvisoriesOptions>(AdvisoriesOptions.Section);
        var telemetry = options.Add<TelemetryOptions>(TelemetryOptions.Section);
        var server = options.AddRoot<ServerOptions>(ServerOptions.Section);

        var addresses = ListenAddress.ParseAll(settings.Urls ?? builder.Configuration["urls"] ?? ListenAddress.Default);
        builder.Services.AddSingleton(addresses);
        builder.Services.AddSingleton(PublicUrlOf(server, addresses));
        AddForwardedHeaders(builder.Services, server);
        ConfigureKestrel(builder, settings, server, addresses);

        var providers = ProvidersOf(settings, trustedPublishing);
        var (routes, guards) = (UpstreamRoutes.Read(upstream, settings.DataDirectory), GuardSettings.Read(upstream.Guards));
        var clientTrust = new ClientTrust(TrustedRootFile.Read(settings.DataDirectory, attestations));
        var clientSecret = ClientSecret.Read(settings.DataDirectory, identity.SingleSignOn);
        var mailPassword = MailPassword.Read(settings.DataDirectory, mail);
        AdminSocket.RefuseLongPath(DataDirectory.AdminSocketIn(Path.GetFullPath(settings.DataDirectory)));
        var data = DataDirectory.Open(settings.DataDirectory);
        builder.Services.AddData(data);
        builder.Services.AddSealing(Path.GetFullPath(secrets.KeyFile ?? Path.Combine(signing.KeysDirectory, "secrets.key"), data.Path));
        builder.Services.AddOutbound();
        builder.Services.AddBlobs();
        builder.Services.AddAudit();
        builder.Services.AddJobs();
        builder.Services.AddIdentity(clientSecret);
        builder.Services.AddSigning();
        builder.Services.AddTransparency();
        builder.Services.AddAttestations(clientTrust);
        builder.Services.AddPackages();
        builder.Services.AddNotifications(mailPassword);
        builder.Services.AddTrustedPublishing(providers);
        builder.Services.AddPages();
        builder.Services.AddUpstream(upstream, routes, guards);
        builder.Services.AddAdvisories();
        builder.Services.AddHealth();
        builder.Services.AddDoctor();
        builder.Services.AddSingleton<IDoctorCheck, AddressCheck>();
        if (!settings.AdminOnly)
        {
            builder.Services.AddRunningJobs();
        }
        if (telemetry.IsOn && !settings.AdminOnly)
        {
            TelemetryExport.Add(builder.Services, telemetry, data.Path);
        }
        builder.Services.AddImport();
        builder.Services.AddOperations();
        builder.Services.AddSingleton(new SettingsFile($"{TelemetryOptions.Section}:{nameof(TelemetryOptions.HeadersFile)}", telemetry.HeadersFile));
        builder.Services.AddSingleton(new SettingsFile($"{MailOptions.Section}:{nameof(MailOptions.PasswordFile)}", mail.PasswordFile));
        builder.Services.AddSingleton(new SettingsFile($"{SingleSignOnOptions.Section}:{nameof(SingleSignOnOptions.ClientSecretFile)}", identity.SingleSignOn.ClientSecretFile));
        settings.Replace?.Invoke(builder.Services);

        var app = builder.Build();
        RegistryPipeline.Use(app, server);
        RegistryRoutes.Map(app);
        return app;
    }

    private static void AddSettingsFile(ConfigurationManager configuration, string path)
    {
        try
        {
            configuration.AddJsonFile(path, optional: true);
        }
        catch (InvalidDataException failure)
        {
            throw new StartRefused($"Cannot read the settings in {path}: {failure.InnerException?.Message ?? failure.Message}");
        }
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        // What goes wrong before that is told to the operator in one line; the framework would log it with its stack.
        var started = new Started();
        builder.Services.AddSingleton(started);
        bool IsTold(LogLevel level) => level >= LogLevel.Warning && started.Yes;
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss'Z' ";
            console.UseUtcTimestamp = true;
        });
        builder.Logging.AddFilter("Microsoft", IsTold);
        // These log request paths, and the path of a logout holds a token: no configuration may turn them on.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", IsTold);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Routing", IsTold);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        // Each attempt of each request; what came of them is logged by who asked.
        builder.Logging.AddFilter("Polly", LogLevel.None);
    }

    private static PublicUrl PublicUrlOf(ServerOptions server, IReadOnlyList<ListenAddress> addresses)
    {
        if (server.PublicUrl is not { Length: > 0 } text)
        {
            return new PublicUrl(addresses[0].AsUrl());
        }
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0
            ? new PublicUrl(url)
            : throw new StartRefused($"Wrong configuration value for Assay:PublicUrl: '{text}' is not a URL like https://npm.acme.example/.");
    }

    private static void CheckLogOptions(LogOptions options)
    {
        Witness.ReadAll(options);
        if (options.Origin is { } origin && !LogOrigin.IsValid(origin))
        {
            throw new StartRefused($"Wrong configuration value for Assay:Log:Origin: '{origin}' is not a host, with or without a port, like npm.acme.example.");
        }
    }

    private static ProviderCatalog ProvidersOf(StartSettings settings, TrustedPublishingOptions options)
    {
        var directory = Path.GetFullPath(options.DefinitionsDirectory ?? "providers", Path.GetFullPath(settings.DataDirectory));
        if (Directory.Exists(directory))
        {
            return ProviderFiles.Read(directory);
        }
        return options.DefinitionsDirectory is null
            ? ProviderCatalog.Shipped
            : throw new StartRefused($"Wrong configuration value for Assay:TrustedPublishing:DefinitionsDirectory: there is no directory {directory}.");
    }

    private static void AddForwardedHeaders(IServiceCollection services, ServerOptions server)
    {
        var proxies = server.TrustedProxies.Select(ProxyRange).ToList();
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in proxies)
            {
                forwarded.KnownIPNetworks.Add(proxy);
            }
        });
    }

    private static System.Net.IPNetwork ProxyRange(string text)
    {
        if (System.Net.IPNetwork.TryParse(text, out var network))
        {
            return network;
        }
        return IPAddress.TryParse(text, out var address)
            ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new StartRefused($"Wrong configuration value for Assay:TrustedProxies: '{text}' is not an address or a range like 10.0.0.0/8.");
    }

    private static void ConfigureKestrel(
        WebApplicationBuilder builder, StartSettings settings, ServerOptions server, IReadOnlyList<ListenAddress> addresses)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = server.MaximumRequestBytes;
            foreach (var address in settings.AdminOnly ? [] : addresses)
            {
                address.Apply(kestrel);
            }
            kestrel.ListenOnAdminSocket(DataDirectory.AdminSocketIn(Path.GetFullPath(settings.DataDirectory)));
        });
    }
}
