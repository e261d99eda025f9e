using Assay.Server.Answers;
using Assay.Server.Hosting.Pipeline;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.Pages;
using Assay.Server.TrustedPublishing;

namespace Assay.Server.Hosting;

/// <summary>Every route of the registry, by room.</summary>
internal static class RegistryRoutes
{
    public static void Map(WebApplication app)
    {
        app.MapSessions();
        app.MapTokens();
        app.MapReading();
        app.MapWriting();
        app.MapDistTags();
        app.MapNotOffered();
        app.MapExchange();
        app.MapTrustConfiguration();
        app.MapAttempts();
        app.MapPages();

        var admin = app.MapAdmin();
        admin.MapAdminPeople();
        admin.MapAdminIssuers();

        // As a request delegate: for others, generated code takes the default pattern, which leaves out paths that end like a file.
        app.MapFallback("{**path}", context => NpmError.NotFound("There is nothing at this address.").ExecuteAsync(context));
    }
}
