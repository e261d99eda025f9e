using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>Locks that nobody had to think of. What was said of a package before stays said.</summary>
internal static class BeginLock
{
    /// <summary>In the commit of a run's publish: from its first one on, a stolen token is worth nothing.</summary>
    /// <param name="commit">That of the publish.</param>
    /// <param name="caller">The run itself, or whoever approved what it staged.</param>
    /// <param name="run">The run, in words.</param>
    /// <param name="package">Its package.</param>
    public static void AtTrustedPublish(Commit commit, Caller caller, string run, PackageRow package)
    {
        if (package.At(commit.Now) is null)
        {
            Close(commit, package, $"its first trusted publish, by {run}");
            commit.Record(caller, "lock.set", package.Name, PublishLock.OidcOnly.Word());
        }
    }

    /// <summary>In the commit that reserves a name for runs: no version ever came from anywhere else.</summary>
    public static void AtReservation(Commit commit, PackageRow package, Actor writer)
    {
        Close(commit, package, $"the trust policy that reserved the name, by {writer.Name}");
        commit.Record(writer, "lock.set", package.Name, $"{PublishLock.OidcOnly.Word()}, as the name begins with a policy");
    }

    // A loosening that waits was asked for by owners and told to all of them; it stays.
    private static void Close(Commit commit, PackageRow package, string by) =>
        (package.Lock, package.LockedAt, package.LockedBy) = (PublishLock.OidcOnly.Word(), commit.Now, by);
}
