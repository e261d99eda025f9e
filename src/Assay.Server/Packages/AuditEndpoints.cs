using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>The audit log: all of it for administrators, of a package for its owners.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/assay/v1/audit", (HttpRequest request, Caller caller, ReadAudit audit, CancellationToken stop) =>
            PageAsync(request, RefuseAll(caller), caller, null, audit, stop));
        app.MapGet("/-/assay/v1/audit/export", (HttpRequest request, Caller caller, ExportAudit export, CancellationToken stop) =>
            ExportAsync(request, RefuseAll(caller), caller, null, export, stop));
        app.MapGet("/-/assay/v1/package/{package}/audit", async (
            string package, HttpRequest request, Caller caller, RegistryDbSource source, ReadAudit audit, CancellationToken stop) =>
            await PageAsync(request, await RefuseAsync(package, caller, source, stop), caller, NameOf(package), audit, stop));
        app.MapGet("/-/assay/v1/package/{package}/audit/export", async (
            string package, HttpRequest request, Caller caller, RegistryDbSource source, ExportAudit export, CancellationToken stop) =>
            await ExportAsync(request, await RefuseAsync(package, caller, source, stop), caller, NameOf(package), export, stop));
    }

    private static async Task<IResult> PageAsync(
        HttpRequest request, JsonAnswer? refused, Caller caller, string? package, ReadAudit audit, CancellationToken cancellationToken)
    {
        var (filter, problem) = refused is null ? Read(request, caller, package) : (null, refused);
        if (filter is null)
        {
            return problem!;
        }
        var page = await audit.PageAsync(filter, cancellationToken);
        return JsonAnswer.Ok(new JsonObject
        {
            ["events"] = new JsonArray([.. page.Events.Select(row => ReadAudit.Shown(row, SeesAddresses(caller)))]),
            ["next"] = page.Next,
        });
    }

    private static async Task<IResult> ExportAsync(
        HttpRequest request, JsonAnswer? refused, Caller caller, string? package, ExportAudit export, CancellationToken cancellationToken)
    {
        var (filter, problem) = refused is null ? Read(request, caller, package) : (null, refused);
        if (filter is null)
        {
            return problem!;
        }
        return await export.RunAsync(filter, caller.Actor, request.QueryString.Value ?? "", SeesAddresses(caller), cancellationToken);
    }

    private static (AuditFilter? Filter, JsonAnswer? Problem) Read(HttpRequest request, Caller caller, string? package)
    {
        if (request.Query.Keys.FirstOrDefault(word => !AuditFilter.Words.Contains(word)) is { } unknown)
        {
            return (null, NpmError.BadRequest($"'{unknown}' is nothing to search by. Known are: {string.Join(", ", AuditFilter.Words)}."));
        }
        if (!AuditFilter.TryRead(word => request.Query[word], out var filter, out var problem))
        {
            return (null, NpmError.BadRequest(problem));
        }
        // Whether a search finds something would tell it as well.
        return filter.Address is not null && !SeesAddresses(caller)
            ? (null, AdministratorsOnly("Addresses are the administrators' to see and to search by."))
            : (filter with { Package = package, WithoutHiddenActors = !SeesAddresses(caller) }, null);
    }

    // As it is stored: in the route it is escaped. What is no name was refused as not there.
    private static string NameOf(string package) => PackageName.TryParse(package, null, out var name) ? name.Value : package;

    private static bool SeesAddresses(Caller caller) => caller is Caller.Member { IsAdministrator: true };

    private static JsonAnswer? RefuseAll(Caller caller) => caller switch
    {
        Caller.Member { IsAdministrator: true } => null,
        Caller.Member => AdministratorsOnly("The audit log of the whole registry is for administrators; owners see that of their packages, at /-/assay/v1/package/NAME/audit."),
        _ => Denials.SignInNeeded(caller),
    };

    private static async Task<JsonAnswer?> RefuseAsync(string package, Caller caller, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NpmError.NotFound($"{package} is not in this registry.");
        }
        await using var db = source.Open();
        var (_, denial) = await PackageRights.FindToSeeAsync(db, name, member, PackageRole.Admin, cancellationToken);
        return denial?.ToAnswer();
    }

    private static JsonAnswer AdministratorsOnly(string text) => NpmError.Forbidden(text, "administrators-only");
}
