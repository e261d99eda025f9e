using System.Security.Cryptography;
using System.Text;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// What readers see of a package while an incident keeps some of its versions from them. Nothing of the package is rewritten, so that the end
/// of the quarantine brings the same documents back.
/// </summary>
internal static class Quarantine
{
    /// <summary>
    /// Sets the revision apart from the one without quarantine: a client that kept what it read must neither take it for current, nor
    /// unpublish by it what it could not see.
    /// </summary>
    public static string Mark(IReadOnlyCollection<string> hidden) => hidden.Count == 0
        ? ""
        : "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', hidden.Order(StringComparer.Ordinal)))).AsSpan(0, 8));

    public static Task<List<string>> HiddenAsync(RegistryDb db, long packageId, CancellationToken cancellationToken) => db.Versions
        .Where(row => row.PackageId == packageId && row.QuarantinedBy != null)
        .Select(row => row.Version)
        .ToListAsync(cancellationToken);

    /// <summary>When an incident last began or ended. Whoever asks by date must not be told that nothing changed since.</summary>
    public static async Task<DateTimeOffset> LastChangedAsync(RegistryDb db)
    {
        var incidents = await db.Incidents
            .OrderByDescending(row => row.UndoneAt ?? row.CreatedAt).Select(row => new { row.CreatedAt, row.UndoneAt }).FirstOrDefaultAsync();
        return incidents?.UndoneAt ?? incidents?.CreatedAt ?? DateTimeOffset.MinValue;
    }

    /// <summary>What those who administer the package are told of a tarball that for everybody else does not exist; null when there is nothing to tell.</summary>
    public static async Task<JsonAnswer?> TellAsync(
        RegistryDb db, PackageName name, string file, Caller caller, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member || VersionOf(name, file) is not { } version)
        {
            return null;
        }
        var administered = PackageRights.Administered(db, member.PersonId, member.Token);
        var incident = await db.Versions
            .Where(row => row.Version == version && row.QuarantinedBy != null)
            .Where(row => db.Packages.Any(package => package.Id == row.PackageId && package.Name == name.Value))
            .Where(row => member.IsAdministrator || administered.Any(package => package.Id == row.PackageId))
            .Select(row => row.QuarantinedBy)
            .SingleOrDefaultAsync(cancellationToken);
        return incident is null
            ? null
            : NpmError.NotFound($"{name}@{version} is quarantined by the incident {incident}; only owners and administrators are told.", "quarantined");
    }

    private static string? VersionOf(PackageName name, string file)
    {
        var (start, end) = (name.BaseName + "-", ".tgz");
        return file.Length > start.Length + end.Length && file.StartsWith(start, StringComparison.Ordinal) && file.EndsWith(end, StringComparison.Ordinal)
            ? file[start.Length..^end.Length]
            : null;
    }
}
