using Assay.Server.Answers;
using Assay.Server.Attestations;
using Assay.Server.Audit;
using Assay.Server.Hosting.OpenApi;
using Assay.Server.Hosting.Pipeline;
using Assay.Server.Identity;
using Assay.Server.Import;
using Assay.Server.Jobs;
using Assay.Server.Notifications;
using Assay.Server.Operations;
using Assay.Server.Packages;
using Assay.Server.Pages;
using Assay.Server.Signing;
using Assay.Server.Transparency;
using Assay.Server.TrustedPublishing;
using Assay.Server.Upstream;
using Assay.Server.Upstream.Advisories;

namespace Assay.Server.Hosting;

/// <summary>Every route of the registry, by room.</summary>
internal static class RegistryRoutes
{
    public static void Map(WebApplication server)
    {
        var app = server.MapGroup("").SayingWhatAdministratorsMiss();
        app.MapSessions();
        app.MapSignedIn();
        app.MapUsers();
        app.MapInvitations();
        app.MapTokens();
        app.MapLeakedTokens();
        app.MapOrganisations();
        app.MapTeams();
        app.MapProfile();
        app.MapChallenges();
        app.MapReading();
        app.MapSearch();
        app.MapDownloads();
        app.MapRawImages();
        app.MapAttestations();
        app.MapLog();
        app.MapLogged();
        app.MapAttestationsOfVersions();
        app.MapProvenanceSettings();
        app.MapPrivateRoot();
        app.MapWriting();
        app.MapStages();
        app.MapStaging();
        app.MapReleaseSets();
        app.MapCiIdentities();
        app.MapDistTags();
        app.MapOwners();
        app.MapAccess();
        app.MapGrants();
        app.MapScopes();
        app.MapLocks();
        app.MapReports();
        app.MapAdvisories();
        app.MapIssuedAdvisories();
        app.MapExchange();
        app.MapRevokePresented();
        app.MapTrustConfiguration();
        app.MapPolicies();
        app.MapSecondOwners();
        app.MapAttempts();
        app.MapSimulation();
        app.MapIssuers();
        app.MapProviders();
        app.MapFreezes();
        app.MapIncidents();
        app.MapAudit();
        app.MapWebhooks();
        app.MapPages();
        app.MapOpenApi();
        app.MapHealth();

        var admin = server.MapAdmin();
        admin.MapAdminPeople();
        admin.MapAdminTokens();
        admin.MapAdminInvitations();
        admin.MapAdminOrganisations();
        admin.MapAdminKeys();
        admin.MapAdminLog();
        admin.MapAdminIssuers();
        admin.MapAdminPolicies();
        admin.MapAdminFreezes();
        admin.MapAdminIncidents();
        admin.MapAdminAudit();
        admin.MapAdminJobs();
        admin.MapAdminWebhooks();
        admin.MapAdminMail();
        admin.MapAdminNames();
        admin.MapAdminLocks();
        admin.MapAdminReports();
        admin.MapAdminUpstream();
        admin.MapAdminAdvisories();
        admin.MapAdminIssuedAdvisories();
        admin.MapAdminHealth();
        admin.MapAdminDoctor();
        admin.MapAdminImport();
        admin.MapAdminOperations();
        admin.MapAdminSecrets();

        // As a request delegate: for others, generated code takes the default pattern, which leaves out paths that end like a file.
        server.MapFallback("{**path}", context => NpmError.NotFound("There is nothing at this address.").ExecuteAsync(context));
    }
}
